"""The way to the engine: one UDP socket that never waits. Runs on: Live's main thread.

The engine is greeted until it answers; from then on it is asked for a sign of life twice a second. What it pushes is
subscribed anew every few seconds, so that one that was started anew tells everything again, even if its end was never
noticed.
"""

from __future__ import annotations

import re
import socket
import time
from typing import Any, Callable, Tuple

from . import osc

GREET_S = 1.0  # between two greetings
PING_S = 0.5
LOST_S = 3.0  # of silence
PAUSED_S = 1.0  # without a tick: Live had a menu or a dialogue open, and nobody asked for a sign of life
RENEW_S = 30.0
ANSWER_S = 20.0  # within which a request is answered; a sentence is sought and loaded meanwhile
PACKETS = 100  # of one tick; the rest waits for the next one
BUDGET_S = 0.0008  # of one tick
NAME = "Ableton Live"

Told = Callable[[Tuple[int, ...], Tuple[Any, ...]], None]
Done = Callable[[Tuple[Any, ...]], None]
Failed = Callable[[str, str], None]
_NUMBER = re.compile(r"(?<=/)[0-9]{1,9}(?=/|$)")


def record(values: tuple[Any, ...]) -> dict[str, Any]:
    """Return what an answer of key, value, key, value ... says."""
    return {str(key): value for key, value in zip(values[::2], values[1::2])}


