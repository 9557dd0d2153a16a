"""What a session is made of: tracks, slots, clips. Runs on: event loop; plain data.

The record kept in the library is `Session.record()`; what sounds is not in it but in the engine, which outlives the
daemon. Tracks and slots count from 1 at the doors and in `Slot`'s addresses, lists from 0.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from liveengine.fabrik.mutating import KindName
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
class Mutating:
    """How far, and in which way, what a track plays moves away from itself."""

    amount: float = 0.0  # fader, 0..1; 0 = it plays as it is
    kind: KindName = "auto"
    bars: int = 0  # between two variations; 0 = each time the loop goes round
    style: int = 0  # stem whose timbre is taken on; 0 = none
    seed: int = 0


@dataclass(slots=True)
class Track:
    """A strip of slots."""

    name: str
    slots: list[Slot]
    gain: float = UNITY  # fader, 0..1
    pan: float = 0.0
    mute: bool = False
    solo: bool = False
    output: int = 0  # 0 master, 1.. a bus, -1 only its own outputs
    cue: bool = False
    sends: list[float] = field(default_factory=list)  # faders, one per bus
    mutation: Mutating = field(default_factory=Mutating)
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


@dataclass(slots=True)
class MixBus:
    """A summing point that tracks go or send to."""

    name: str
    gain: float = UNITY  # fader, 0..1
    pan: float = 0.0
    mute: bool = False
    solo: bool = False
    output: int = 0  # 0 master, -1 only its own outputs
    cue: bool = False


_STRIP = ("name", "gain", "pan", "mute", "solo", "output", "cue")


@dataclass(slots=True)
class Session:
    """Everything about the live session that is not sound."""

    tracks: list[Track]
    tempo: float
    quantum: float
    master: float = UNITY  # fader
    cue: float = UNITY  # fader of the cue bus
    buses: list[MixBus] = field(default_factory=list)
    key: str | None = None  # stems that are loaded are transposed into it; None = they stay as they are
    extras: dict[str, Any] = field(default_factory=dict)  # plain data of other parts, such as the plan and its position

    @classmethod
    def fresh(cls, size: tuple[int, int, int], tempo: float, quantum: float) -> "Session":
        """Return an empty session of (tracks, buses, scenes)."""
        tracks, buses, scenes = size
        strips = [
            Track(f"Track {number}", [Slot() for _ in range(scenes)], sends=[0.0] * buses)
            for number in range(1, tracks + 1)
        ]
        return cls(strips, tempo, quantum, buses=[MixBus(f"Bus {number}") for number in range(1, buses + 1)])

    @property
    def size(self) -> tuple[int, int, int]:
        """Return (tracks, buses, scenes)."""
        return len(self.tracks), len(self.buses), len(self.tracks[0].slots)

    def record(self) -> dict[str, Any]:
        """Return what is worth keeping as plain data; sparse, a few kilobytes."""
        return {
            "tempo": self.tempo,
            "quantum": self.quantum,
            "master": self.master,
            "cue": self.cue,
            "buses": [{name: getattr(bus, name) for name in _STRIP} for bus in self.buses],
            "key": self.key,
            "extras": self.extras,
            "tracks": [
                {name: getattr(track, name) for name in _STRIP}
                | {"sends": track.sends, "mutation": asdict(track.mutation)}
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
        self.cue = float(record.get("cue", UNITY))
        for bus, kept in zip(self.buses, record.get("buses", []), strict=False):
            _take(bus, kept)
        for track, saved in zip(self.tracks, record["tracks"], strict=False):
            _take(track, saved)
            for place, fader in enumerate(saved.get("sends", [])[: len(track.sends)]):
                track.sends[place] = float(fader)
            track.mutation = Mutating(**saved.get("mutation", {}))
            if track.output > len(self.buses):
                track.output = 0
            for number, clip in saved["slots"].items():
                if 1 <= int(number) <= len(track.slots):
                    slot = track.slots[int(number) - 1]
                    slot.clip = Clip.of(clip)
                    slot.since, slot.began, slot.beat = int(clip["since"]), float(clip["began"]), float(clip["beat"])


def _take(strip: Track | MixBus, saved: Mapping[str, Any]) -> None:
    """Take over a strip's settings; one that an older version did not know stays as it is."""
    for name in _STRIP:
        setattr(strip, name, saved.get(name, getattr(strip, name)))
