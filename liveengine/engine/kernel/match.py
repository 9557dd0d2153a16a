"""Which place of the tape continues another one best: the search of WSOLA. Runs on: audio thread (RT-safe).

Verhelst and Roelands, "An overlap-add technique based on waveform similarity (WSOLA)", 1993. What is compared is the
normalised cross-correlation of the channels' sum, first at a quarter of the rate, then at the full one around the best
place. The work is cut into shares whose inputs are fixed when the search begins: the result does not depend on the
block size, and no block does more for a voice than its frames' shares.
"""

import math
from typing import Any

import numpy as np

from liveengine.engine.kernel import tape
from liveengine.engine.kernel.jit import inner, loop, reduction
from liveengine.engine.kernel.work import Work
from liveengine.engine.layout import STAGE_FRAMES

COARSE = 4  # frames, at 48 kHz, that the first comparison takes as one
PLACES = 30  # coarse places in a share
TEMPLATE = 768  # frames, at 48 kHz, that are compared ...
FINE = 1536  # ... at the full rate at most so many
PIECE = 2048  # frames that are summed at once: a multiple of the coarsest
PATTERN, FIELD = 2 * STAGE_FRAMES, 3 * STAGE_FRAMES  # where they lie in the stage, behind what `tape.stage` writes
RIGHT = np.float32(0.7)  # the right channel's part in the sum: opposite channels must not cancel out
NEAR = 7  # frames, at 48 kHz, on each side of the best place that are looked at in the end
PULL = 0.07 / 480  # what each frame, at 48 kHz, away from being on time costs
WORST = np.float32(-2.0)


@inner
def share(work: Work, voice: Any, grain: Any) -> None:
    """Do the next share of a grain's search. RT-safe."""
    by = COARSE * grain.scale
    first = grain.low + grain.share * (PLACES * by)
    count = min(PLACES, (grain.high - first) // by + 1)
    if count > 0:
        length = TEMPLATE * grain.scale
        fold(work, voice, grain.old, length, PATTERN, by)
        fold(work, voice, first, length + (count - 1) * by, FIELD, by)
        compare(work, grain, first, count, by, length // by, PULL / grain.scale)
    grain.share += 1
    if grain.share == grain.shares and grain.best != grain.old:
        refine(work, voice, grain)


@inner
def refine(work: Work, voice: Any, grain: Any) -> None:
    """Look at every frame around the best place; being on time no longer counts, or each jump would bend the pitch.

    RT-safe.
    """
    around = NEAR * grain.scale
    length = min(TEMPLATE * grain.scale, FINE)
    first = max(grain.best - around, grain.low)
    count = min(grain.best + around, grain.high) - first + 1
    fold(work, voice, grain.old, length, PATTERN, 1)
    fold(work, voice, first, length + count - 1, FIELD, 1)
    grain.score = WORST
    compare(work, grain, first, count, 1, length, 0.0)


@inner
def compare(work: Work, grain: Any, first: int, count: int, by: int, length: int, pull: float) -> None:
    """Let the grain know the best of `count` places, `by` frames from one to the next. RT-safe."""
    n = np.uint64(length)
    own, _ = likeness(work.stage, np.uint64(PATTERN), np.uint64(PATTERN), n)
    for i in range(count):
        frame = first + i * by
        product, energy = likeness(work.stage, np.uint64(PATTERN), np.uint64(FIELD + i), n)
        score = product / math.sqrt(own * energy + 1e-20) - pull * abs(frame - grain.goal)
        if score > grain.score:
            grain.score = score
            grain.best = frame
    grain.tried += count


@inner
def fold(work: Work, voice: Any, frame: int, count: int, at: int, by: int) -> None:
    """Write the sum of both channels into the stage, for `count` frames of the tape, `by` of them as one. RT-safe."""
    done = 0
    while done < count:
        n = min(count - done, PIECE)
        k = tape.around(voice, frame + done)
        to = at + (done if by == 1 else done // COARSE)
        if k >= tape.straight_from(voice) and k + n <= tape.straight_to(voice):
            pick(work.pool, voice.left + k, voice.right + k, work.stage, to, n, by)
        else:
            tape.stage(voice, work.pool, work.stage, 0, k, n)
            pick(work.stage, 0, STAGE_FRAMES, work.stage, to, n, by)
        done += n
    if by > COARSE:
        thin(work.stage, at, count // by, by // COARSE)


@inner
def pick(source: Any, left: int, right: int, into: Any, at: int, count: int, by: int) -> None:
    """Write the sum of channels that lie side by side: of each frame, or of `COARSE` as one. RT-safe."""
    a, b, to = np.uint64(left), np.uint64(right), np.uint64(at)
    if by == 1:
        sum_each(source, a, b, into, to, np.uint64(count))
    else:
        sum_coarsely(source, a, b, into, to, np.uint64(count // COARSE))


@inner
def thin(samples: Any, at: int, count: int, by: int) -> None:
    """Sum every `by` samples into one, in place. RT-safe."""
    for i in range(count):
        total = np.float32(0.0)
        for k in range(by):
            total += samples[at + i * by + k]
        samples[at + i] = total


@loop
def sum_each(source: Any, left: Any, right: Any, into: Any, at: Any, count: Any) -> None:
    """Write left plus most of right. RT-safe."""
    for i in range(count):
        into[at + i] = source[left + i] + source[right + i] * RIGHT


@loop
def sum_coarsely(source: Any, left: Any, right: Any, into: Any, at: Any, count: Any) -> None:
    """Write left plus most of right, four frames as one. RT-safe."""
    one, two, three = np.uint64(1), np.uint64(2), np.uint64(3)
    for i in range(count):
        a, b = left + i * np.uint64(4), right + i * np.uint64(4)
        heard = (source[a] + source[a + one]) + (source[a + two] + source[a + three])
        into[at + i] = heard + RIGHT * ((source[b] + source[b + one]) + (source[b + two] + source[b + three]))


@reduction
def likeness(samples: Any, one: Any, other: Any, count: Any) -> Any:
    """Return the product of two stretches of samples, and the energy of the second. RT-safe."""
    product, energy = np.float32(0.0), np.float32(0.0)
    for i in range(count):
        y = samples[other + i]
        product += samples[one + i] * y
        energy += y * y
    return product, energy
