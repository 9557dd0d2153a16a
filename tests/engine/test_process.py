import os
import signal
import sys
import time
from pathlib import Path

import numpy as np

from liveengine.engine.ops import SegmentState, Tier
from liveengine.engine.streams import StreamKind, offline
from tests.engine import stage


def test_the_engine_process_plays_what_the_offline_render_plays() -> None:
    settings = stage.settings()
    with stage.memory_of(settings) as shared:
        stage.play(shared.memory)
        with stage.engine(shared, "--stream", "null") as engine:
            stage.wait(lambda: stage.header(shared, "frame") > 30_000)
            assert stage.header(shared, "engine_pid") == engine.pid
            engine.send_signal(signal.SIGTERM)
            assert engine.wait(5) == 0
        assert stage.journal_agrees(shared, settings)


def test_what_gave_way_before_a_kill_is_in_the_journal_too() -> None:
    settings = stage.settings()

    def gives_way() -> bool:
        shared.memory.header["cost"] = 1e6  # as if every unit of effort took a millisecond
        return stage.header(shared, "shed") > 0

    with stage.memory_of(settings) as shared:
        stage.play(shared.memory, tier=Tier.SINC)  # what is cut only where that helps is simplified in any case
        with stage.engine(shared, "--stream", "null") as engine:
            stage.wait(gives_way)
            engine.kill()
        with stage.engine(shared, "--stream", "null"):
            stage.wait(lambda: stage.header(shared, "frame") > 100_000)
        frames = stage.header(shared, "frame")
        plain = stage.empty(settings)
        stage.play(plain, tier=Tier.SINC)
        assert not np.array_equal(shared.memory.tap[:frames].T, offline.render(plain, frames)[:2])
        assert stage.journal_agrees(shared, settings)


def test_a_killed_engine_is_replaced_at_the_right_frame_and_no_sample_differs() -> None:
    settings = stage.settings()
    with stage.memory_of(settings) as shared:
        stage.play(shared.memory)
        for epoch in (1, 2, 3):
            shared.memory.header["gap"] = 0
            with stage.engine(shared, "--stream", "null") as engine:
                stage.wait(lambda: stage.header(shared, "engine_epoch") == epoch)  # noqa: B023
                stage.wait(lambda: epoch == 1 or stage.header(shared, "gap") > 0)  # noqa: B023  # it has caught up
                reached = stage.header(shared, "frame")
                stage.wait(lambda: stage.header(shared, "frame") > reached + 40_000)  # noqa: B023
                engine.kill()
        frames = stage.header(shared, "frame")
        assert stage.journal_agrees(shared, settings)
        due = stage.header(shared, "clock_frame")
        clock = (time.monotonic_ns() - stage.header(shared, "clock_ns")) * stage.RATE // 1_000_000_000
        assert 0 <= due <= frames <= due + clock + 128


def test_the_heartbeat_goes_on_and_the_stream_kind_is_told() -> None:
    with stage.memory_of(stage.settings()) as shared, stage.engine(shared, "--stream", "null"):
        stage.wait(lambda: stage.header(shared, "callbacks") > 0)
        beat = stage.header(shared, "beat_ns")
        stage.wait(lambda: stage.header(shared, "beat_ns") > beat)
        stage.wait(lambda: stage.header(shared, "stream") == StreamKind.NULL)  # it is told with a later look


def test_without_a_server_auto_plays_on_and_says_so_in_one_line() -> None:
    environment = {**os.environ, "JACK_DEFAULT_SERVER": "nobody-there"}
    with stage.memory_of(stage.settings()) as shared:
        command = ("-m", "liveengine.engine.process", "--shared", shared.folder)
        with stage.process(sys.executable, *command, env=environment) as engine:
            stage.wait(lambda: stage.header(shared, "callbacks") > 0)
            engine.send_signal(signal.SIGTERM)
            _, said = engine.communicate(timeout=5)
        lines = [line for line in said.splitlines() if "being compiled" not in line]  # that one comes once per version
        assert len(lines) == 1
        assert "no JACK server and no sound card: playing on the null stream" in lines[0]


def test_a_forced_device_that_is_missing_ends_the_process_with_its_code_and_the_remedy() -> None:
    environment = {**os.environ, "JACK_DEFAULT_SERVER": "nobody-there"}
    with stage.memory_of(stage.settings()) as shared:
        command = ("-m", "liveengine.engine.process", "--shared", shared.folder, "--stream", "jack")
        with stage.process(sys.executable, *command, env=environment) as engine:
            _, said = engine.communicate(timeout=20)
        assert engine.returncode == 69
        assert "no JACK server answers; start one" in said


def test_a_folder_without_memory_ends_the_process_with_one_clear_line(tmp_path: Path) -> None:
    with stage.process(sys.executable, "-m", "liveengine.engine.process", "--shared", tmp_path / "gone") as engine:
        _, said = engine.communicate(timeout=20)
    assert engine.returncode == 69
    assert "liveengine serve" in said


def test_a_new_segment_is_brought_into_memory_while_the_engine_plays() -> None:
    with stage.memory_of(stage.settings()) as shared, stage.engine(shared, "--stream", "null"):
        stage.wait(lambda: stage.header(shared, "callbacks") > 0)
        stage.play(shared.memory)
        assert shared.memory.segments["state"][0] == SegmentState.READY
        stage.wait(lambda: stage.header(shared, "frame") > 10_000)
        assert np.any(shared.memory.tap[:10_000])


def test_what_the_engine_says_is_read_while_descriptor_2_leads_to_nowhere() -> None:
    program = """
import os
from liveengine.engine import process
process.keep_stderr()
os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
process.say("no output")
"""
    with stage.process(sys.executable, "-c", program) as engine:
        _, said = engine.communicate(timeout=60)
    assert said == "engine: no output\n"
