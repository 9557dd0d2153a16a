"""The engine's table of clips: what a press or a follow action launches. Runs on: event loop.

The table lives in the engine and outlives the daemon. Each change of a slot is pushed; what a full ring did not take is
pushed as soon as it has room, and a daemon that takes over pushes what differs.
"""

import math
from typing import Any

import numpy as np

from liveengine.engine.layout import NEVER
from liveengine.engine.ops import Op
from liveengine.errors import RingFull
from liveengine.session.clip import Clip
from liveengine.session.core import Core

_NOT_COMPARED = {"op", "token", "frame", "beat", "value", "ramp", "due", "waits"}


class Table:
    """Keeps the engine's clips in step with the slots."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._stale: set[tuple[int, int]] = set()  # (track, slot) whose definition the engine has not been sent

    def define(self, track: int, slot: int) -> None:
        """Tell the engine what lies in a slot now."""
        self._stale.add((track, slot))
        self.tidy()

    def sent(self, track: int, slot: int) -> bool:
        """Return whether the engine was told what lies in a slot; any thread may ask."""
        return (track, slot) not in self._stale

    def define_all(self) -> None:
        """Tell the engine of every clip anew: what they share has changed."""
        for track, strip in enumerate(self._core.model.tracks, 1):
            self._stale |= {(track, number) for number, slot in enumerate(strip.slots, 1) if slot.clip is not None}
        self.tidy()

    def tidy(self) -> None:
        """Push what is not pushed yet, as far as the ring has room."""
        for track, slot in sorted(self._stale):
            try:
                self._push(track, slot)
            except RingFull:
                return
            self._stale.discard((track, slot))

    def reconcile(self) -> None:
        """Push what the engine's table says otherwise than the slots."""
        memory = self._core.engine.memory
        kept = memory.clips[int(memory.header["committed"][0]) & 1]
        for track, strip in enumerate(self._core.model.tracks, 1):
            for number, slot in enumerate(strip.slots, 1):
                if not _same(kept[track - 1, number - 1], self._record(slot.clip)):
                    self._stale.add((track, number))
        self.tidy()

    def quantum(self, clip: Clip) -> float:
        """Return the grid in beats that a clip's launches wait for."""
        return clip.quantum if clip.quantum >= 0 else self._core.model.quantum

    def _record(self, clip: Clip | None) -> dict[str, Any] | None:
        if clip is None or clip.segment < 0:
            return None
        return {"quantum": self.quantum(clip), **clip.fields(self._core.engine.rate)}

    def _push(self, track: int, slot: int) -> None:
        """Push a definition, for now and not for the moment that a door asks for: it makes no sound."""
        record = self._record(self._core.slot(track, slot).clip)
        op = Op.UNCLIP if record is None else Op.CLIP
        self._core.engine.push(op, track=track - 1, slot=slot, frame=NEVER, **(record or {}))


def _same(kept: np.void, record: dict[str, Any] | None) -> bool:
    if record is None:
        return int(kept["op"]) == 0
    if int(kept["op"]) == 0:
        return False
    return all(
        math.isclose(float(kept[name]), float(value), rel_tol=1e-6, abs_tol=1e-9)
        for name, value in record.items()
        if name not in _NOT_COMPARED
    )
