"""What has come from the controllers and is not done yet. Runs on: event loop.

Of a fader only the newest position is kept, of an encoder the sum of its steps, of a button every press and release in
order. What is full refuses presses; the release of a press that was taken is always taken.
"""

import asyncio
from collections import deque
from typing import NamedTuple

from liveengine.control.midi.control import Control
from liveengine.control.midi.encoders import steps
from liveengine.control.midi.message import Turn

CAPACITY = 4096  # presses that wait


class Work(NamedTuple):
    """One thing to do: `amount` is the position 0..1 of a fader, the steps of an encoder, 1 or 0 of a button."""

    control: Control
    amount: float


class Backlog:
    """A queue of work."""

    def __init__(self) -> None:
        self._waiting: deque[Control | Work] = deque()
        self._amounts: dict[Control, float] = {}  # of the faders and encoders that wait
        self._down: set[Control] = set()  # buttons whose press was taken
        self._come = asyncio.Event()

    def put(self, control: Control, turn: Turn) -> bool:
        """Take what a control did; return False where it was one press too many."""
        mode = control.binding.mode
        if mode in {"absolute", "relative"}:
            return self._moved(control, turn)
        pressed = turn.value > 0
        if pressed and len(self._waiting) >= CAPACITY:
            return False
        if pressed:
            self._down.add(control)
        elif control in self._down:
            self._down.discard(control)
        else:
            return True
        self._waiting.append(Work(control, float(pressed)))
        self._come.set()
        return True

    def _moved(self, control: Control, turn: Turn) -> bool:
        if control.binding.mode == "relative":
            self._waits(control, self._amounts.get(control, 0.0) + steps(turn.value, control.binding.encoder))
        elif turn.type == "note" and turn.value == 0:
            pass  # a key that was let go leaves the value that its velocity gave
        else:
            self._waits(control, turn.position)
        return True

    def _waits(self, control: Control, amount: float) -> None:
        if control not in self._amounts:
            self._waiting.append(control)
            self._come.set()
        self._amounts[control] = amount

    async def get(self) -> Work:
        """Return the oldest work, once there is some."""
        while not self._waiting:
            self._come.clear()
            await self._come.wait()
        found = self._waiting.popleft()
        return found if isinstance(found, Work) else Work(found, self._amounts.pop(found))
