"""Starting voices, and finding a place for them. Runs on: audio thread (RT-safe).

The capacity counts fading voices too. With all places but `RESERVE` taken by voices that play, a launch lets the oldest
of them fade, so that there is normally a place without cutting anything; with none left the quietest fading voice is
cut. However fast one track starts and stops, it never takes the voice that another one plays.
"""

from typing import Any

from liveengine.engine import ramp, stretch
from liveengine.engine.jit import inner
from liveengine.engine.layout import (
    FADE_FRAMES,
    FRACTION_BITS,
    MAX_FRAMES,
    MAX_RATIO,
    Happened,
    Reason,
    SegmentState,
    VoiceState,
)
from liveengine.engine.voice import end as end_voice
from liveengine.engine.voice import fade_out, step_of, stop_track
from liveengine.engine.work import Work, report_voice

RESERVE = 8
PLAYING, STOPPING = int(VoiceState.PLAYING), int(VoiceState.STOPPING)
REPLACED, STOLEN = int(Reason.REPLACED), int(Reason.STOLEN)
READY = int(SegmentState.READY)
STARTED = int(Happened.STARTED)


@inner
def lent(segment: Any, samples: int) -> bool:
    """Tell whether a segment is ready and within a pool of `samples` samples; its fields may hold anything. RT-safe."""
    if segment.state != READY or not (segment.channels == 1 or segment.channels == 2):
        return False
    if not 0 < segment.frames <= min(MAX_FRAMES, samples):
        return False
    if not segment.frames <= segment.stride <= samples:
        return False
    if not 0 <= segment.offset <= samples * 4 or segment.offset % 4 != 0:
        return False
    return segment.offset // 4 + (segment.channels - 1) * segment.stride + segment.frames <= samples


@inner
def fits(work: Work, record: Any) -> bool:
    """Tell whether a LAUNCH's segment, start and loop can be played. RT-safe."""
    if not 0 <= record.segment < work.segments.size:
        return False
    segment = work.segments[record.segment]
    if not lent(segment, work.pool.size):
        return False
    end = segment.frames
    if record.loop_end > record.loop_start:
        if record.loop_start < 0 or record.loop_end > segment.frames:
            return False
        end = record.loop_end
    return 0 <= record.start < end


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
    capacity = work.voices.size
    if bank.active == capacity:
        victim = quietest(work)
        work.voices[victim].reason = STOLEN
        end_voice(work, work.voices[victim], frame)
        for n in range(victim + 1, bank.active):
            work.voices[n - 1] = work.voices[n]
            work.grains[n - 1] = work.grains[n]
        bank.active -= 1
    yield_place(work, capacity - min(RESERVE, capacity // 4))
    bank.active += 1
    return bank.active - 1


@inner
def yield_place(work: Work, most: int) -> None:
    """Let the oldest playing voice fade if `most` or more play. RT-safe."""
    oldest = -1
    playing = 0
    for n in range(work.bank.active):
        if work.voices[n].state == PLAYING:
            playing += 1
            if oldest < 0:
                oldest = n
    if playing >= most:
        fade_out(work, work.voices[oldest], STOLEN, FADE_FRAMES)


@inner
def launch(work: Work, record: Any, frame: int, late: int) -> None:
    """Start a voice for a LAUNCH that `fits`; what plays on the track fades. RT-safe."""
    stop_track(work, record.track, REPLACED, FADE_FRAMES)
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
    stretch.begin(voice, work.grains[n])
    ramp.hold(voice.gain, record.gain)
    ramp.hold(voice.fade, 0.0 if record.start > 0 else 1.0)
    ramp.aim(voice.fade, 1.0, FADE_FRAMES)
    strip = work.strips[record.track]
    strip.playing_slot = record.slot
    strip.playing_token = record.token
    report_voice(work, STARTED, voice, frame, late)


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
