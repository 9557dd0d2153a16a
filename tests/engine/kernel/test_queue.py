"""What waits: the order in which it takes effect, stops and cancels of one slot, of one record; thousands at once."""

import numpy as np
import pytest

from liveengine.engine.kernel import block as kernel
from liveengine.engine.layout import FADE_FRAMES
from liveengine.engine.ops import Happened, Op, Reason
from liveengine.engine.streams.offline import render
from tests.engine.rig import Rig

COUNT = [1, 2, 3, 4, 5, 6, 7, 8]


def running(**capacity: int) -> Rig:
    """Return a rig at frame 1 whose transport runs."""
    rig = Rig(**capacity)
    rig.engine.push(Op.RUN, value=1)
    rig.run(1)
    return rig


def test_a_stop_that_names_a_slot_leaves_another_one_playing() -> None:
    rig = running()
    rig.loop(rig.load(COUNT), slot=2)
    rig.engine.push(Op.STOP, track=0, slot=1)
    rig.run(4)
    assert rig.state().tracks[0].playing_slot == 2
    rig.engine.push(Op.STOP, track=0, slot=2)
    rig.run(FADE_FRAMES + 4, block=64)
    assert rig.stopped(Reason.STOP) == [(5 + FADE_FRAMES, 2)]


def test_a_stop_that_names_a_slot_drops_what_waits_of_that_slot_alone() -> None:
    rig = running()
    rig.play(rig.load(COUNT), slot=2, quantum=1.0)
    rig.engine.push(Op.STOP, track=0, slot=1, quantum=1.0)
    rig.run(1)
    assert (rig.state().tracks[0].queued_slot, rig.state().tracks[0].stopping) == (2, False)
    rig.engine.push(Op.STOP, track=0, slot=2, quantum=1.0)
    rig.run(8)
    assert not rig.started()


def test_a_stop_that_waits_for_a_slot_is_shown_while_that_slot_plays() -> None:
    rig = running()
    rig.loop(rig.load(COUNT), slot=2)
    rig.engine.push(Op.STOP, track=0, slot=2, quantum=16.0)
    rig.run(1)
    assert rig.state().tracks[0].stopping
    rig.loop(0, slot=3, frame=2)
    rig.run(4)
    assert not rig.state().tracks[0].stopping


def test_a_cancel_that_names_a_slot_drops_what_waits_of_it_for_a_frame_too() -> None:
    rig = running()
    rig.play(rig.load(COUNT), slot=2, frame=8)
    rig.play(0, slot=3, frame=9)
    rig.engine.push(Op.CANCEL, track=0)
    rig.engine.push(Op.CANCEL, track=0, slot=2)
    rig.run(12)
    assert rig.started() == [(9, 3)]


@pytest.mark.parametrize("when", [{"frame": 8}, {"quantum": 2.0}, {"beat": 2.0}])
def test_a_cancel_may_name_one_record_whatever_that_waits_for(when: dict[str, float]) -> None:
    rig = running()
    token = rig.engine.push(Op.GAIN, track=0, value=0.5, **when)  # type: ignore[arg-type]
    other = rig.engine.push(Op.PAN, track=0, value=0.5, **when)  # type: ignore[arg-type]
    rig.engine.push(Op.CANCEL, start=token)
    rig.run(12)
    assert [(e.token, e.aux) for e in rig.events(Happened.CANCELLED)] == [(token, Op.GAIN)]
    assert (rig.state().tracks[0].gain, rig.state().tracks[0].pan) == (1.0, 0.5)
    assert other in [e.token for e in rig.events(Happened.TOOK)]


def test_of_many_timed_launches_the_next_one_is_shown() -> None:
    rig = running()
    rig.load(COUNT)
    for slot, frame in ((1, 30), (2, 10), (3, 20)):
        rig.play(0, slot=slot, frame=frame)
    rig.run(2)
    assert rig.state().tracks[0].queued_slot == 2
    rig.run(10)
    assert rig.state().tracks[0].queued_slot == 3


def test_four_thousand_records_take_effect_in_order_each_at_its_frame() -> None:
    rig = running(commands=4096, queue=4096, events=1 << 14)
    frames = np.random.default_rng(1).integers(10, 900, 4000)
    for n, frame in enumerate(frames.tolist()):
        rig.engine.push(Op.PAN, track=0, value=n / 4000, frame=frame)
    rig.run(1)
    assert rig.state().queued == 4000
    first = rig.engine._token - 3999
    rig.run(900, block=64)
    took = [(e.frame, e.token - first) for e in rig.events(Happened.TOOK) if e.token >= first]
    assert took == sorted((frame, n) for n, frame in enumerate(frames.tolist()))
    assert rig.state().queued == 0


def test_places_are_used_again_when_records_come_and_go() -> None:
    rig = running(queue=8)
    for turn in range(200):
        for n in range(3):
            rig.engine.push(Op.PAN, track=0, value=0.1 * n, frame=rig.state().frame + 5 + n * turn % 9)
        if turn % 7 == 0:
            rig.play(rig.load(COUNT) if turn == 0 else 0, quantum=1.0)
        rig.run(10)
    assert not rig.events(Happened.REFUSED)
    assert len(rig.events(Happened.TOOK)) > 600


def test_after_a_kill_inside_a_block_what_waits_is_whole() -> None:
    rig, twin = running(queue=8), running(queue=8)
    for one in (rig, twin):
        one.clip(1, one.load(COUNT), quantum=1.0)
        one.engine.push(Op.PAN, track=0, value=0.25, frame=9)
        one.engine.push(Op.PAN, track=0, value=0.5, frame=30)
        one.press(1)
        one.run(2)
    header = rig.memory.header.copy()
    rig.engine.push(Op.UNCLIP, track=0, slot=1)
    rig.engine.push(Op.PANIC)
    render(rig.memory, 16)
    rig.memory.header[:] = header  # all of the block is done but its commit, and the records are gone with the daemon
    kernel.recover(rig.memory)
    np.testing.assert_array_equal(rig.run(40), twin.run(40))
    assert rig.started() == twin.started() == [(4, 1)]
    assert rig.state().tracks[0].pan == 0.5


def test_a_hundred_thousand_tempo_changes_leave_the_beat_where_it_was() -> None:
    rig = Rig(commands=1024, queue=1024, events=2048)
    rig.engine.push(Op.RUN, value=1)
    rig.run(1)
    rng = np.random.default_rng(1)
    frame, tempo, worst, beat = 1, 4.0, 0.0, 0.25
    for _ in range(100):
        frames = frame + np.cumsum(rng.integers(1, 20, 1000))
        tempos = 48_000 * 60 / rng.uniform(20, 999, 1000)
        for at, value in zip(frames.tolist(), tempos.tolist(), strict=True):
            rig.engine.push(Op.TEMPO, value=value, frame=at)
        rig.heard.clear()
        rig.run(int(frames[-1]) + 1 - rig.state().frame, block=512)
        for event, value in zip(rig.events(Happened.TOOK), tempos.tolist(), strict=True):
            worst = max(worst, abs((event.beat - beat) * tempo - (event.frame - frame)))
            frame, tempo, beat = event.frame, value, event.beat
    assert worst < 1e-6  # frames; one is allowed
