"""The kernel on a countable scale: launches, boundaries, loops, fades, retiring, broken buffers."""

from typing import Any

import numpy as np
import pytest

from liveengine.engine.kernel import dsp
from liveengine.engine.layout import FADE_FRAMES
from liveengine.engine.ops import Happened, Op, Reason, Refusal
from tests.engine.rig import Rig

COUNT = [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_launch_starts_at_its_exact_frame_inside_a_block() -> None:
    rig = Rig()
    rig.play(rig.load(COUNT), frame=3)
    assert rig.left(12, block=8) == [0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0]
    assert [(e.frame, e.aux) for e in rig.events(Happened.STARTED)] == [(3, 0)]
    assert [(e.frame, e.aux) for e in rig.events(Happened.STOPPED)] == [(11, Reason.END)]


def test_a_launch_without_quantum_sounds_in_the_first_block_after_its_arrival() -> None:
    rig = Rig()
    rig.run(4)
    rig.play(rig.load(COUNT))
    assert rig.left(4) == [1, 2, 3, 4]


def test_a_launch_waits_for_the_next_boundary_of_its_quantum() -> None:
    rig = Rig()
    rig.engine.push(Op.RUN, value=1)
    rig.run(5)
    rig.play(rig.load(COUNT), quantum=2.0)
    assert rig.left(8) == [0, 0, 0, 1, 2, 3, 4, 5]
    queued = rig.events(Happened.QUEUED)[0]
    assert (queued.frame, queued.beat, queued.aux) == (8, 2.0, Op.LAUNCH)


def test_a_boundary_exactly_on_the_first_frame_counts() -> None:
    rig = Rig()
    rig.engine.push(Op.RUN, value=1)
    rig.run(8)
    rig.play(rig.load(COUNT), quantum=2.0)
    assert rig.left(4) == [1, 2, 3, 4]


def test_a_late_launch_with_a_quantum_slides_to_the_next_boundary() -> None:
    rig = Rig()
    rig.engine.push(Op.RUN, value=1)
    rig.run(9)
    rig.play(rig.load(COUNT), frame=8, quantum=1.0)
    assert rig.left(5, block=5) == [0, 0, 0, 1, 2]
    assert [e.aux for e in rig.events(Happened.LATE)] == [1]


def test_a_late_launch_without_a_quantum_starts_now_and_says_how_late() -> None:
    rig = Rig()
    rig.run(8)
    rig.play(rig.load(COUNT), frame=5)
    assert rig.left(2) == [1, 2]
    assert [(e.frame, e.aux) for e in rig.events(Happened.STARTED)] == [(8, 3)]


def test_a_launch_at_a_beat_starts_at_the_frame_of_that_beat() -> None:
    rig = Rig()
    rig.engine.push(Op.RUN, value=1)
    rig.play(rig.load(COUNT), beat=1.5)
    assert rig.left(8) == [0, 0, 0, 0, 0, 0, 1, 2]


def test_what_waits_for_a_boundary_waits_while_the_transport_stands() -> None:
    rig = Rig()
    rig.play(rig.load(COUNT), quantum=1.0)
    assert rig.left(8) == [0] * 8
    rig.engine.push(Op.RUN, value=1, frame=10)
    assert rig.left(4) == [0, 0, 1, 2]


def test_a_tempo_change_moves_what_waits_and_keeps_the_beat() -> None:
    rig = Rig()
    rig.engine.push(Op.RUN, value=1)
    rig.play(rig.load(COUNT), beat=2.0)
    rig.engine.push(Op.TEMPO, value=8.0, frame=4)  # beat 1, then a beat takes eight frames
    assert rig.left(14) == [0] * 12 + [1, 2]
    state = rig.state()
    assert (state.beat(4), state.beat(12)) == (1.0, 2.0)


def test_a_locate_sends_what_waits_to_the_next_boundary_of_the_new_place() -> None:
    rig = Rig()
    rig.engine.push(Op.RUN, value=1)
    rig.engine.push(Op.LOCATE, value=0.5, frame=2)
    rig.run(2)
    rig.play(rig.load(COUNT), quantum=1.0)
    assert rig.left(4) == [0, 0, 1, 2]  # the frame of beat 1 is 2 + 0.5 * 4


def test_a_newer_launch_supersedes_the_one_that_waits_on_its_track() -> None:
    rig = Rig()
    rig.engine.push(Op.RUN, value=1)
    rig.run(1)
    old = rig.play(rig.load(COUNT), quantum=1.0)
    rig.play(rig.load([9, 9, 9, 9]), quantum=1.0, slot=2)
    assert rig.left(4) == [0, 0, 0, 9]
    assert [e.token for e in rig.events(Happened.CANCELLED)] == [old]
    assert rig.state().tracks[0].playing_slot == 2


def test_cancel_drops_what_waits_and_nothing_else() -> None:
    rig = Rig()
    rig.engine.push(Op.RUN, value=1)
    rig.loop(rig.load(COUNT), track=1)
    rig.run(1)
    rig.play(rig.load(COUNT), quantum=1.0)
    rig.run(1)
    assert rig.state().tracks[0].queued_slot == 1
    rig.engine.push(Op.CANCEL, track=0)
    rig.run(1)
    view = rig.state().tracks
    assert (view[0].queued_slot, view[1].playing_slot) == (0, 1)


def test_a_replaced_voice_fades_while_the_new_one_starts_at_full() -> None:
    rig = Rig()
    ones = rig.load([1] * 8)
    rig.loop(ones)
    rig.run(4)
    rig.loop(rig.load([512] * 8))
    sound = np.array(rig.left(FADE_FRAMES + 4, block=64))
    faded = 1 - np.arange(FADE_FRAMES) / FADE_FRAMES
    np.testing.assert_allclose(sound[:FADE_FRAMES], 512 + faded, rtol=1e-6)
    assert sound[FADE_FRAMES:].tolist() == [512] * 4
    ended = rig.events(Happened.STOPPED)
    assert [(e.frame, e.aux) for e in ended] == [(4 + FADE_FRAMES, Reason.REPLACED)]


def test_a_voice_that_starts_inside_its_buffer_fades_in_as_fast_as_one_may_for_it_may_begin_with_an_attack() -> None:
    rig = Rig()
    rig.loop(rig.load([64] * 4), start=2)
    assert rig.left(68, block=16) == [*range(65), 64, 64, 64]


def test_stop_fades_over_at_least_sixty_four_frames() -> None:
    rig = Rig()
    rig.loop(rig.load([64] * 4))
    rig.engine.push(Op.STOP, track=0, frame=2, ramp=1)
    assert rig.left(68, block=16) == [64, 64, *range(64, 0, -1), 0, 0]


def test_panic_fades_everything_and_empties_the_queue() -> None:
    rig = Rig()
    rig.engine.push(Op.RUN, value=1)
    rig.loop(rig.load([1] * 4))
    rig.loop(rig.load([1] * 4), track=1)
    rig.play(rig.load(COUNT), frame=1000)
    rig.engine.push(Op.PANIC, frame=8)
    rig.run(8 + FADE_FRAMES + 8, block=32)
    state = rig.state()
    assert (state.voices, state.queued) == (0, 0)
    assert {e.aux for e in rig.events(Happened.STOPPED)} == {Reason.PANIC}


def test_a_segment_is_retired_only_when_its_voice_has_ended() -> None:
    rig = Rig()
    segment = rig.load(COUNT)
    rig.play(segment)
    rig.engine.push(Op.RETIRE, segment=segment)
    rig.run(4)
    assert not rig.events(Happened.RETIRED)
    rig.run(8)
    assert [e.segment for e in rig.events(Happened.RETIRED)] == [segment]


def test_a_segment_is_not_retired_while_a_launch_waits_for_it() -> None:
    rig = Rig()
    segment = rig.load(COUNT)
    rig.play(segment, frame=20)
    rig.engine.push(Op.RETIRE, segment=segment)
    rig.run(16)
    assert not rig.events(Happened.RETIRED)
    rig.run(16)
    assert rig.events(Happened.RETIRED)


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf, 2.0**40])
@pytest.mark.parametrize("ratio", [0.0, 4.0 * 1.5])
def test_a_voice_with_a_broken_sample_is_muted_from_that_frame_on(broken: float, ratio: float) -> None:
    sound, events = {}, {}
    for block in (4, 16):
        rig = Rig()
        bad = rig.load([1, 2, 3, 4, 5, broken, 7, 8, 9, 10, 11, 12])
        rig.loop(bad, source_frames_per_beat=ratio)
        rig.loop(rig.load([100] * 4), track=1)
        sound[block] = rig.run(16, block)
        events[block] = [(e.kind, e.frame, e.track) for e in rig.events(Happened.MUTED, Happened.STOPPED)]
    assert np.isfinite(sound[16]).all()
    assert sound[16][4, :].tolist() == [100] * 16
    at = 5 if ratio == 0.0 else 3
    assert sound[16][2, at:].tolist() == [0] * (16 - at)
    assert sound[16][2, at - 1] > 0
    assert events[16] == events[4] == [(Happened.MUTED, at, 0), (Happened.STOPPED, at, 0)]
    np.testing.assert_array_equal(sound[4], sound[16])


