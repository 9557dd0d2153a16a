from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from liveengine.command import when
from liveengine.engine.layout import FADE_FRAMES
from liveengine.engine.ops import Op
from liveengine.errors import BadAudio, EmptySlot, OutOfRange, PoolFull, RingFull, UnknownStem
from liveengine.events import ClipLoaded, ClipQueued, ClipStarted, ClipStopped, ClipStopping
from tests.session.stage import BAR, BEAT, RATE, Stage, settings, stage


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        yield made


def ramp(frames: int, top: float = 0.5) -> list[float]:
    """A loop in which each sample tells its place."""
    return [top * (index + 1) / frames for index in range(frames)]


async def test_a_loaded_loop_plays_sample_for_sample_from_the_first_block(live: Stage) -> None:
    loop = ramp(BAR)
    answer = await live.call("/track/1/clip/1/load", await live.stem(loop))
    assert answer["name"].startswith("kick")
    await live.call("/track/1/clip/1/launch")
    sound = live.render(2 * BAR)
    assert np.array_equal(sound[0], np.tile(np.asarray(loop, np.float32), 2))


async def test_states_follow_from_what_the_engine_reports(live: Stage) -> None:
    await live.call("/track/2/clip/3/load", await live.stem(ramp(BAR)))
    assert await live.call("/track/2/clip/3/state") == "stopped"
    await live.call("/track/2/clip/3/launch")
    assert await live.call("/track/2/clip/3/state") == "stopped"  # nothing has happened yet
    live.render(2_000)
    assert await live.call("/track/2/clip/3/state") == "playing"
    await live.call("/track/2/stop")
    live.render(100)
    assert await live.call("/track/2/clip/3/state") == "stopping"
    live.render(BAR)
    assert await live.call("/track/2/clip/3/state") == "stopped"
    kinds = [type(event) for event in live.events if hasattr(event, "slot")]
    assert kinds == [ClipLoaded, ClipQueued, ClipStarted, ClipStopping, ClipStopped]
    assert live.said(ClipStarted) == [ClipStarted(2, 3, 0, 0.0)]
    assert live.said(ClipStopping)[0].beat == 4.0


async def test_a_launch_waits_for_the_sessions_quantum(live: Stage) -> None:
    await live.call("/track/1/clip/1/load", await live.stem(ramp(BAR)))
    await live.call("/transport/play")
    live.render(BEAT)
    answer = await live.call("/track/1/clip/1/launch")
    assert answer == {"track": 1, "slot": 1, "beat": 4.0}
    sound = live.render(BAR)
    assert not sound[0, : 3 * BEAT].any()
    assert sound[0, 3 * BEAT] != 0.0
    assert live.said(ClipQueued)[0].beat == 4.0
    assert live.said(ClipStarted)[0].frame == BAR


@pytest.mark.parametrize(("quantum", "frame"), [(0, 4_100), (1, 8_000), (2, 8_000), (4, 16_000), (8, 32_000)])
async def test_each_quantum_has_its_boundary(live: Stage, quantum: float, frame: int) -> None:
    await live.call("/track/1/clip/1/load", await live.stem(ramp(BAR)))
    await live.call("/transport/play")
    live.render(BEAT + 100)
    await live.call("/track/1/clip/1/launch", quantum)
    live.render(2 * BAR)
    assert [event.frame for event in live.said(ClipStarted)] == [frame]


async def test_a_clips_own_quantum_goes_before_the_sessions(live: Stage) -> None:
    await live.call("/track/1/clip/1/load", await live.stem(ramp(BAR)))
    await live.call("/track/1/clip/1/quantum", 1.0)
    await live.call("/transport/play")
    live.render(100)
    await live.call("/track/1/clip/1/launch")
    live.render(BAR)
    assert live.said(ClipStarted)[0].frame == BEAT


async def test_a_bundles_time_is_an_exact_frame(live: Stage) -> None:
    await live.call("/track/1/clip/1/load", await live.stem(ramp(BAR)))
    await live.call("/transport/play")
    live.render(100)
    token = when.set(1_234)
    await live.call("/track/1/clip/1/launch")
    when.reset(token)
    live.render(2_000)
    assert live.said(ClipStarted)[0].frame == 1_234


