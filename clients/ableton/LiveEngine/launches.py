"""What is launched in Live is launched in the engine. Runs on: Live's main thread.

A scene launches the engine's scene of the same number. A clip whose name begins with a note stands for the engine's
slot at the same place: it plays there for as long as the clip plays here. Sent while Live notifies, which is when
something is triggered: the engine waits for its own boundary, the same bar.
"""

from __future__ import annotations

from typing import Any

from .door import Door
from .listeners import Listeners
from .names import SCENES
from .places import Places
from .settings import Settings
from .wishes import NOTE, Wishes

STOPPED = -2  # as a fired slot: the track's stop button


class Launches:
    """Listens to what is triggered."""

    def __init__(self, song: Any, door: Door, places: Places, wishes: Wishes, settings: Settings) -> None:
        self._song, self._door, self._places, self._wishes, self._settings = song, door, places, wishes, settings
        self._listeners = Listeners()
        self._stale = True

    def listen(self, listeners: Listeners) -> None:
        """Listen to which tracks and scenes there are."""
        listeners.add(self._song, "tracks", self._moved)
        listeners.add(self._song, "scenes", self._moved)

    def tick(self) -> None:
        """Look again at what came and went."""
        if self._stale:
            self._stale = False
            self._listeners.clear()
            for track in self._song.tracks:
                self._listeners.add(track, "fired_slot_index", Fired(self, track).heard)
            if self._settings.scenes:
                for at, scene in enumerate(list(self._song.scenes)[:SCENES]):
                    self._listeners.add(scene, "is_triggered", Triggered(self, scene, at + 1).heard)

    def close(self) -> None:
        """Listen to nothing any more."""
        self._listeners.clear()

    def _moved(self) -> None:
        self._stale = True

    def scene(self, scene: Any, number: int) -> None:
        """A scene is triggered, or no longer."""
        if scene.is_triggered:
            self._door.send(f"/scene/{number}/launch")

    def fired(self, track: Any) -> None:
        """A slot of a track is triggered, or its stop button is."""
        at, number = int(track.fired_slot_index), self._places.number(track)
        if number is None or (at < 0 and at != STOPPED):
            return
        clip = None if at == STOPPED else _clip(track, at)
        if clip is not None and str(clip.name).startswith(NOTE):
            self._door.send(f"/track/{number}/clip/{at + 1}/launch")
        elif clip is not None and self._wishes.launched(clip, number, at + 1):
            return
        elif at == STOPPED or (self._stands(track) and not self._in_scene(at)):
            self._door.send(f"/track/{number}/stop")

    def _stands(self, track: Any) -> bool:
        """Return whether the clip that a track plays stands for one of the engine's."""
        clip = _clip(track, int(track.playing_slot_index))
        return clip is not None and str(clip.name).startswith(NOTE)

    def _in_scene(self, at: int) -> bool:
        """Return whether the whole row is triggered, and so told already."""
        return bool(self._settings.scenes and self._song.scenes[at].is_triggered)


class Fired:
    """The listener at a track."""

    def __init__(self, launches: Launches, track: Any) -> None:
        self._launches, self._track = launches, track

    def heard(self) -> None:
        """Called while Live notifies."""
        self._launches.fired(self._track)


class Triggered:
    """The listener at a scene."""

    def __init__(self, launches: Launches, scene: Any, number: int) -> None:
        self._launches, self._scene, self._number = launches, scene, number

    def heard(self) -> None:
        """Called while Live notifies."""
        self._launches.scene(self._scene, self._number)


def _clip(track: Any, at: int) -> Any | None:
    slots = track.clip_slots
    return slots[at].clip if 0 <= at < len(slots) and slots[at].has_clip else None