def test_frames_go_on_beyond_two_to_the_thirty_two() -> None:
    origin = 2**32 - 100
    rig = Rig(frame=origin)
    rig.engine.push(Op.RUN, value=1)
    rig.play(rig.load(COUNT), frame=origin + 103)
    rig.play(rig.load(COUNT), track=1, quantum=16.0)
    sound = rig.run(140, block=7)
    assert np.flatnonzero(sound[2])[0] == 103
    assert np.flatnonzero(sound[4])[0] == 0  # the anchor, beat 0, lies on the first frame
    assert rig.state().beat(origin + 4) == 1.0
    assert rig.state().frame == origin + 140


def test_the_oldest_voice_is_stolen_early_so_that_none_is_cut() -> None:
    rig = Rig(tracks=8, voices=8)
    ones = rig.load([1] * 4)
    for track in range(7):
        rig.loop(ones, track=track, frame=track)
    rig.run(8 + FADE_FRAMES, block=16)
    stolen = [e for e in rig.events(Happened.STOPPED) if e.aux == Reason.STOLEN]
    assert [(e.track, e.frame) for e in stolen] == [(0, 6 + FADE_FRAMES)]


def test_with_every_voice_taken_the_quietest_fading_one_gives_way() -> None:
    rig = Rig(tracks=2, voices=2)
    ones = rig.load([1] * 4)
    rig.loop(ones)
    rig.loop(ones, frame=10)
    rig.loop(ones, track=1, frame=20)
    rig.run(24)
    stolen = [e for e in rig.events(Happened.STOPPED) if e.aux == Reason.STOLEN]
    assert [(e.track, e.frame) for e in stolen] == [(0, 20)]
    assert rig.state().voices == 2


