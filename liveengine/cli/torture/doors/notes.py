"""MIDI: random bytes to the daemon's own input, as another JACK client. Runs on: the user's shell.

`python -m liveengine.cli.torture.doors.notes COUNT SEED` is that client, a process of its own.
"""

import os
import subprocess
import sys
import threading

import numpy as np

from liveengine.cli.torture.doors import Ports
from liveengine.errors import DeviceMissing

_AT_ONCE = 128  # bytes in one cycle, about thirty times what a cable carries
_NOTES = (0x80, 0x90)
_LONGEST = 6  # bytes of one event, but for ...
_ENDLESS = 64  # ... one of so many, which is a piece of a message that never ends


def random_bytes(ports: Ports, count: int, random: np.random.Generator) -> int:
    """Send so many bytes; raise DeviceMissing without JACK."""
    del ports
    command = [sys.executable, "-m", __name__, str(count), str(int(random.integers(1 << 31)))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DeviceMissing(f"the client that sends MIDI ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    return count


class Noise:
    """A JACK client that sends random bytes until it has sent them all."""

    def __init__(self, count: int, seed: int) -> None:
        from liveengine.engine.streams.jack import library

        self.client = library().Client("noise", no_start_server=True)
        self.port = self.client.midi_outports.register("noise")
        self.done = threading.Event()
        self._left = count
        self._random = np.random.default_rng(seed)
        self.client.set_process_callback(self._cycle)

    def _cycle(self, frames: int) -> None:
        self.port.clear_buffer()
        if not self.port.number_of_connections:
            return
        room = min(_AT_ONCE, self._left)
        raw = self._random.integers(0, 256, room, dtype=np.uint8)
        data, at = raw.tobytes(), 0
        while at < room:
            size = _ENDLESS if self._random.random() < 0.02 else int(self._random.integers(1, _LONGEST + 1))
            event = data[at : at + size]
            if self._random.random() < 0.25 and len(event) >= 3:  # a note of the first channel, with what is too much
                event = bytes((_NOTES[event[0] & 1], event[1] & 0x7F, event[2] & 0x7F)) + event[3:]
            self.port.write_midi_event(at * frames // _AT_ONCE, event)
            at += size
        self._left -= room
        if not self._left:
            self.done.set()

    def send(self) -> None:
        """Connect, and return when everything is sent."""
        self.client.activate()
        (control,) = self.client.get_ports(r"liveengine.*:control$", is_midi=True, is_input=True)
        self.client.connect(self.port, control)
        self.done.wait()


if __name__ == "__main__":
    Noise(int(sys.argv[1]), int(sys.argv[2])).send()
    os._exit(0)  # libjack does not always let go
