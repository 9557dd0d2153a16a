"""Voices: how they read their buffers, start, fade and end. Runs on: audio thread (RT-safe)."""

import math
from typing import Any

import numpy as np

from liveengine.engine import dsp, ramp
from liveengine.engine.jit import inner
from liveengine.engine.layout import (
    FRACTION_BITS,
    MAX_RATIO,
    ONE_FRAME,
    Happened,
    Reason,
    VoiceState,
)
from liveengine.engine.work import Work, report_voice

FREE, PLAYING, STOPPING = int(VoiceState.FREE), int(VoiceState.PLAYING), int(VoiceState.STOPPING)
FRACTION = ONE_FRAME - 1
BROKE = int(Reason.MUTED)
STOPPED, MUTED = int(Happened.STOPPED), int(Happened.MUTED)
ALIVE = -1
AHEAD = 4  # voices
AHEAD_SAMPLES = 512  # of each channel; the processor guesses what follows


@inner
def step_of(source_frames_per_beat: float, frames_per_beat: float) -> int:
    """Return how far a voice moves per frame, in fixed point. RT-safe."""
    if source_frames_per_beat == 0.0:
        return ONE_FRAME
    ratio = min(max(source_frames_per_beat / frames_per_beat, 1.0 / MAX_RATIO), MAX_RATIO)
    return math.floor(ratio * ONE_FRAME + 0.5)


@inner
def plain(voice: Any) -> bool:
    """Tell whether the voice takes one whole sample per frame. RT-safe."""
    return voice.step == ONE_FRAME and voice.position & FRACTION == 0


@inner
def stretch(voice: Any, wanted: int) -> int:
    """Return how many frames, up to `wanted`, can be made by one loop without a branch: to a ramp's end or a seam.

    Within the last sample before the seam the result is 1: that frame needs the sample across the seam. RT-safe.
    """
    if voice.gain.left > 0:
        wanted = min(wanted, voice.gain.left)
    if voice.fade.left > 0:
        wanted = min(wanted, voice.fade.left)
    if plain(voice):
        return min(wanted, voice.loop_end - (voice.position >> FRACTION_BITS))
    last = (voice.loop_end - 1) << FRACTION_BITS
    if voice.position >= last:
        return 1
    if voice.position + wanted * voice.step > last:
        return (last - voice.position + voice.step - 1) // voice.step
    return wanted


@inner
def across(voice: Any, pool: Any, base: int) -> Any:
    """Return the sample after the one under the playhead: behind a loop its start, behind a one-shot 0. RT-safe."""
    k = (voice.position >> FRACTION_BITS) + 1
    if k < voice.loop_end:
        return pool[np.uint64(base + k)]
    if voice.loop_start >= 0:
        return pool[np.uint64(base + voice.loop_start)]
    return np.float32(0.0)


@inner
def sound_seam(voice: Any, pool: Any, out: Any, row: int, first: int) -> bool:
    """Add the one frame that lies across the seam; False if a sample of it is broken. RT-safe."""
    k = voice.position >> FRACTION_BITS
    f = np.float32((voice.position & FRACTION) >> dsp.FRACTION_SHIFT) * dsp.FRACTION_UNIT
    g = np.float32(ramp.value(voice.gain)) * np.float32(ramp.value(voice.fade))
    a = pool[np.uint64(voice.left + k)]
    b = across(voice, pool, voice.left)
    c = pool[np.uint64(voice.right + k)]
    d = across(voice, pool, voice.right)
    if f == 0.0:
        b = a
        d = c
    for sample in (a, b, c, d):
        if (dsp.bits(sample) & dsp.MAGNITUDE) >= dsp.BROKEN:
            return False
    out[np.uint64(row), np.uint64(first)] += (a + (b - a) * f) * g
    out[np.uint64(row + 1), np.uint64(first)] += (c + (d - c) * f) * g
    return True


@inner
def whole(voice: Any, pool: Any, count: int) -> int:
    """Return how many of the next `count` frames need no broken sample. RT-safe."""
    k = voice.position >> FRACTION_BITS
    one = 0 if plain(voice) else 1
    span = np.uint64(((voice.position + (count - 1) * voice.step) >> FRACTION_BITS) - k + 1 + one)
    most = dsp.loudest(pool, np.uint64(voice.left + k), span)
    if voice.right != voice.left:
        most = max(most, dsp.loudest(pool, np.uint64(voice.right + k), span))
    if most < dsp.BROKEN:
        return count
    for i in range(count):
        k = (voice.position + i * voice.step) >> FRACTION_BITS
        for channel in (voice.left, voice.right):
            if dsp.loudest(pool, np.uint64(channel + k), np.uint64(1 + one)) >= dsp.BROKEN:
                return i
    return count


