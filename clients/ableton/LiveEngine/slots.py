"""What the engine's slots do, as it tells. Runs on: Live's main thread."""

from __future__ import annotations

from typing import Any, Callable, Tuple

from .door import Door

Place = Tuple[int, int]  # track and slot of the engine, counted from 1


class Slots:
    """The state of each slot that is not empty."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._states: dict[Place, str] = {}
        self.started: Callable[[int, int], None] = lambda track, slot: None  # hears of a clip that sounds from now on
        door.on("/track/*/clip/*/state", self._told)
        door.subscribe("/track/*/clip/*/state")
        door.greets.append(self._states.clear)

    def playing(self) -> list[Place]:
        """Return the slots that sound."""
        return sorted(place for place, state in self._states.items() if state in ("playing", "stopping"))

    def _told(self, numbers: tuple[int, ...], values: tuple[Any, ...]) -> None:
        if not values or not isinstance(values[0], str):
            return
        track, slot = numbers
        before = self._states.get((track, slot))
        if values[0] == "empty":
            self._states.pop((track, slot), None)
        else:
            self._states[track, slot] = values[0]
        if values[0] == "playing" and before != "playing" and len(values) > 1:  # a start, not the present state
            self.started(track, slot)
