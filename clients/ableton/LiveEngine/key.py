"""The scale that is chosen in Live is the key into which the engine transposes. Runs on: Live's main thread."""

from __future__ import annotations

from typing import Any

from .door import Door
from .listeners import Listeners

NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
ENDS = {"Major": "", "Minor": "m"}


class Key:
    """Follows the scale as it is changed; one that was never touched says nothing."""

    def __init__(self, song: Any, door: Door) -> None:
        self._song, self._door = song, door

    def listen(self, listeners: Listeners) -> None:
        """Listen to the scale."""
        listeners.add(self._song, "root_note", self._on_scale)
        listeners.add(self._song, "scale_name", self._on_scale)

    def _on_scale(self) -> None:
        end = ENDS.get(str(self._song.scale_name))
        if end is not None:
            self._door.send("/session/key", NAMES[int(self._song.root_note) % 12] + end)
