"""Taking records from the ring, and letting them take effect when they are due. Runs on: audio thread (RT-safe)."""

import math
from typing import Any

from liveengine.engine.kernel import anchor, check, clips, drop, waiting
from liveengine.engine.kernel.jit import inner, part
from liveengine.engine.kernel.obey import obey
from liveengine.engine.kernel.ring import load_acquire
from liveengine.engine.kernel.waiting import ON_BEAT, ON_FRAME, ON_QUANTUM, ON_UNUSED
from liveengine.engine.kernel.work import REFUSED, TOOK, Work, audition, replaced, report_record, shown
from liveengine.engine.layout import FAR, INTAKE
from liveengine.engine.ops import Happened
from liveengine.engine.positions import COMMAND_WRITE

LATE, RETIRED = int(Happened.LATE), int(Happened.RETIRED)


@inner
def in_hand(work: Work) -> int:
    """Return the place of the queue for the record in hand; behind it lies what that makes. RT-safe."""
    return work.queue.size - 2


@inner
def take(work: Work, frame: int, frames: int) -> None:
    """Take the records that the ring holds; `frame` is the first one of a block of `frames`. RT-safe.

    A block that must not take too long leaves what is more than `INTAKE` records per frame to the next one.
    """
    bank = work.bank
    places = work.commands.size
    hand = in_hand(work)
    count = min(max(load_acquire(work.header, COMMAND_WRITE) - bank.command_read, 0), places)
    if work.header[0].budget > 0.0:
        count = min(count, INTAKE * frames)
    for _ in range(count):
        work.queue[hand] = work.commands[bank.command_read & (places - 1)]
        bank.command_read += 1
        refusal = check.fault(work, work.queue[hand])
        if refusal == check.OBEY:
            arrive(work, frame)
        else:
            report_record(work, REFUSED, work.queue[hand], frame, refusal)


@inner
def arrive(work: Work, frame: int) -> None:
    """Obey the record in hand at once or keep it until it is due, then the same with what it made. RT-safe."""
    record = work.queue[in_hand(work)]
    more = True
    while more:
        late = schedule(work, record, frame)
        exact = record.waits == ON_FRAME and record.frame >= 0
        if (record.op == check.LAUNCH or record.op == check.STOP) and not exact:
            slot = record.slot if record.op == check.STOP else replaced(work, record)
            drop.supersede(work, record.track, slot, False, frame)
        if record.due <= frame:
            obey(work, record, frame, late)
        else:
            waiting.keep(work, record, frame)
        more = made(work)


@inner
def made(work: Work) -> bool:
    """Take what the record in hand made into hand; False if it made nothing. RT-safe."""
    hand = in_hand(work)
    if work.queue[hand + 1].op == 0:
        return False
    work.queue[hand] = work.queue[hand + 1]
    work.queue[hand + 1].op = 0
    return True


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
def due(work: Work, frame: int) -> None:
    """Obey what is due at `frame`, in the order of arrival. RT-safe."""
    hand = in_hand(work)
    while work.bank.next <= frame:
        work.queue[hand] = work.queue[work.waiting[0].place]
        waiting.remove(work, 0)
        obey(work, work.queue[hand], frame, 0)
        if made(work):
            arrive(work, frame)


@part
def retire(work: Work, frame: int) -> None:
    """Give back the segments that no voice, no waiting LAUNCH and no clip needs any more. RT-safe."""
    bank = work.bank
    seen = bank.event_write + work.header[0].events_lost  # whatever lets go of a segment is reported
    if bank.retiring == 0 or (bank.retired == seen and bank.changed == 0):
        return
    n = bank.queued - 1
    while n >= 0:
        if n < bank.queued and work.waiting[n].op == check.RETIRE and not needed(work, work.waiting[n].segment):
            record = work.queue[work.waiting[n].place]
            report_record(work, TOOK, record, frame, record.op)
            report_record(work, RETIRED, record, frame, 0)
            waiting.remove(work, n)
        else:
            n -= 1
    bank.retired = bank.event_write + work.header[0].events_lost


@inner
def needed(work: Work, segment: int) -> bool:
    """Tell whether a voice plays, a LAUNCH, CLIP or SWAP waits for, or a clip consists of a segment. RT-safe."""
    for n in range(work.bank.active):
        if work.voices[n].segment == segment:
            return True
    for n in range(work.bank.queued):
        entry = work.waiting[n]
        if (entry.op == check.LAUNCH or entry.op == check.CLIP or entry.op == check.SWAP) and entry.segment == segment:
            return True
    return clips.holds(work, segment)


@part
def show(work: Work) -> None:
    """Show on the strips what waits for them, if that changed. RT-safe."""
    if work.bank.changed == 0:
        return
    for t in range(audition(work) + 1):
        strip = work.strips[t]
        strip.queued_slot = 0
        strip.queued_token = 0
        strip.queued_due = FAR
        strip.stopping = 0
    for n in range(work.bank.queued):
        entry = work.waiting[n]
        if entry.op == check.LAUNCH and shown(work, entry.track, entry.slot):
            show_launch(work.strips[entry.track], entry, work.queue[entry.place].token)
        elif entry.op == check.STOP and entry.track >= 0:
            show_stop(work.strips[entry.track], entry.slot)
        elif entry.op == check.STOP:
            for t in range(audition(work)):
                show_stop(work.strips[t], entry.slot)


@inner
def show_launch(strip: Any, entry: Any, token: int) -> None:
    """Show a LAUNCH that waits if it is the first that is due. RT-safe."""
    if strip.queued_slot == 0 or entry.due < strip.queued_due:
        strip.queued_slot = entry.slot
        strip.queued_token = token
        strip.queued_due = entry.due


@inner
def show_stop(strip: Any, slot: int) -> None:
    """Show that what plays will stop, if it is what a STOP that waits means. RT-safe."""
    if slot <= 0 or strip.playing_slot == slot:
        strip.stopping = 1
