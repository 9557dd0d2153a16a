"""The tape: what a voice hears of its buffer, frame by frame. Runs on: audio thread (RT-safe).

A one-shot's tape is its buffer with silence around it. A loop's tape has what lies before the loop once, then the loop
again and again, at the loop's exact length: its last `crossfade` frames move over, on a line, to those before the
loop's start, so that what follows the seam is what followed them in the buffer. A reversed voice's tape is the mirror
image of its buffer, or of the finished loop: there `position` counts from the end.

Where the tape is the buffer unchanged it is read there. Elsewhere the frames are first put together in `stage`, and the
same loops run over them: what is heard does not depend on where the pieces were cut.
"""

from typing import Any

import numpy as np

from liveengine.engine.kernel.jit import inner, loop
from liveengine.engine.layout import FAR, STAGE_FRAMES

SILENCE, BUFFER, SEAM = 0, 1, 2


@inner
def straight_from(voice: Any) -> int:
    """Return the first frame that the tape has as the buffer has it. RT-safe."""
    return voice.loop_start if voice.loop_start >= 0 and voice.round != 0 else 0


@inner
def straight_to(voice: Any) -> int:
    """Return the frame after the last that the tape has as the buffer has it; -1 if there is none. RT-safe."""
    return -1 if voice.reverse != 0 else voice.loop_end - voice.crossfade


@inner
def stage(voice: Any, pool: Any, into: Any, row: int, first: int, count: int) -> None:
    """Write the tape's frames `first` to `first + count` to the start of rows `row` (left) and `row + 1`. RT-safe.

    `first` may be any frame, before 0 or rounds later; `count` is at most STAGE_FRAMES, a row's length.
    """
    at = row * STAGE_FRAMES
    done = 0
    while done < count:
        frame = around(voice, first + done)
        kind, left = run(voice, frame)
        n = min(count - done, left)
        lay(voice, pool, voice.left, into, at + done, kind, frame, n)
        lay(voice, pool, voice.right, into, at + STAGE_FRAMES + done, kind, frame, n)
        done += n


@inner
def around(voice: Any, frame: int) -> int:
    """Return the frame of the loop's first round, or before it, that a frame of the tape repeats. RT-safe."""
    start, end = voice.loop_start, voice.loop_end
    if start >= 0 and (frame >= end or (frame < start and voice.round != 0)):
        return start + (frame - start) % (end - start)
    return frame


@inner
def run(voice: Any, frame: int) -> tuple[int, int]:
    """Return what the tape consists of from a frame on, and for how many frames. RT-safe."""
    start, end, crossfade = voice.loop_start, voice.loop_end, voice.crossfade
    if frame >= end:
        return SILENCE, FAR
    first = start if start >= 0 and voice.reverse != 0 else 0
    if frame < first:
        return SILENCE, first - frame
    if voice.reverse == 0:
        seam = end - crossfade
        return (BUFFER, seam - frame) if frame < seam else (SEAM, end - frame)
    seam = first + crossfade
    return (SEAM, seam - frame) if frame < seam else (BUFFER, end - frame)


@inner
def lay(voice: Any, pool: Any, base: int, into: Any, at: int, kind: int, frame: int, count: int) -> None:
    """Write a run of one channel's tape. RT-safe."""
    if kind == SILENCE:
        for i in range(count):
            into[at + i] = np.float32(0.0)
        return
    if voice.reverse != 0:
        frame = max(voice.loop_start, 0) + voice.loop_end - frame - count  # the buffer's first of these frames
    here, to, n = np.uint64(base + frame), np.uint64(at), np.uint64(count)
    if kind == BUFFER and voice.reverse == 0:
        move(pool, here, into, to, n)
    elif kind == BUFFER:
        move_back(pool, here, into, to, n)
    else:
        weave(voice, pool, base, into, at, frame, count)
        if voice.reverse != 0:
            turn(into, at, count)


@inner
def turn(into: Any, at: int, count: int) -> None:
    """Reverse the order of samples in place. RT-safe."""
    for i in range(count // 2):
        sample = into[at + i]
        into[at + i] = into[at + count - 1 - i]
        into[at + count - 1 - i] = sample


@inner
def weave(voice: Any, pool: Any, base: int, into: Any, at: int, frame: int, count: int) -> None:
    """Write frames of the crossfade before the seam; before the buffer's first frame lies silence. RT-safe."""
    unit = np.float32(1.0) / np.float32(voice.crossfade)
    done = np.int32(frame - (voice.loop_end - voice.crossfade))
    back = frame - (voice.loop_end - voice.loop_start)
    silent = min(max(-back, 0), count)
    here, there, to = base + frame, base + back, at
    if silent > 0:
        fade_over(
            pool, np.uint64(here), np.uint64(here), np.float32(0.0), into, np.uint64(to), np.uint64(silent), done, unit
        )
    if silent < count:
        here, there, to, done = here + silent, there + silent, to + silent, np.int32(done + silent)
        fade_over(
            pool,
            np.uint64(here),
            np.uint64(there),
            np.float32(1.0),
            into,
            np.uint64(to),
            np.uint64(count - silent),
            done,
            unit,
        )


@loop
def move(pool: Any, base: Any, into: Any, at: Any, count: Any) -> None:
    """Copy samples. RT-safe."""
    for i in range(count):
        into[at + i] = pool[base + i]


@loop
def move_back(pool: Any, base: Any, into: Any, at: Any, count: Any) -> None:
    """Copy samples in reverse order. RT-safe."""
    last = base + count - np.uint64(1)
    for i in range(count):
        into[at + i] = pool[last - i]


@loop
def fade_over(
    pool: Any, here: Any, there: Any, heard: Any, into: Any, at: Any, count: Any, done: Any, unit: Any
) -> None:
    """Write a crossfade from samples at `here` to those at `there` times `heard`, `done` frames into it. RT-safe."""
    for i in range(count):
        share = np.float32(done + np.int32(i)) * unit
        into[at + i] = pool[here + i] * (np.float32(1.0) - share) + pool[there + i] * share * heard
