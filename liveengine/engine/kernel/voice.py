"""Voices: how they read their buffers, start, fade and end. Runs on: audio thread (RT-safe)."""

import math
from typing import Any

from liveengine.engine.kernel import dsp, grain, playhead, ramp, stretch
from liveengine.engine.kernel.jit import hot, inner
from liveengine.engine.kernel.work import Work, audition, report_voice
from liveengine.engine.layout import ALL, FRACTION_BITS, MAX_RATIO, ONE_FRAME
from liveengine.engine.ops import Happened, Reason, VoiceState, Warp

FREE, PLAYING, STOPPING = int(VoiceState.FREE), int(VoiceState.PLAYING), int(VoiceState.STOPPING)
REPITCH = int(Warp.REPITCH)
BROKE = int(Reason.MUTED)
STOPPED, MUTED = int(Happened.STOPPED), int(Happened.MUTED)
ALIVE = -1
EVERYWHERE = -2
AHEAD_PAGES, AHEAD_FAR, AHEAD_NEAR = 16, 12, 2  # voices
PAGES = 4  # voices
LINES = 5  # cache lines of each channel, of a block of 64 frames
AHEAD_SAMPLES = 512  # of each channel; the processor guesses what follows


@inner
def step_of(voice: Any, frames_per_beat: float) -> int:
    """Return how far the voice's playhead moves per frame at a tempo, in fixed point. RT-safe."""
    beat = voice.source_frames_per_beat
    ratio = 1.0 if beat == 0.0 else beat / frames_per_beat
    if voice.warp == REPITCH:
        ratio *= voice.pitch
    return math.floor(min(max(ratio, 1.0 / MAX_RATIO), MAX_RATIO) * ONE_FRAME + 0.5)


@hot
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
        voice.round = 1
    return not (voice.state == STOPPING and voice.fade.left == 0)


@hot
def hear(work: Work, n: int, out: Any, row: int, first: int, wanted: int) -> tuple[int, int]:
    """Add voice n's next frames to two rows; return how many it took, and how many of these are good. RT-safe."""
    voice = work.voices[n]
    if voice.warp == REPITCH:
        return playhead.read(work, voice, voice.position, voice.step, out, row, first, wanted)
    return stretch.read(work, voice, work.grains[n], out, row, first, wanted)


@hot
def sound(work: Work, n: int, out: Any, first: int, count: int) -> int:
    """Add voice n's next `count` frames to its track's rows; return ALIVE or how many frames it lived. RT-safe."""
    voice = work.voices[n]
    row = 2 + 2 * voice.track
    done = 0
    while done < count:
        wanted = count - done if voice.state == PLAYING else min(count - done, max(voice.fade.left, 1))
        before = voice.position
        frames, good = hear(work, n, out, row, first + done, wanted)
        if good < frames:
            voice.reason = BROKE
            return done + good
        done += frames
        alive = pass_on(voice, frames)
        if voice.warp != REPITCH:
            grain.pass_on(voice, work.grains[n], stretch.pace_of(voice), frames, before)
        if not alive:
            return done
    return ALIVE


@hot
def needed(work: Work, n: int, lines: int) -> int:
    """Return the first frame of the buffer that voice `n` needs next. RT-safe."""
    voice = work.voices[n]
    k = (voice.position if voice.warp == REPITCH else work.grains[n].head) >> FRACTION_BITS
    return k if voice.reverse == 0 else max(voice.loop_start, 0) + voice.loop_end - k - lines * dsp.LINE


@hot
def fetch_far(work: Work, n: int, lines: int) -> None:
    """Start to load the first `lines` cache lines that voice `n` needs next into the second cache. RT-safe."""
    if n < work.bank.active:
        k = needed(work, n, lines)
        left, right = work.voices[n].left + k, work.voices[n].right + k
        for i in range(lines):
            dsp.prefetch_far(work.pool, left + i * dsp.LINE)
            dsp.prefetch_far(work.pool, right + i * dsp.LINE)


@hot
def fetch_near(work: Work, n: int, lines: int) -> None:
    """The same, into the first cache. RT-safe."""
    if n < work.bank.active:
        k = needed(work, n, lines)
        left, right = work.voices[n].left + k, work.voices[n].right + k
        for i in range(lines):
            dsp.prefetch(work.pool, left + i * dsp.LINE)
            dsp.prefetch(work.pool, right + i * dsp.LINE)


@inner
def fetch_rest(work: Work, n: int, lines: int) -> None:
    """Do the same for blocks that are not of the usual length. RT-safe."""
    fetch_far(work, n + AHEAD_FAR, lines)
    fetch_near(work, n + AHEAD_NEAR, lines)


@hot
def fetch(work: Work, n: int, lines: int) -> None:
    """Have the memory at work for the voices after `n` while `n` sounds; each needs `lines` cache lines. RT-safe.

    Three waits hide behind each other: for the page tables (of several voices at once, as the processor stops at a
    prefetch whose page it does not know), for the memory, and for the second cache.
    """
    if n % PAGES == 0:
        for i in range(PAGES):
            fetch_far(work, n + AHEAD_PAGES + i, 1)
    if lines == LINES:  # known to the compiler, so without a loop
        fetch_far(work, n + AHEAD_FAR, LINES)
        fetch_near(work, n + AHEAD_NEAR, LINES)
    else:
        fetch_rest(work, n, lines)


@inner
def sound_all(work: Work, out: Any, first: int, count: int, frame: int) -> None:
    """Add every voice's next `count` frames to its track's rows, and let go of those that end. RT-safe."""
    bank = work.bank
    kept = 0
    active = bank.active
    lines = min(count, AHEAD_SAMPLES) // dsp.LINE + 1
    for n in range(active):
        fetch(work, n, lines)
        voice = work.voices[n]
        work.strips[voice.track].sounding = 1
        lived = sound(work, n, out, first, count)
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
    strip = work.strips[voice.track]
    if voice.state == PLAYING and strip.playing_token == voice.token:
        strip.playing_slot = 0
        strip.playing_token = 0


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
def stop_track(work: Work, track: int, slot: int, reason: int, frames: int) -> None:
    """Let what plays on a track (ALL: on every track; EVERYWHERE: on the audition strip too) from a slot fade. RT-safe.

    Slot 0 is any.
    """
    for n in range(work.bank.active):
        voice = work.voices[n]
        here = track == EVERYWHERE or voice.track == track or (track == ALL and voice.track < audition(work))
        if here and (slot <= 0 or voice.slot == slot):
            fade_out(work, voice, reason, frames)
