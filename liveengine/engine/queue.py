"""Taking records from the ring and keeping those that wait. Runs on: audio thread (RT-safe)."""

import math
from typing import Any

from liveengine.engine import anchor, check, clips
from liveengine.engine.jit import inner
from liveengine.engine.layout import FAR, Happened, Refusal
from liveengine.engine.obey import ON_BEAT, ON_FRAME, ON_QUANTUM, ON_UNUSED, drop, find_next, obey
from liveengine.engine.positions import COMMAND_WRITE
from liveengine.engine.ring import load_acquire
from liveengine.engine.work import REFUSED, TOOK, Work, audition, report, report_record

QUEUED, LATE, RETIRED = int(Happened.QUEUED), int(Happened.LATE), int(Happened.RETIRED)
QUEUE_FULL = int(Refusal.QUEUE_FULL)


@inner
def take(work: Work, frame: int) -> None:
    """Take every record that the ring holds; `frame` is the block's first. RT-safe."""
    bank = work.bank
    places = work.commands.size
    hand = work.queue.size - 1
    count = min(max(load_acquire(work.header, COMMAND_WRITE) - bank.command_read, 0), places)
    for _ in range(count):
        work.queue[hand] = work.commands[bank.command_read & (places - 1)]
        bank.command_read += 1
        arrive(work, work.queue[hand], frame)


@inner
def arrive(work: Work, record: Any, frame: int) -> None:
    """Refuse a record, obey it at once, or keep it until it is due. RT-safe."""
    refusal = check.fault(work, record)
    if refusal != check.OBEY:
        report_record(work, REFUSED, record, frame, refusal)
        return
    late = schedule(work, record, frame)
    exact = record.waits == ON_FRAME and record.frame >= 0
    if (record.op == check.LAUNCH or record.op == check.STOP) and not exact:
        drop(work, record.track, False, frame)  # the newer one supersedes what waits
        compact(work)
    if record.due <= frame:
        obey(work, record, frame, late)
        compact(work)
    else:
        keep(work, record, frame)


@inner
def schedule(work: Work, record: Any, frame: int) -> int:
    """Decide when a record is due, and return how many frames late it is. RT-safe."""
    bank = work.bank
    late = 0
    record.waits = ON_FRAME
    record.due = frame
    if record.op == check.RETIRE:
        record.waits = ON_UNUSED
        record.due = FAR
        return 0
    if record.op == check.CLIP:  # its quantum is that of its launches
        record.due = max(record.frame, frame)
        return 0
    if record.frame >= 0:
        record.due = max(record.frame, frame)
        late = frame - record.frame
    elif not math.isnan(record.beat):
        record.waits = ON_BEAT
        due = anchor.frame_of(bank, record.beat)
        record.due = max(due, frame)
        late = frame - due
    elif record.quantum > 0.0:
        record.waits = ON_QUANTUM
    if late > 0 and record.quantum > 0.0:
        record.waits = ON_QUANTUM
        report_record(work, LATE, record, frame, late)
    if record.waits == ON_QUANTUM:
        record.beat = anchor.boundary(bank, frame, record.quantum)
        record.due = anchor.frame_of(bank, record.beat)
    return max(late, 0)


@inner
def keep(work: Work, record: Any, frame: int) -> None:
    """Put a record into the queue. RT-safe."""
    bank = work.bank
    if bank.queued == work.queue.size - 1:
        report_record(work, REFUSED, record, frame, QUEUE_FULL)
        return
    work.queue[bank.queued] = record
    bank.queued += 1
    bank.next = min(bank.next, record.due)
    bank.changed = 1
    if record.op == check.RETIRE:
        bank.retiring += 1
    elif record.op == check.LAUNCH or record.op == check.STOP:
        beat = record.beat if record.waits != ON_FRAME else anchor.beat_at(bank, record.due)
        report(work, QUEUED, record.track, record.slot, record.segment, record.token, record.due, beat, record.op)


@inner
def due(work: Work, frame: int) -> None:
    """Obey what is due at `frame`, in the order of arrival. RT-safe."""
    bank = work.bank
    hand = work.queue.size - 1
    while bank.next <= frame:
        for n in range(bank.queued):
            if work.queue[n].op != 0 and work.queue[n].due <= frame:
                work.queue[hand] = work.queue[n]
                work.queue[n].op = 0
                bank.changed = 1
                obey(work, work.queue[hand], frame, 0)
        compact(work)


@inner
def compact(work: Work) -> None:
    """Close the gaps that cancelled and obeyed records leave. RT-safe."""
    bank = work.bank
    if bank.changed == 0:
        return
    kept = 0
    for n in range(bank.queued):
        if work.queue[n].op != 0:
            if kept < n:
                work.queue[kept] = work.queue[n]
            kept += 1
    bank.queued = kept
    find_next(work)


@inner
def retire(work: Work, frame: int) -> None:
    """Give back the segments that no voice, no waiting LAUNCH and no clip needs any more. RT-safe."""
    bank = work.bank
    if bank.retiring == 0:
        return
    for n in range(bank.queued):
        record = work.queue[n]
        if record.op == check.RETIRE and not needed(work, record.segment):
            report_record(work, TOOK, record, frame, record.op)
            report_record(work, RETIRED, record, frame, 0)
            record.op = 0
            bank.retiring -= 1
            bank.changed = 1
    compact(work)


@inner
def needed(work: Work, segment: int) -> bool:
    """Tell whether a voice plays, a LAUNCH or SWAP waits for, or a clip consists of a segment. RT-safe."""
    for n in range(work.bank.active):
        if work.voices[n].segment == segment:
            return True
    for n in range(work.bank.queued):
        waits = work.queue[n].op == check.LAUNCH or work.queue[n].op == check.SWAP
        if waits and work.queue[n].segment == segment:
            return True
    return clips.holds(work, segment)


@inner
def show(work: Work) -> None:
    """Show on the strips what waits for them, if that changed. RT-safe."""
    if work.bank.changed == 0:
        return
    last = audition(work)
    for t in range(last + 1):
        strip = work.strips[t]
        strip.queued_slot = 0
        strip.queued_token = 0
        strip.stopping = 0
    for n in range(work.bank.queued):
        record = work.queue[n]
        for t in range(last + 1):
            if record.op == check.LAUNCH and record.track == t:
                work.strips[t].queued_slot = record.slot
                work.strips[t].queued_token = record.token
            elif record.op == check.STOP and (record.track == t or (record.track < 0 and t < last)):
                work.strips[t].stopping = 1
    work.bank.changed = 0
