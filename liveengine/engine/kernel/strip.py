"""Strips' settings: gain, pan, mute, solo, and where each strip goes. Runs on: audio thread (RT-safe).

The strips are the tracks, then the audition strip, then the buses. After its fader a track goes to the master or to a
bus, and by its sends to buses besides; a bus goes to the master; either may go nowhere but to its own outputs. So no
way leads back, and the strips in their order are the order of mixing. The audition strip goes to the cue bus alone.

Solo is in place: while a strip is soloed, the master has what soloed strips send and what goes into soloed buses. A bus
is never silenced by a solo: it carries what the soloed tracks send there. The cue bus hears strips before their faders,
muted or not.
"""

import math
from typing import Any

import numpy as np

from liveengine.engine.kernel import check, ramp
from liveengine.engine.kernel.jit import inner
from liveengine.engine.kernel.work import Work, audition
from liveengine.engine.layout import RAMP_FRAMES, RAMP_MAX


@inner
def ramp_frames(wanted: int) -> int:
    """Return the length of a ramp that a record asks for. RT-safe."""
    return RAMP_FRAMES if wanted <= 0 else min(wanted, RAMP_MAX)


@inner
def mixer(work: Work, record: Any) -> None:
    """Let a record of the mixer take effect on its strip, on all tracks, on the master or on the cue bus. RT-safe."""
    frames = ramp_frames(record.ramp)
    if record.op == check.MASTER_GAIN:
        ramp.aim(work.bank.master.gain, record.value, frames)
        return
    if record.op == check.CUE_GAIN:
        ramp.aim(work.bank.cue.gain, record.value, frames)
        return
    first, last = record.track, record.track + 1
    if record.track < 0:
        first, last = 0, audition(work)
    for s in range(first, last):
        take(work, record, s, frames)
    if record.op == check.SOLO:
        solo(work, frames)


@inner
def take(work: Work, record: Any, s: int, frames: int) -> None:
    """Write what a record says into strip `s`, and let it move there. RT-safe."""
    strip = work.strips[s]
    if record.op == check.ROUTE:
        strip.output = int(record.value)
        settle_feeds(work, s, frames)
    elif record.op == check.SEND:
        work.feeds[s, record.slot].send = record.value
        settle_feeds(work, s, frames)
    elif record.op == check.CUE:
        strip.cue = int(record.value)
        ramp.aim(strip.listen, record.value, frames)
    elif record.op == check.GAIN:
        strip.gain = record.value
    elif record.op == check.PAN:
        strip.pan = record.value
    elif record.op == check.MUTE:
        strip.mute = int(record.value)
    elif record.op == check.SOLO:
        strip.solo = int(record.value)
    fader = record.op == check.GAIN or record.op == check.PAN or record.op == check.MUTE
    settle(work, s, frames, fader)


@inner
def solo(work: Work, frames: int) -> None:
    """Let every strip move to where it belongs now that other strips are soloed than before. RT-safe."""
    work.bank.solos = 0
    for s in range(work.strips.size):
        work.bank.solos += work.strips[s].solo
    for s in range(work.strips.size):
        settle_feeds(work, s, frames)
        settle(work, s, frames, False)


@inner
def aside(work: Work, s: int) -> bool:
    """Tell whether another strip is soloed and strip `s` is a track that is not. RT-safe."""
    return work.bank.solos > 0 and s < audition(work) and work.strips[s].solo == 0


@inner
def wanted(work: Work, s: int, d: int) -> float:
    """Return what strip `s` has to give to the master (d = 0) or to bus `d`, solos apart. RT-safe."""
    return work.feeds[s, d].send + (1.0 if work.strips[s].output == d else 0.0)


@inner
def lasting(work: Work, s: int) -> bool:
    """Tell whether strip `s` goes into a soloed bus. RT-safe."""
    for d in range(1, work.feeds.shape[1]):
        if work.strips[audition(work) + d].solo != 0 and wanted(work, s, d) > 0.0:
            return True
    return False


@inner
def settle(work: Work, s: int, frames: int, again: bool) -> None:
    """Let a strip's two gains move to what its gain, pan, mute and the solos now ask for. RT-safe.

    One that already moves there takes the new time only if it is asked `again`: a long fade outlasts a solo elsewhere.
    Balance law: the centre leaves both sides untouched, and moving away turns the other side down along a cosine.
    """
    strip = work.strips[s]
    heard = strip.mute == 0 and (not aside(work, s) or lasting(work, s))
    gain = strip.gain if heard else 0.0
    left, right = gain * side(strip.pan), gain * side(-strip.pan)
    if again or strip.left.target != np.float32(left):
        ramp.aim(strip.left, left, frames)
    if again or strip.right.target != np.float32(right):
        ramp.aim(strip.right, right, frames)


@inner
def side(away: float) -> float:
    """Return the gain of one side when the pan is `away` from it, 0..1. RT-safe."""
    return 0.0 if away >= 1.0 else math.cos(max(away, 0.0) * (math.pi / 2))


@inner
def settle_feeds(work: Work, s: int, frames: int) -> None:
    """Let what a strip gives to the master and to the buses move to what its output, sends and solos ask for. RT-safe.

    A track that is only heard because it goes into a soloed bus goes nowhere else meanwhile.
    """
    strip = work.strips[s]
    only = aside(work, s) and lasting(work, s)
    for d in range(work.feeds.shape[1]):
        feed = work.feeds[s, d]
        gain = wanted(work, s, d)
        if only and (d == 0 or work.strips[audition(work) + d].solo == 0):
            gain = 0.0
        if feed.gain.target != np.float32(gain):
            ramp.aim(feed.gain, gain, frames)
    strip.routed = 0 if plain(work, s) else 1


@inner
def plain(work: Work, s: int) -> bool:
    """Tell whether a strip simply goes to the master. RT-safe."""
    for d in range(work.feeds.shape[1]):
        feed = work.feeds[s, d]
        if feed.gain.left > 0 or feed.gain.target != (1.0 if d == 0 else 0.0):
            return False
    return True
