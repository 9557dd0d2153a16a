"""An independent JACK client that writes down what it hears, cycle after cycle. With `--clock` each cycle lies at its
place in the server's time, and what the server leaves out is silent. Run as a program:

`python -m tests.engine.ear [--clock] FILE PORT PORT ...` records the ports from when it prints "listening"
until a line comes on stdin.
"""

import sys
from typing import Any

import jack
import numpy as np

from liveengine.engine.streams.native import call_frame_time, call_port_buffer, pointer

from numba import carray, cfunc, types  # isort: skip

SECONDS = 60


def process(frames: int, user: Any) -> int:
    # get_buffer, ports, their addresses, store, room, frames, client, clock, first cycle, 1 = by the clock
    page = carray(user, (10,), np.int64)
    store = carray(pointer(page[3]), (page[1], page[4]), np.float32)
    ports = carray(pointer(page[2]), (page[1],), np.int64)
    total = np.int64(frames)
    now = call_frame_time(page[7], page[6])
    if page[8] < 0:
        page[8] = now
    place = (now - page[8]) & 0xFFFF_FFFF if page[9] == 1 else page[5]
    if place + total <= page[4]:
        for row in range(page[1]):
            heard = carray(pointer(call_port_buffer(page[0], ports[row], total)), (total,), np.float32)
            for i in range(total):
                store[row, place + i] = heard[i]
        page[5] = place + total
    return 0


def main(file: str, names: list[str], by_clock: bool) -> None:
    entry = cfunc(types.int32(types.uint32, types.voidptr), cache=True, error_model="numpy")(process)
    client = jack.Client("ear", no_start_server=True)
    address = jack._ffi.cast
    inputs = [client.inports.register(f"in_{n}") for n in range(len(names))]
    ports = np.array([int(address("intptr_t", port._ptr)) for port in inputs], np.int64)
    store = np.zeros((len(names), SECONDS * client.samplerate), np.float32)
    get_buffer, clock = (
        int(address("intptr_t", function))
        for function in (jack._lib.jack_port_get_buffer, jack._lib.jack_last_frame_time)
    )
    pointer_to = int(address("intptr_t", client._ptr))
    facts = [get_buffer, len(names), ports.ctypes.data, store.ctypes.data, store.shape[1], 0, pointer_to, clock, -1]
    page = np.array([*facts, by_clock], np.int64)
    jack._lib.jack_set_process_callback(
        client._ptr, address("JackProcessCallback", entry.address), address("void *", page.ctypes.data)
    )
    client.activate()
    for name, port in zip(names, inputs, strict=True):
        client.connect(name, port)
    print("listening", flush=True)
    sys.stdin.readline()
    page[4] = 0  # no room: cycles in which the ports are already disconnected are not written down as silence
    client.deactivate()
    client.close()
    np.save(file, store[:, : int(page[5])])


if __name__ == "__main__":
    clocked = sys.argv[1] == "--clock"
    main(sys.argv[1 + clocked], sys.argv[2 + clocked :], clocked)