async def test_launching_while_the_transport_stands_starts_it_on_the_bar(live: Stage) -> None:
    await live.call("/track/1/clip/1/load", await live.stem(ramp(BAR)))
    await live.call("/transport/play")
    live.render(BEAT)
    await live.call("/transport/stop")
    live.render(1_000)
    await live.call("/track/1/clip/1/launch")
    sound = live.render(1_000)
    assert sound[0, 0] != 0.0
    assert live.said(ClipStarted)[0].beat == 4.0
    assert await live.call("/transport/running") is True


async def test_a_scene_launches_together_and_stops_what_it_has_no_clip_for(live: Stage) -> None:
    stem = await live.stem(ramp(BAR))
    for address in ("/track/1/clip/1", "/track/2/clip/1", "/track/1/clip/2"):
        await live.call(f"{address}/load", stem)
    await live.call("/scene/1/launch")
    live.render(BEAT)
    await live.call("/scene/2/launch")
    live.render(BAR)
    started = [(event.track, event.slot, event.frame) for event in live.said(ClipStarted)]
    assert started == [(1, 1, 0), (2, 1, 0), (1, 2, BAR)]
    assert await live.call("/track/2/clip/1/state") == "stopped"


async def test_a_one_shot_plays_once(live: Stage) -> None:
    await live.call("/track/1/clip/1/load", await live.stem([0.5] * 300, loop=False))
    await live.call("/track/1/clip/1/launch", 0)
    sound = live.render(1_000)
    assert np.count_nonzero(sound[0]) == 300
    assert live.said(ClipStopped)[0].frame == 300


async def test_a_loop_can_be_told_to_play_once(live: Stage) -> None:
    await live.call("/track/1/clip/1/load", await live.stem(ramp(BEAT)))
    assert await live.call("/track/1/clip/1/loop", False) is False
    await live.call("/track/1/clip/1/launch", 0)
    assert np.count_nonzero(live.render(3 * BEAT)[0]) == BEAT


async def test_loops_repitch_to_the_sessions_tempo_and_stay_on_the_grid(live: Stage) -> None:
    click = np.zeros(19_200, np.float32)  # one bar at 100 beats per minute
    click[0] = 0.5
    await live.call("/track/1/clip/1/load", await live.stem(click, bpm=100.0))
    await live.call("/track/1/clip/1/warp", "repitch")
    await live.call("/track/1/clip/1/launch")
    sound = live.render(20 * BAR)
    assert np.flatnonzero(sound[0] > 0.25).tolist() == [bar * BAR for bar in range(20)]


async def test_loops_are_stretched_unless_they_are_told_otherwise_and_their_attacks_stay_on_the_grid(
    live: Stage,
) -> None:
    click = np.zeros(19_200, np.float32)  # one bar at 100 beats per minute
    click[:4] = 0.5
    await live.call("/track/1/clip/1/load", await live.stem(click, bpm=100.0, transients=np.zeros(1, "<i4").tobytes()))
    assert await live.call("/track/1/clip/1/warp") == "stretch"
    await live.call("/track/1/clip/1/launch")
    loud = np.flatnonzero(live.render(20 * BAR)[0] > 0.25)
    assert loud.tolist() == [bar * BAR + n for bar in range(20) for n in range(4)]


async def test_a_loop_with_a_tail_goes_round_where_its_bars_end(live: Stage) -> None:
    click = np.zeros(BAR + 3_000, np.float32)
    click[0] = 0.5
    await live.call("/track/1/clip/1/load", await live.stem(click, bars=1.0))
    await live.call("/track/1/clip/1/launch")
    sound = live.render(3 * BAR)
    assert np.flatnonzero(sound[0]).tolist() == [0, BAR, 2 * BAR]


async def test_a_tempo_change_moves_what_is_queued(live: Stage) -> None:
    await live.call("/track/1/clip/1/load", await live.stem(ramp(BAR)))
    await live.call("/transport/play")
    live.render(BEAT)
    await live.call("/track/1/clip/1/launch")
    live.render(100)
    await live.call("/transport/tempo", 240.0)
    live.render(BAR)
    assert live.said(ClipStarted)[0].frame == pytest.approx(BEAT + 100 + (3 * BEAT - 100) / 2, abs=1)


async def test_a_clip_says_the_beat_at_which_it_started_whatever_the_tempo_became(live: Stage) -> None:
    await live.call("/transport/play")
    await live.call("/track/1/clip/1/load", await live.stem(ramp(BAR)))
    live.render(BEAT)
    await live.call("/track/1/clip/1/launch", 2)
    live.render(2 * BEAT)
    await live.call("/track/1/stop", 32)
    live.render(100)
    await live.call("/transport/tempo", 240.0)
    live.render(BEAT)
    assert (await live.call("/session/state"))["tracks"][0]["clips"][0]["since"] == 2.0


