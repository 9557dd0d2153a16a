"""A clip goes over to other samples, or is read in another way, while it plays."""

from typing import Any

import numpy as np
import pytest

from liveengine.engine.again import obeyed
from liveengine.engine.layout import FADE_FRAMES
from liveengine.engine.ops import Happened, Op, Reason, Warp
from liveengine.engine.streams.offline import replay
from tests.engine.rig import UNIT, Rig, Sound

BEAT = 1_000.0
LOOP = 4_000


def rig(**fields: Any) -> Rig:
    return Rig(**{"beat": BEAT, "pool_bytes": 1 << 20, **fields})


def flat(value: float, frames: int = LOOP) -> Sound:
    return np.full(frames, value, np.float32)


def wave(frames: int, cycles: int) -> Sound:
    return np.asarray(100 * np.sin(2 * np.pi * cycles * np.arange(frames) / frames), np.float32)


def swap(played: Rig, segment: int, frames: int = LOOP, **fields: Any) -> int:
    given = {"track": 0, "slot": 1, "segment": segment, "loop_end": frames, "source_frames_per_beat": BEAT}
    return played.engine.push(Op.SWAP, **{**given, **fields})


def test_a_swap_waits_for_the_seam_and_is_faded_over() -> None:
    played = rig()
    first, second = played.load(flat(100)), played.load(flat(40))
    token = played.loop(first)
    played.run(1_000, 64)
    swap(played, second)
    sound = played.run(5_000, 64)[2]
    assert sound[2_999] == 100
    np.testing.assert_allclose(sound[3_000 : 3_000 + FADE_FRAMES], np.linspace(100, 40, FADE_FRAMES + 1)[:-1], atol=0.3)
    assert (sound[3_000 + FADE_FRAMES :] == 40).all()
    (swapped,) = played.events(Happened.SWAPPED)
    assert (swapped.frame, swapped.segment, swapped.token, swapped.slot) == (4_000, second, token, 1)
    assert [report.frame for report in played.events(Happened.TOOK) if report.aux == Op.SWAP] == [4_000]


def test_who_is_swapped_is_still_the_one_that_plays_and_can_be_stopped() -> None:
    played = rig()
    first, second = played.load(flat(100)), played.load(flat(40))
    token = played.loop(first)
    swap(played, second)
    played.run(5_000, 512)
    track = played.state().tracks[0]
    assert (track.playing_slot, track.playing_token, track.segment) == (1, token, second)
    played.engine.push(Op.STOP, track=0)
    played.run(FADE_FRAMES + 10, 64)
    assert [(r.token, r.aux) for r in played.events(Happened.STOPPED) if r.token > 0] == [(token, Reason.STOP)]
    assert played.run(10)[2].tolist() == [0.0] * 10


def test_a_swap_meant_for_one_voice_leaves_the_next_one_in_its_slot_alone() -> None:
    played = rig()
    first, second, other = (played.load(flat(value)) for value in (100, 40, 70))
    token = played.loop(first)
    played.run(500, 64)
    swapped = swap(played, second, value=token)
    played.run(500, 64)
    played.loop(other)
    assert (played.run(10_000, 64)[2][FADE_FRAMES:] == 70).all()
    assert [report.token for report in played.events(Happened.CANCELLED)] == [swapped]


def test_a_swap_takes_no_voice_from_another_track_however_many_play() -> None:
    played = rig(tracks=12, voices=16)
    first, second = played.load(flat(10)), played.load(flat(20))
    for track in range(12):
        played.loop(first, track)
    played.run(500, 64)
    swap(played, second, track=5)
    played.run(5_000, 64)
    assert [report.track for report in played.events(Happened.SWAPPED)] == [5]
    assert [report.track for report in played.events(Happened.STOPPED) if report.token > 0] == []


def test_a_change_of_tempo_moves_the_seam_that_a_swap_waits_for() -> None:
    played = rig()
    first, second = played.load(flat(100)), played.load(flat(40))
    played.loop(first, source_frames_per_beat=BEAT)
    played.run(500)
    swap(played, second)
    played.engine.push(Op.TEMPO, value=BEAT / 2, frame=2_000)
    played.run(3_500, 100)
    assert [report.frame for report in played.events(Happened.SWAPPED)] == [3_000]


