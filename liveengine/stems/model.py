"""What the library knows of a stem, a match and a job. Runs on: anywhere."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Provenance = Literal["original", "separated", "generated"]
Origin = Literal[Provenance, "proposed"]  # proposed: generated for a search, not of the library until it is kept
StemState = Literal["named", "ready"]
JobState = Literal["queued", "running", "done", "failed", "cancelled", "set_aside"]
Level = Literal["info", "warning", "error"]


def display(name: bytes | str | os.PathLike[str]) -> str:
    """Return a file name or path as text that any door can carry: no surrogates, no control characters."""
    text = os.fsdecode(name).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


@dataclass(frozen=True, slots=True)
class Stem:
    """One identified audio file of the library, with its facts."""

    id: int
    path: Path  # the library's own copy, absolute; of a named stem its source
    filename: str  # name of the file it came from, printable
    title: str
    category: str
    tags: tuple[str, ...]
    bpm: float | None
    key: str | None
    duration: float  # seconds
    rate: int  # frames per second
    channels: int
    frames: int
    loop: bool
    bars: float | None
    loudness: float | None  # LUFS
    peak: float | None  # dBFS
    hash: str  # BLAKE2b-128 of the source's bytes, hex; of a named stem "named-" and its fingerprint
    provenance: Origin
    favourite: bool
    plays: int
    created_at: float  # seconds since 1970
    updated_at: float
    source: Path  # the file it was made from
    parent: int | None = None  # the stem it was separated or generated from
    root: int | None = None  # MIDI note of a one-shot
    downbeat: float | None = None  # seconds from the start to the first beat of a bar
    quality: float | None = None  # 0..1
    licence: str | None = None
    pack: str | None = None
    creator: str | None = None
    rating: int | None = None  # stars, 0..5
    transients: tuple[int, ...] = field(repr=False, default=())  # frames
    peaks: bytes = field(repr=False, default=b"")  # int8: 512 lowest, then 512 highest; of a named stem none
    state: StemState = "ready"  # named: in the library by its name, to be analysed


@dataclass(frozen=True, slots=True)
class Match:
    """A stem and how well it answers the query: 1 = everything asked for, 0 = nothing."""

    stem: Stem
    similarity: float
    reasons: tuple[str, ...] = ()  # why, for people: "kick 93%", "dark: top 12%"
    alike: tuple[int, ...] = ()  # near-duplicates that are shown as this one, best first


@dataclass(frozen=True, slots=True)
class Job:
    """A row of the durable queue."""

    id: int
    kind: str
    payload: dict[str, Any]
    state: JobState
    now: bool  # somebody waits for it; the others may wait
    done: int
    total: int
    text: str
    attempts: int  # since it was queued or last got anywhere
    code: str | None
    error: str | None
    result: Any
    place: Any  # what it needs to go on where it was; None before its first step
    created_at: float
    begun_at: float | None  # of the first try since it was asked for
    updated_at: float
    seconds_left: float | None = None  # while it runs, as far as its pace is known


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a job's log."""

    id: int
    job: int
    at: float  # seconds since 1970
    level: Level
    text: str