async def test_the_same_stem_lies_in_the_pool_once_and_is_spare_when_no_slot_needs_it(live: Stage) -> None:
    stem = await live.stem(ramp(BAR))
    await live.call("/track/1/clip/1/load", stem)
    used = live.engine.segments.used
    await live.call("/track/1/clip/2/load", stem)
    assert live.engine.segments.used == used
    await live.call("/track/1/clip/1/clear")
    live.render(1_000)
    assert live.engine.segments.used == used
    assert live.session.room.needed() == {live.engine.segments.find(stem)}
    await live.call("/track/1/clip/2/clear")
    assert live.session.room.needed() == set()


async def test_what_sounds_keeps_its_buffer_until_it_has_faded(live: Stage) -> None:
    await live.call("/track/1/clip/1/load", await live.stem(ramp(BAR)))
    await live.call("/track/1/clip/1/launch", 0)
    live.render(1_000)
    await live.call("/track/1/clip/1/clear")
    live.hear()
    assert len(live.session.room.sounding()) == 1
    assert live.render(2_000)[0, 100] > 0.0
    assert live.session.room.sounding() == set()
    assert await live.call("/track/1/clip/1/state") == "empty"


async def test_replacing_a_clip_leaves_what_sounds_until_the_next_launch(live: Stage) -> None:
    await live.call("/track/1/clip/1/load", await live.stem([0.25] * BAR))
    await live.call("/track/1/clip/1/launch")
    live.render(1_000)
    await live.call("/track/1/clip/1/load", await live.stem([0.5] * BAR))
    assert live.render(1_000)[0, -1] == pytest.approx(0.25)
    assert await live.call("/track/1/clip/1/state") == "playing"
    await live.call("/track/1/clip/1/launch")
    assert live.render(BAR)[0, -1] == pytest.approx(0.5)


async def wait_for_bar(live: Stage) -> None:
    """A clip of 0.25 waits for beat 4."""
    await live.call("/transport/play")
    await live.call("/track/1/clip/1/load", await live.stem([0.25] * BAR))
    live.render(BEAT)
    await live.call("/track/1/clip/1/launch")


@pytest.mark.parametrize("heard", [True, False])
@pytest.mark.parametrize("killed", [True, False])
async def test_a_stem_loaded_into_a_slot_that_waits_starts_in_its_place(live: Stage, heard: bool, killed: bool) -> None:
    await wait_for_bar(live)
    if heard or killed:
        live.render(100)
    if killed:
        live.daemon()
        await live.session.restore()
    stem = await live.stem([0.5] * BAR)
    live.events.clear()
    await live.call("/track/1/clip/1/load", stem)
    assert await live.call("/track/1/clip/1/state") == ("queued" if heard or killed else "stopped")
    sound = live.render(2 * BAR)[0]
    assert [(event.slot, event.frame, event.beat) for event in live.said(ClipStarted)] == [(1, BAR, 4.0)]
    assert not live.said(ClipStopped) or not (heard or killed)  # who saw it wait never sees it stop
    assert set(sound.tolist()) == {0.0, 0.5}
    assert live.session.room.needed() == {live.engine.segments.find(stem)}


async def test_a_stem_loaded_while_another_slot_was_asked_to_play_disturbs_nothing(live: Stage) -> None:
    await wait_for_bar(live)
    live.render(100)
    await live.call("/track/1/clip/2/load", await live.stem([0.75] * BAR))
    await live.call("/track/1/clip/2/launch")  # under way to the engine
    await live.call("/track/1/clip/1/load", await live.stem([0.5] * BAR))
    assert set(live.render(2 * BAR)[0].tolist()) == {0.0, 0.75}
    await live.call("/track/1/stop")
    await live.call("/track/1/clip/2/load", await live.stem([0.5] * BAR))
    assert not live.render(2 * BAR)[0, BAR:].any()


async def test_a_launch_that_cannot_be_renewed_leaves_slot_and_pool_as_they_were(live: Stage) -> None:
    await wait_for_bar(live)
    live.render(100)
    before = await live.call("/session/state")
    stem = await live.stem([0.5] * BAR)
    while live.session.core.waiting < live.shared.capacity.commands:
        live.engine.push(Op.GAIN, track=1, value=1.0)
    with pytest.raises(RingFull):
        await live.call("/track/1/clip/1/load", stem)
    assert await live.call("/session/state") == before
    assert set(live.render(2 * BAR)[0].tolist()) == {0.0, 0.25}
    assert live.engine.segments.find(stem) not in live.session.room.needed()


