"""What the parts of a session share: engine, bus, model, and the note that something changed. Runs on: event loop."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from liveengine.bus import Bus
from liveengine.command import beyond, when
from liveengine.engine.engine import Engine
from liveengine.engine.layout import NEVER
from liveengine.engine.ops import Op
from liveengine.errors import EmptySlot, Full, RingFull
from liveengine.events import Changed
from liveengine.session.clip import Clip
from liveengine.session.model import MixBus, Session, Slot, Track

WINDOW = 64  # frames
TOGETHER = 512  # records that wait for exact frames within any window: launches would take half of such a block's time
HEADROOM = 4  # places of the engine's queue per track that exact frames may not take: boundaries need them


@dataclass
class Core:
    """Handed to each part of the session by its composition."""

    engine: Engine
    bus: Bus
    model: Session
    touch: Callable[..., None]  # touch(soon=False): have the record written; soon = without waiting for more changes
    keep: Callable[[], Awaitable[None]]  # write the record now; it is on disk when this returns
    timed: set[int] = field(default_factory=set)  # tokens of records that wait for their exact frame

    def push(self, op: Op, **given: Any) -> int:
        """Push a record that takes effect at the frame the door asked for, or as soon as possible; return its token.

        Raises RingFull, or Full when the engine cannot keep one more record for its frame.
        """
        frame = when.get()
        if frame is not None and "frame" not in given:
            given["frame"] = frame
        if given.get("frame", NEVER) <= 0:
            return self.engine.push(op, **given)
        self._keepable(1, given["frame"])
        token = self.engine.push(op, **given)
        self.timed.add(token)
        return token

    def reserve(self, records: int) -> None:
        """Raise RingFull or Full unless so many records fit: what belongs together is pushed whole or not at all."""
        if len(self.engine.memory.commands) - self.waiting < records:
            raise RingFull(f"the engine has not taken the last {self.waiting} records yet; is it running?")
        frame = when.get() or NEVER
        if frame != NEVER:
            self._keepable(records, frame)

    @property
    def waiting(self) -> int:
        """Return how many records the engine has not taken yet."""
        return self.engine.untaken

    def _keepable(self, records: int, frame: int) -> None:
        memory = self.engine.memory
        kept = int(memory.bank["queued"][int(memory.header["committed"][0]) & 1]) + self.waiting
        most = memory.places - HEADROOM * self.engine.tracks
        if kept + records > most:
            raise Full(f"{kept} records wait for their moment in the engine, at most {most} may; send them later")
        if kept + records > TOGETHER:
            due = len(self.engine.waiting(lambda rows: abs(rows["frame"] - frame) < WINDOW))
            if due + records > TOGETHER:
                raise Full(
                    f"{due} records wait for frame {frame} or one near it, at most {TOGETHER} may within {WINDOW} "
                    f"frames: more would not leave the engine the time to sound; spread them"
                )

    @property
    def exact(self) -> bool:
        """Return whether the door asked for an exact frame."""
        return (when.get() or NEVER) != NEVER

    def changed(self, address: str, value: Any) -> None:
        """Tell everybody that a property has a new value, and keep it."""
        self.bus.publish(Changed(address, value))
        self.touch()

    def faded(self, strip: str, fader: float, level: float) -> None:
        """Tell everybody a strip's new fader and level in decibels, and keep it."""
        self.changed(f"{strip}/gain", fader)
        self.changed(f"{strip}/level", level)

    def mixbus(self, number: int) -> MixBus:
        """Return a bus; raise OutOfRange."""
        buses = self.model.buses
        if not 1 <= number <= len(buses):
            raise beyond("bus", number, len(buses))
        return buses[number - 1]

    def track(self, number: int) -> Track:
        """Return a track; raise OutOfRange."""
        if not 1 <= number <= len(self.model.tracks):
            raise beyond("track", number, len(self.model.tracks))
        return self.model.tracks[number - 1]

    def slot(self, track: int, number: int) -> Slot:
        """Return a slot; raise OutOfRange."""
        slots = self.track(track).slots
        if not 1 <= number <= len(slots):
            raise beyond("slot", number, len(slots))
        return slots[number - 1]

    def clip(self, track: int, number: int) -> Clip:
        """Return a slot's clip; raise OutOfRange or EmptySlot."""
        clip = self.slot(track, number).clip
        if clip is None:
            raise EmptySlot(f"track {track} slot {number} is empty; load a stem first")
        return clip