def test_a_track_that_starts_ever_anew_takes_no_other_tracks_voice() -> None:
    rig = Rig(tracks=2, voices=16)
    ones = rig.load([1] * 4)
    playing = rig.loop(ones, track=1)
    for frame in range(1, 31):
        rig.loop(ones, frame=frame)
    rig.run(31 + FADE_FRAMES)
    assert rig.state().tracks[1].playing_token == playing
    stolen = [e for e in rig.events(Happened.STOPPED) if e.aux == Reason.STOLEN]
    assert {e.track for e in stolen} == {0}


def test_a_scene_of_sixteen_starts_on_one_frame() -> None:
    rig = Rig(tracks=16, voices=128)
    counts = [rig.load([n + 1] * 3) for n in range(16)]
    rig.engine.push(Op.RUN, value=1)
    rig.run(1)
    for scene in range(2):
        for track, segment in enumerate(counts):
            rig.loop(segment, track=track, slot=scene + 1, quantum=1.0)
        rig.run(4)
    started = rig.events(Happened.STARTED)
    assert [(e.frame, e.track) for e in started] == [(frame, track) for frame in (4, 8) for track in range(16)]
    assert rig.state().voices == 32


def test_a_stop_and_a_launch_on_the_same_frame_leave_the_later_one() -> None:
    rig = Rig()
    fours = rig.load([4] * 4)
    rig.loop(fours)
    rig.run(4)
    rig.engine.push(Op.STOP, track=0, frame=6)
    launched = rig.loop(fours, frame=6)
    rig.run(4)
    assert rig.state().tracks[0].playing_token == launched
    last = rig.loop(fours, frame=10)
    rig.engine.push(Op.STOP, track=0, frame=10)
    rig.run(4)
    assert rig.state().tracks[0].playing_slot == 0
    assert [e.token for e in rig.events(Happened.STARTED)][1:] == [launched, last]


