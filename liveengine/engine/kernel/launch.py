"""Starting voices, and finding a place for them. Runs on: audio thread (RT-safe).

The capacity counts fading voices too. With all places but `RESERVE` taken by voices that play, a launch lets the oldest
of them fade, so that there is normally a place without cutting anything. With none left one voice is cut: the fading
one that is closest to silence, by its gain and its fade, or, where none fades, the oldest; what it sounded like goes to
silence on its strip (see rest.py), so that nothing clicks. However fast one track starts and stops, it never takes the
voice that another one plays.
"""

import math
from typing import Any

from liveengine.engine.kernel import drop, ramp, rest, stretch
from liveengine.engine.kernel.jit import inner, part
from liveengine.engine.kernel.voice import end as end_voice
from liveengine.engine.kernel.voice import fade_out, step_of, stop_track
from liveengine.engine.kernel.work import Work, replaced, report_voice, shown
from liveengine.engine.layout import FADE_FRAMES, FADE_MIN, FAR, FRACTION_BITS, MAX_RATIO, ONE_FRAME
from liveengine.engine.ops import Happened, Reason, VoiceState

RESERVE = 8
PLAYING, STOPPING = int(VoiceState.PLAYING), int(VoiceState.STOPPING)
REPLACED, STOLEN, CHOKED = int(Reason.REPLACED), int(Reason.STOLEN), int(Reason.CHOKED)
RATIO_MAX = 2.0**30
NOWHERE = -FAR
STARTED = int(Happened.STARTED)


@inner
def quietest(work: Work) -> int:
    """Return the voice whose loss is heard least: the fading one closest to silence, else the oldest. RT-safe."""
    best = 0
    least = 1e30
    for n in range(work.bank.active):
        voice = work.voices[n]
        if voice.state == STOPPING:
            heard = ramp.value(voice.gain) * ramp.value(voice.fade)
            if heard < least:
                best = n
                least = heard
    return best


@inner
def place(work: Work, frame: int) -> int:
    """Return the index of a free voice behind all others, taken from another if need be. RT-safe."""
    bank = work.bank
    if bank.active < work.voices.size:
        bank.active += 1
        return bank.active - 1
    victim = quietest(work)
    rest.leave(work, victim)
    work.voices[victim].reason = STOLEN
    end_voice(work, work.voices[victim], frame)
    for n in range(victim + 1, bank.active):
        work.voices[n - 1] = work.voices[n]
        work.grains[n - 1] = work.grains[n]
    return bank.active - 1


@inner
def yield_place(work: Work) -> None:
    """Let the oldest playing voice fade if all places but the reserve are taken by voices that play. RT-safe."""
    most = work.voices.size - min(RESERVE, work.voices.size // 4)
    oldest = -1
    playing = 0
    for n in range(work.bank.active):
        if work.voices[n].state == PLAYING:
            playing += 1
            if oldest < 0:
                oldest = n
    if playing >= most:
        fade_out(work, work.voices[oldest], STOLEN, FADE_FRAMES)


@part
def launch(work: Work, record: Any, frame: int, late: int) -> None:
    """Start a voice for a LAUNCH that `fits`; what it replaces fades. RT-safe."""
    position = place_of(work, record)
    choke(work, record)
    stop_track(work, record.track, replaced(work, record), REPLACED, FADE_FRAMES)
    yield_place(work)
    n = place(work, frame)
    voice = work.voices[n]
    segment = work.segments[record.segment]
    voice.state = PLAYING
    voice.reason = 0
    voice.lost = 0
    voice.track = record.track
    voice.slot = record.slot
    voice.segment = record.segment
    voice.token = record.token
    read_from(voice, segment, record)
    voice.step = step_of(voice, work.bank.frames_per_beat)
    if position != NOWHERE:
        go_on(voice, position)
    stretch.begin(voice, work.grains[n])
    ramp.hold(voice.gain, record.gain)
    ramp.hold(voice.fade, 0.0 if record.start > 0 or position != NOWHERE else 1.0)
    ramp.aim(voice.fade, 1.0, FADE_FRAMES if position != NOWHERE else FADE_MIN)  # it may begin with an attack
    strip = work.strips[record.track]
    if shown(work, record.track, record.slot):
        strip.playing_slot = record.slot
        strip.playing_token = record.token
    report_voice(work, STARTED, voice, frame, late)


@inner
def choke(work: Work, record: Any) -> None:
    """Let the other voices of a LAUNCH's choke group fade, and what would follow them. RT-safe."""
    if record.choke == 0:
        return
    frames = min(max(record.ramp, FADE_MIN), FADE_FRAMES)
    for n in range(work.bank.active):
        voice = work.voices[n]
        if voice.state == PLAYING and voice.choke == record.choke and voice.track != record.track:
            drop.forget(work, voice.track, voice.slot)
            fade_out(work, voice, CHOKED, frames)


@inner
def place_of(work: Work, record: Any) -> int:
    """Return where a legato LAUNCH goes on, in fixed point from the start of its loop; else NOWHERE. RT-safe.

    That is as many beats into its loop as what it replaces is into its own, at the tempo of each buffer.
    """
    if record.legato == 0:
        return NOWHERE
    tempo = work.bank.frames_per_beat
    for n in range(work.bank.active):
        voice = work.voices[n]
        if voice.state == PLAYING and voice.track == record.track:
            here, there = voice.source_frames_per_beat, record.source_frames_per_beat
            here, there = here if here > 0.0 else tempo, there if there > 0.0 else tempo
            into = voice.position - (max(voice.loop_start, 0) << FRACTION_BITS)
            return into if here == there else scaled(into, there / here)
    return NOWHERE


@inner
def scaled(position: int, ratio: float) -> int:
    """Return a place in one buffer as one in a buffer of another tempo, so far that it fits. RT-safe."""
    away = abs(position * 1.0) * min(ratio, RATIO_MAX) % 2.0**62
    return math.floor(away if position >= 0 else -away)


@inner
def go_on(voice: Any, into: int) -> None:
    """Set the playhead to a place behind the start of what the voice repeats, and round that. RT-safe."""
    start = max(voice.loop_start, 0)
    place = into % ((voice.loop_end - start) << FRACTION_BITS)
    if voice.step == ONE_FRAME:
        place = (place >> FRACTION_BITS) << FRACTION_BITS  # between two frames there would be no unity rate
    voice.position = (start << FRACTION_BITS) + place
    voice.round = 1 if voice.loop_start >= 0 else 0


@inner
def read_from(voice: Any, segment: Any, record: Any) -> None:
    """Point the voice at its buffer. RT-safe."""
    loops = record.loop_end > record.loop_start
    voice.reverse = 1 if record.reverse != 0 else 0
    start = max(record.start, record.loop_start) if loops and voice.reverse != 0 else record.start
    voice.position = start << FRACTION_BITS
    voice.loop_start = record.loop_start if loops else -1
    voice.loop_end = record.loop_end if loops else segment.frames
    voice.crossfade = min(max(record.crossfade, 0), record.loop_end - record.loop_start) if loops else 0
    voice.round = 0
    voice.left = segment.offset // 4
    voice.right = voice.left + (segment.channels - 1) * segment.stride
    voice.source_frames_per_beat = record.source_frames_per_beat
    voice.pitch = record.pitch if 0.0 < record.pitch <= MAX_RATIO else 1.0
    voice.tier = record.tier
    voice.warp = record.warp
    voice.choke = record.choke
