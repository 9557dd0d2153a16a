"""Past-tense facts that the daemon publishes. Runs on: event loop."""

from dataclasses import dataclass
from typing import Any

from liveengine.bus import Event


@dataclass(frozen=True, slots=True)
class Changed(Event):
    """A property has a new value; pushed at the property's own address."""

    property: str
    value: Any

    def message(self) -> tuple[str, tuple[Any, ...]]:
        """Return the property's address and its value."""
        return self.property, (self.value,)


@dataclass(frozen=True, slots=True)
class ClipLoaded(Event):
    """A stem is ready to play in a slot."""

    ADDRESS = "/track/{track}/clip/{slot}/state"
    STATE = "stopped"
    track: int
    slot: int
    stem: int
    name: str


@dataclass(frozen=True, slots=True)
class ClipCleared(Event):
    """A slot is empty now."""

    ADDRESS = "/track/{track}/clip/{slot}/state"
    STATE = "empty"
    track: int
    slot: int


@dataclass(frozen=True, slots=True)
class ClipQueued(Event):
    """A launch waits for its boundary, at `beat`."""

    ADDRESS = "/track/{track}/clip/{slot}/state"
    STATE = "queued"
    track: int
    slot: int
    beat: float


@dataclass(frozen=True, slots=True)
class ClipStarted(Event):
    """A clip sounds since `frame`; `late` tells by how many frames it missed the moment asked for."""

    ADDRESS = "/track/{track}/clip/{slot}/state"
    STATE = "playing"
    track: int
    slot: int
    frame: int
    beat: float
    late: int = 0


@dataclass(frozen=True, slots=True)
class ClipStopping(Event):
    """A stop waits for its boundary, at `beat`."""

    ADDRESS = "/track/{track}/clip/{slot}/state"
    STATE = "stopping"
    track: int
    slot: int
    beat: float


@dataclass(frozen=True, slots=True)
class ClipStopped(Event):
    """A clip ended or was stopped at `frame`."""

    ADDRESS = "/track/{track}/clip/{slot}/state"
    STATE = "stopped"
    track: int
    slot: int
    frame: int


@dataclass(frozen=True, slots=True)
class ClipFollowed(Event):
    """A clip's follow action was taken at `frame`: stop, again, next, jump and so on."""

    ADDRESS = "/track/{track}/clip/{slot}/followed"
    track: int
    slot: int
    action: str
    frame: int


@dataclass(frozen=True, slots=True)
class VariantPlaying(Event):
    """What a clip plays went over, at `frame`, to the rendering for its tempo, or back to the original."""

    ADDRESS = "/track/{track}/clip/{slot}/variant"
    track: int
    slot: int
    rendered: bool
    frame: int


@dataclass(frozen=True, slots=True)
class VariantFailed(Event):
    """A clip could not be rendered for its tempo; it plays on, stretched in real time."""

    ADDRESS = "/track/{track}/clip/{slot}/variant/failed"
    track: int
    slot: int
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Mutated(Event):
    """What a clip plays went over, at `frame`, to its next variation; amount 0: back to what it was made of."""

    ADDRESS = "/track/{track}/clip/{slot}/mutated"
    track: int
    slot: int
    kind: str
    amount: float
    step: int
    frame: int


@dataclass(frozen=True, slots=True)
class MutationLate(Event):
    """The next variation of a clip was not ready when its loop went round; what it plays plays on."""

    ADDRESS = "/track/{track}/clip/{slot}/mutation/late"
    track: int
    slot: int
    step: int


@dataclass(frozen=True, slots=True)
class MutationFailed(Event):
    """The next variation of a clip could not be made; what it plays plays on, and it is tried again."""

    ADDRESS = "/track/{track}/clip/{slot}/mutation/failed"
    track: int
    slot: int
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class VoiceMuted(Event):
    """A voice produced a sample that is no number and was muted within its block; slot 0: the sum of a track did."""

    ADDRESS = "/track/{track}/muted"
    track: int
    slot: int
    frame: int


@dataclass(frozen=True, slots=True)
class Overloaded(Event):
    """The engine had too much to do: within about a second `voices` lost quality, and `faded` were cut."""

    ADDRESS = "/engine/overloaded"
    voices: int
    faded: int


@dataclass(frozen=True, slots=True)
class Relieved(Event):
    """The engine has room again: quality is back; so many voices (`silent`) were cut and are to be launched again."""

    ADDRESS = "/engine/relieved"
    silent: int


