"""The names of Live's tracks and clips, and who hears that one changes. Runs on: Live's main thread.

A set has hundreds of slots; where tracks or scenes come or go they are walked through, a slice with each tick, and only
what is new is listened to.
"""

from __future__ import annotations

import contextlib
import time
from typing import Any, Callable, Iterator

from .listeners import Listeners, pointer

SCENES = 64  # rows whose clips are looked at
SLICE_S = 0.0005  # of a tick
STRIDE = 8  # slots between two looks at the clock


class Named:
    """A track or a clip whose name is listened to."""

    def __init__(self, thing: Any, heard: Callable[[Named], None]) -> None:
        self.thing = thing
        self.usual = str(thing.name)  # the last name that was no wish
        self.asked = ""  # the wish that was answered last
        self._heard = heard
        self._listeners = Listeners()
        self._listeners.add(thing, "name", self._changed)

    def _changed(self) -> None:
        self._heard(self)

    def restore(self) -> None:
        """Have it called as usual."""
        with contextlib.suppress(Exception):  # it is gone
            self.thing.name = self.usual

    def close(self) -> None:
        """Listen no more."""
        self._listeners.clear()


class Cell:
    """A clip slot: whether there is a clip is listened to."""

    def __init__(self, slot: Any, heard: Callable[[Cell], None]) -> None:
        self.slot = slot
        self.clip = 0  # its pointer
        self._heard = heard
        self._listeners = Listeners()
        self._listeners.add(slot, "has_clip", self._changed)

    def _changed(self) -> None:
        self._heard(self)

    def close(self) -> None:
        """Listen no more."""
        self._listeners.clear()


class Names:
    """All names in a set."""

    def __init__(self, song: Any, heard: Callable[[Named], None]) -> None:
        """`heard` is called while Live notifies."""
        self._song, self._heard = song, heard
        self._named: dict[int, Named] = {}  # by pointer
        self._cells: dict[int, Cell] = {}
        self._filled: list[Cell] = []  # whose clip came or went
        self._walk: Iterator[None] = self._look()

    def listen(self, listeners: Listeners) -> None:
        """Listen to which tracks and scenes there are."""
        listeners.add(self._song, "tracks", self._moved)
        listeners.add(self._song, "scenes", self._moved)

    def tick(self) -> None:
        """Look at what came and went, for as long as a slice."""
        filled, self._filled = self._filled, []
        for cell in filled:
            self._fill(cell)
        end = time.perf_counter() + SLICE_S
        for _ in self._walk:
            if time.perf_counter() > end:
                return

    def find(self, thing: Any) -> Named | None:
        """Return what is known of a track or a clip."""
        return self._named.get(pointer(thing))

    def close(self) -> None:
        """Listen to nothing any more."""
        self._walk = iter(())
        for named in self._named.values():
            named.close()
        for cell in self._cells.values():
            cell.close()
        self._named, self._cells = {}, {}

    def _moved(self) -> None:
        self._walk = self._look()

    def _hear(self, cell: Cell) -> None:
        self._filled.append(cell)

    def _look(self) -> Iterator[None]:
        """Walk through the set; yields where it may be left for a while."""
        tracks, cells = set(), set()
        for track in self._song.tracks:
            tracks.add(pointer(track))
            self._know(track)
            for at, slot in enumerate(list(track.clip_slots)[:SCENES]):
                cells.add(pointer(slot))
                if pointer(slot) not in self._cells:
                    cell = self._cells[pointer(slot)] = Cell(slot, self._hear)
                    self._fill(cell)
                if at % STRIDE == 0:
                    yield
        for gone in set(self._cells) - cells:
            self._forget(self._cells.pop(gone).clip)
        clips = {cell.clip for cell in self._cells.values()}
        for gone in set(self._named) - tracks - clips:
            self._forget(gone)

    def _fill(self, cell: Cell) -> None:
        self._forget(cell.clip)
        cell.clip = 0
        with contextlib.suppress(Exception):  # the slot is gone
            if cell.slot.has_clip:
                cell.clip = pointer(cell.slot.clip)
                self._know(cell.slot.clip)

    def _know(self, thing: Any) -> None:
        if pointer(thing) not in self._named:
            self._named[pointer(thing)] = Named(thing, self._heard)

    def _forget(self, gone: int) -> None:
        found = self._named.pop(gone, None)
        if found is not None:
            found.close()
