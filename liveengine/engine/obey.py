"""What each record does when it takes effect. Runs on: audio thread (RT-safe)."""

from typing import Any

from liveengine.engine import anchor, check, clips, overload, ramp, swap
from liveengine.engine.jit import inner
from liveengine.engine.launch import fits, launch
from liveengine.engine.layout import FADE_FRAMES, FADE_MIN, FAR, RAMP_MAX, Op, Reason, Refusal, Waits
from liveengine.engine.strip import mixer, ramp_frames
from liveengine.engine.voice import EVERYWHERE, step_of, stop_track
from liveengine.engine.work import CANCELLED, REFUSED, TOOK, Work, report_record

PANIC, CANCEL = int(Op.PANIC), int(Op.CANCEL)
QUEUE_FULL = int(Refusal.QUEUE_FULL)
STOPPED_BY, PANICKED = int(Reason.STOP), int(Reason.PANIC)
ON_FRAME, ON_BEAT, ON_QUANTUM, ON_UNUSED = (int(w) for w in (Waits.FRAME, Waits.BEAT, Waits.QUANTUM, Waits.UNUSED))


@inner
def obey(work: Work, record: Any, frame: int, late: int) -> None:
    """Let a record take effect at `frame`, `late` frames after it was wanted. RT-safe."""
    op = record.op
    if (op == check.LAUNCH or op == check.CLIP) and not fits(work, record):
        report_record(work, REFUSED, record, frame, check.SEGMENT)  # the segment changed while it waited
        return
    if op == check.SWAP and not at_seam(work, record, frame):
        return
    report_record(work, TOOK, record, frame, op)
    if op == check.LAUNCH:
        launch(work, record, frame, late)
    elif op == check.STOP:
        stop_track(work, record.track, STOPPED_BY, fade_frames(record.ramp))
    elif op == PANIC:
        stop_track(work, EVERYWHERE, PANICKED, FADE_FRAMES)
        drop(work, -1, True, frame)
    elif op == CANCEL:
        drop(work, record.track, False, frame)
    elif op == check.TEMPO or op == check.LOCATE or op == check.RUN:
        transport(work, record, frame)
    elif op == check.CLIP_GAIN:
        clip_gain(work, record)
    elif op == check.CLIP or op == check.UNCLIP:
        clips.define(work, record)
    elif op == check.SWAP or op == check.WARP:
        swap.obey(work, record, frame)
    elif op == check.SHED:
        overload.obey(work, record)
    else:
        mixer(work, record)


@inner
def at_seam(work: Work, record: Any, frame: int) -> bool:
    """Tell whether a SWAP is due now; else it waits for its seam, or there is none. RT-safe."""
    due = swap.seam_frame(work, record, frame)
    if due > frame:
        bank = work.bank
        if bank.queued == work.queue.size - 1:
            report_record(work, REFUSED, record, frame, QUEUE_FULL)
            return False
        record.waits = ON_FRAME
        record.due = due
        work.queue[bank.queued] = record
        bank.queued += 1
        bank.next = min(bank.next, due)
    return due == frame


@inner
def fade_frames(wanted: int) -> int:
    """Return the length of a fade that a record asks for. RT-safe."""
    return FADE_FRAMES if wanted <= 0 else min(max(wanted, FADE_MIN), RAMP_MAX)


@inner
def clip_gain(work: Work, record: Any) -> None:
    """Move the gain of what plays or waits from a slot. RT-safe."""
    for n in range(work.bank.active):
        voice = work.voices[n]
        if (record.track < 0 or voice.track == record.track) and (record.slot <= 0 or voice.slot == record.slot):
            ramp.aim(voice.gain, record.value, ramp_frames(record.ramp))
    for n in range(work.bank.queued):
        other = work.queue[n]
        here = (record.track < 0 or other.track == record.track) and (record.slot <= 0 or other.slot == record.slot)
        if here and other.op == check.LAUNCH:
            other.gain = record.value


@inner
def transport(work: Work, record: Any, frame: int) -> None:
    """Move the anchor, and with it everything that waits and every voice that follows the tempo. RT-safe."""
    bank = work.bank
    beat = anchor.beat_at(bank, frame)
    if record.op == check.TEMPO:
        anchor.move(bank, frame, beat, record.value, bank.running)
        for n in range(bank.active):
            voice = work.voices[n]
            voice.step = step_of(voice, record.value)
    elif record.op == check.LOCATE:
        anchor.move(bank, frame, record.value, bank.frames_per_beat, bank.running)
    else:
        anchor.move(bank, frame, beat, bank.frames_per_beat, int(record.value))
    for n in range(bank.queued):
        other = work.queue[n]
        if other.waits == ON_QUANTUM and record.op != check.TEMPO:
            other.beat = anchor.boundary(bank, frame, other.quantum)
        if other.op == check.SWAP:
            other.due = frame  # its seam has moved: it looks for it
        elif other.waits == ON_QUANTUM or other.waits == ON_BEAT:
            other.due = max(anchor.frame_of(bank, other.beat), frame)
    find_next(work)


@inner
def find_next(work: Work) -> None:
    """Find the first frame at which something of the queue is due. RT-safe."""
    first = FAR
    for n in range(work.bank.queued):
        if work.queue[n].op != 0:
            first = min(first, work.queue[n].due)
    work.bank.next = first
    work.bank.changed = 1


@inner
def drop(work: Work, on: int, everything: bool, frame: int) -> None:
    """Cancel the LAUNCH and STOP records that wait for a boundary on a track, or everything but RETIRE. RT-safe."""
    for n in range(work.bank.queued):
        other = work.queue[n]
        boundary = other.waits == ON_QUANTUM or other.waits == ON_BEAT
        mine = (other.op == check.LAUNCH or other.op == check.STOP) and (on < 0 or other.track == on)
        if other.op != 0 and other.op != check.RETIRE and (everything or (boundary and mine)):
            report_record(work, CANCELLED, other, frame, other.op)
            other.op = 0
            work.bank.changed = 1