class Door:
    """Sends, asks and is told."""

    def __init__(
        self,
        place: tuple[str, int],
        token: str,
        say: Callable[[str], None],
        now: Callable[[], float] = time.perf_counter,
    ) -> None:
        """`place` is the engine's address and port; `say` shows a sentence to the user."""
        self._place, self._token, self._say, self.now = place, token, say, now
        self._socket: socket.socket | None = None
        self._told: dict[str, Told] = {}
        self._patterns: dict[str, None] = {}
        self._asked: dict[str, tuple[float, str, Done, Failed]] = {}
        self._number = 0
        self._heard = self._pinged = self._greeted = self._renewed = self._ticked = -1e9
        self._refusal = ""  # as last said
        self._admitted = False
        self.connected = False
        self.tracks = 0  # of the engine
        self.sent = 0  # packets
        self.greets: list[Callable[[], None]] = []  # called whenever the engine is there, or there again

    # --- what the parts do with it

    def send(self, address: str, *values: Any) -> None:
        """Send a message; without an engine it is dropped. Allowed at any time, also while Live notifies."""
        if self.connected:
            self._put(osc.encode(address, *values))

    def together(self, *messages: tuple[Any, ...]) -> None:
        """Send messages, each an address and its values, to be done in one go."""
        if self.connected:
            self._put(osc.bundle(*(osc.encode(*message) for message in messages)))

    def ask(self, address: str, *values: Any, done: Done, failed: Failed | None = None) -> None:
        """Send a message and hand on the answer, or the code and the sentence of a refusal; that is said by default."""
        otherwise = failed or (lambda code, why: self._say(why))
        if not self.connected:
            otherwise("away", "the engine is not there")
            return
        self._number += 1
        mark = f"#{self._number}"
        self._asked[mark] = (self.now() + ANSWER_S, address, done, otherwise)
        self._put(osc.encode(address, *values, mark))

    def on(self, pattern: str, told: Told) -> None:
        """Call `told` with the numbers of the address and the values of each push; `*` stands for a number."""
        self._told[pattern] = told

    def subscribe(self, pattern: str) -> None:
        """Have what matches pushed."""
        self._patterns[pattern] = None
        self.send("/subscribe", pattern)

    def unsubscribe(self, pattern: str) -> None:
        """Have it pushed no longer."""
        self._patterns.pop(pattern, None)
        self.send("/unsubscribe", pattern)

    # --- what the surface does with it

    def tick(self) -> None:
        """Take what has come, and see to the connection."""
        self._read()
        now, before = self.now(), self._ticked
        self._ticked = now
        if now - before > PAUSED_S:
            self._heard = now
        if self.connected and now - self._heard > LOST_S:
            self._lose()
        if not self.connected:
            if now - self._greeted > GREET_S:
                self._greeted = now
                self._put(osc.encode("/hello", self._token, NAME, "#hello"))
            return
        if now - self._pinged > PING_S:
            self._pinged = now
            self._put(osc.encode("/ping"))
        if now - self._renewed > RENEW_S:
            self._subscribe_all(now)
        self._expire(now)

    def close(self) -> None:
        """Leave, and close the socket."""
        self.send("/unsubscribe")
        self.connected = False
        self._asked.clear()
        self._shut()

    # --- the socket

    def _put(self, packet: bytes) -> None:
        try:
            if self._socket is None:
                self._socket = self._opened()
            self._socket.send(packet)
            self.sent += 1
        except ConnectionError:  # nobody listens there
            self._gone()
        except OSError:  # no way there now, or no room: as if it was lost on the way
            return

    def _opened(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._place[0] else socket.AF_INET
        fresh = socket.socket(family, socket.SOCK_DGRAM)
        fresh.setblocking(False)
        try:
            fresh.connect(self._place)
        except OSError:
            fresh.close()
            raise
        return fresh

    def _shut(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _read(self) -> None:
        end = self.now() + BUDGET_S
        for _ in range(PACKETS):
            if self._socket is None:
                return
            try:
                packet = self._socket.recv(65536)
            except ConnectionError:  # nobody listens there
                self._gone()
                return
            except OSError:  # nothing more has come
                return
            for address, values in osc.decode(packet):
                self._take(address, values)
            if self.now() > end:
                return

    def _gone(self) -> None:
        self._shut()
        if self.connected:
            self._lose()

    # --- what comes

    def _take(self, address: str, values: tuple[Any, ...]) -> None:
        self._heard = self.now()
        mark = values[-1] if values and isinstance(values[-1], str) and values[-1].startswith("#") else None
        if address in ("/reply", "/error") and mark is not None:
            self._answered(address, mark, values[1:-1])
        elif address == "/error" and len(values) == 3:
            self._say(str(values[2]))
        elif address == "/pong":
            if len(values) == 3 and isinstance(values[2], int):
                self.tracks = values[2]
                self._greet()
        elif self.connected:
            told = self._told.get(_NUMBER.sub("*", address))
            if told is not None:
                told(tuple(int(number) for number in _NUMBER.findall(address)), values)

    def _answered(self, kind: str, mark: str, values: tuple[Any, ...]) -> None:
        code, why = (str(value) for value in ((*values, "", ""))[:2])
        if mark == "#hello":
            if kind == "/reply":
                self._admitted = True
                self._put(osc.encode("/ping"))  # the answer tells how many tracks there are
            elif why != self._refusal:
                self._refusal = why
                self._say(why)
            return
        found = self._asked.pop(mark, None)
        if found is not None:
            _, _, done, failed = found
            done(values) if kind == "/reply" else failed(code, why)

    def _expire(self, now: float) -> None:
        for mark in [mark for mark, asked in self._asked.items() if asked[0] < now]:
            _, address, _, failed = self._asked.pop(mark)
            failed("no_answer", f"no answer to {address}")

    # --- the connection

    def _greet(self) -> None:
        if self.connected or not self._admitted:
            return
        self.connected, self._refusal = True, ""
        self._say("connected")
        self._subscribe_all(self.now())
        for greet in self.greets:
            greet()

    def _subscribe_all(self, now: float) -> None:
        self._renewed = now
        for pattern in self._patterns:
            self._put(osc.encode("/subscribe", pattern))

    def _lose(self) -> None:
        self.connected = self._admitted = False
        self._greeted = self.now()
        asked, self._asked = self._asked, {}
        self._say("connection lost; it is looked for")
        for _, address, _, failed in asked.values():
            failed("away", f"no answer to {address}: the engine is gone")
