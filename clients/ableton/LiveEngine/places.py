"""Which of Live's tracks is which of the engine's, and what is selected. Runs on: Live's main thread."""

from __future__ import annotations

from typing import Any

from .door import Door
from .listeners import Listeners
from .settings import Settings
from .shared import Shared


class Places:
    """Maps tracks by their number or their name; Live's n-th scene is the engine's n-th."""

    def __init__(self, song: Any, door: Door, settings: Settings) -> None:
        self._song, self._door, self._settings = song, door, settings
        self._names: dict[int, str] = {}  # of the engine's tracks
        self._track = Shared(door, "/session/selected/track", self.selected_track, self._select_track)
        self._scene = Shared(door, "/session/selected/scene", self.selected_scene, self._select_scene)
        if settings.selection:
            door.subscribe("/session/selected/*")
            door.greets += [self._track.greet, self._scene.greet]
        if settings.tracks == "name":
            door.on("/track/*/name", self._named)
            door.subscribe("/track/*/name")

    def listen(self, listeners: Listeners) -> None:
        """Listen to Live's selection."""
        if self._settings.selection:
            listeners.add(self._song.view, "selected_track", self._track.moved)
            listeners.add(self._song.view, "selected_scene", self._scene.moved)

    def tick(self) -> None:
        """See to what could not be sent at once."""
        self._track.tick()
        self._scene.tick()

    def number(self, track: Any) -> int | None:
        """Return the engine's track that stands for one of Live's; None for returns, the master and what is beyond."""
        if self._settings.tracks == "name":
            wanted = str(track.name).strip().lower()
            return next((number for number, name in sorted(self._names.items()) if name == wanted), None)
        at = _index(self._song.tracks, track)
        return None if at is None or at >= self._door.tracks else at + 1

    def selected_track(self) -> int | None:
        """Return the engine's track that is selected in Live."""
        return self.number(self._song.view.selected_track)

    def selected_scene(self) -> int | None:
        """Return the scene that is selected in Live."""
        at = _index(self._song.scenes, self._song.view.selected_scene)
        return None if at is None else at + 1

    def _named(self, numbers: tuple[int, ...], values: tuple[Any, ...]) -> None:
        if values:
            self._names[numbers[0]] = str(values[0]).strip().lower()

    def _select_track(self, number: int) -> None:
        for track in self._song.tracks:
            if self.number(track) == number:
                self._song.view.selected_track = track
                return

    def _select_scene(self, number: int) -> None:
        if 1 <= number <= len(self._song.scenes):
            self._song.view.selected_scene = self._song.scenes[int(number) - 1]


def _index(things: Any, wanted: Any) -> int | None:
    return next((at for at, thing in enumerate(things) if thing == wanted), None)
