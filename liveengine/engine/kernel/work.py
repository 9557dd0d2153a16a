"""What the kernel's functions hand to each other, and how they report. Runs on: audio thread (RT-safe)."""

from typing import Any, NamedTuple

from liveengine.engine.kernel.anchor import beat_at
from liveengine.engine.kernel.jit import inner
from liveengine.engine.kernel.ring import load_acquire
from liveengine.engine.ops import Happened
from liveengine.engine.positions import EVENT_READ

TOOK, CANCELLED, REFUSED = int(Happened.TOOK), int(Happened.CANCELLED), int(Happened.REFUSED)


class Work(NamedTuple):
    """The bank that this block works on, and what is shared between the banks."""

    bank: Any  # BANK record
    strips: Any  # [tracks + 1 + buses] STRIP
    feeds: Any  # [strips, 1 + buses] FEED
    voices: Any  # [voices] VOICE
    grains: Any  # [voices] GRAIN
    clips: Any  # [tracks, slots] COMMAND
    queue: Any  # [queue + 2] COMMAND; the last places hold the record in hand and what it makes
    waiting: Any  # [queue + 1] WAITING; the last place holds the entry in hand
    touched: Any  # [queue] int32
    header: Any  # [1] HEADER
    commands: Any  # [commands] COMMAND
    events: Any  # [events] EVENT
    segments: Any  # [segments] SEGMENT
    last: Any  # [2, LAST_FRAMES] float32
    blend: Any  # [2, SCRATCH_FRAMES] float32
    stage: Any  # [STAGE_ROWS * STAGE_FRAMES] float32
    weights: Any  # [SETS * SET_WEIGHTS] float32
    pool: Any  # [samples] float32


@inner
def audition(work: Work) -> int:
    """Return the audition strip's number: that of the tracks; bus b, from 1, is strip `audition + b`. RT-safe."""
    return work.clips.shape[0]


@inner
def replaced(work: Work, record: Any) -> int:
    """Return the slot whose voice and waiting launch a LAUNCH replaces on its track; 0 = whatever is there. RT-safe.

    On the audition strip each slot sounds for itself; the first one is shown.
    """
    return record.slot if record.track == audition(work) else 0


@inner
def shown(work: Work, track: int, slot: int) -> bool:
    """Tell whether what a slot plays is shown on its strip. RT-safe."""
    return track != audition(work) or slot == 1


@inner
def report(
    work: Work, kind: int, track: int, slot: int, segment: int, token: int, frame: int, beat: float, aux: int
) -> None:
    """Write an event; with a full ring it is lost and counted. RT-safe."""
    bank = work.bank
    if bank.event_write - load_acquire(work.header, EVENT_READ) >= work.events.size:
        work.header[0].events_lost += 1
        return
    event = work.events[bank.event_write & (work.events.size - 1)]
    event.kind = kind
    event.track = track
    event.slot = slot
    event.segment = segment
    event.token = token
    event.frame = frame
    event.beat = beat
    event.aux = aux
    bank.event_write += 1


@inner
def report_record(work: Work, kind: int, record: Any, frame: int, aux: int) -> None:
    """Report what happened to a record. RT-safe."""
    beat = beat_at(work.bank, frame)
    report(work, kind, record.track, record.slot, record.segment, record.token, frame, beat, aux)


@inner
def report_voice(work: Work, kind: int, voice: Any, frame: int, aux: int) -> None:
    """Report what happened to a voice. RT-safe."""
    beat = beat_at(work.bank, frame)
    report(work, kind, voice.track, voice.slot, voice.segment, voice.token, frame, beat, aux)