def test_the_phase_is_kept_in_a_loop_of_another_length() -> None:
    played = rig()
    ramp = np.arange(LOOP, dtype=np.float32)
    played.loop(played.load(ramp), source_frames_per_beat=BEAT * 0.75)
    swap(played, played.load(2 * ramp[: LOOP // 2]), LOOP // 2, source_frames_per_beat=BEAT * 0.375)
    sound = played.run(10_000, 128)[2]
    frames = np.arange(6_000, 10_000)
    np.testing.assert_allclose(sound[frames], frames * 0.75 % LOOP, atol=0.01)


def test_after_a_swap_to_a_rendered_variant_its_samples_are_heard_untouched() -> None:
    played = rig()
    noise = np.random.default_rng(1).uniform(-99, 99, LOOP).astype(np.float32)
    played.loop(played.load(wave(5_000, 40)), source_frames_per_beat=BEAT * 1.25, warp=int(Warp.STRETCH), pitch=1.0)
    swap(played, played.load(noise), warp=int(Warp.STRETCH))
    sound = played.run(12_000, 64)[2]
    np.testing.assert_array_equal(sound[4_000 + FADE_FRAMES : 8_000], noise[FADE_FRAMES:])
    np.testing.assert_array_equal(sound[8_000:], noise)


def test_a_swap_for_what_does_not_play_is_cancelled() -> None:
    played = rig()
    segment = played.load(flat(40))
    swap(played, segment)
    played.play(segment)  # not a loop: it has no seam
    swap(played, segment)
    played.run(100)
    assert len(played.events(Happened.CANCELLED)) == 2
    assert not played.events(Happened.SWAPPED)


def test_a_segment_that_a_swap_waits_for_is_not_given_back() -> None:
    played = rig()
    first, second = played.load(flat(100)), played.load(flat(40))
    played.loop(first)
    played.run(100)
    swap(played, second)
    played.engine.push(Op.RETIRE, segment=first)
    played.engine.push(Op.RETIRE, segment=second)
    played.run(3_900 + FADE_FRAMES - 1, 1)
    assert not played.events(Happened.RETIRED)
    played.run(64)
    assert [report.segment for report in played.events(Happened.RETIRED)] == [first]


def test_with_no_voice_to_spare_the_swap_takes_the_place_of_what_is_heard_least() -> None:
    played = rig(voices=2)
    first, second = played.load(flat(100)), played.load(flat(40))
    played.loop(first)
    played.loop(first, track=1)
    swap(played, second)
    sound = played.run(9_000, 64)
    assert np.isfinite(sound).all()
    assert len(played.events(Happened.SWAPPED)) <= 1


@pytest.mark.parametrize("before", Warp)
@pytest.mark.parametrize("after", Warp)
def test_the_way_to_follow_the_tempo_changes_without_a_click(before: Warp, after: Warp) -> None:
    played = rig()
    played.loop(played.load(wave(40_000, 100)), source_frames_per_beat=BEAT * 1.3, warp=int(before), pitch=1.0)
    played.run(3_001, 64)
    played.engine.push(Op.WARP, track=0, slot=1, warp=int(after), pitch=1.0)
    sound = played.run(6_000, 64)[2]
    most = 3.5 if Warp.BEATS in (before, after) else 1.6 * 1.571  # a slice cuts the tone, within 64 frames
    assert np.abs(np.diff(sound)).max() < most
    assert (played.state().tracks[0].playing_slot, played.state().tracks[0].warp) == (1, after)


def test_a_new_pitch_is_heard_at_once_and_moves_nothing_else() -> None:
    played = rig()
    token = played.loop(played.load(wave(48_000, 480)), source_frames_per_beat=BEAT, warp=int(Warp.STRETCH), pitch=1.0)
    played.run(1_000)
    played.engine.push(Op.WARP, track=0, slot=1, warp=int(Warp.STRETCH), tier=1, pitch=1.5)
    sound = played.run(48_000, 64)[2]
    crossings = np.flatnonzero((sound[:-1] < 0) & (sound[1:] >= 0))
    assert abs(len(crossings) - 720) <= 3
    assert played.state().tracks[0].playing_token == token
    assert not played.events(Happened.STOPPED)


def test_a_launch_that_waits_learns_its_new_way_too() -> None:
    played = rig()
    played.play(played.load(wave(4_000, 40)), frame=500, source_frames_per_beat=BEAT)
    played.engine.push(Op.WARP, track=0, slot=1, warp=int(Warp.BEATS), pitch=2.0)
    played.run(600)
    voice = played.memory.voices[int(played.memory.header["committed"][0]) & 1, 0]
    assert (int(voice["warp"]), float(voice["pitch"])) == (Warp.BEATS, 2.0)


def test_a_swap_for_an_exact_frame_does_not_look_for_its_seam_before() -> None:
    played = rig()
    first, second = played.load(flat(100)), played.load(flat(40))
    played.loop(first, frame=2_000)
    swap(played, second, frame=6_000)
    played.engine.push(Op.LOCATE, value=1.0, frame=500)
    played.run(7_000, 64)
    assert [event.frame for event in played.events(Happened.SWAPPED)] == [6_000]
    assert not played.events(Happened.CANCELLED)


def cancelled(played: Rig) -> list[int]:
    """Return the tokens of the swaps that were dropped."""
    return [report.token for report in played.events(Happened.CANCELLED) if report.aux == Op.SWAP]


def test_the_newest_swap_takes_the_place_of_the_one_that_waits_for_the_same_voice() -> None:
    played = rig()
    segment = played.load(flat(100))
    token = played.loop(segment)
    other = played.loop(segment, track=1)
    played.run(1_000, 64)
    elsewhere = swap(played, segment, track=1, value=other)
    asked = [swap(played, segment, frames=LOOP - n, value=token * (n % 2)) for n in range(20)]
    played.run(4_000, 64)
    assert cancelled(played) == asked[:-1]
    assert sorted(report.token for report in played.events(Happened.SWAPPED)) == [token, other]
    took = [report.token for report in played.events(Happened.TOOK) if report.aux == Op.SWAP]
    assert sorted(took) == sorted([elsewhere, asked[-1]])


def test_a_swap_for_an_exact_frame_is_not_superseded_before_it() -> None:
    played = rig()
    first, second = played.load(flat(100)), played.load(flat(40))
    played.loop(first)
    played.run(100, 64)
    swap(played, first, frame=6_000)
    swap(played, second)
    played.run(9_000, 64)
    assert [(r.frame, r.segment) for r in played.events(Happened.SWAPPED)] == [(4_000, second), (8_000, first)]
    assert not cancelled(played)


@pytest.mark.parametrize("ends", [{"op": Op.STOP}, {"op": Op.LAUNCH, "slot": 2, "loop_end": LOOP}, {"op": Op.PANIC}])
def test_a_swap_whose_voice_was_stopped_lets_go_of_its_segment_at_once(ends: dict[str, Any]) -> None:
    played = rig()
    first, second = played.load(flat(100)), played.load(flat(40))
    played.loop(first)
    played.run(100, 64)
    token = swap(played, second)
    played.engine.push(Op.RETIRE, segment=second)
    played.run(100, 64)
    assert not played.events(Happened.RETIRED)
    played.engine.push(**ends, track=0, segment=first)
    played.run(64, 64)
    assert cancelled(played) == [token]
    assert [(report.segment, report.frame) for report in played.events(Happened.RETIRED)] == [(second, 264)]


def test_a_swap_for_whatever_plays_waits_on_when_its_clip_is_launched_again() -> None:
    played = rig()
    first, second = played.load(flat(100)), played.load(flat(40))
    played.loop(first)
    played.run(100, 64)
    swap(played, second)
    played.run(100, 64)
    token = played.loop(first)
    played.run(5_000, 64)
    assert [(r.frame, r.token, r.segment) for r in played.events(Happened.SWAPPED)] == [(4_200, token, second)]


def test_what_superseded_swaps_leave_sounds_the_same_in_a_replay() -> None:
    played, again = rig(), rig()
    pushed = played.pushed()
    segments = [(played.load(flat(value)), again.load(flat(value))) for value in (100, 40, 70)]
    played.loop(segments[0][0])
    sound = [played.run(1_000, 64)]
    for n in range(6):
        swap(played, segments[1 + n % 2][0], frames=LOOP - 100 * n)
        sound.append(played.run(50, 64))
    sound.append(played.run(9_000, 64))
    records = obeyed(pushed, played.heard)
    assert np.count_nonzero(records["op"] == Op.SWAP) == 1
    copy = replay(again.memory, records, 10_300, 100) / np.float32(UNIT)
    np.testing.assert_array_equal(copy, np.hstack(sound))
