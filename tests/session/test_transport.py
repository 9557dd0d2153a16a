from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from liveengine.command import when
from liveengine.errors import OutOfRange
from liveengine.events import Changed
from tests.session.stage import BAR, BEAT, RATE, Stage, stage


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        yield made


async def test_beats_count_only_while_the_transport_runs(live: Stage) -> None:
    live.render(BEAT)
    assert await live.call("/transport/position") == 0.0
    await live.call("/transport/play")
    live.render(BEAT)
    assert await live.call("/transport/position") == 1.0
    await live.call("/transport/stop")
    live.render(BEAT)
    assert await live.call("/transport/position") == 1.0
    assert [event.value for event in live.said(Changed)] == [True, False]


async def test_locate_jumps_to_a_beat(live: Stage) -> None:
    await live.call("/transport/locate", 32.0)
    await live.call("/transport/play")
    live.render(2 * BEAT)
    assert await live.call("/transport/position") == 34.0


async def test_the_tempo_is_a_property_and_its_change_is_pushed(live: Stage) -> None:
    assert await live.call("/transport/tempo") == 120.0
    assert await live.call("/transport/tempo", 150) == 150.0
    assert live.said(Changed) == [Changed("/transport/tempo", 150.0)]
    await live.call("/transport/play")
    live.render(BAR)
    assert await live.call("/transport/position") == pytest.approx(5.0)


@pytest.mark.parametrize(
    ("tempo", "nearest"), [(19.9, 20), (1000, 999), (float("inf"), 999), (float("-inf"), 20), (0, 20), (-120, 20)]
)
async def test_a_tempo_out_of_range_becomes_the_nearest_one_and_the_error_says_so(
    live: Stage, tempo: float, nearest: float
) -> None:
    await live.call("/transport/play")
    live.render(BEAT)
    with pytest.raises(OutOfRange, match=f"it is {nearest} now"):
        await live.call("/transport/tempo", tempo)
    assert await live.call("/transport/tempo") == nearest
    assert live.said(Changed)[-1] == Changed("/transport/tempo", float(nearest))
    live.render(1)
    assert await live.call("/transport/position") == pytest.approx(1.0 + nearest / 120 / BEAT)  # the beat goes on


async def test_a_tempo_that_is_no_number_changes_nothing(live: Stage) -> None:
    with pytest.raises(OutOfRange, match="it stays 120"):
        await live.call("/transport/tempo", float("nan"))
    assert await live.call("/transport/tempo") == 120.0
    assert live.events == []


async def test_taps_set_the_tempo(live: Stage) -> None:
    for tap in range(4):
        token = when.set(tap * RATE // 2 + tap % 2)  # every half second, one frame off now and then
        await live.call("/transport/tap")
        when.reset(token)
    assert await live.call("/transport/tempo") == pytest.approx(120.0, abs=0.1)


async def test_a_pause_begins_a_new_count_of_taps(live: Stage) -> None:
    for frame in (0, 4_000, 80_000):
        token = when.set(frame)
        await live.call("/transport/tap")
        when.reset(token)
    assert await live.call("/transport/tempo") == 120.0


async def test_running_tells_what_was_asked_before_the_engine_has_taken_it(live: Stage) -> None:
    await live.call("/transport/play")
    assert await live.call("/transport/running") is True
    live.render(100)
    await live.call("/transport/running", False)
    assert await live.call("/transport/running") is False


async def test_a_tempo_for_a_coming_beat_begins_on_its_frame(live: Stage) -> None:
    await live.call("/transport/play")
    live.render(BEAT)
    live.session.transport.set_tempo_at(173.0, 4.0, live.engine.snapshot())
    live.render(4 * BEAT)
    snapshot = live.engine.snapshot()
    assert (snapshot.anchor_frame, snapshot.anchor_beat) == (BAR, 4.0)


@contextmanager
def at(frame: int) -> Iterator[None]:
    token = when.set(frame)
    try:
        yield
    finally:
        when.reset(token)


async def test_what_panic_dropped_before_its_frame_is_not_believed_any_more(live: Stage) -> None:
    with at(BAR):
        await live.call("/transport/play")
        await live.call("/transport/tempo", 150)
    live.render(100)
    await live.call("/panic")
    live.render(100)
    assert await live.call("/transport/running") is False
    assert await live.call("/transport/tempo") == 120.0
    assert live.said(Changed)[-1] == Changed("/transport/tempo", 120.0)


async def test_the_tempo_of_a_coming_frame_is_told_again_when_it_comes(live: Stage) -> None:
    with at(BAR):
        await live.call("/transport/tempo", 150)
    await live.call("/transport/tempo", 130)
    live.render(BEAT)
    live.render(BAR)
    assert await live.call("/transport/tempo") == 150.0
    assert [event.value for event in live.said(Changed)] == [150.0, 130.0, 150.0]


async def test_tempo_and_launch_of_one_bundle_take_effect_on_the_same_frame(live: Stage) -> None:
    await live.call("/track/1/clip/1/load", await live.stem([0.25] * BAR))
    await live.call("/track/2/clip/1/load", await live.stem([0.25] * BAR))
    live.render(70)
    with at(1_234):
        await live.call("/transport/tempo", 60)
        await live.call("/track/1/clip/1/launch")
        await live.call("/track/2/clip/1/launch")
    sound = live.render(2_000)[0]
    assert np.flatnonzero(sound)[0] == 1_234 - 70
    assert sound[-1] == 0.5
    anchor = live.engine.snapshot()
    assert (anchor.anchor_frame, anchor.frames_per_beat) == (1_234, 2.0 * BEAT)


async def test_a_flood_of_tempi_ends_at_the_last_one_and_the_clip_plays_on(live: Stage) -> None:
    await live.call("/track/1/clip/1/load", await live.stem([0.5] * BAR))
    await live.call("/track/1/clip/1/launch")
    live.render(100)
    for number in range(1_000):
        await live.call("/transport/tempo", 100.0 + number / 20)
        if number % 10 == 9:
            assert live.render(80)[0].all()
    live.render(100)
    assert live.engine.snapshot().frames_per_beat == pytest.approx(60 * RATE / 149.95)


async def test_while_a_master_is_followed_the_told_tempo_is_its_own_and_the_engine_s_is_near(live: Stage) -> None:
    live.session.transport.steer(126.0, 1.002)
    live.render(100)
    assert live.engine.snapshot().frames_per_beat == pytest.approx(60 * RATE / 126.0 / 1.002)
    live.session.transport.reconcile(live.engine.snapshot())
    assert await live.call("/transport/tempo") == 126.0
    assert live.said(Changed) == [Changed("/transport/tempo", 126.0)]
    await live.call("/transport/tempo", 126.0)
    live.render(100)
    assert live.engine.snapshot().frames_per_beat == pytest.approx(60 * RATE / 126.0)


async def test_a_beat_is_put_on_a_frame_and_runs_from_there(live: Stage) -> None:
    live.session.transport.place(8.0, 1_000, start=True)
    assert await live.call("/transport/running") is True
    live.render(1_000 + BEAT)
    assert await live.call("/transport/position") == 9.0
