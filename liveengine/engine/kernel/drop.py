"""Dropping what waits: superseded, cancelled, or no longer due. Runs on: audio thread (RT-safe).

A launch that comes supersedes what waits for a boundary on its track, and with it the follow action of what plays; a
stop likewise, if it names a slot only what is that slot's. What waits for an exact frame stays.
"""

from typing import Any

from liveengine.engine.kernel import check, waiting
from liveengine.engine.kernel.jit import inner
from liveengine.engine.kernel.waiting import ON_FRAME
from liveengine.engine.kernel.work import CANCELLED, Work, report_record


@inner
def let_go(work: Work, n: int, frame: int) -> None:
    """Drop entry `n` and report it; a follow action is nobody's record. RT-safe."""
    entry = work.waiting[n]
    if entry.op != check.FOLLOW:
        report_record(work, CANCELLED, work.queue[entry.place], frame, entry.op)
    waiting.remove(work, n)


@inner
def supersede(work: Work, track: int, slot: int, timed: bool, frame: int) -> None:
    """Drop the LAUNCH, STOP and FOLLOW records that wait for a boundary, with `timed` for a frame too. RT-safe.

    Another entry comes to the place of one that is taken out: from behind, where all was looked at, or from before.
    """
    n = work.bank.queued - 1
    while n >= 0:
        if n < work.bank.queued and superseded(work, work.waiting[n], track, slot, timed):
            let_go(work, n, frame)
        else:
            n -= 1


@inner
def superseded(work: Work, entry: Any, track: int, slot: int, timed: bool) -> bool:
    """Tell whether an entry is one of those. RT-safe."""
    if entry.op == check.LAUNCH or entry.op == check.STOP:
        return (timed or entry.waits != ON_FRAME) and waiting.concerns(work, entry, track, slot)
    return entry.op == check.FOLLOW and waiting.concerns(work, entry, track, slot)


@inner
def forget(work: Work, track: int, slot: int) -> None:
    """Drop the follow action of what plays on a track, from a slot. RT-safe."""
    if work.bank.follows == 0:
        return
    n = work.bank.queued - 1
    while n >= 0:
        if (
            n < work.bank.queued
            and work.waiting[n].op == check.FOLLOW
            and waiting.concerns(work, work.waiting[n], track, slot)
        ):
            waiting.remove(work, n)
        else:
            n -= 1


@inner
def everything(work: Work, frame: int) -> None:
    """Drop all that waits but RETIRE. RT-safe."""
    n = work.bank.queued - 1
    while n >= 0:
        if n < work.bank.queued and work.waiting[n].op != check.RETIRE:
            let_go(work, n, frame)
        else:
            n -= 1


@inner
def cancel(work: Work, record: Any, frame: int) -> None:
    """Drop the one record with the token that a CANCEL names, else what waits on its track, for its slot. RT-safe."""
    if record.start == 0:
        supersede(work, record.track, record.slot, record.slot > 0, frame)
        return
    for n in range(work.bank.queued):
        entry = work.waiting[n]
        if entry.op != check.RETIRE and entry.op != check.FOLLOW and work.queue[entry.place].token == record.start:
            let_go(work, n, frame)
            return
