"""A clip: a stem prepared to play, with its launch and sound settings. Runs on: event loop; plain data."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, NamedTuple, Self

from liveengine.engine.ops import Follow, LaunchMode, Tier, Warp

ModeName = Literal["trigger", "gate", "toggle", "repeat"]
FollowName = Literal["none", "stop", "again", "previous", "next", "first", "last", "any", "other", "jump"]
WarpName = Literal["repitch", "beats", "stretch"]
QualityName = Literal["linear", "cubic", "sinc"]


class Variant(NamedTuple):
    """A clip's loop rendered for one tempo and transposition: at that tempo it plays frame by frame."""

    segment: int
    key: int  # what the segment holds; negative
    frames: int  # of the whole loop
    tempo: float  # beats per minute
    semitones: float


class Mutation(NamedTuple):
    """A variation of a clip's loop, or of its one-shot, in as many frames."""

    segment: int
    key: int  # what the segment holds; negative
    frames: int
    tempo: float  # of the variant that it was made of, beats per minute; 0 = it was made of the original
    semitones: float  # that variant's
    kind: str  # how it was made: walk, style, slices or grains; "" = that is not known ...
    asked: str  # ... and as what it was asked for
    amount: float
    seed: int
    step: int  # how many came before it
    style: int = 0  # the stem whose timbre it took on
    model: str = ""  # the category model's id
    checksum: str = ""
    latent: str = ""  # float32 little-endian, in hex

    @property
    def terms(self) -> tuple[str, float, int, int]:
        """Return what was asked for: the kind, the amount, the style and the seed."""
        return self.asked, self.amount, self.style, self.seed


@dataclass(slots=True)
class Clip:
    """A stem loaded and prepared to play; frames count at the engine's rate."""

    stem: int
    name: str
    category: str
    segment: int  # place in the sample pool; -1 = not loaded yet
    key: int  # what the segment holds: the stem's id, or that of a pattern made of it (negative)
    frames: int
    loop_start: int = 0
    loop_end: int = 0  # 0 = one-shot
    source_frames_per_beat: float = 0.0  # 0 = the tempo does not change its speed
    beats: float = 0.0  # length of the loop in session beats; 0 = not bound to the clock
    gain: float = 1.0  # linear
    loop: bool = True  # go round, or play once
    quantum: float = -1.0  # the grid of its launches in beats; -1 = the session's
    mode: ModeName = "trigger"
    legato: bool = False
    choke: int = 0  # its choke group; 0 = none
    follow_beats: float = 0.0  # 0 = it plays on
    follow_a: FollowName = "next"  # taken with probability `chance`, else `follow_b`
    follow_b: FollowName = "none"
    chance: float = 1.0
    jump_a: int = 1  # slots
    jump_b: int = 1
    warp: WarpName = "repitch"
    quality: QualityName = "cubic"
    semitones: float = 0.0  # transposition
    reverse: bool = False
    crossfade: float = 0.0  # milliseconds before the loop's end
    at: list[float] | None = None  # a pattern: the beats on which the one-shot is hit (none: as often as it lasts)
    tempo: float = 0.0  # ... and the tempo at which it was laid
    variant: Variant | None = None  # what plays in its place at the session's tempo
    mutation: Mutation | None = None  # what plays in the place of both

    @property
    def round(self) -> bool:
        """Return whether it goes round."""
        return self.loop and self.loop_end > self.loop_start

    @property
    def reads(self) -> Variant | Mutation | None:
        """Return what plays in the original's place."""
        return self.mutation or (self.variant if self.round else None)

    @property
    def heard(self) -> int:
        """Return the place in the pool that it is played from."""
        return self.segment if self.reads is None else self.reads.segment

    @property
    def mark(self) -> int:
        """Return a number, below 2**24, for what its mutations are made of."""
        made_of = repr((self.key, self.loop_start, self.loop_end, self.loop)).encode()
        return int.from_bytes(hashlib.blake2b(made_of, digest_size=3).digest())

    def segments(self) -> set[int]:
        """Return the places in the pool that it needs."""
        return {self.segment} | {made.segment for made in (self.variant, self.mutation) if made is not None}

    def fields(self, rate: int) -> dict[str, Any]:
        """Return the launch record's fields that the clip decides, at `rate` frames per second."""
        return {
            "gain": self.gain,
            "tier": Tier[self.quality.upper()],
            "reverse": int(self.reverse),
            "mode": LaunchMode[self.mode.upper()],
            "legato": int(self.legato),
            "choke": self.choke,
            "follow_beats": self.follow_beats,
            "follow_a": Follow[self.follow_a.upper()],
            "follow_b": Follow[self.follow_b.upper()],
            "chance": self.chance,
            "jump_a": self.jump_a,
            "jump_b": self.jump_b,
            **self.sound(rate),
        }

    def sound(self, rate: int) -> dict[str, Any]:
        """Return the fields that say what is read, and how."""
        if (reads := self.reads) is not None:
            return {
                "segment": reads.segment,
                "loop_end": reads.frames if self.round else 0,
                "source_frames_per_beat": self._frames_per_beat(reads),
                **self.manner(reads),
            }
        return {
            "segment": self.segment,
            "start": self.loop_start,
            "loop_start": self.loop_start if self.round else 0,
            "loop_end": self.loop_end if self.round else 0,
            "source_frames_per_beat": self.source_frames_per_beat,
            **self.manner(None),
            "crossfade": self.crossfade_frames(rate),
        }

    def manner(self, reads: Variant | Mutation | None) -> dict[str, Any]:
        """Return the fields that say how it follows tempo and pitch while `reads` is read; None = the original."""
        higher = self.semitones - (reads.semitones if reads is not None else 0.0)
        pitch = 2.0 ** (higher / 12.0)
        if reads is not None and reads.tempo:  # what is left of its tempo is no reason to interpolate each sample
            return {"warp": Warp.STRETCH, "pitch": min(2.0, max(0.5, pitch))}
        return {
            "warp": Warp[self.warp.upper()] if self.source_frames_per_beat or self.semitones else Warp.REPITCH,
            "pitch": pitch,
        }

    def crossfade_frames(self, rate: int) -> int:
        """Return the frames before the loop's end that move over to those before its start."""
        return min(round(self.crossfade * rate / 1000.0), self.loop_end - self.loop_start) if self.round else 0

    def _frames_per_beat(self, reads: Variant | Mutation) -> float:
        """Return those of what is read: not the session's, whose rounding would add up."""
        return reads.frames / self.beats if reads.tempo else self.source_frames_per_beat

    def record(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """Return the clip of a record; settings that an older version did not know have their defaults."""
        known = {field.name for field in fields(cls)}
        clip = cls(**{name: value for name, value in record.items() if name in known})
        clip.variant = None if clip.variant is None else Variant(*clip.variant)
        clip.mutation = None if clip.mutation is None else Mutation(*clip.mutation)
        return clip

    def settle(self, other: "Clip") -> None:
        """Take over how another clip of the same stem is launched and heard; loop, buffer and tempo stay."""
        for name in SETTINGS:
            setattr(self, name, getattr(other, name))


LAUNCHING = (
    *("quantum", "mode", "legato", "choke", "follow_beats", "follow_a", "follow_b", "chance", "jump_a", "jump_b"),
)
SETTINGS = (*LAUNCHING, "gain", "loop", "warp", "quality", "semitones", "reverse", "crossfade")
