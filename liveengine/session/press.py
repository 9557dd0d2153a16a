"""Clips as pads: pressed and released. Runs on: event loop; `swiftly` on any thread.

What that does is the clip's launch mode, and the engine answers by itself: its table holds the launch ready, so that a
press is one record.
"""

from typing import Annotated

from pydantic import Field

from liveengine.command import Slot, Track, command
from liveengine.engine.ops import Op
from liveengine.errors import Full
from liveengine.session.clips import Clips
from liveengine.session.core import Core
from liveengine.session.table import Table
from liveengine.session.transport import Transport

Pressure = Annotated[float, Field(ge=0, allow_inf_nan=False, description="above 0 = pressed, 0 = released")]


class Press:
    """The pads."""

    def __init__(self, core: Core, clips: Clips, transport: Transport, table: Table) -> None:
        self._core = core
        self._clips = clips
        self._transport = transport
        self._table = table

    @command("/track/{track}/clip/{slot}/press", swift="swiftly")
    def press(self, track: Track, slot: Slot, value: Pressure) -> None:
        """Press a clip (above 0) or release it (0), as a pad does; its mode says what follows.

        Pressing a clip while the transport stands starts the transport, as launching does.
        """
        place = self._core.slot(track, slot)
        if value > 0:
            clip = self._clips.ready(track, slot)
            self._table.tidy()
            self._core.reserve(3)
            beat = None if place.playing else self._transport.awaken(self._table.quantum(clip))
            self._push(track, slot, 1.0)
            if beat is not None:
                self._transport.go()
        elif place.clip is not None:  # a clip that was cleared under the finger has nothing to end
            self._push(track, slot, 0.0)

    def swiftly(self, track: int, slot: int, value: float) -> bool:
        """Press or release a clip that the engine knows, by one locked push; return False where more is to be done.

        Then nothing has happened: the slot is empty, loading or not there, the transport stands, or the ring is full.
        """
        tracks = self._core.model.tracks
        if not (1 <= track <= len(tracks) and 1 <= slot <= len(tracks[track - 1].slots)):
            return False
        place = tracks[track - 1].slots[slot - 1]
        clip = place.clip
        if clip is None or clip.segment < 0 or not self._table.sent(track, slot):
            return False
        if value > 0 and not (place.playing or self._core.engine.running):
            return False
        try:
            self._push(track, slot, float(value > 0))
        except Full:
            return False
        return True

    def _push(self, track: int, slot: int, value: float) -> None:
        self._core.push(Op.PRESS, track=track - 1, slot=slot, value=value)
