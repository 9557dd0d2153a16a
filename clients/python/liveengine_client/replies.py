"""What commands answer with. Generated from the registry of commands by `python -m liveengine.cli.layouts`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Accepted(TypedDict):
    """The answer to work that goes on: exactly one JobDone or JobFailed with this id follows."""

    job: int


class Answered(TypedDict):
    """Matches, and how the query was taken."""

    matches: list[Found]
    understood: list[str]
    unknown: list[str]
    told: dict[str, Any]
    verdict: str
    ms: float


class Auditioned(TypedDict):
    """What is listened to, and how."""

    stem: int
    name: str
    beat: float  # the session's beat at which it begins
    speed: float  # how many times as fast as it was recorded
    semitones: float  # by how much it is transposed
    key: str | None  # the key in which it is heard; none where that is unknown
    warp: str  # how it follows the tempo
    heard: str  # where: the cue outputs, or that the device has none


class Axis(TypedDict):
    """Where a stem stands on an axis of its semantic profile."""

    place: float
    percentile: float
    heard: float


class ClipLoaded(TypedDict):
    """A stem is ready to play in a slot."""

    track: int
    slot: int
    stem: int
    name: str


class ClipQueued(TypedDict):
    """A launch waits for its boundary, at `beat`."""

    track: int
    slot: int
    beat: float


class Edited(TypedDict):
    """How many stems an edit changes, and the job that does it where they are very many; None: it is done."""

    stems: int
    job: NotRequired[int | None]


class FileFault(TypedDict):
    """A file that a job could not use."""

    path: str
    state: str
    reason: str


class Found(TypedDict):
    """A match: a stem, how well it answers, 0..1, and why."""

    id: int
    title: str
    filename: str
    category: str
    path: str
    bpm: float | None
    key: str | None
    duration: float
    loop: bool
    bars: float | None
    tags: list[str]
    favourite: bool
    state: Literal["named", "ready"]
    similarity: float
    reasons: list[str]
    alike: list[int]


class JobInfo(TypedDict):
    """A job of the queue."""

    id: int
    kind: str
    state: str
    done: int
    total: int
    text: str
    attempts: int
    code: str | None
    error: str | None
    result: Any
    created_at: float
    updated_at: float


class Learnt(TypedDict):
    """What was learnt of one category."""

    category: str
    opinions: int
    liked: list[str]  # titles of the stems that are liked best
    disliked: list[str]  # titles of those that are liked least
    towards: list[str]  # words for where the taste goes, the strongest first
    sentence: str


class Past(TypedDict):
    """A search of the history."""

    id: int
    user: str
    address: str
    arguments: dict[str, Any]
    matches: int
    at: float  # seconds since 1970


class Reason(TypedDict):
    """One part of a stem's quality: its number, and what that means."""

    name: str
    kind: str
    score: float
    value: float
    unit: str
    words: str


class RecordingStarted(TypedDict):
    """A take is being written from `frame` on."""

    path: str
    frame: int


class StemFacts(TypedDict):
    """A stem with everything that is known of it."""

    id: int
    title: str
    filename: str
    category: str
    path: str
    bpm: float | None
    key: str | None
    duration: float
    loop: bool
    bars: float | None
    tags: list[str]
    favourite: bool
    state: Literal["named", "ready"]
    rate: int
    channels: int
    frames: int
    loudness: float | None
    peak: float | None
    hash: str
    provenance: str
    parent: int | None
    root: int | None
    downbeat: float | None
    quality: float | None
    licence: str | None
    pack: str | None
    creator: str | None
    rating: int | None
    plays: int
    source: str
    transients: list[int]
    created_at: float
    updated_at: float
    edits: dict[str, Any]
    reasons: list[Reason]
    profile: dict[str, Axis]
    facts: dict[str, Any]


class StemInfo(TypedDict):
    """A stem as the doors show it."""

    id: int
    title: str
    filename: str
    category: str
    path: str
    bpm: float | None
    key: str | None
    duration: float
    loop: bool
    bars: float | None
    tags: list[str]
    favourite: bool
    state: Literal["named", "ready"]


class Suggested(TypedDict):
    """What the sentence may become."""

    text: str
    kind: str  # search: asked before; word: of the lexicon; stem: a title
    stem: NotRequired[int | None]


class Take(TypedDict):
    """A recording: the WAV file, and how many frames it holds."""

    path: str
    frames: int


class TasteInfo(TypedDict):
    """What is known of the current user's taste."""

    user: str
    users: list[str]
    strength: float
    discovery: float
    opinions: dict[str, int]  # how many stems were liked, rejected, kept, swapped, played
    learnt: list[Learnt]


class Unfound(TypedDict):
    """Stems that no search has ever answered with."""

    stems: int  # of the library
    never: int  # of them no search has ever answered with
    some: list[StemInfo]
