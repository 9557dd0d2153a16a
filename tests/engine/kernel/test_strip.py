"""Strips on a countable scale: routes, sends, buses, solo in place, cue and audition. Two tracks, two buses."""

from typing import Any

import numpy as np
import pytest

from liveengine.engine.kernel import block as kernel
from liveengine.engine.layout import NOWHERE
from liveengine.engine.ops import Happened, Op, Refusal
from liveengine.engine.streams.offline import render
from tests.engine.rig import UNIT, Rig, Sound

AUDITION, BUS1, BUS2 = 2, 3, 4  # strips of a rig with two tracks
FIRST, SECOND, HEARD, ONE, TWO, CUE = (2 + 2 * strip for strip in range(6))  # their rows; the cue bus comes last


def playing(first: float = 8.0, second: float = 0.0) -> Rig:
    """Return a rig whose two tracks play constants."""
    rig = Rig()
    for track, count in enumerate((first, second)):
        rig.loop(rig.load([count] * 4, [2 * count] * 4), track=track)
    return rig


def push(rig: Rig, op: Op, track: int, value: float, **fields: Any) -> None:
    rig.engine.push(op, track=track, value=value, **{"ramp": 1} | fields)


def last(rig: Rig) -> list[float]:
    """Return the left side of the rows after a while: master, tracks, audition, buses, cue."""
    counts: list[float] = rig.run(8)[::2, -1].tolist()
    return counts


def test_every_track_goes_to_the_master_at_first() -> None:
    assert last(playing(8, 32)) == [40, 8, 32, 0, 0, 0, 0]


def test_a_track_routed_to_a_bus_reaches_the_master_through_its_fader() -> None:
    rig = playing(8, 32)
    push(rig, Op.ROUTE, 0, 2)
    push(rig, Op.GAIN, BUS2, 0.5)
    assert last(rig) == [36, 8, 32, 0, 0, 4, 0]


def test_a_track_that_goes_nowhere_is_still_heard_on_its_own_outputs() -> None:
    rig = playing(8, 32)
    push(rig, Op.ROUTE, 0, NOWHERE)
    assert last(rig) == [32, 8, 32, 0, 0, 0, 0]


def test_a_bus_that_goes_nowhere_is_still_heard_on_its_own_outputs() -> None:
    rig = playing(8, 32)
    push(rig, Op.ROUTE, 0, 1)
    push(rig, Op.ROUTE, BUS1, NOWHERE)
    assert last(rig) == [32, 8, 32, 0, 8, 0, 0]


def test_a_send_takes_its_share_behind_the_fader_and_leaves_the_track_where_it_goes() -> None:
    rig = playing(8, 32)
    push(rig, Op.SEND, 0, 0.5, slot=1)
    push(rig, Op.SEND, 1, 0.25, slot=1)
    push(rig, Op.GAIN, 1, 0.5)
    assert last(rig) == [8 + 16 + 4 + 4, 8, 16, 0, 4 + 4, 0, 0]


def test_a_send_into_the_bus_that_a_track_goes_to_comes_on_top() -> None:
    rig = playing()
    push(rig, Op.ROUTE, 0, 1)
    push(rig, Op.SEND, 0, 0.5, slot=1)
    assert last(rig)[4] == 12


@pytest.mark.parametrize(("op", "value", "fields"), [(Op.ROUTE, 1, {}), (Op.ROUTE, NOWHERE, {})])
def test_a_route_changes_on_a_straight_line(op: Op, value: float, fields: dict[str, Any]) -> None:
    rig = playing()
    rig.engine.push(op, track=0, value=value, ramp=4, frame=2, **fields)
    sound = rig.run(8, block=3)
    away = [8, 8, 8, 6, 4, 2, 0, 0]
    into = [0, 0, 0, 2, 4, 6, 8, 8] if value == 1 else [0] * 8
    assert sound[ONE].tolist() == into
    assert sound[0].tolist() == [a + b for a, b in zip(away, into, strict=True)]
    assert sound[FIRST].tolist() == [8] * 8


def test_a_send_moves_on_a_straight_line() -> None:
    rig = playing()
    rig.engine.push(Op.SEND, track=0, slot=2, value=1.0, ramp=4)
    rig.engine.push(Op.SEND, track=0, slot=2, value=0.0, ramp=2, frame=4)
    assert rig.run(8, block=3)[TWO].tolist() == [0, 2, 4, 6, 8, 4, 0, 0]


def test_both_sides_keep_their_place_on_buses_and_cue() -> None:
    rig = playing()
    push(rig, Op.ROUTE, 0, 1)
    push(rig, Op.CUE, 0, 1)
    sound = rig.run(4)[:, -1]
    assert sound[[ONE, ONE + 1, CUE, CUE + 1, 0, 1]].tolist() == [8, 16, 8, 16, 8, 16]


def test_a_bus_has_pan_mute_and_meter() -> None:
    rig = playing()
    push(rig, Op.ROUTE, 0, 1)
    push(rig, Op.PAN, BUS1, 1.0)
    assert rig.run(4)[:2, -1].tolist() == [0, 16]
    assert rig.state().buses[0].peak == (0.0, 16 * UNIT)
    assert rig.state().buses[1].peak == (0.0, 0.0)
    push(rig, Op.MUTE, BUS1, 1)
    assert rig.run(4)[:2, -1].tolist() == [0, 0]


