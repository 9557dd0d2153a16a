"""What waits: records in their places, and a heap that knows which is due first. Runs on: audio thread (RT-safe).

A record lies in a place of `queue` until it takes effect. `waiting` has an entry for each in the order of a binary heap
(J. W. J. Williams, CACM 7, 1964): its first entry is due first, and of those that are due on one frame came first. So
thousands may wait, and a block in which none is due looks at one number. What a block writes here and into the clips
it notes in `touched`, and the next block brings the other bank up to date place by place.
"""

from typing import Any

from liveengine.engine.kernel import anchor, check
from liveengine.engine.kernel.jit import inner
from liveengine.engine.kernel.work import REFUSED, Work, report, report_record
from liveengine.engine.layout import FAR
from liveengine.engine.ops import Happened, Refusal, Waits

QUEUED = int(Happened.QUEUED)
QUEUE_FULL = int(Refusal.QUEUE_FULL)
ON_FRAME, ON_BEAT, ON_QUANTUM, ON_UNUSED = (int(w) for w in (Waits.FRAME, Waits.BEAT, Waits.QUANTUM, Waits.UNUSED))


@inner
def earlier(one: Any, other: Any) -> bool:
    """Tell whether an entry takes effect before another one. RT-safe."""
    return one.due < other.due or (one.due == other.due and one.order < other.order)


@inner
def rise(work: Work, n: int) -> None:
    """Move an entry up the heap to where it belongs. RT-safe."""
    heap = work.waiting
    hand = heap.size - 1
    heap[hand] = heap[n]
    while n > 0 and earlier(heap[hand], heap[(n - 1) >> 1]):
        heap[n] = heap[(n - 1) >> 1]
        n = (n - 1) >> 1
    heap[n] = heap[hand]


@inner
def sink(work: Work, n: int) -> None:
    """Move an entry down the heap to where it belongs. RT-safe."""
    heap = work.waiting
    hand = heap.size - 1
    heap[hand] = heap[n]
    child = 2 * n + 1
    while child < work.bank.queued:
        if child + 1 < work.bank.queued and earlier(heap[child + 1], heap[child]):
            child += 1
        if not earlier(heap[child], heap[hand]):
            break
        heap[n] = heap[child]
        n = child
        child = 2 * n + 1
    heap[n] = heap[hand]


@inner
def settle(work: Work) -> None:
    """Bring the whole heap into order after entries were given other frames. RT-safe."""
    for n in range((work.bank.queued >> 1) - 1, -1, -1):
        sink(work, n)
    refresh(work)


@inner
def refresh(work: Work) -> None:
    """Note which frame is the next one, and that what waits has changed. RT-safe."""
    work.bank.next = work.waiting[0].due if work.bank.queued > 0 else FAR
    work.bank.changed = 1


@inner
def due_before(work: Work, frame: int) -> int:
    """Return how many entries are due before a frame. RT-safe.

    Above one that is due lies one that is due: behind the children of the last one that was found there is none.
    """
    n = last = count = 0
    while n < work.bank.queued and n <= 2 * last + 2:
        if work.waiting[n].due < frame:
            last = n
            count += 1
        n += 1
    return count


@inner
def touch(work: Work, place: int) -> None:
    """Note that a place was written: one of the queue or, behind those, of a track's clips. RT-safe."""
    if work.bank.touched < work.touched.size:
        work.touched[work.bank.touched] = place
    work.bank.touched += 1


@inner
def room(work: Work) -> int:
    """Return a free place of the queue; there is one. RT-safe."""
    bank = work.bank
    places = work.waiting.size - 1
    while work.queue[bank.room].op != 0:
        bank.room = bank.room + 1 if bank.room + 1 < places else 0
    return bank.room


@inner
def add(work: Work, record: Any, frame: int) -> bool:
    """Put a record into the queue, to wait for `record.due`; False if it is full. RT-safe."""
    bank = work.bank
    if bank.queued == work.waiting.size - 1:
        report_record(work, REFUSED, record, frame, QUEUE_FULL)
        return False
    place = room(work)
    work.queue[place] = record
    touch(work, place)
    entry = work.waiting[bank.queued]
    entry.due = record.due
    entry.order = bank.arrived
    entry.place = place
    entry.segment = record.segment
    entry.track = record.track
    entry.slot = record.slot
    entry.op = record.op
    entry.waits = record.waits
    bank.arrived += 1
    bank.queued += 1
    bank.retiring += 1 if record.op == check.RETIRE else 0
    bank.follows += 1 if record.op == check.FOLLOW else 0
    bank.swaps += 1 if record.op == check.SWAP else 0
    rise(work, bank.queued - 1)
    refresh(work)
    return True


@inner
def keep(work: Work, record: Any, frame: int) -> None:
    """Put a record into the queue, and report a LAUNCH or STOP that waits. RT-safe."""
    if add(work, record, frame) and (record.op == check.LAUNCH or record.op == check.STOP):
        beat = record.beat if record.waits != ON_FRAME else anchor.beat_at(work.bank, record.due)
        report(work, QUEUED, record.track, record.slot, record.segment, record.token, record.due, beat, record.op)


@inner
def remove(work: Work, n: int) -> None:
    """Take entry `n` out of the heap, and free its record's place. RT-safe."""
    bank = work.bank
    entry = work.waiting[n]
    work.queue[entry.place].op = 0
    touch(work, entry.place)
    bank.retiring -= 1 if entry.op == check.RETIRE else 0
    bank.follows -= 1 if entry.op == check.FOLLOW else 0
    bank.swaps -= 1 if entry.op == check.SWAP else 0
    bank.queued -= 1
    if n < bank.queued:
        work.waiting[n] = work.waiting[bank.queued]
        rise(work, n)
        sink(work, n)
    refresh(work)


@inner
def concerns(work: Work, entry: Any, track: int, slot: int) -> bool:
    """Tell whether an entry is of a track (ALL: not of the audition strip) and a slot (0: any). RT-safe."""
    here = entry.track == track or (track < 0 and entry.track < work.clips.shape[0])
    return here and (slot <= 0 or entry.slot == slot)


@inner
def awaits(work: Work, op: int, track: int, slot: int) -> bool:
    """Tell whether a record of this opcode waits for a boundary on a track, for a slot. RT-safe."""
    for n in range(work.bank.queued):
        entry = work.waiting[n]
        if entry.op == op and entry.waits != ON_FRAME and concerns(work, entry, track, slot):
            return True
    return False
