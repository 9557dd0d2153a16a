"""What the parts of a session share: engine, bus, model, and the note that something changed. Runs on: event loop."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from liveengine.command import when
from liveengine.engine.engine import Engine
from liveengine.engine.layout import NEVER, Op
from liveengine.errors import EmptySlot, OutOfRange, RingFull
from liveengine.events import Bus, Changed
from liveengine.session.model import Clip, Session, Slot, Track


@dataclass
class Core:
    """Handed to each part of the session by its composition."""

    engine: Engine
    bus: Bus
    model: Session
    touch: Callable[..., None]  # touch(soon=False): have the record written; soon = without waiting for more changes
    keep: Callable[[], Awaitable[None]]  # write the record now; it is on disk when this returns

    def push(self, op: Op, **given: Any) -> int:
        """Push a record that takes effect at the frame the door asked for, or as soon as possible; return its token.

        Raises RingFull.
        """
        frame = when.get()
        if frame is not None and "frame" not in given:
            given["frame"] = frame
        return self.engine.push(op, **given)

    def reserve(self, records: int) -> None:
        """Raise RingFull unless so many records fit: what belongs together is pushed whole or not at all."""
        memory = self.engine.memory
        waiting = int(memory.header["command_write"][0]) - int(memory.header["command_read"][0])
        if len(memory.commands) - waiting < records:
            raise RingFull(f"the engine has not taken the last {waiting} records yet; is it running?")

    @property
    def exact(self) -> bool:
        """Return whether the door asked for an exact frame."""
        return (when.get() or NEVER) != NEVER

    def changed(self, address: str, value: Any) -> None:
        """Tell everybody that a property has a new value, and keep it."""
        self.bus.publish(Changed(address, value))
        self.touch()

    def track(self, number: int) -> Track:
        """Return a track; raise OutOfRange."""
        if not 1 <= number <= len(self.model.tracks):
            raise OutOfRange(f"track {number}: the engine has tracks 1..{len(self.model.tracks)}")
        return self.model.tracks[number - 1]

    def slot(self, track: int, number: int) -> Slot:
        """Return a slot; raise OutOfRange."""
        slots = self.track(track).slots
        if not 1 <= number <= len(slots):
            raise OutOfRange(f"slot {number}: a track has slots 1..{len(slots)}; raise session.scenes for more")
        return slots[number - 1]

    def clip(self, track: int, number: int) -> Clip:
        """Return a slot's clip; raise OutOfRange or EmptySlot."""
        clip = self.slot(track, number).clip
        if clip is None:
            raise EmptySlot(f"track {track} slot {number} is empty; load a stem first")
        return clip