def test_a_soloed_track_keeps_its_bus_audible_and_its_share_alone() -> None:
    rig = playing(8, 32)
    push(rig, Op.ROUTE, 0, 1)
    push(rig, Op.SEND, 1, 1.0, slot=1)
    push(rig, Op.SOLO, 0, 1)
    assert last(rig) == [8, 8, 0, 0, 8, 0, 0]


def test_a_soloed_bus_is_heard_with_what_goes_into_it_and_nothing_else() -> None:
    rig = playing(8, 32)
    push(rig, Op.SEND, 0, 0.5, slot=1)
    push(rig, Op.SEND, 0, 0.5, slot=2)
    push(rig, Op.SOLO, BUS1, 1)
    assert last(rig) == [4, 8, 0, 0, 4, 0, 0]
    push(rig, Op.SOLO, BUS1, 0)
    assert last(rig) == [8 + 32 + 4 + 4, 8, 32, 0, 4, 4, 0]


def test_a_track_that_is_sent_to_a_soloed_bus_joins_it() -> None:
    rig = playing(8, 32)
    push(rig, Op.SOLO, BUS1, 1)
    assert last(rig)[0] == 0
    push(rig, Op.ROUTE, 1, 1)
    assert last(rig) == [32, 0, 32, 0, 32, 0, 0]


def test_a_solo_elsewhere_does_not_hurry_a_long_fade() -> None:
    rig = playing(8, 0)
    rig.engine.push(Op.GAIN, track=0, value=0.0, ramp=8)
    rig.engine.push(Op.SOLO, track=0, value=1, ramp=1, frame=4)
    assert rig.left(8) == [8, 7, 6, 5, 4, 3, 2, 1]


def test_cue_hears_a_track_before_its_fader_muted_or_not() -> None:
    rig = playing(8, 32)
    push(rig, Op.GAIN, 0, 0.5)
    push(rig, Op.MUTE, 0, 1)
    push(rig, Op.SOLO, 1, 1)
    push(rig, Op.CUE, 0, 1)
    assert last(rig) == [32, 0, 32, 0, 0, 0, 8]
    assert rig.state().cue_peak == (8 * UNIT, 16 * UNIT)
    assert rig.state().tracks[0].cue
    push(rig, Op.CUE, 0, 0)
    assert last(rig)[-1] == 0


def test_cue_moves_in_and_out_on_straight_lines() -> None:
    rig = playing()
    rig.engine.push(Op.CUE, track=0, value=1, ramp=4)
    rig.engine.push(Op.CUE, track=0, value=0, ramp=2, frame=6)
    assert rig.run(9, block=2)[CUE].tolist() == [0, 2, 4, 6, 8, 8, 8, 4, 0]


def test_the_cue_bus_hears_a_bus_and_has_a_gain_and_a_limiter_of_its_own() -> None:
    rig = playing(8, 0)
    push(rig, Op.ROUTE, 0, 1)
    push(rig, Op.GAIN, BUS1, 0.0)
    push(rig, Op.CUE, BUS1, 1)
    push(rig, Op.CUE_GAIN, 0, 0.5)
    assert last(rig) == [0, 8, 0, 0, 0, 0, 4]
    assert rig.state().cue_gain == 0.5
    loud = Rig(ceiling=0.5)
    loud.loop(loud.load([1024.0] * 4))
    push(loud, Op.CUE, 0, 1)
    push(loud, Op.ROUTE, 0, NOWHERE)
    assert np.abs(loud.run(64, 5)[CUE] * UNIT).max() == 0.5
    assert loud.state().limiter == 1.0


def test_the_cue_buses_limiter_lets_go_in_silence_whatever_the_block() -> None:
    def heard(block: int) -> Sound:
        rig = Rig(ceiling=0.5)
        rig.memory.header["rate"] = 48_000
        segment = rig.load([1024.0] * 4)
        push(rig, Op.CUE, 0, 1)
        rig.loop(segment)
        rig.engine.push(Op.STOP, track=0, frame=100, ramp=64)
        rig.loop(rig.load([100.0] * 4), frame=1_500)
        sound: Sound = rig.run(2_000, block)[CUE]
        return sound

    assert np.array_equal(heard(500), heard(7))
    assert 0 < heard(7)[1_600] < 100  # it has not let go altogether


def test_what_is_auditioned_is_heard_on_the_cue_bus_alone_whatever_is_soloed() -> None:
    rig = playing(8, 32)
    push(rig, Op.SOLO, 1, 1)
    rig.loop(rig.load([5] * 4), track=AUDITION)
    push(rig, Op.GAIN, AUDITION, 2.0)
    assert last(rig) == [32, 0, 32, 10, 0, 0, 10]
    assert rig.state().audition.playing_slot == 1


