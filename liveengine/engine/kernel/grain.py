"""A grain: a head that reads the tape at the speed of the pitch, and a tail that fades when it jumps.

Runs on: audio thread (RT-safe).
"""

from typing import Any

import numpy as np

from liveengine.engine.kernel import playhead, ramp, tape, tiers
from liveengine.engine.kernel.jit import inner
from liveengine.engine.kernel.work import Work
from liveengine.engine.layout import FRACTION_BITS

FADE_MIN = 16  # frames; the shortest crossfade


@inner
def hear(work: Work, voice: Any, at: int, pace: int, out: Any, row: int, first: int, wanted: int) -> tuple[int, int]:
    """Add the frames under a head anywhere on the tape; as `playhead.read`. RT-safe."""
    k = at >> FRACTION_BITS
    frame = tape.around(voice, k)
    if frame >= voice.loop_end:
        return wanted, wanted  # behind a one-shot is silence
    return playhead.read(work, voice, at + ((frame - k) << FRACTION_BITS), pace, out, row, first, wanted)


@inner
def sound(
    work: Work, voice: Any, grain: Any, pace: int, out: Any, row: int, first: int, wanted: int
) -> tuple[int, int]:
    """Add the grain's next frames; as `playhead.read`. The crossfade lasts at least `wanted` frames. RT-safe."""
    if grain.cross.left == 0:
        return hear(work, voice, grain.head, pace, out, row, first, wanted)
    for i in range(wanted):
        work.blend[0, i] = np.float32(0.0)
        work.blend[1, i] = np.float32(0.0)
    gain, fade = voice.gain, voice.fade
    g, g_step, g_left = gain.target, gain.step, gain.left
    f, f_step, f_left = fade.target, fade.step, fade.left
    weight, left = grain.cross.step, grain.cross.left
    good = weigh(work, voice, grain.tail, pace, 0.0, -weight, left, wanted)
    good = weigh(work, voice, grain.head, pace, 1.0, weight, left, good)
    gain.target, gain.step, gain.left = g, g_step, g_left
    fade.target, fade.step, fade.left = f, f_step, f_left
    if good > 0:
        left, right = playhead.row_at(work.blend, 0, 0, good), playhead.row_at(work.blend, 1, 0, good)
        to_left, to_right = playhead.row_at(out, row, first, good), playhead.row_at(out, row + 1, first, good)
        tiers.unity(left, right, to_left, to_right, np.uint64(0), np.uint64(good), gain, fade)
    return wanted, good


@inner
def weigh(work: Work, voice: Any, at: int, pace: int, target: float, step: float, left: int, count: int) -> int:
    """Add frames, times a ramp, to the blend; return how many need no broken sample. RT-safe.

    The voice's own gain and fade are overwritten.
    """
    ramp.hold(voice.gain, 1.0)
    voice.fade.target, voice.fade.step = target, step
    done = 0
    while done < count:
        voice.fade.left = left - done
        n, good = hear(work, voice, at + done * pace, pace, work.blend, 0, done, count - done)
        if good < n:
            return done + good
        done += n
    return count


@inner
def jump(grain: Any, to: int, frames: int) -> None:
    """Let the head go on elsewhere, within `frames` frames. RT-safe."""
    frames = max(frames, FADE_MIN)
    grain.tail = grain.head
    grain.head = to
    grain.cross.target = 1.0
    grain.cross.step = 1.0 / frames
    grain.cross.left = frames


@inner
def hasten(grain: Any, frames: int) -> None:
    """Let a crossfade end within `frames` frames, if it would last longer. RT-safe."""
    frames = max(frames, FADE_MIN)
    if grain.cross.left > frames:
        grain.cross.step = grain.cross.step * grain.cross.left / frames
        grain.cross.left = frames


@inner
def pass_on(voice: Any, grain: Any, pace: int, count: int, before: int) -> None:
    """Move by `count` frames, and with the voice around its loop; `before`: where its playhead was. RT-safe."""
    grain.head += count * pace
    grain.tail += count * pace
    ramp.advance(grain.cross, min(count, grain.cross.left))
    grain.wait = max(grain.wait - count, 0)
    back = before + count * voice.step - voice.position
    if back != 0:
        frames = back >> FRACTION_BITS
        grain.head -= back
        grain.tail -= back
        grain.anchor -= frames
        grain.floor -= frames
        grain.old -= frames
        grain.low -= frames
        grain.high -= frames
        grain.goal -= frames
        grain.best -= frames
