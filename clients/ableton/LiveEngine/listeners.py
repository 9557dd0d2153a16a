"""Listeners at Live's objects, all of which can be taken back. Runs on: Live's main thread.

Live refuses a listener twice, and the removal of one that is not there; objects that are gone raise at any touch.
"""

from __future__ import annotations

import contextlib
from typing import Any, Callable, Tuple

_Kept = Tuple[Any, str, Callable[[], None]]


def pointer(thing: Any) -> int:
    """Return what stays the same for an object of Live, which is another Python object with each access."""
    return int(getattr(thing, "_live_ptr", id(thing)))


class Listeners:
    """What listens, in the order in which it was added."""

    def __init__(self) -> None:
        self._kept: list[_Kept] = []

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, thing: Any, name: str, heard: Callable[[], None]) -> None:
        """Call `heard` whenever the property `name` of the thing changes; nothing where this Live has no such one."""
        connect = getattr(thing, f"add_{name}_listener", None)
        if connect is not None:
            connect(heard)
            self._kept.append((thing, name, heard))

    def clear(self) -> None:
        """Listen to nothing any more."""
        kept, self._kept = self._kept, []
        for thing, name, heard in kept:
            with contextlib.suppress(Exception):  # the object is gone, and its listeners with it
                if getattr(thing, f"{name}_has_listener")(heard):
                    getattr(thing, f"remove_{name}_listener")(heard)
