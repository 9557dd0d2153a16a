"""Too much to do: what is heard least gives way before a block is missed. Runs on: audio thread (RT-safe).

Every voice has a weight, its part of the kernel's effort, in units that are alike on every machine up to one factor:
the cost of a unit, in ns, which the callback measures. Before anything sounds the kernel thus knows how long a block
would take. Above `HIGH` of the time that there is, voices give way until it fits: first those that are interpolated
best get a simpler interpolation, the quietest first, then what fades out already is cut, the oldest first, and, should
even that leave more than `LAST`, the quietest playing voices fade. None of these fades for the sake of the records that
take effect in a block: they are over with it, the fade is not. And none is cut where cutting all of them would not do:
then a machine is slow for another reason, and a late block is a click, a silent track the end of the music. Once a
second of calm has passed quality comes back in small steps, the loudest voices first.

Each step is a SHED event that a replay obeys as a record, so that the same journal gives the same samples on a machine
that is never short of time. Offline nothing is shed.
"""

from typing import Any

import numpy as np

from liveengine.engine.kernel import dsp, ramp
from liveengine.engine.kernel.jit import inner, part
from liveengine.engine.kernel.playhead import plain
from liveengine.engine.kernel.voice import fade_out
from liveengine.engine.kernel.work import Work, report_voice
from liveengine.engine.layout import FADE_MIN, ONE_FRAME
from liveengine.engine.ops import Happened, Reason, Tier, VoiceState, Warp

# What takes how long: ns on the machine where they were measured, by `python -m liveengine.engine.bench.weigh`.
BLOCK = 6000.0  # a block, whatever it holds
BLOCK_FRAME = 25.0  # each of its frames: strips, master, limiter, meters
VOICE = 24.0  # a voice, in each block
GRAIN = 205.0  # more, where a grain is heard
RECORD = 500.0  # a record that takes effect ...
RECORD_VOICE = 1.5  # ... and more for each voice that there is: launches and stops look at all of them
UNITY, LINEAR, CUBIC, SINC = 0.16, 0.77, 1.3, 7.6  # a voice's frame
BEATS, STRETCH = 4.5, 5.6  # more, for the grain's

HIGH = 0.8  # of the time that there is: above it voices give way
LAST = 0.95  # above it even playing ones
LOW = 0.5  # below it for a while, quality comes back ...
ROOM = 0.65  # ... while it stays below this
STEPS = 8  # voices at a time
PATIENCE_MAX = 64  # seconds
RELAPSE = 10  # seconds: who gives way so soon after quality came back will wait twice as long for it

LEVEL_SHIFT = 22  # of a float32's bits: two levels to an octave, 3 dB apart
SILENT = 1 << 9  # beyond every level
SINC_STAGE, CUBIC_STAGE, FADING_STAGE, PLAYING_STAGE = 0, 1, 2, 3
LINEAR_TIER, CUBIC_TIER, SINC_TIER = int(Tier.LINEAR), int(Tier.CUBIC), int(Tier.SINC)
REPITCH, STRETCHED = int(Warp.REPITCH), int(Warp.STRETCH)
PLAYING, STOPPING = int(VoiceState.PLAYING), int(VoiceState.STOPPING)
GAVE_WAY, SHED = int(Reason.SHED), int(Happened.SHED)
CUT = -1
ON_TIME = ONE_FRAME >> 13  # per frame: 300 frames in 51 s at 48 kHz


@inner
def frame_weight(voice: Any, tier: int) -> float:
    """Return the weight of a frame of the voice, were it interpolated in this tier. RT-safe."""
    if untouched(voice):
        return UNITY
    extra = 0.0
    if voice.warp != REPITCH:
        extra = STRETCH if voice.warp == STRETCHED else BEATS
        if voice.pitch == 1.0:
            return extra + UNITY
    if tier == SINC_TIER:
        return extra + SINC
    return extra + (CUBIC if tier == CUBIC_TIER else LINEAR)


@inner
def untouched(voice: Any) -> bool:
    """Tell whether a voice simply plays its buffer, or as good as: its grain is on time for many seconds. RT-safe."""
    if voice.warp == REPITCH:
        return plain(voice.position, voice.step)
    return abs(voice.step - ONE_FRAME) < ON_TIME and voice.pitch == 1.0


@inner
def weight(voice: Any, frames: int) -> float:
    """Return the weight of a voice in a block of `frames` frames. RT-safe."""
    return VOICE + (GRAIN if voice.warp != REPITCH else 0.0) + frames * frame_weight(voice, voice.tier)


@inner
def gone(voice: Any) -> bool:
    """Tell whether a voice was cut: it ends as soon as it may. RT-safe."""
    return voice.state == STOPPING and voice.reason == GAVE_WAY


@inner
def passing(work: Work) -> float:
    """Return the effort of the records that this block has taken or will see due. RT-safe."""
    records = work.bank.coming + work.bank.command_read - work.header[0].command_read
    return records * (RECORD + RECORD_VOICE * work.bank.active)


@inner
def weigh(work: Work, frames: int) -> None:
    """Count the effort of a block of `frames` frames as things stand, and apart from it that of what goes. RT-safe."""
    bank = work.bank
    bank.effort = BLOCK + BLOCK_FRAME * frames + passing(work)
    bank.going = 0.0
    for n in range(bank.active):
        own = weight(work.voices[n], frames)
        if gone(work.voices[n]):
            bank.going += own
        else:
            bank.effort += own


@inner
def most(work: Work, frames: int) -> float:
    """Return the effort for which there is just time in a block; infinite before anything was measured. RT-safe."""
    header = work.header[0]
    return header.budget * frames / header.cost if header.cost > 0.0 else np.inf