async def test_a_launch_for_an_exact_frame_starts_what_was_loaded_last(live: Stage) -> None:
    await live.call("/track/1/clip/1/load", await live.stem([0.25] * BAR))
    asked = when.set(5_000)
    await live.call("/track/1/clip/1/launch")
    when.reset(asked)
    live.render(1_000)
    await live.call("/track/1/clip/1/load", await live.stem([0.5] * BAR))
    sound = live.render(BAR)[0]
    assert not sound[:4_000].any()
    assert set(sound[4_000 + FADE_FRAMES :].tolist()) == {0.5}  # the first one fades under it


async def test_panic_silences_everything_within_a_fade(live: Stage) -> None:
    stem = await live.stem([0.5] * BAR)
    for track in (1, 2):
        await live.call(f"/track/{track}/clip/1/load", stem)
        await live.call(f"/track/{track}/clip/1/launch", 0)
    await live.call("/transport/play")
    live.render(1_000)
    await live.call("/panic")
    sound = live.render(2_000)
    assert not sound[:, 400:].any()
    assert await live.call("/track/1/clip/1/state") == "stopped"


async def test_the_gain_of_a_clip_moves_what_sounds(live: Stage) -> None:
    await live.call("/track/1/clip/1/load", await live.stem([0.25] * BAR))
    await live.call("/track/1/clip/1/launch")
    live.render(1_000)
    await live.call("/track/1/clip/1/gain", 1.0)
    assert live.render(2_000)[0, -1] == pytest.approx(0.25 * 10 ** (6 / 20), rel=1e-5)


async def test_an_unknown_stem_an_empty_slot_and_a_place_outside_are_errors(live: Stage) -> None:
    with pytest.raises(UnknownStem):
        await live.call("/track/1/clip/1/load", 999)
    with pytest.raises(EmptySlot):
        await live.call("/track/1/clip/1/launch")
    with pytest.raises(EmptySlot):
        await live.call("/scene/1/launch")
    with pytest.raises(OutOfRange):
        await live.call("/track/13/clip/1/launch")
    with pytest.raises(OutOfRange):
        await live.call("/track/1/clip/13/launch")
    assert live.events == []


async def test_a_stem_that_is_too_long_or_broken_leaves_slot_and_pool_as_they_were(live: Stage) -> None:
    with pytest.raises(OutOfRange, match="max_minutes"):
        await live.call("/track/1/clip/1/load", await live.stem(ramp(BAR), frames=61 * RATE))
    broken = await live.stem(ramp(BAR))
    (await live.library.get(broken)).path.write_bytes(b"RIFF nonsense")
    with pytest.raises(BadAudio):
        await live.call("/track/1/clip/1/load", broken)
    assert live.engine.segments.used == 0
    assert await live.call("/track/1/clip/1/state") == "empty"


async def test_a_full_pool_is_an_error_and_changes_nothing(tmp_path: Path) -> None:
    async with stage(tmp_path, settings(pool_mib=16, tracks=16)) as live:
        stems = [await live.stem(np.zeros(40 * 8_000, np.float32), loop=False) for _ in range(14)]
        for track, stem in enumerate(stems[:13], 1):
            await live.call(f"/track/{track}/clip/1/load", stem)
        with pytest.raises(PoolFull, match="pool_mib"):
            await live.call("/track/14/clip/1/load", stems[13])
        assert await live.call("/track/12/clip/1/state") == "stopped"
        assert await live.call("/track/14/clip/1/state") == "empty"


async def test_a_full_ring_is_an_error_to_the_caller(live: Stage) -> None:
    await live.call("/track/1/clip/1/load", await live.stem(ramp(BAR)))
    await live.call("/transport/play")
    live.render(100)
    await live.call("/track/2/clip/1/load", await live.stem(ramp(BAR)))
    for _ in range(live.shared.capacity.commands - 2):
        await live.call("/track/1/stop")
    with pytest.raises(RingFull):
        await live.call("/scene/1/launch")
    live.events.clear()
    live.render(100)
    assert live.said(ClipQueued) == []  # no part of the scene was launched
    live.render(1_000)
    await live.call("/track/1/clip/1/launch")
