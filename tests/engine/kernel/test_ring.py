"""The rings between threads: nothing is lost, nothing is seen before it is whole."""

import threading

import numpy as np

from liveengine.engine import positions
from liveengine.engine.kernel import ring
from liveengine.engine.kernel.block import advance
from liveengine.engine.ops import Happened, Op
from liveengine.engine.streams.offline import render
from liveengine.errors import RingFull
from tests.engine.rig import Rig


def test_a_posted_word_is_what_the_header_shows() -> None:
    memory = Rig().memory
    ring.post(memory.header, positions.EVENT_READ, 2**40 + 1)
    assert ring.peek(memory.header, positions.EVENT_READ) == memory.header["event_read"][0] == 2**40 + 1


def test_ten_thousand_records_cross_while_a_thread_renders() -> None:
    rig = Rig(commands=64, events=64)
    stop = threading.Event()
    out = np.zeros((6, 16), np.float32)

    def sound() -> None:
        while not stop.is_set():
            advance(rig.memory, out, 16)

    thread = threading.Thread(target=sound)
    thread.start()
    sent: list[int] = []
    taken: list[int] = []
    try:
        while len(taken) < 10_000:
            while len(sent) < 10_000 and len(sent) - len(taken) < 60:
                try:
                    sent.append(rig.engine.push(Op.GAIN, track=0, value=1.0))
                except RingFull:
                    break
            taken += [e.token for e in rig.engine.reports() if e.kind == Happened.TOOK]
    finally:
        stop.set()
        thread.join()
    assert taken == sent
    assert rig.state().events_lost == 0


def test_positions_that_make_no_sense_do_no_harm() -> None:
    rig = Rig()
    for write in (2**62, -(2**62), 5):
        rig.memory.header["command_write"] = write
        rig.memory.header["event_read"] = -write
        render(rig.memory, 4)
    assert rig.memory.header["frame"] == 12