@part
def relieve(work: Work, frames: int) -> None:
    """Let voices give way if the block, of `frames` frames, would take too long. RT-safe."""
    header = work.header[0]
    bank = work.bank
    if header.budget <= 0.0:
        return
    records = bank.coming + bank.command_read - header.command_read
    seen = bank.event_write + header.events_lost + (records << 40)  # whatever changes the effort is reported
    if seen != bank.weighed or frames != bank.weighed_frames:
        bank.weighed = seen
        bank.weighed_frames = frames
        weigh(work, frames)
    there = most(work, frames)
    if bank.effort <= HIGH * there:
        return
    before = header.shed
    for stage in range(FADING_STAGE):
        give_way(work, stage, HIGH * there, frames)
    last = LAST * there + passing(work)
    if bank.effort - cuttable(work, frames) <= last:
        give_way(work, FADING_STAGE, HIGH * there, frames)
        give_way(work, PLAYING_STAGE, last, frames)
    header.calm = 0
    if header.shed > before and 0 < header.restored > bank.frame - RELAPSE * header.rate:
        header.patience = min(2 * max(header.patience, header.rate), PATIENCE_MAX * header.rate)


@inner
def give_way(work: Work, stage: int, limit: float, frames: int) -> None:
    """Let voices give way, the quietest first (those that fade: the oldest), until the effort is within `limit`.

    Each pass over the voices takes those of one level and finds the next one. RT-safe.
    """
    bank = work.bank
    level = 0
    while bank.effort > limit and level < SILENT:
        above = SILENT
        for n in range(bank.active):
            voice = work.voices[n]
            saved = saving(voice, stage, frames)
            if saved > 0.0:
                own = 0 if stage == FADING_STAGE else level_of(work, voice)
                if own > level:
                    above = min(above, own)
                elif bank.effort > limit:
                    bank.effort -= saved
                    bank.going += saved if stage >= FADING_STAGE else 0.0
                    change(work, voice, voice.tier - 1 if stage < FADING_STAGE else CUT)
        level = above


@inner
def cuttable(work: Work, frames: int) -> float:
    """Return the effort that would be saved if all were cut that sounds or fades. RT-safe."""
    saved = 0.0
    for n in range(work.bank.active):
        voice = work.voices[n]
        saved += saving(voice, FADING_STAGE, frames) + saving(voice, PLAYING_STAGE, frames)
    return saved


@inner
def saving(voice: Any, stage: int, frames: int) -> float:
    """Return the effort saved if the voice gives way as the stage asks; 0 where it has nothing to give. RT-safe."""
    if stage < FADING_STAGE:
        if voice.tier != SINC_TIER - stage or gone(voice):
            return 0.0
        return frames * (frame_weight(voice, voice.tier) - frame_weight(voice, voice.tier - 1))
    if stage == FADING_STAGE:
        long = voice.state == STOPPING and voice.fade.left > FADE_MIN
        return weight(voice, frames) if long and not gone(voice) else 0.0
    return weight(voice, frames) if voice.state == PLAYING else 0.0


@inner
def level_of(work: Work, voice: Any) -> int:
    """Return how loud a voice is heard now, in steps of 3 dB from 0 for silence to below SILENT. RT-safe."""
    strip = work.strips[voice.track]
    heard = ramp.value(voice.gain) * ramp.value(voice.fade) * max(ramp.value(strip.left), ramp.value(strip.right))
    return (dsp.bits(np.float32(heard)) & dsp.MAGNITUDE) >> LEVEL_SHIFT


@inner
def change(work: Work, voice: Any, tier: int) -> None:
    """Let a voice go on in another tier, or fade as fast as one may (CUT), and report it. RT-safe."""
    work.header[0].shed += 1
    if tier != CUT:
        voice.lost = min(max(voice.lost + voice.tier - tier, 0), SINC_TIER)
        voice.tier = tier
    elif voice.state == PLAYING:
        fade_out(work, voice, GAVE_WAY, FADE_MIN)
    else:
        voice.reason = GAVE_WAY
        if voice.fade.left > FADE_MIN:
            ramp.aim(voice.fade, 0.0, FADE_MIN)
    report_voice(work, SHED, voice, work.bank.frame, tier)


@inner
def obey(work: Work, record: Any) -> None:
    """Do again what an engine did that was short of time. RT-safe."""
    for n in range(work.bank.active):
        voice = work.voices[n]
        if voice.token == record.start and (record.track < 0 or voice.track == record.track):
            change(work, voice, int(record.value))


@part
def restore(work: Work, frames: int) -> None:
    """Give quality back after a while with room: a few steps at a time, the loudest voices first. RT-safe."""
    header = work.header[0]
    bank = work.bank
    there = most(work, frames)
    if header.budget <= 0.0 or bank.effort > LOW * there:
        header.calm = 0
        return
    header.calm += frames
    if header.calm < max(header.patience, header.rate):
        return
    header.calm = 0
    for _ in range(STEPS):
        n = poorest(work)
        if n < 0:
            header.patience = 0
            return
        voice = work.voices[n]
        more = frames * (frame_weight(voice, voice.tier + 1) - frame_weight(voice, voice.tier))
        if bank.effort + more > ROOM * there:
            return
        bank.effort += more
        header.restored = bank.frame
        change(work, voice, voice.tier + 1)


@inner
def poorest(work: Work) -> int:
    """Return the loudest voice that lost quality; -1 if there is none. RT-safe."""
    best = -1
    most_heard = -1
    for n in range(work.bank.active):
        if work.voices[n].lost > 0 and level_of(work, work.voices[n]) > most_heard:
            best = n
            most_heard = level_of(work, work.voices[n])
    return best
