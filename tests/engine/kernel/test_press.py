"""Clips as pads: trigger, gate, toggle, repeat; four frames to a beat."""

import pytest

from liveengine.engine.layout import FADE_FRAMES
from liveengine.engine.ops import Happened, LaunchMode, Op, Reason, Refusal
from tests.engine.rig import Rig

COUNT = [1, 2, 3, 4, 5, 6, 7, 8]


def pads(mode: LaunchMode, quantum: float = 1.0) -> Rig:
    """Return a rig at frame 5, one frame into beat 1, whose first slot holds a clip with this mode."""
    rig = Rig()
    rig.engine.push(Op.RUN, value=1)
    rig.clip(1, rig.load(COUNT), mode=mode, quantum=quantum)
    rig.clip(2, rig.load(COUNT), mode=mode, quantum=quantum)
    rig.run(5)
    return rig


def test_a_press_launches_the_clip_on_the_next_boundary_of_its_quantum() -> None:
    rig = pads(LaunchMode.TRIGGER, 2.0)
    rig.press(1)
    assert rig.left(5) == [0, 0, 0, 1, 2]
    queued = rig.events(Happened.QUEUED)[0]
    assert (queued.frame, queued.slot, queued.token) == (8, 1, -1)
    assert rig.state().tracks[0].playing_token == -1


def test_a_press_without_a_quantum_launches_at_once() -> None:
    rig = pads(LaunchMode.TRIGGER, 0.0)
    rig.press(1)
    assert rig.left(3) == [1, 2, 3]


def test_a_press_at_an_exact_frame_launches_from_there() -> None:
    rig = pads(LaunchMode.TRIGGER, 0.0)
    rig.press(1, frame=7)
    assert rig.left(4) == [0, 0, 1, 2]


def test_a_press_shows_what_waits() -> None:
    rig = pads(LaunchMode.TRIGGER)
    rig.press(2)
    rig.run(1)
    view = rig.state().tracks[0]
    assert (view.queued_slot, view.queued_token) == (2, -1)


@pytest.mark.parametrize("mode", [LaunchMode.TRIGGER, LaunchMode.TOGGLE, LaunchMode.REPEAT])
def test_only_a_gate_stops_when_it_is_released(mode: LaunchMode) -> None:
    rig = pads(mode, 0.0)
    rig.press(1)
    rig.press(1, 0)
    rig.run(2 * FADE_FRAMES, block=64)
    assert rig.state().tracks[0].playing_slot == 1


def test_a_gate_plays_until_the_boundary_after_its_release() -> None:
    rig = pads(LaunchMode.GATE)
    rig.press(1)
    rig.run(4)  # frame 9
    rig.press(1, 0)
    rig.run(1)
    assert rig.state().tracks[0].stopping
    rig.run(FADE_FRAMES + 4, block=64)
    assert rig.started() == [(8, 1)]
    assert rig.stopped(Reason.STOP) == [(12 + FADE_FRAMES, 1)]


def test_a_gate_that_is_released_before_its_boundary_never_begins() -> None:
    rig = pads(LaunchMode.GATE)
    rig.press(1)
    rig.press(1, 0)
    assert rig.left(8) == [0] * 8
    assert [e.aux for e in rig.events(Happened.CANCELLED)] == [Op.LAUNCH]


def test_a_gates_release_leaves_another_clip_alone() -> None:
    rig = pads(LaunchMode.GATE, 0.0)
    rig.press(1)
    rig.press(2)
    rig.press(1, 0)
    rig.run(8)
    assert rig.state().tracks[0].playing_slot == 2


def test_a_gate_stops_at_once_while_the_transport_stands() -> None:
    rig = pads(LaunchMode.GATE)
    rig.press(1)
    rig.run(4)
    rig.engine.push(Op.RUN, value=0)
    rig.press(1, 0)
    rig.run(FADE_FRAMES + 1, block=64)
    assert rig.stopped(Reason.STOP) == [(9 + FADE_FRAMES, 1)]


def test_a_toggle_stops_on_the_boundary_after_its_second_press() -> None:
    rig = pads(LaunchMode.TOGGLE)
    rig.press(1)
    rig.run(5)
    rig.press(1)
    rig.run(FADE_FRAMES + 8, block=64)
    assert rig.started() == [(8, 1)]
    assert rig.stopped(Reason.STOP) == [(12 + FADE_FRAMES, 1)]


def test_a_toggle_that_waits_is_taken_back_by_its_second_press() -> None:
    rig = pads(LaunchMode.TOGGLE)
    rig.press(1)
    rig.press(1)
    assert rig.left(8) == [0] * 8


def test_a_toggle_that_is_about_to_stop_is_launched_by_a_third_press() -> None:
    rig = pads(LaunchMode.TOGGLE)
    rig.press(1)
    rig.run(4)
    rig.press(1)
    rig.press(1)
    rig.run(8)
    assert rig.started() == [(8, 1), (12, 1)]
    assert rig.state().tracks[0].playing_slot == 1
    assert not rig.state().tracks[0].stopping


def test_a_repeat_is_launched_on_each_boundary_until_it_is_released() -> None:
    rig = pads(LaunchMode.REPEAT, 0.5)
    rig.press(1)
    rig.run(6)  # frame 11
    rig.press(1, 0)
    rig.run(16)
    assert rig.started() == [(6, 1), (8, 1), (10, 1)]
    state = rig.state()
    assert (state.tracks[0].playing_slot, state.tracks[0].queued_slot, state.queued) == (1, 0, 0)


def test_a_repeat_that_is_released_before_its_boundary_begins_once() -> None:
    rig = pads(LaunchMode.REPEAT)
    rig.press(1)
    rig.press(1, 0)
    rig.run(16)
    assert rig.started() == [(8, 1)]


def test_a_repeat_ends_when_another_clip_is_launched() -> None:
    rig = pads(LaunchMode.REPEAT)
    rig.press(1)
    rig.run(5)
    rig.play(rig.load(COUNT), slot=3, quantum=1.0)
    rig.run(16)
    assert rig.started() == [(8, 1), (12, 3)]


def test_a_repeat_keeps_to_the_grid_when_the_tempo_changes() -> None:
    rig = pads(LaunchMode.REPEAT)
    rig.press(1)
    rig.engine.push(Op.TEMPO, value=5.0, frame=10)  # half of beat 2 has passed
    rig.run(16)
    assert rig.started() == [(8, 1), (13, 1), (18, 1)]  # 12.5 and 17.5 between two frames


def test_an_empty_slot_refuses_to_be_pressed() -> None:
    rig = Rig()
    rig.press(3)
    rig.press(17)
    rig.run(4)
    assert [e.aux for e in rig.events(Happened.REFUSED)] == [Refusal.EMPTY, Refusal.TRACK]


def test_a_clip_whose_buffer_is_gone_refuses_to_begin() -> None:
    rig = pads(LaunchMode.TRIGGER, 0.0)
    rig.engine.segments.free(int(rig.memory.clips["segment"][0, 0, 0]))
    rig.press(1)
    assert rig.left(4) == [0] * 4
    assert [(e.aux, e.token) for e in rig.events(Happened.REFUSED)] == [(Refusal.SEGMENT, -1)]


def test_a_clips_gain_outlasts_what_plays() -> None:
    rig = pads(LaunchMode.TRIGGER, 0.0)
    rig.engine.push(Op.CLIP_GAIN, track=0, slot=1, value=0.5)
    rig.press(1)
    assert rig.left(2) == [0.5, 1]
