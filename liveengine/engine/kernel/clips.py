"""The clips in the tracks' slots: what presses and follow actions launch. Runs on: audio thread (RT-safe)."""

import math
from typing import Any

from liveengine.engine.kernel import check, ramp
from liveengine.engine.kernel.jit import inner
from liveengine.engine.kernel.strip import ramp_frames
from liveengine.engine.kernel.waiting import touch
from liveengine.engine.kernel.work import Work
from liveengine.engine.layout import NEVER


@inner
def touch_clip(work: Work, track: int, slot: int) -> None:
    """Note that a clip was written; slots count from 1. RT-safe."""
    touch(work, work.queue.size + track * work.clips.shape[1] + slot - 1)


@inner
def define(work: Work, record: Any) -> None:
    """Keep a CLIP record as what lies in its slot, or let an UNCLIP empty it. RT-safe."""
    work.clips[record.track, record.slot - 1] = record
    if record.op == check.UNCLIP:
        work.clips[record.track, record.slot - 1].op = 0
    touch_clip(work, record.track, record.slot)


@inner
def filled(work: Work, track: int, slot: int) -> bool:
    """Tell whether a clip lies in a slot; any number may be asked for. RT-safe."""
    return 1 <= slot <= work.clips.shape[1] and work.clips[track, slot - 1].op != 0


@inner
def holds(work: Work, segment: int) -> bool:
    """Tell whether a clip with a segment lies in a slot. RT-safe."""
    for track in range(work.clips.shape[0]):
        for slot in range(work.clips.shape[1]):
            clip = work.clips[track, slot]
            if clip.op != 0 and clip.segment == segment:
                return True
    return False


@inner
def make(work: Work, op: int, track: int, slot: int) -> Any:
    """Return, in the place for what a record makes, a LAUNCH or STOP of a slot's clip with its quantum. RT-safe."""
    record = work.queue[work.queue.size - 1]
    work.queue[work.queue.size - 1] = work.clips[track, slot - 1]
    work.bank.made += 1
    record.op = op
    record.track = track
    record.slot = slot
    record.token = -work.bank.made
    record.frame = NEVER
    record.beat = math.nan
    record.value = 0.0
    if op == check.STOP:
        record.ramp = 0
    if op == check.STOP and work.bank.running == 0:
        record.quantum = 0.0  # no boundary comes
    return record


@inner
def gain(work: Work, record: Any) -> None:
    """Move the gain of what plays or waits from a slot, and of its clip. RT-safe."""
    everywhere, any_slot = record.track < 0, record.slot <= 0
    for n in range(work.bank.active):
        voice = work.voices[n]
        if (everywhere or voice.track == record.track) and (any_slot or voice.slot == record.slot):
            ramp.aim(voice.gain, record.value, ramp_frames(record.ramp))
    for n in range(work.bank.queued):
        entry = work.waiting[n]
        here = (everywhere or entry.track == record.track) and (any_slot or entry.slot == record.slot)
        if here and entry.op == check.LAUNCH:
            work.queue[entry.place].gain = record.value
            touch(work, entry.place)
    for track in range(work.clips.shape[0]):
        for slot in range(1, work.clips.shape[1] + 1):
            here = (everywhere or track == record.track) and (any_slot or slot == record.slot)
            if here and filled(work, track, slot):
                work.clips[track, slot - 1].gain = record.value
                touch_clip(work, track, slot)
