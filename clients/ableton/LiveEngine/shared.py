"""A value that Live and the engine have in common. Runs on: Live's main thread.

Whoever moves it last wins, and it crosses once: what came from the other side is never sent back. Where both move it at
the same time the engine has the last word, and is asked for it once all is calm.
"""

from __future__ import annotations

from typing import Any, Callable

from .door import Door

CALM_S = 0.5  # after what we sent, until what the engine says is the latest
APART_S = 0.02  # between two values that are sent at once; a tempo that is automated comes with each tick


class Shared:
    """One address, and where its value is in Live."""

    def __init__(
        self,
        door: Door,
        address: str,
        read: Callable[[], float | None],
        write: Callable[[Any], None],
        close: float = 0.5,
    ) -> None:
        """`read` gives Live's value, None where there is none to tell; values nearer than `close` are the same."""
        self._door, self.address, self._read, self._write, self._close = door, address, read, write, close
        self._agreed: float | None = None  # what both have, as far as we know
        self._sent = -1e9
        self._waits = self._doubt = self._writing = False
        self.leads: Callable[[], bool] = lambda: True  # whether it is shared now
        door.on(address, self._told)

    def greet(self) -> None:
        """Tell the engine Live's value, now that it is there."""
        self._agreed = None
        self._waits = self._doubt = False
        self.moved()

    def moved(self) -> None:
        """Live's value has changed; called while Live notifies."""
        value = self._read()
        if self._writing or value is None or self._same(value) or not self.leads() or not self._door.connected:
            return
        if self._door.now() - self._sent < APART_S:
            self._waits = True
        else:
            self._send(value)

    def tick(self) -> None:
        """Send what has waited; ask for what is in doubt."""
        if self._waits:
            self._waits = False
            value = self._read()
            if value is not None and not self._same(value) and self.leads():
                self._send(value)
        if self._doubt and self._door.now() - self._sent > CALM_S:
            self._doubt = False
            self._door.ask(self.address, done=lambda values: self._told((), values), failed=lambda code, why: None)

    def _send(self, value: float) -> None:
        self._agreed, self._sent = value, self._door.now()
        self._door.send(self.address, value)

    def _told(self, numbers: tuple[int, ...], values: tuple[Any, ...]) -> None:
        if not self.leads() or len(values) != 1 or type(values[0]) not in (int, float) or values[0] != values[0]:
            return
        if self._same(values[0]):
            return
        if self._waits or self._door.now() - self._sent < CALM_S:
            self._doubt = True
            return
        self._agreed, self._writing = values[0], True
        try:
            self._write(values[0])
        finally:
            self._writing = False
        value = self._read()
        if value is not None:
            self._agreed = value  # as Live has taken it

    def _same(self, value: float) -> bool:
        return self._agreed is not None and abs(value - self._agreed) < self._close
