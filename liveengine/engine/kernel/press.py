"""Clips as pads: what pressing and releasing one does, as its launch mode says. Runs on: audio thread (RT-safe).

Launches and stops wait for the clip's own quantum. A clip that is released before it began, in the mode GATE, does not
begin; one in the mode REPEAT then begins once.
"""

from typing import Any

from liveengine.engine.kernel import anchor, check, clips, drop, waiting
from liveengine.engine.kernel.jit import inner, part
from liveengine.engine.kernel.work import Work
from liveengine.engine.ops import LaunchMode

GATE, TOGGLE, REPEAT = int(LaunchMode.GATE), int(LaunchMode.TOGGLE), int(LaunchMode.REPEAT)


@part
def press(work: Work, record: Any, frame: int) -> None:
    """Let the clip of a PRESS, which there is, answer. RT-safe."""
    track, slot = record.track, record.slot
    mode = work.clips[track, slot - 1].mode
    if record.value == 0.0:
        release(work, track, slot, mode, frame)
        return
    strip = work.strips[track]
    strip.held = slot if mode == REPEAT else 0
    if mode == TOGGLE and waiting.awaits(work, check.LAUNCH, track, slot):
        drop.supersede(work, track, slot, False, frame)
    elif mode == TOGGLE and strip.playing_slot == slot and not waiting.awaits(work, check.STOP, track, slot):
        clips.make(work, check.STOP, track, slot)
    else:
        clips.make(work, check.LAUNCH, track, slot)


@inner
def release(work: Work, track: int, slot: int, mode: int, frame: int) -> None:
    """Let a clip answer to its release. RT-safe."""
    strip = work.strips[track]
    plays = strip.playing_slot == slot
    if strip.held == slot:
        strip.held = 0
    if mode == GATE or (mode == REPEAT and plays):
        drop.supersede(work, track, slot, False, frame)
    if mode == GATE and plays:
        clips.make(work, check.STOP, track, slot)


@part
def again(work: Work, record: Any, frame: int) -> None:
    """Let a clip that was launched at `frame` be launched again on its next boundary, if it is held. RT-safe."""
    strip = work.strips[record.track]
    if strip.held != record.slot:
        strip.held = 0
        return
    if record.token > 0 or record.quantum <= 0.0 or not clips.filled(work, record.track, record.slot):
        return
    launch = clips.make(work, check.LAUNCH, record.track, record.slot)
    launch.waits = waiting.ON_QUANTUM
    launch.beat = anchor.boundary(work.bank, frame + 1, launch.quantum)
    launch.due = anchor.frame_of(work.bank, launch.beat)
    waiting.keep(work, launch, frame)
    launch.op = 0
