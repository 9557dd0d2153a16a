"""Too much to do: what gives way first, that it comes back, that a replay does the same. Budgets are set by hand."""

from typing import Any

import numpy as np
import pytest

from liveengine.engine.again import obeyed
from liveengine.engine.kernel import overload
from liveengine.engine.layout import INTAKE
from liveengine.engine.ops import Happened, Op, Reason, Tier, Warp
from liveengine.engine.streams.offline import replay
from tests.engine.rig import UNIT, Rig

NOISE = np.random.default_rng(1).uniform(-300, 300, (2, 333))
BASE = overload.BLOCK + 64 * overload.BLOCK_FRAME


def rig_of(tier: Tier, gains: list[float], **fields: Any) -> Rig:
    """Return a rig, one unit of effort per ns, whose tracks play one repitched loop each with these gains."""
    rig = Rig(tracks=len(gains), voices=32)
    segment = rig.load(*NOISE)
    rig.engine.push(Op.RUN, value=1)
    for track, gain in enumerate(gains):
        rig.loop(segment, track=track, gain=gain, tier=tier, source_frames_per_beat=4.1, **fields)
    rig.run(512, 64)
    rig.memory.header["cost"] = 1.0
    return rig


def allow(rig: Rig, effort: float, block: int = 64) -> None:
    """Let a block have time for this effort; the share that a block may take makes it `HIGH` of that."""
    rig.memory.header["budget"] = effort / overload.HIGH / block


def voices(count: int, weight: float) -> float:
    return count * (overload.VOICE + 64 * weight)


def shed(rig: Rig) -> list[tuple[int, int]]:
    """Return (track, what it has become) of every voice that gave way."""
    return [(report.track, report.aux) for report in rig.events(Happened.SHED)]


def test_offline_nothing_is_shed() -> None:
    rig = rig_of(Tier.SINC, [1.0] * 8)
    rig.memory.header["cost"] = 1e9
    rig.run(640, 64)
    assert shed(rig) == []


def test_with_time_enough_nothing_is_shed() -> None:
    rig = rig_of(Tier.SINC, [1.0] * 4)
    allow(rig, BASE + voices(4, overload.SINC) + 1)
    rig.run(640, 64)
    assert shed(rig) == []


def test_the_quietest_voices_are_interpolated_more_simply_first() -> None:
    rig = rig_of(Tier.SINC, [1.0, 0.1, 0.5, 0.02])
    allow(rig, BASE + voices(2, overload.SINC) + voices(2, overload.CUBIC) + 1)
    rig.run(640, 64)
    assert shed(rig) == [(3, Tier.CUBIC), (1, Tier.CUBIC)]


def test_a_muted_track_counts_as_quiet() -> None:
    rig = rig_of(Tier.SINC, [0.1, 1.0])
    rig.engine.push(Op.MUTE, track=1, value=1)
    rig.run(512, 64)
    allow(rig, BASE + voices(1, overload.SINC) + voices(1, overload.CUBIC) + 1)
    rig.run(64, 64)
    assert shed(rig) == [(1, Tier.CUBIC)]


def test_every_voice_becomes_cubic_before_one_becomes_linear() -> None:
    rig = rig_of(Tier.SINC, [1.0, 0.1, 0.5])
    allow(rig, BASE + voices(2, overload.CUBIC) + voices(1, overload.LINEAR) + 1)
    rig.run(64, 64)
    assert shed(rig) == [(1, Tier.CUBIC), (2, Tier.CUBIC), (0, Tier.CUBIC), (1, Tier.LINEAR)]


def test_a_voice_at_unity_rate_has_no_tier_to_lose() -> None:
    rig = Rig()
    rig.loop(rig.load(*NOISE), tier=Tier.SINC)
    rig.run(64, 64)
    rig.memory.header["cost"] = 1.0
    allow(rig, BASE + voices(1, overload.UNITY) - 1)
    rig.run(640, 64)
    assert shed(rig) == []


def test_long_fades_are_cut_before_a_playing_voice_is_the_oldest_first() -> None:
    rig = rig_of(Tier.LINEAR, [0.1, 0.1, 0.1])
    rig.engine.push(Op.STOP, track=2, ramp=100_000)
    rig.run(64, 64)
    rig.engine.push(Op.STOP, track=1, ramp=100_000)
    rig.run(64, 64)
    allow(rig, BASE + voices(2, overload.LINEAR) + 1)
    rig.run(640, 64)
    assert shed(rig) == [(1, overload.CUT)]
    (stopped,) = rig.events(Happened.STOPPED)
    assert (stopped.track, stopped.aux) == (1, Reason.SHED)
    assert stopped.frame == rig.events(Happened.SHED)[0].frame + 64


