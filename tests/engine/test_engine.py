"""The daemon's handle: tokens, the full ring, the journal, consistent snapshots."""

import threading

import numpy as np
import pytest

from liveengine.engine.kernel.block import advance
from liveengine.engine.ops import Happened, Op
from liveengine.errors import RingFull
from tests.engine.rig import Rig


def test_a_full_ring_is_an_error_and_loses_nothing() -> None:
    rig = Rig(commands=8)
    tokens = [rig.engine.push(Op.GAIN, track=0, value=1.0) for _ in range(8)]
    with pytest.raises(RingFull, match="8 records"):
        rig.engine.push(Op.GAIN, track=0, value=0.5)
    rig.run(1)
    assert [e.token for e in rig.events(Happened.TOOK)] == tokens
    rig.engine.push(Op.GAIN, track=0, value=0.5)


def test_the_journal_gets_each_record_as_it_was_pushed() -> None:
    rig = Rig()
    pushed = rig.pushed()
    token = rig.engine.push(Op.LAUNCH, track=1, slot=2, segment=3, quantum=4.0, loop_end=5, gain=0.5)
    names = ("op", "token", "track", "slot", "segment", "frame", "quantum", "loop_end", "gain")
    assert [pushed[token][name] for name in names] == [Op.LAUNCH, token, 1, 2, 3, -1, 4.0, 5, 0.5]
    assert np.isnan(pushed[token]["beat"])


def test_the_beat_is_the_snapshots_standing_and_running() -> None:
    rig = Rig()
    rig.engine.push(Op.LOCATE, value=3.5)
    rig.run(8)
    assert rig.engine.beat() == rig.engine.snapshot().beat() == 3.5
    rig.engine.push(Op.RUN, value=1.0)
    rig.run(8)
    assert rig.engine.beat() == rig.engine.snapshot().beat() > 3.5
    assert rig.engine.running


def test_tokens_of_a_new_handle_never_repeat_old_ones() -> None:
    rig = Rig()
    first = rig.engine.push(Op.PANIC)
    assert type(rig.engine)(rig.memory).push(Op.PANIC) > first


def test_threads_may_push_at_once() -> None:
    rig = Rig(commands=1024)
    threads = [
        threading.Thread(target=lambda: [rig.engine.push(Op.GAIN, track=0, value=1.0) for _ in range(200)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rig.run(4)
    assert len({e.token for e in rig.events(Happened.TOOK)}) == 800


def test_a_snapshot_shows_tracks_and_transport() -> None:
    rig = Rig()
    rig.engine.push(Op.RUN, value=1)
    rig.engine.push(Op.GAIN, track=1, value=0.5)
    token = rig.loop(rig.load([1, 2, 3, 4]))
    waiting = rig.play(rig.load([1]), track=1, slot=3, quantum=8.0, frame=0)
    rig.run(6)
    later = rig.play(rig.load([1]), track=1, slot=4, quantum=8.0)
    rig.engine.push(Op.STOP, track=0, quantum=8.0)
    rig.run(1)
    state = rig.state()
    assert (state.frame, state.rate, state.voices, state.running, state.beat()) == (7, 8, 1, True, 1.75)
    first, second = state.tracks
    assert (first.playing_slot, first.playing_token, first.stopping, first.position) == (1, token, True, 0.75)
    assert (second.queued_slot, second.queued_token, second.gain) == (4, later, 0.5)
    assert waiting not in (second.queued_token, second.playing_token)


def test_a_snapshot_is_consistent_while_a_thread_renders() -> None:
    rig = Rig()
    rig.engine.push(Op.RUN, value=1)
    rig.loop(rig.load([1] * 64))
    stop = threading.Event()
    out = np.zeros((6, 64), np.float32)

    def sound() -> None:
        while not stop.is_set():
            rig.memory.header["clock_frame"] = rig.memory.header["frame"]
            advance(rig.memory, out, 64)

    thread = threading.Thread(target=sound)
    thread.start()
    try:
        states = [rig.state() for _ in range(300)]
    finally:
        stop.set()
        thread.join()
    assert all(state.frame == 64 * state.committed for state in states)
    assert all(state.clock_frame == state.frame - 64 for state in states if state.committed)
    assert states[-1].frame > 0


def test_an_engine_without_callbacks_is_not_alive() -> None:
    assert not Rig().engine.alive()


def test_what_is_pushed_together_is_taken_in_one_block() -> None:
    rig = Rig()
    with rig.engine.together():
        first = rig.engine.push(Op.GAIN, track=0, value=0.5)
        rig.run(4)
        assert rig.events(Happened.TOOK) == []
        second = rig.engine.push(Op.GAIN, track=1, value=0.25)
        assert rig.engine.untaken == 2
    rig.run(4)
    took = rig.events(Happened.TOOK)
    assert [event.token for event in took] == [first, second]
    assert len({event.frame for event in took}) == 1
    assert rig.engine.untaken == 0


def test_what_is_held_back_counts_for_a_full_ring_and_is_found_among_what_waits() -> None:
    rig = Rig(commands=8)
    with rig.engine.together():
        for _ in range(8):
            rig.engine.push(Op.GAIN, track=0, value=1.0)
        with pytest.raises(RingFull, match="8 records"):
            rig.engine.push(Op.GAIN, track=0, value=0.5)
        assert len(rig.engine.waiting(lambda rows: rows["op"] == Op.GAIN)) == 8


def test_what_was_pushed_before_a_fault_is_handed_over() -> None:
    rig = Rig()

    def fail() -> None:
        with rig.engine.together():
            rig.engine.push(Op.PANIC)
            raise ValueError("fault")

    with pytest.raises(ValueError, match="fault"):
        fail()
    rig.run(4)
    assert len(rig.events(Happened.TOOK)) == 1
