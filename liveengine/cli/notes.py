"""How soon a MIDI note is heard: from the frame of the note to the first sample. Runs on: bench.

A whole server plays through a JACK server of its own; another JACK client sends the notes and hears the master, both in
the server's own frame time. `python -m liveengine.cli.notes SECONDS SEED` is that client, a process of its own.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from liveengine.cli.torture.target import RATE, Target
from liveengine.engine.bench.jackd import Jackd
from liveengine.errors import DeviceMissing

BLOCK = 64  # frames
LOUD = 0.005  # linear; the clip is above it from its first frames on
NOTE = 36  # of the shipped map for our own port: the first pad
_HELD_S = 0.015
_APART_S = (0.04, 0.08)  # from note to note
_WRAP = 1 << 32  # of JACK's frame time
_PAD = "/track/1/clip/1"


@dataclass(frozen=True)
class Response:
    """What was heard of the notes."""

    milliseconds: npt.NDArray[np.float64]  # from each note to its first sample
    lost: int  # notes of which nothing was heard

    def percentile(self, share: float) -> float:
        """Return the time within which so many percent of the notes were heard."""
        return float(np.percentile(self.milliseconds, share))


def measure(seconds: float, seed: int = 0) -> Response:
    """Play notes for so long; raise DeviceMissing without JACK."""
    with Jackd(BLOCK), Target("jack", clips=1) as target:
        _prepare(target)
        command = [sys.executable, "-m", __name__, str(seconds), str(seed)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DeviceMissing(f"the client that plays notes ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    return Response(np.array(found["frames"], np.float64) * 1000.0 / RATE, int(found["lost"]))


def _prepare(target: Target) -> None:
    """Have a clip in the first slot that sounds at once when it is pressed, until it is released; let the clock run."""
    stem = min(int(row["id"]) for row in target.call("/stems/"))
    target.call(f"{_PAD}/load", stem=stem)
    for setting, value in (("mode", "gate"), ("quantum", 0), ("warp", "repitch")):
        target.call(f"{_PAD}/{setting}", value=value)
    target.call("/transport/running", value=True)
    target.play_on(0.5)


class Drummer:
    """A JACK client that plays a note, waits until it is heard, and plays the next."""

    def __init__(self, seed: int) -> None:
        from liveengine.engine.streams.jack import library

        self.client = library().Client("drummer", no_start_server=True)
        self.sticks = self.client.midi_outports.register("sticks")
        self.ear = self.client.inports.register("ear")
        self.frames: list[int] = []
        self.lost = 0
        self._rng = np.random.default_rng(seed)
        self._due = -1  # cycles until the next note; below 0: not connected yet
        self._played = -1  # frame time of the note that was not heard yet
        self._held = 0  # cycles until it is let go
        self.client.set_process_callback(self._cycle)

    def _cycle(self, frames: int) -> None:
        now = int(self.client.last_frame_time)
        self.sticks.clear_buffer()
        loud = np.abs(self.ear.get_array()) > LOUD
        if self._played >= 0 and loud.any():
            self.frames.append((now + int(loud.argmax()) - self._played) % _WRAP)
            self._played = -1
        if self._due < 0:
            return
        self._due -= 1
        self._held -= 1
        if self._held == 0:
            self.sticks.write_midi_event(0, (0x80, NOTE, 0))
        if self._due == 0:
            self.lost += self._played >= 0
            place = int(self._rng.integers(frames))
            self.sticks.write_midi_event(place, (0x90, NOTE, 100))
            self._played = (now + place) % _WRAP
            self._held = round(_HELD_S * RATE / frames)
            self._due = self._held + round(self._rng.uniform(*_APART_S) * RATE / frames)

    def play(self, seconds: float) -> None:
        """Play for so long."""
        self.client.activate()
        (control,) = self.client.get_ports(r"liveengine.*:control$", is_midi=True, is_input=True)
        self.client.connect(self.sticks, control)
        self.client.connect("liveengine:master_1", self.ear)
        self._due = round(_APART_S[1] * RATE / BLOCK)
        time.sleep(seconds)


def main(seconds: str, seed: str) -> None:
    """Play, and print what was heard as JSON."""
    drummer = Drummer(int(seed))
    drummer.play(float(seconds))
    print(json.dumps({"frames": drummer.frames, "lost": drummer.lost}), flush=True)
    os._exit(0)  # libjack does not always let go


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