def test_playing_voices_fade_only_when_all_else_leaves_more_than_the_last_resort() -> None:
    rig = rig_of(Tier.LINEAR, [1.0, 0.1, 0.5])
    allow(rig, (BASE + voices(3, overload.LINEAR)) * overload.HIGH / 0.9)
    rig.run(640, 64)
    assert shed(rig) == []
    allow(rig, (BASE + voices(2, overload.LINEAR) + 1) * overload.HIGH / overload.LAST)
    rig.run(640, 64)
    assert shed(rig) == [(1, overload.CUT)]
    assert [view.playing_slot for view in rig.state().tracks] == [1, 0, 1]


def test_no_playing_voice_fades_where_that_does_not_bring_the_block_within_its_time() -> None:
    rig = rig_of(Tier.LINEAR, [1.0, 0.1])
    rig.engine.push(Op.STOP, track=1, ramp=100_000)
    rig.run(64, 64)
    allow(rig, BASE * overload.HIGH / overload.LAST - 1)  # what a block takes whatever it holds is too much already
    rig.run(640, 64)
    assert shed(rig) == []
    assert [view.playing_slot for view in rig.state().tracks] == [1, 0]


def test_a_launch_that_would_be_too_much_sounds_simpler_from_its_first_frame() -> None:
    rig = rig_of(Tier.SINC, [1.0, 0.5])
    allow(rig, BASE + voices(2, overload.SINC) + voices(1, overload.CUBIC) + overload.RECORD)
    rig.loop(0, track=1, gain=0.5, tier=Tier.SINC, source_frames_per_beat=4.1, frame=512 + 31)
    rig.run(64, 64)
    (first, *_) = rig.events(Happened.SHED)
    assert (first.frame, first.track, first.aux) == (512 + 31, 1, Tier.CUBIC)


def test_after_a_second_of_calm_quality_comes_back_the_loudest_first() -> None:
    rig = rig_of(Tier.SINC, [0.1, 1.0])
    rig.memory.header["rate"] = 6_400  # a hundred blocks
    allow(rig, BASE + voices(2, overload.CUBIC) + 1)
    rig.run(64, 64)
    allow(rig, (BASE + voices(2, overload.SINC)) * 2)
    began = rig.state().frame
    rig.run(101 * 64, 64)
    assert shed(rig)[2:] == [(1, Tier.SINC), (0, Tier.SINC)]
    assert rig.events(Happened.SHED)[2].frame == began + 99 * 64


def test_who_gives_way_again_soon_waits_longer_for_the_next_try() -> None:
    rig = rig_of(Tier.SINC, [1.0])
    rig.memory.header["rate"] = 6_400
    for _ in range(2):
        allow(rig, BASE + voices(1, overload.CUBIC) + 1)
        rig.run(64, 64)
        allow(rig, (BASE + voices(1, overload.SINC)) * 2)
        rig.run(101 * 64, 64)
    assert shed(rig) == [(0, Tier.CUBIC), (0, Tier.SINC), (0, Tier.CUBIC)]
    rig.run(101 * 64, 64)
    assert shed(rig)[3:] == [(0, Tier.SINC)]


def test_quality_that_would_not_fit_does_not_come_back() -> None:
    rig = rig_of(Tier.SINC, [1.0])
    rig.memory.header["rate"] = 6_400
    allow(rig, BASE + voices(1, overload.CUBIC) + 1)
    rig.run(64, 64)
    allow(rig, (BASE + voices(1, overload.SINC)) * overload.HIGH / 0.66)
    rig.run(300 * 64, 64)
    assert len(shed(rig)) == 1


