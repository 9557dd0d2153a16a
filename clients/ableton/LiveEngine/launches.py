"""What is launched in Live is launched in the engine. Runs on: Live's main thread.

A scene launches the engine's scene of the same number. A clip whose name begins with a note stands for the engine's
slot at the same place: it plays there for as long as the clip plays here. Sent while Live notifies, which is when
something is triggered: the engine waits for its own boundary, the same bar. What plays without having been triggered
(Live's follow actions) is seen with the next tick.
"""

from __future__ import annotations

from typing import Any

from .door import Door
from .listeners import Listeners, pointer
from .names import SCENES
from .places import Places
from .settings import Settings
from .wishes import NOTE, Wishes

STOPPED = -2  # as a fired slot: the track's stop button
NONE = -1  # no slot


class Launches:
    """Listens to what is triggered."""

    def __init__(self, song: Any, door: Door, places: Places, wishes: Wishes, settings: Settings) -> None:
        self._song, self._door, self._places, self._wishes, self._settings = song, door, places, wishes, settings
        self._listeners = Listeners()
        self._strips: list[Strip] = []
        self._stale = True

    def listen(self, listeners: Listeners) -> None:
        """Listen to which tracks and scenes there are."""
        listeners.add(self._song, "tracks", self._moved)
        listeners.add(self._song, "scenes", self._moved)

    def tick(self) -> None:
        """Look again at what came and went, and at what plays."""
        if self._stale:
            self._stale = False
            self._look()
        if self._song.is_playing:
            for strip in self._strips:
                if strip.moved:
                    strip.moved = False
                    self._plays(strip)

    def close(self) -> None:
        """Listen to nothing any more."""
        self._listeners.clear()

    def _moved(self) -> None:
        self._stale = True

    def _look(self) -> None:
        self._listeners.clear()
        stood = {pointer(strip.track): strip.stands for strip in self._strips}
        self._strips = [Strip(self, track, stood.get(pointer(track), NONE)) for track in self._song.tracks]
        for strip in self._strips:
            self._listeners.add(strip.track, "fired_slot_index", strip.fired)
            self._listeners.add(strip.track, "playing_slot_index", strip.plays)
        if self._settings.scenes:
            for at, scene in enumerate(list(self._song.scenes)[:SCENES]):
                self._listeners.add(scene, "is_triggered", Row(self, scene, at + 1).triggered)

    def scene(self, scene: Any, number: int) -> None:
        """A scene is triggered, or no longer."""
        if scene.is_triggered:
            self._door.send(f"/scene/{number}/launch")

    def fired(self, strip: Strip) -> None:
        """A slot of a track is triggered, or its stop button is."""
        at = int(strip.track.fired_slot_index)
        number = self._places.number(strip.track)
        if at == NONE or number is None:
            return
        clip = _clip(strip.track, at)
        if at == STOPPED:
            self._stop(strip, number)
        elif _stands(clip):
            self._launch(strip, number, at)
        elif clip is not None and self._wishes.launched(clip, number, at + 1):
            strip.stands = at
        elif strip.stands != NONE:
            self._leave(strip, number, at)

    def _plays(self, strip: Strip) -> None:
        """Another slot plays than before, or none."""
        at = int(strip.track.playing_slot_index)
        number = self._places.number(strip.track)
        if at == strip.stands or number is None:
            return
        if _stands(_clip(strip.track, at)):
            self._launch(strip, number, at)
        elif strip.stands != NONE and int(strip.track.fired_slot_index) != strip.stands:
            self._leave(strip, number, at)

    def _launch(self, strip: Strip, number: int, at: int) -> None:
        strip.stands = at
        self._door.send(f"/track/{number}/clip/{at + 1}/launch")

    def _leave(self, strip: Strip, number: int, at: int) -> None:
        """Stop what stood for the engine's slot, unless a whole row takes over, which is told already."""
        if at >= 0 and self._settings.scenes and self._song.scenes[at].is_triggered:
            strip.stands = NONE
        else:
            self._stop(strip, number)

    def _stop(self, strip: Strip, number: int) -> None:
        strip.stands = NONE
        self._door.send(f"/track/{number}/stop")


class Strip:
    """A track of Live, and which of its clips stands for what the engine plays."""

    def __init__(self, launches: Launches, track: Any, stands: int) -> None:
        self.track, self.stands = track, stands
        self.moved = False  # another slot plays
        self._launches = launches

    def fired(self) -> None:
        """Called while Live notifies."""
        self._launches.fired(self)

    def plays(self) -> None:
        """Called while Live notifies."""
        self.moved = True


class Row:
    """The listener at a scene."""

    def __init__(self, launches: Launches, scene: Any, number: int) -> None:
        self._launches, self._scene, self._number = launches, scene, number

    def triggered(self) -> None:
        """Called while Live notifies."""
        self._launches.scene(self._scene, self._number)


def _stands(clip: Any) -> bool:
    return clip is not None and str(clip.name).startswith(NOTE)


def _clip(track: Any, at: int) -> Any:
    """Return the clip in a slot, None where there is none."""
    slots = track.clip_slots
    return slots[at].clip if 0 <= at < len(slots) and slots[at].has_clip else None
