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


class ClientInfo(TypedDict):
    """A client as the others see it."""

    client: int
    name: str
    role: str
    door: str
    tracks: list[int]
    you: bool


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


class ClockState(TypedDict):
    """How our clock ticks."""

    sending: bool
    wrong: str  # what keeps it from being sent though it shall be; empty = nothing
    ticks: int  # in the last second
    late: float  # by how many ms the latest of them was sent too late


class Edited(TypedDict):
    """How many stems an edit changes, and the job that does it where they are very many; None: it is done."""

    stems: int
    job: NotRequired[int | None]


class Feedback(TypedDict):
    """What the current user has said and shown of a stem, and what that means."""

    stem: int
    title: str
    category: str
    value: float  # -1..1: how much it is wanted; see the README
    like: bool
    reject: bool
    kept: int  # times that it has played for half a minute and more
    swapped: int  # times that it was replaced within a minute of being loaded
    played: int
    seconds: float  # for how long it was heard in all


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
    provenance: str
    similarity: float
    reasons: list[str]
    alike: list[int]
    proposed: bool


class JobInfo(TypedDict):
    """A job of the queue."""

    id: int
    kind: str
    about: str
    state: Literal["queued", "running", "done", "failed", "cancelled", "set_aside"]
    now: bool
    done: int
    total: int
    text: str
    seconds: float | None
    seconds_left: float | None
    attempts: int
    code: str | None
    error: str | None
    result: Any
    created_at: float
    updated_at: float


class JobLine(TypedDict):
    """A line of a job's log."""

    id: int
    at: float
    level: Literal["info", "warning", "error"]
    text: str


class Launched(TypedDict):
    """What was chosen and why, and when it will sound."""

    track: int
    slot: int
    stem: int
    name: str
    category: str
    similarity: float
    why: list[str]
    bpm: float | None  # of the stem, as it was recorded
    key: str | None  # in which it is heard
    speed: float  # how many times as fast as it was recorded
    semitones: float  # by how much it is transposed
    warp: str  # how it follows the tempo
    beat: float  # the session's beat at which it begins
    seconds: float  # from this answer until it is heard, with the device's latency
    fallback: str  # none; other = the best could not be had in time; later = a boundary was missed
    instead_of: int | None  # the stem that could not be had in time, or is swapped
    verdict: str  # how well the best of all answers: good, weak or none
    understood: list[str]
    unknown: list[str]


class Learnt(TypedDict):
    """What was learnt of one category."""

    category: str
    opinions: int
    liked: list[str]  # titles of the stems that are liked best
    disliked: list[str]  # titles of those that are liked least
    towards: list[str]  # words for where the taste goes, the strongest first
    sentence: str


class LessonInfo(TypedDict):
    """What a dream would learn of a category now."""

    category: str
    wanted: list[int]  # stems that it is dreamt around, the most wanted first
    unwanted: list[int]  # stems that are left out
    whole: bool  # too little is wanted: all of the category is dreamt of
    words: str


class LineageInfo(TypedDict):
    """How a stem came to be."""

    stem: int
    title: str
    category: str
    provenance: str
    made_by: str
    model: str
    checksum: str
    seed: int | None
    latent: list[float]
    terms: dict[str, Any]
    parents: list[Relative]
    children: list[Relative]


class ModelInfo(TypedDict):
    """One model."""

    name: str
    id: str
    kind: Literal["search", "embeddings", "separation", "category"]
    origin: Literal["shipped", "fetched", "trained"]
    state: Literal["ok", "missing", "damaged", "old"]
    size: int
    checksum: str
    used_by: list[str]
    what: str
    licence: str
    needs: str
    obtain: str
    folder: str


class Opinion(TypedDict):
    """What was said, and of which stem."""

    track: int
    stem: int
    name: str
    value: bool


class Past(TypedDict):
    """A search of the history."""

    id: int
    user: str
    address: str
    arguments: dict[str, Any]
    matches: int
    at: float  # seconds since 1970


