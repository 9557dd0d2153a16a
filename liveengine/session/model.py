"""What a session is made of: tracks, slots, clips. Runs on: event loop; plain data.

The record kept in the library is `Session.record()`; what sounds is not in it but in the engine, which outlives the
daemon. Tracks and slots count from 1 at the doors and in `Slot`'s addresses, lists from 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from liveengine.session.clip import Clip

UNITY = 0.75  # the fader position of 0 dB


class SlotState(StrEnum):
    """What a slot does."""

    EMPTY = "empty"
    STOPPED = "stopped"
    QUEUED = "queued"
    PLAYING = "playing"
    STOPPING = "stopping"


@dataclass(slots=True)
class Slot:
    """A cell of the session and what the engine does with it; tokens are 0 when there is none."""

    clip: Clip | None = None
    loading: int = 0  # number of the load that shall fill it, 0 = none
    playing: int = 0  # token of the record whose voice sounds
    queued: int = 0  # token of the launch that waits
    stopping: bool = False
    since: int = 0  # frame at which it started ...
    began: float = 0.0  # ... and the beat that was
    beat: float = 0.0  # where what waits takes effect

    @property
    def state(self) -> SlotState:
        """Return the one word for what the slot does."""
        if self.clip is None:
            return SlotState.EMPTY
        if self.queued:
            return SlotState.QUEUED
        if self.playing:
            return SlotState.STOPPING if self.stopping else SlotState.PLAYING
        return SlotState.STOPPED


@dataclass(slots=True)
class Track:
    """A strip of slots."""

    name: str
    slots: list[Slot]
    gain: float = UNITY  # fader, 0..1
    pan: float = 0.0
    mute: bool = False
    solo: bool = False
    asked: int = 0  # token of the newest launch or stop that was pushed ...
    asked_slot: int = 0  # ... the slot it launches, 0 = a stop ...
    asked_for: dict[str, Any] = field(default_factory=dict)  # ... and its quantum, beat and frame, if they are known
    sent: int = 0  # token of the launch that shall wait and that the engine has not answered yet, 0 = none

    @property
    def playing(self) -> int:
        """Return the number of the slot that sounds, 0 = none."""
        return next((number for number, slot in enumerate(self.slots, 1) if slot.playing), 0)

    @property
    def queued(self) -> int:
        """Return the number of the slot that waits, 0 = none."""
        return next((number for number, slot in enumerate(self.slots, 1) if slot.queued), 0)


_STRIP = ("name", "gain", "pan", "mute", "solo")


@dataclass(slots=True)
class Session:
    """Everything about the live session that is not sound."""

    tracks: list[Track]
    tempo: float
    quantum: float
    master: float = UNITY  # fader
    key: str | None = None  # stems that are loaded are transposed into it; None = they stay as they are
    extras: dict[str, Any] = field(default_factory=dict)  # plain data of other parts, such as the plan and its position

    @classmethod
    def fresh(cls, tracks: int, scenes: int, tempo: float, quantum: float) -> "Session":
        """Return an empty session."""
        strips = [Track(f"Track {number}", [Slot() for _ in range(scenes)]) for number in range(1, tracks + 1)]
        return cls(strips, tempo, quantum)

    def record(self) -> dict[str, Any]:
        """Return what is worth keeping as plain data; sparse, a few kilobytes."""
        return {
            "tempo": self.tempo,
            "quantum": self.quantum,
            "master": self.master,
            "key": self.key,
            "extras": self.extras,
            "tracks": [
                {name: getattr(track, name) for name in _STRIP}
                | {
                    "slots": {
                        str(number): slot.clip.record() | {"since": slot.since, "began": slot.began, "beat": slot.beat}
                        for number, slot in enumerate(track.slots, 1)
                        if slot.clip is not None
                    }
                }
                for track in self.tracks
            ],
        }

    def take(self, record: Mapping[str, Any]) -> None:
        """Become what a record says; tracks and slots that this session does not have are left out."""
        self.tempo, self.quantum = float(record["tempo"]), float(record["quantum"])
        self.master, self.extras = float(record["master"]), dict(record["extras"])
        self.key = record.get("key")
        for track, saved in zip(self.tracks, record["tracks"], strict=False):
            for name in _STRIP:
                setattr(track, name, saved[name])
            for number, clip in saved["slots"].items():
                if 1 <= int(number) <= len(track.slots):
                    slot = track.slots[int(number) - 1]
                    slot.clip = Clip.of(clip)
                    slot.since, slot.began, slot.beat = int(clip["since"]), float(clip["began"]), float(clip["beat"])
