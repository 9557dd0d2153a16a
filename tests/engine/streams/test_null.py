import time

import numpy as np

from liveengine.engine.streams.context import Context
from liveengine.engine.streams.null import NullStream
from tests.engine import stage


def live(stream: NullStream) -> NullStream:
    stream.open()
    stream.context.page["live"] = 1
    stream.start()
    return stream


def test_the_null_stream_gives_the_tap_what_the_offline_render_gives() -> None:
    settings = stage.settings()
    with stage.memory_of(settings) as shared:
        stage.play(shared.memory)
        stream = live(NullStream(shared.memory, 100))
        stage.wait(lambda: stage.header(shared, "frame") > 20_000)
        stream.stop()
        assert stage.journal_agrees(shared, settings)


def test_frames_keep_pace_with_the_clock_and_callbacks_are_counted() -> None:
    with stage.memory_of(stage.settings()) as shared:
        began = time.monotonic_ns()
        stream = live(NullStream(shared.memory, 64))
        stage.wait(lambda: stage.header(shared, "callbacks") >= 100)
        stream.stop()
        ended = time.monotonic_ns()
        assert stage.header(shared, "frame") == 64 * stage.header(shared, "callbacks")
        assert stage.header(shared, "frame") <= (ended - began) * stage.RATE / 1e9 + 64
        assert began <= stage.header(shared, "clock_ns") <= ended
        assert stage.header(shared, "clock_frame") == stage.header(shared, "frame") - 64


def test_with_the_gate_shut_nothing_moves() -> None:
    with stage.memory_of(stage.settings()) as shared:
        stream = NullStream(shared.memory, 64)
        stream.open()
        stream.start()
        stage.wait(lambda: int(stream.context.page["wakes"]) > 10)
        stream.stop()
        assert stage.header(shared, "frame") == 0
        assert stage.header(shared, "callbacks") == 0


def test_a_stream_that_resumes_skips_to_the_frame_of_the_clock_and_the_tap_has_no_hole() -> None:
    settings = stage.settings()
    with stage.memory_of(settings) as shared:
        stage.play(shared.memory)
        first = live(NullStream(shared.memory, 128))
        stage.wait(lambda: stage.header(shared, "frame") > 6_000)
        first.stop()
        before = stage.header(shared, "frame")
        time.sleep(0.1)
        second = NullStream(shared.memory, 128)
        second.context.page["resume"] = 1
        live(second)
        stage.wait(lambda: int(second.context.page["wakes"]) > 10)
        second.stop()
        page = second.context.page
        between = int(page["first_frame"]) - before - int(page["skipped"])
        assert between in range(0, 8 * 128, 128)  # whole blocks, each behind a piece that was skipped
        assert int(page["skipped"]) >= 4_800 - 128
        assert stage.journal_agrees(shared, settings)


def test_the_trace_keeps_the_last_callbacks_in_order() -> None:
    with stage.memory_of(stage.settings()) as shared:
        stream = live(NullStream(shared.memory, 64, Context(shared.memory, trace=16)))
        stage.wait(lambda: int(stream.context.page["wakes"]) > 40)
        stream.stop()
        trace = stream.context.traced()
        assert trace.shape == (16, 3)
        assert np.all(np.diff(trace[:, 0]) > 0)
        assert np.all(trace[:, 1] >= trace[:, 0])
        assert set(trace[:, 2]) == {64}