@inner
def sound_stretch(voice: Any, pool: Any, out: Any, row: int, first: int, count: int) -> None:
    """Add `count` frames that `stretch` and `whole` allow. RT-safe."""
    k = voice.position >> FRACTION_BITS
    left, right = np.uint64(voice.left + k), np.uint64(voice.right + k)
    gain, fade = voice.gain, voice.fade
    g, g_step, g_left = np.float32(gain.target), np.float32(gain.step), np.int32(gain.left)
    f, f_step, f_left = np.float32(fade.target), np.float32(fade.step), np.int32(fade.left)
    r, at, n = np.uint64(row), np.uint64(first), np.uint64(count)
    if plain(voice):
        dsp.mix(pool, left, right, out, r, at, n, g, g_step, g_left, f, f_step, f_left)
        return
    part, step = np.uint64(voice.position & FRACTION), np.uint64(voice.step)
    dsp.mix_linear(pool, left, right, part, step, out, r, at, n, g, g_step, g_left, f, f_step, f_left)


@inner
def pass_on(voice: Any, count: int) -> bool:
    """Move the playhead by `count` frames, around the loop if need be; False when the voice is over. RT-safe."""
    voice.position += count * voice.step
    ramp.advance(voice.gain, count)
    ramp.advance(voice.fade, count)
    end = voice.loop_end << FRACTION_BITS
    if voice.position >= end:
        if voice.loop_start < 0:
            return False
        start = voice.loop_start << FRACTION_BITS
        voice.position = start + (voice.position - start) % (end - start)
    return not (voice.state == STOPPING and voice.fade.left == 0)


@inner
def sound(voice: Any, pool: Any, out: Any, first: int, count: int) -> int:
    """Add a voice's next `count` frames to its track's rows; return ALIVE or how many frames it lived. RT-safe."""
    row = 2 + 2 * voice.track
    done = 0
    while done < count:
        n = stretch(voice, count - done)
        last = (voice.loop_end - 1) << FRACTION_BITS
        if not plain(voice) and voice.position >= last:
            good = n if sound_seam(voice, pool, out, row, first + done) else 0
        else:
            good = whole(voice, pool, n)
            sound_stretch(voice, pool, out, row, first + done, good)
        if good < n:
            voice.reason = BROKE
            return done + good
        done += n
        if not pass_on(voice, n):
            return done
    return ALIVE


@inner
def fetch(voice: Any, pool: Any, count: int) -> None:
    """Start to load what the voice's next `count` frames need: several voices ahead, memory costs no time. RT-safe."""
    k = voice.position >> FRACTION_BITS
    span = min((count * voice.step) >> FRACTION_BITS, AHEAD_SAMPLES)
    for i in range(0, span + dsp.LINE, dsp.LINE):
        dsp.prefetch(pool, voice.left + k + i)
        dsp.prefetch(pool, voice.right + k + i)


@inner
def sound_all(work: Work, out: Any, first: int, count: int, frame: int) -> None:
    """Add every voice's next `count` frames to its track's rows, and let go of those that end. RT-safe."""
    bank = work.bank
    kept = 0
    active = bank.active
    for n in range(active):
        if n + AHEAD < active:
            fetch(work.voices[n + AHEAD], work.pool, count)
        voice = work.voices[n]
        work.tracks[voice.track].sounding = 1
        lived = sound(voice, work.pool, out, first, count)
        if lived == ALIVE:
            if kept < n:
                work.voices[kept] = voice
                work.grains[kept] = work.grains[n]
            kept += 1
        else:
            end(work, voice, frame + lived)
    bank.active = kept


@inner
def end(work: Work, voice: Any, frame: int) -> None:
    """Report the end of a voice and take it off its track's display. RT-safe."""
    if voice.reason == BROKE:
        report_voice(work, MUTED, voice, frame, 0)
    report_voice(work, STOPPED, voice, frame, voice.reason)
    clear(work, voice)


@inner
def clear(work: Work, voice: Any) -> None:
    """Show nothing as playing on the voice's track, if it is this voice that is shown. RT-safe."""
    track = work.tracks[voice.track]
    if voice.state == PLAYING and track.playing_token == voice.token:
        track.playing_slot = 0
        track.playing_token = 0


@inner
def fade_out(work: Work, voice: Any, reason: int, frames: int) -> None:
    """Let a playing voice fade to silence and end; one that already fades goes on. RT-safe."""
    if voice.state != PLAYING:
        return
    clear(work, voice)
    voice.state = STOPPING
    voice.reason = reason
    ramp.aim(voice.fade, 0.0, frames)


@inner
def stop_track(work: Work, track: int, reason: int, frames: int) -> None:
    """Let what plays on a track (ALL: on every track) fade. RT-safe."""
    for n in range(work.bank.active):
        voice = work.voices[n]
        if track < 0 or voice.track == track:
            fade_out(work, voice, reason, frames)