@dataclass(frozen=True, slots=True)
class EngineLost(Event):
    """The engine process is gone or wedged; the supervisor replaces it."""

    ADDRESS = "/engine/state"
    STATE = "lost"


@dataclass(frozen=True, slots=True)
class EngineReturned(Event):
    """A new engine process plays on; `gap` frames were not heard."""

    ADDRESS = "/engine/state"
    STATE = "running"
    gap: int


@dataclass(frozen=True, slots=True)
class DeviceLost(Event):
    """The audio device or server is gone or stalled; the transport runs on without it and it is looked for."""

    ADDRESS = "/engine/device"
    STATE = "lost"
    stream: str


@dataclass(frozen=True, slots=True)
class DeviceReturned(Event):
    """The engine plays through a device that was lost or has come; `gap` frames were not heard."""

    ADDRESS = "/engine/device"
    STATE = "playing"
    stream: str
    gap: int


@dataclass(frozen=True, slots=True)
class SyncChanged(Event):
    """How the master is followed: is its beat known, its tempo, its jitter and our distance in ms, its peers."""

    ADDRESS = "/sync/state"
    source: str
    locked: bool
    tempo: float
    jitter: float
    phase: float
    peers: int


@dataclass(frozen=True, slots=True)
class SyncLost(Event):
    """The master is gone; the tempo is held until it returns or another one is chosen."""

    ADDRESS = "/sync/lost"
    source: str
    tempo: float


@dataclass(frozen=True, slots=True)
class ClockChanged(Event):
    """Our MIDI clock is sent, or is not, with what keeps it from being sent; empty = nothing."""

    ADDRESS = "/sync/clock/state"
    sending: bool
    wrong: str


@dataclass(frozen=True, slots=True)
class StemsNamed(Event):
    """So many more stems stand in the library by their names; each is announced as added once it is analysed."""

    ADDRESS = "/stems/named"
    stems: int


@dataclass(frozen=True, slots=True)
class ProcessingComplete(Event):
    """Processing complete: every file of an ingest has an end; `unused` ones could not be used and have a reason."""

    ADDRESS = "/job/{job}/complete"
    STATE = "Processing complete"
    job: int
    added: int
    known: int
    unused: int


@dataclass(frozen=True, slots=True)
class StemAdded(Event):
    """A stem entered the library and can be found."""

    ADDRESS = "/stem/added"
    stem: int
    name: str
    category: str


@dataclass(frozen=True, slots=True)
class StemsEdited(Event):
    """The user changed what is known of `count` stems in one step."""

    ADDRESS = "/stems/edited"
    count: int


@dataclass(frozen=True, slots=True)
class StemQuarantined(Event):
    """A file could not be used and was set aside, for this reason."""

    ADDRESS = "/stem/quarantined"
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class JobProgressed(Event):
    """A job has done `done` of `total` steps; the rest takes about `seconds_left`, None until that is known."""

    ADDRESS = "/job/{job}/progress"
    job: int
    kind: str
    done: int
    total: int
    text: str
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class JobDone(Event):
    """A job ended well; `result` is plain data."""

    ADDRESS = "/job/{job}/done"
    job: int
    kind: str
    result: Any


@dataclass(frozen=True, slots=True)
class JobFailed(Event):
    """A job was given up, with the stable code and the sentence of the error."""

    ADDRESS = "/job/{job}/failed"
    job: int
    kind: str
    code: str
    message_text: str


@dataclass(frozen=True, slots=True)
class RecordingStarted(Event):
    """A take is being written from `frame` on."""

    ADDRESS = "/record/state"
    STATE = "recording"
    path: str
    frame: int


@dataclass(frozen=True, slots=True)
class RecordingStopped(Event):
    """A take is closed and playable."""

    ADDRESS = "/record/state"
    STATE = "stopped"
    path: str
    frames: int


@dataclass(frozen=True, slots=True)
class ControlBound(Event):
    """A control of a MIDI device was bound to an address; `replaced` is the one that it leaves, if any."""

    ADDRESS = "/midi/bound"
    device: str
    control: str
    address: str
    replaced: str


@dataclass(frozen=True, slots=True)
class ClientJoined(Event):
    """A client is there now; `door` tells how it is connected."""

    ADDRESS = "/client/{client}/joined"
    client: int
    name: str
    role: str
    door: str


@dataclass(frozen=True, slots=True)
class ClientLeft(Event):
    """A client is gone."""

    ADDRESS = "/client/{client}/left"
    client: int
    name: str
