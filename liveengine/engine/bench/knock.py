"""Knock at a JACK server of our own until it opens. Not RT-safe. Runs on: bench, the user's shell."""

import contextlib
import os
import socket
import struct
import subprocess
import time
from typing import Any

# Asks if a client may be named "probe": kClientCheck, its length, name, protocol, JackNoStartServer, no session id,
# no open to follow. Whatever is answered, the server answers clients.
_QUESTION = struct.pack("=ii65siiqi", 22, 85, b"probe", 9, 1, 0, 0)


def answered(server: "subprocess.Popen[Any]", name: str, seconds: float) -> int | None:
    """Return when the server of that name first answered, as CLOCK_MONOTONIC in ns; None when it ended or did not.

    Asked on the socket itself: libjack must not lose a server in this process, and takes 15 ms to become a client.
    """
    end = time.monotonic() + seconds
    while server.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as plug:
            plug.settimeout(seconds)
            plug.connect(f"/dev/shm/jack_{name}_{os.getuid()}_0")
            plug.sendall(_QUESTION)
            if plug.recv(4):
                return time.monotonic_ns()
        time.sleep(0.001)
    return None