@pytest.mark.parametrize("block", [1, 37, 512])
def test_a_replay_of_what_was_shed_gives_the_same_samples(block: int) -> None:
    rig = Rig(tracks=4, voices=32)
    pushed = rig.pushed()
    rng = np.random.default_rng(3)
    segment = rig.load(*NOISE)
    rig.memory.header["cost"] = 1.0
    rig.engine.push(Op.RUN, value=1)
    sound = []
    for turn in range(120):
        if turn % 3 == 0:
            gain, speed = float(rng.uniform(0, 1)), float(rng.uniform(3, 5))
            rig.loop(segment, track=turn % 4, gain=gain, tier=Tier.SINC, source_frames_per_beat=speed)
        if turn % 7 == 0:
            rig.engine.push(Op.STOP, track=turn % 4, ramp=5000, frame=turn * 64 + 20)
        allow(rig, BASE + voices(int(rng.integers(-1, 4)), overload.CUBIC))
        sound.append(rig.run(64, 64))
    assert {report.aux for report in rig.events(Happened.SHED)} == {-1, 0, 1}
    copy = Rig(tracks=4, voices=32)
    copy.load(*NOISE)
    again = replay(copy.memory, obeyed(pushed, rig.heard), 120 * 64, block) / np.float32(UNIT)
    np.testing.assert_array_equal(again, np.hstack(sound))


def test_a_stretched_voice_has_a_tier_to_lose_only_where_it_is_transposed() -> None:
    rig = Rig(voices=32)
    segment = rig.load(*NOISE)
    rig.engine.push(Op.RUN, value=1)
    for track, pitch in enumerate((1.0, 1.5)):
        rig.loop(segment, track=track, tier=Tier.CUBIC, warp=Warp.STRETCH, pitch=pitch, source_frames_per_beat=4.1)
    rig.run(64, 64)
    rig.memory.header["cost"] = 1.0
    allow(rig, BASE + 64.0)
    rig.run(64, 64)
    assert shed(rig) == [(1, Tier.LINEAR)]


@pytest.mark.parametrize(("away", "frame"), [(1e-5, overload.UNITY), (1e-3, overload.UNITY + overload.STRETCH)])
def test_a_loop_rendered_for_the_tempo_weighs_what_one_at_its_own_does(away: float, frame: float) -> None:
    rig = Rig(voices=32)
    rig.loop(rig.load(*NOISE), warp=Warp.STRETCH, source_frames_per_beat=4.0 * (1.0 + away))
    rig.run(64, 64)
    rig.memory.header["cost"] = 1.0
    allow(rig, 1e9)
    rig.run(64, 64)
    effort = rig.memory.bank["effort"][rig.memory.header["committed"][0] & 1]
    assert effort == pytest.approx(BASE + voices(1, frame) + overload.GRAIN)


@pytest.mark.parametrize("frame", [576, 576 + 40])
@pytest.mark.parametrize(("count", "simpler"), [(10, []), (11, [(576, 1, Tier.CUBIC), (576, 0, Tier.CUBIC)])])
def test_records_that_become_due_in_a_block_count_before_it_begins(frame: int, count: int, simpler: list[Any]) -> None:
    rig = rig_of(Tier.SINC, [1.0, 0.1])
    for _ in range(count):
        rig.engine.push(Op.GAIN, track=0, value=1.0, frame=frame)
    rig.run(64, 64)
    records = 10 * (overload.RECORD + 2 * overload.RECORD_VOICE)
    allow(rig, BASE + voices(2, overload.SINC) + records + 1)
    rig.run(64, 64)
    assert [(report.frame, report.track, report.aux) for report in rig.events(Happened.SHED)] == simpler


def test_no_playing_voice_is_cut_for_records_that_are_over_with_the_block() -> None:
    rig = rig_of(Tier.LINEAR, [1.0, 0.1])
    for _ in range(30):
        rig.engine.push(Op.GAIN, track=0, value=1.0, frame=600)
    allow(rig, BASE + voices(2, overload.LINEAR) + 1)
    rig.run(640, 64)
    assert shed(rig) == []
    assert len([report for report in rig.events(Happened.TOOK) if report.frame == 600]) == 30


def test_a_block_that_is_short_of_time_leaves_records_in_the_ring_for_the_next_ones() -> None:
    rig = Rig(commands=256, events=2048)
    tokens = [rig.engine.push(Op.GAIN, track=0, value=0.5) for _ in range(200)]
    rig.memory.header["budget"] = 1e9
    rig.run(40, 10)
    took = [(report.token, report.frame) for report in rig.events(Happened.TOOK)]
    assert took == [(token, n // (10 * INTAKE) * 10) for n, token in enumerate(tokens)]


def test_offline_every_record_is_taken_at_once() -> None:
    rig = Rig(commands=256, events=2048)
    for _ in range(200):
        rig.engine.push(Op.GAIN, track=0, value=0.5)
    rig.run(1, 1)
    assert len(rig.events(Happened.TOOK)) == 200
