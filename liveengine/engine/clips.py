"""The clips in the tracks' slots: what the kernel launches by itself. Runs on: audio thread (RT-safe)."""

from typing import Any

from liveengine.engine import check
from liveengine.engine.jit import inner
from liveengine.engine.work import Work


@inner
def define(work: Work, record: Any) -> None:
    """Keep a CLIP record as what lies in its slot, or let an UNCLIP empty it. RT-safe."""
    work.clips[record.track, record.slot - 1] = record
    if record.op == check.UNCLIP:
        work.clips[record.track, record.slot - 1].op = 0
    work.bank.clips_changed = 1


@inner
def holds(work: Work, segment: int) -> bool:
    """Tell whether a clip lies in a slot with a segment. RT-safe."""
    for track in range(work.clips.shape[0]):
        for slot in range(work.clips.shape[1]):
            clip = work.clips[track, slot]
            if clip.op != 0 and clip.segment == segment:
                return True
    return False