def test_an_audition_starts_at_its_boundary_and_follows_the_tempo() -> None:
    rig = Rig()
    rig.engine.push(Op.RUN, value=1)
    rig.run(1)
    rig.loop(rig.load([1, 2, 3, 4]), track=AUDITION, quantum=1.0, source_frames_per_beat=8.0)
    assert rig.run(9)[CUE].tolist() == [0, 0, 0, 1, 3, 1, 3, 1, 3]


def test_on_the_audition_strip_each_slot_sounds_and_waits_for_itself_and_the_first_is_shown() -> None:
    rig = Rig()
    rig.engine.push(Op.RUN, value=1)
    rig.loop(rig.load([5] * 4), track=AUDITION)
    rig.run(4)
    token = rig.loop(rig.load([2] * 4), track=AUDITION, quantum=2.0)
    rig.play(rig.load([3] * 4), track=AUDITION, slot=2, beat=1.5)
    assert rig.state().audition.queued_slot == 0
    assert rig.run(4)[CUE].tolist() == [5, 5, 8, 8]
    view = rig.state().audition
    assert (view.playing_slot, view.queued_slot, view.queued_token) == (1, 1, token)
    assert rig.run(400)[CUE, -1] == 2


def test_stopping_every_track_leaves_the_audition_and_panic_does_not() -> None:
    rig = playing(8, 32)
    rig.loop(rig.load([5] * 4), track=AUDITION)
    rig.engine.push(Op.STOP, ramp=64)
    assert rig.run(100)[::2, -1].tolist() == [0, 0, 0, 5, 0, 0, 5]
    rig.engine.push(Op.PANIC)
    assert rig.run(300)[::2, -1].tolist() == [0] * 7


@pytest.mark.parametrize(
    ("op", "track", "slot", "value", "reason"),
    [
        (Op.ROUTE, 0, 0, 3.0, Refusal.VALUE),
        (Op.ROUTE, 0, 0, 0.5, Refusal.VALUE),
        (Op.ROUTE, 0, 0, -2.0, Refusal.VALUE),
        (Op.ROUTE, 0, 0, float("nan"), Refusal.VALUE),
        (Op.ROUTE, BUS1, 0, 1.0, Refusal.VALUE),  # buses feed the master only, so nothing feeds itself
        (Op.ROUTE, AUDITION, 0, 0.0, Refusal.TRACK),
        (Op.SEND, BUS1, 2, 1.0, Refusal.TRACK),
        (Op.SEND, AUDITION, 1, 1.0, Refusal.TRACK),
        (Op.SEND, 0, 0, 1.0, Refusal.TRACK),
        (Op.SEND, 0, 3, 1.0, Refusal.TRACK),
        (Op.SEND, 0, 1, 17.0, Refusal.VALUE),
        (Op.CUE, AUDITION, 0, 1.0, Refusal.TRACK),
        (Op.CUE, 0, 0, 0.5, Refusal.VALUE),
        (Op.SOLO, AUDITION, 0, 1.0, Refusal.TRACK),
        (Op.GAIN, 5, 0, 1.0, Refusal.TRACK),
        (Op.CUE_GAIN, 0, 0, -1.0, Refusal.VALUE),
    ],
)
def test_ways_that_make_no_sense_are_refused(op: Op, track: int, slot: int, value: float, reason: Refusal) -> None:
    rig = playing(8, 32)
    token = rig.engine.push(op, track=track, slot=slot, value=value)
    assert last(rig) == [40, 8, 32, 0, 0, 0, 0]
    assert [(e.token, e.aux) for e in rig.events(Happened.REFUSED)] == [(token, reason)]


def test_the_snapshot_names_routes_and_sends() -> None:
    rig = playing()
    push(rig, Op.ROUTE, 0, 2)
    push(rig, Op.SEND, 0, 0.25, slot=1)
    rig.run(1)
    state = rig.state()
    assert (state.tracks[0].output, state.tracks[0].sends) == (2, (0.25, 0.0))
    assert (state.tracks[1].output, state.tracks[1].sends) == (0, (0.0, 0.0))
    assert (len(state.tracks), len(state.buses)) == (2, 2)


def test_a_kill_inside_a_block_loses_no_route() -> None:
    rig = playing(8, 32)
    push(rig, Op.ROUTE, 0, 1)
    push(rig, Op.SEND, 1, 0.5, slot=2)
    expected = last(rig)
    side = 1 - int(rig.memory.header["committed"][0]) & 1
    rig.memory.feeds[side]["gain"]["target"] = 7.0  # what a block left that nobody committed
    rig.memory.strips[side]["routed"] = 0
    kernel.recover(rig.memory)
    for _ in range(3):
        assert (render(rig.memory, 4, 4)[::2, -1] / np.float32(UNIT)).tolist() == expected


def test_a_strip_that_goes_back_to_the_master_costs_nothing_again() -> None:
    rig = playing()
    push(rig, Op.ROUTE, 0, 1)
    rig.run(8)
    push(rig, Op.ROUTE, 0, 0, ramp=2)
    rig.run(8)
    assert not rig.memory.strips["routed"].any()
    assert last(rig) == [8, 8, 0, 0, 0, 0, 0]