def test_a_launch_while_the_track_fades_starts_beside_the_fade() -> None:
    rig = Rig()
    eights = rig.load([8] * 4)
    rig.loop(eights)
    rig.engine.push(Op.STOP, track=0, frame=4, ramp=64)
    rig.loop(eights, frame=36)
    assert rig.left(4 + 64 + 4)[35:] == [8 - 31 / 8, *[8 + 4 - n / 8 for n in range(32)], 8, 8, 8, 8]


def test_clip_gain_moves_what_plays_from_a_slot() -> None:
    rig = Rig()
    rig.loop(rig.load([8] * 4))
    rig.engine.push(Op.CLIP_GAIN, track=0, slot=1, value=0.5, ramp=4)
    assert rig.left(6) == [8, 7, 6, 5, 4, 4]


@pytest.mark.parametrize(
    ("op", "fields", "reason"),
    [
        (Op.NONE, {}, Refusal.OPCODE),
        (Op.LAUNCH, {"track": 3, "slot": 1, "segment": 0}, Refusal.TRACK),
        (Op.LAUNCH, {"track": -1, "slot": 1, "segment": 0}, Refusal.TRACK),
        (Op.LAUNCH, {"track": 0, "slot": 1, "segment": 1}, Refusal.SEGMENT),
        (Op.LAUNCH, {"track": 0, "slot": 1, "segment": -1}, Refusal.SEGMENT),
        (Op.LAUNCH, {"track": 0, "slot": 1, "segment": 0, "start": 8}, Refusal.SEGMENT),
        (Op.LAUNCH, {"track": 0, "slot": 1, "segment": 0, "loop_end": 9}, Refusal.SEGMENT),
        (Op.LAUNCH, {"track": 0, "slot": 1, "segment": 0, "loop_start": -1, "loop_end": 2}, Refusal.SEGMENT),
        (Op.LAUNCH, {"track": 0, "slot": 1, "segment": 0, "gain": np.nan}, Refusal.VALUE),
        (Op.LAUNCH, {"track": 0, "slot": 0, "segment": 0}, Refusal.VALUE),
        (Op.GAIN, {"track": 0, "value": np.inf}, Refusal.VALUE),
        (Op.PAN, {"track": 0, "value": 1.5}, Refusal.VALUE),
        (Op.TEMPO, {"value": 0.0}, Refusal.VALUE),
        (Op.LOCATE, {"value": np.nan}, Refusal.VALUE),
        (Op.STOP, {"track": 0, "quantum": -1.0}, Refusal.QUANTUM),
        (Op.RETIRE, {"segment": 16}, Refusal.SEGMENT),
    ],
)
def test_a_record_without_sense_is_refused_and_changes_nothing(op: Op, fields: dict[str, Any], reason: Refusal) -> None:
    rig = Rig()
    rig.load(COUNT)
    token = rig.engine.push(op, **fields)
    assert rig.left(4) == [0] * 4
    assert [(e.kind, e.token, e.aux) for e in rig.heard] == [(Happened.REFUSED, token, reason)]


def test_a_full_queue_refuses_and_keeps_what_it_holds() -> None:
    rig = Rig(queue=4)
    for n in range(6):
        rig.engine.push(Op.GAIN, track=0, value=1.0, frame=100 + n)
    rig.run(4)
    assert [e.aux for e in rig.events(Happened.REFUSED)] == [Refusal.QUEUE_FULL] * 2
    rig.run(100)
    assert [e.frame for e in rig.events(Happened.TOOK)] == [100, 101, 102, 103]


def test_a_segment_that_goes_away_while_a_launch_waits_is_refused() -> None:
    rig = Rig()
    segment = rig.load(COUNT)
    rig.play(segment, frame=6)
    rig.run(4)
    rig.engine.segments.free(segment)
    assert rig.left(8) == [0] * 8
    assert [e.aux for e in rig.events(Happened.REFUSED)] == [Refusal.SEGMENT]


def test_a_lost_event_is_counted() -> None:
    rig = Rig(events=4)
    for _ in range(6):
        rig.engine.push(Op.GAIN, track=0, value=1.0)
    rig.run(1)
    assert (len(rig.heard), rig.state().events_lost) == (4, 2)


@pytest.mark.skipif(not dsp.X86, reason="only x86 flushes denormals so far")
def test_numbers_too_small_to_hear_are_silence() -> None:
    rig = Rig()
    rig.loop(rig.load([1.0] * 4), gain=1e-40)
    assert rig.left(4) == [0.0] * 4