class Previewed(TypedDict):
    """What is listened to, and why it was chosen."""

    stem: int
    name: str
    beat: float  # the session's beat at which it begins
    speed: float  # how many times as fast as it was recorded
    semitones: float  # by how much it is transposed
    key: str | None  # the key in which it is heard; none where that is unknown
    warp: str  # how it follows the tempo
    heard: str  # where: the cue outputs, or that the device has none
    category: str
    similarity: float
    why: list[str]
    verdict: str  # how well the best of all answers: good, weak or none
    understood: list[str]
    unknown: list[str]


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


class Relative(TypedDict):
    """A stem that another one was made from, or that was made from it."""

    stem: int
    of: int
    generation: int
    share: float
    title: str
    category: str
    provenance: str
    made_by: str
    model: str
    seed: int | None
    terms: dict[str, Any]
    there: bool


class Rendered(TypedDict):
    """A track that was rendered."""

    id: int
    filename: str
    path: str
    prompt: str
    duration: float  # seconds
    created_at: float  # seconds since 1970
    there: bool  # whether its file is still where it was written


class RenderedFacts(TypedDict):
    """A rendered track with its plan and its stems."""

    id: int
    filename: str
    path: str
    prompt: str
    duration: float  # seconds
    created_at: float  # seconds since 1970
    there: bool  # whether its file is still where it was written
    arrangement_plan: dict[str, Any]
    stems: list[RenderedStem]


class RenderedStem(TypedDict):
    """A stem of a rendered track, and where it plays."""

    stem: int
    section: str


class SeparatorInfo(TypedDict):
    """What takes tracks apart."""

    name: str
    id: str
    checksum: str
    says: str
    chosen: bool


class Setting(TypedDict):
    """One setting."""

    key: str
    value: bool | int | float | str | list[str]
    coming: bool | int | float | str | list[str]
    default: bool | int | float | str | list[str]
    kind: str  # bool, int, float, str or list
    choices: list[str]  # what it may be, where that is a few words
    least: float | None
    most: float | None
    about: str


class State(TypedDict):
    """What a track's mutation is doing."""

    amount: float
    kind: str
    bars: int
    style: int
    seed: int
    slot: int  # the slot that plays; 0 = none
    heard: str  # how what plays was made: walk, style, slices or grains; empty = it is the original
    step: int  # of what plays; 0 = it is the original
    model: str  # the model that it was made with; empty = by signal processing
    ahead: int  # variations that are ready
    made: int  # variations of all tracks since the daemon began
    seconds: float  # that the newest of them took to be ready


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
    provenance: str
    rate: int
    channels: int
    frames: int
    loudness: float | None
    peak: float | None
    hash: str
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
    provenance: str


class Step(TypedDict):
    """Which variation comes."""

    track: int
    slot: int
    step: int  # how many came before it, and itself
    amount: float


class Suggested(TypedDict):
    """What the sentence may become."""

    text: str
    kind: str  # search: asked before; word: of the lexicon; stem: a title
    stem: NotRequired[int | None]


class SyncState(TypedDict):
    """How the master is followed."""

    source: str
    locked: bool  # its beat is known, and followed
    tempo: float  # its tempo in beats per minute; ours while it has none
    jitter: float  # of its clock, in ms
    phase: float  # by how many ms our beat is heard after its own, as far as that is known
    peers: int  # how many others there are: Link's peers, a clock that ticks, a JACK server
    running: bool  # whether our transport runs


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
    heard: float  # seconds of stems that were heard in all
    learnt: list[Learnt]


class Token(TypedDict):
    """What lets other machines in as a role; told in words only to this machine, and to who has just made it."""

    role: Literal["watch", "play", "arrange", "ingest", "admin"]
    there: bool
    token: NotRequired[str | None]


class Unfound(TypedDict):
    """Stems that no search has ever answered with."""

    stems: int  # of the library
    never: int  # of them no search has ever answered with
    some: list[StemInfo]
