"""A JACK client that sends OSC messages to servers in turn and hears when each first sounds. Runs on: its own process.

`python -m liveengine.cli.latency.ear SECONDS SEED` takes the players as JSON on its input and prints, for each, the
frames from sending to the first sample that is not zero, and how often nothing was heard. Sending is noted in JACK's
own estimate of the frame that is due now (`jack_frame_time`), hearing in the frames of its cycles: what wakes this
process late shifts neither.
"""

import json
import os
import socket
import sys
import threading
import time
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from liveengine.engine.streams.priority import WATCHING, raise_own

_WRAP = 1 << 32  # of JACK's frame time
_HALF = _WRAP >> 1
PATIENCE_S = 0.5  # until a message is heard
QUIET_S = 2.0  # until it is silent again
SOUNDS_S = (0.01, 0.02)  # how long it sounds
APART_S = (0.015, 0.035)  # from silence to the next message
WARM = 8  # messages to each that do not count


@dataclass(frozen=True)
class Player:
    """A server, what has it sound and what has it be silent."""

    port: int  # UDP
    source: str  # its JACK port
    on: str  # OSC packets, as hexadecimal digits
    off: str


class Ear:
    """Hears each player at a port of its own."""

    def __init__(self, players: list[Player], seed: int) -> None:
        from liveengine.engine.streams.jack import library

        self._players = players
        self._client = library().Client("ear", no_start_server=True)
        self._ports = [self._client.inports.register(f"in_{number}") for number in range(len(players))]
        self._sounds = [False] * len(players)
        self._began = [0] * len(players)  # the frame at which it last began to sound
        self._news = threading.Event()
        self._rng = np.random.default_rng(seed)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._client.set_process_callback(self._cycle)
        self.frames: list[list[int]] = [[] for _ in players]
        self.lost = [0] * len(players)

    def _cycle(self, frames: int) -> None:
        for number, port in enumerate(self._ports):
            heard = port.get_array() != 0.0
            sounds = bool(heard.any())
            if sounds != self._sounds[number]:
                if sounds:
                    self._began[number] = int(self._client.last_frame_time) + int(heard.argmax())
                self._sounds[number] = sounds
                self._news.set()

    def play(self, seconds: float) -> None:
        """Have the players sound in turn, for so long."""
        self._client.activate()
        for port, player in zip(self._ports, self._players, strict=True):
            self._client.connect(player.source, port)
        raise_own(WATCHING)
        end = None
        rounds = 0
        while end is None or time.monotonic() < end:
            if rounds == WARM:
                end = time.monotonic() + seconds
                self.frames, self.lost = [[] for _ in self._players], [0] * len(self._players)
            for number, player in enumerate(self._players):
                self._once(number, player)
            rounds += 1

    def _once(self, number: int, player: Player) -> None:
        if not self._until(number, sounds=False, patience=QUIET_S):
            self._send(player.off, player)
            self.lost[number] += 1
            return
        time.sleep(self._rng.uniform(*APART_S))
        sent = int(self._client.frame_time)
        self._send(player.on, player)
        if self._until(number, sounds=True, patience=PATIENCE_S):
            self.frames[number].append((self._began[number] - sent + _HALF) % _WRAP - _HALF)
        else:
            self.lost[number] += 1
        time.sleep(self._rng.uniform(*SOUNDS_S))
        self._send(player.off, player)

    def _send(self, packet: str, player: Player) -> None:
        self._socket.sendto(bytes.fromhex(packet), ("127.0.0.1", player.port))
        try:
            while True:
                self._socket.recv(4096)
        except OSError:
            pass

    def _until(self, number: int, *, sounds: bool, patience: float) -> bool:
        end = time.monotonic() + patience
        while self._sounds[number] is not sounds:
            self._news.clear()
            if self._sounds[number] is not sounds and not self._news.wait(max(0.0, end - time.monotonic())):
                return False
        return True


def described(players: list[Player]) -> str:
    """Return what the process takes on its input."""
    return json.dumps([asdict(player) for player in players])


def main(seconds: str, seed: str) -> None:
    """Play, and print what was heard as JSON."""
    told: list[dict[str, Any]] = json.loads(sys.stdin.readline())
    ear = Ear([Player(**one) for one in told], int(seed))
    ear.play(float(seconds))
    print(json.dumps({"frames": ear.frames, "lost": ear.lost}), flush=True)
    os._exit(0)  # libjack does not always let go


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
