"""An independent JACK client that writes down what it hears, without missing a frame. Run as a program:

`python -m tests.engine.ear FILE PORT PORT ...` records the ports from when it prints "listening"
until a line comes on stdin.
"""

import sys
from typing import Any

import jack
import numpy as np

from liveengine.engine.streams.native import call_port_buffer, pointer

from numba import carray, cfunc, types  # isort: skip

SECONDS = 60


def process(frames: int, user: Any) -> int:
    page = carray(user, (8,), np.int64)  # get_buffer, ports, their addresses, store, room, frames heard
    store = carray(pointer(page[3]), (page[1], page[4]), np.float32)
    ports = carray(pointer(page[2]), (page[1],), np.int64)
    total = np.int64(frames)
    if page[5] + total <= page[4]:
        for row in range(page[1]):
            heard = carray(pointer(call_port_buffer(page[0], ports[row], total)), (total,), np.float32)
            for i in range(total):
                store[row, page[5] + i] = heard[i]
        page[5] += total
    return 0


def main(file: str, names: list[str]) -> None:
    entry = cfunc(types.int32(types.uint32, types.voidptr), cache=True, error_model="numpy")(process)
    client = jack.Client("ear", no_start_server=True)
    address = jack._ffi.cast
    inputs = [client.inports.register(f"in_{n}") for n in range(len(names))]
    ports = np.array([int(address("intptr_t", port._ptr)) for port in inputs], np.int64)
    store = np.zeros((len(names), SECONDS * client.samplerate), np.float32)
    get_buffer = int(address("intptr_t", jack._lib.jack_port_get_buffer))
    page = np.array([get_buffer, len(names), ports.ctypes.data, store.ctypes.data, store.shape[1], 0, 0, 0], np.int64)
    jack._lib.jack_set_process_callback(
        client._ptr, address("JackProcessCallback", entry.address), address("void *", page.ctypes.data)
    )
    client.activate()
    for name, port in zip(names, inputs, strict=True):
        client.connect(name, port)
    print("listening", flush=True)
    sys.stdin.readline()
    client.deactivate()
    client.close()
    np.save(file, store[:, : int(page[5])])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
