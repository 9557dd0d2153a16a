"""Which place of the tape continues another one best: the search of WSOLA. Runs on: audio thread (RT-safe).

Verhelst and Roelands, "An overlap-add technique based on waveform similarity (WSOLA)", 1993. What is compared is the
normalised cross-correlation of the mono sum, first at a quarter of the rate, then at the full one around the best
place. The work is cut into shares whose inputs are fixed when the search begins: the result does not depend on the
block size, and no block does more for a voice than its frames' shares.
"""

import math
from typing import Any

import numpy as np

from liveengine.engine import tape
from liveengine.engine.jit import inner, loop, reduction
from liveengine.engine.layout import STAGE_FRAMES
from liveengine.engine.work import Work

COARSE = 4  # frames that the first comparison takes as one
PLACES = 30  # coarse places in a share
TEMPLATE = 768  # frames that are compared
PATTERN, FIELD = 2 * STAGE_FRAMES, 3 * STAGE_FRAMES  # where they lie in the stage, behind what `tape.stage` writes
PULL = np.float32(0.05 / 480)  # what each frame away from being on time costs
WORST = np.float32(-2.0)


@inner
def share(work: Work, voice: Any, grain: Any) -> None:
    """Do the next share of a grain's search. RT-safe."""
    first = grain.low + grain.share * (PLACES * COARSE)
    count = min(PLACES, (grain.high - first) // COARSE + 1)
    if count > 0:
        fold(work, voice, grain.old, TEMPLATE, PATTERN, True)
        fold(work, voice, first, TEMPLATE + (count - 1) * COARSE, FIELD, True)
        compare(work, grain, first, count, COARSE)
    grain.share += 1
    if grain.share == grain.shares:
        refine(work, voice, grain)


@inner
def refine(work: Work, voice: Any, grain: Any) -> None:
    """Look at every frame around the best place. RT-safe."""
    first = max(grain.best - COARSE + 1, grain.low)
    count = min(grain.best + COARSE - 1, grain.high) - first + 1
    fold(work, voice, grain.old, TEMPLATE, PATTERN, False)
    fold(work, voice, first, TEMPLATE + count - 1, FIELD, False)
    grain.score = WORST
    compare(work, grain, first, count, 1)


@inner
def compare(work: Work, grain: Any, first: int, count: int, by: int) -> None:
    """Let the grain know the best of `count` places, `by` frames from one to the next. RT-safe."""
    n = np.uint64(TEMPLATE // by)
    own, _ = likeness(work.stage, np.uint64(PATTERN), np.uint64(PATTERN), n)
    for i in range(count):
        frame = first + i * by
        product, energy = likeness(work.stage, np.uint64(PATTERN), np.uint64(FIELD + i), n)
        score = product / math.sqrt(own * energy + 1e-20) - PULL * abs(frame - grain.goal)
        if score > grain.score:
            grain.score = score
            grain.best = frame
    grain.tried += count


@inner
def fold(work: Work, voice: Any, frame: int, count: int, at: int, coarse: bool) -> None:
    """Write the mono sum of `count` frames of the tape into the stage, coarsely or each. RT-safe."""
    k = tape.around(voice, frame)
    if k >= tape.straight_from(voice) and k + count <= tape.straight_to(voice):
        pick(work.pool, voice.left + k, voice.right + k, work.stage, at, count, coarse)
    else:
        tape.stage(voice, work.pool, work.stage, 0, k, count)
        pick(work.stage, 0, STAGE_FRAMES, work.stage, at, count, coarse)


@inner
def pick(source: Any, left: int, right: int, into: Any, at: int, count: int, coarse: bool) -> None:
    """Write the mono sum of samples that lie side by side. RT-safe."""
    a, b, to = np.uint64(left), np.uint64(right), np.uint64(at)
    if coarse:
        sum_coarsely(source, a, b, into, to, np.uint64(count // COARSE))
    else:
        sum_each(source, a, b, into, to, np.uint64(count))


@loop
def sum_each(source: Any, left: Any, right: Any, into: Any, at: Any, count: Any) -> None:
    """Write left plus right. RT-safe."""
    for i in range(count):
        into[at + i] = source[left + i] + source[right + i]


@loop
def sum_coarsely(source: Any, left: Any, right: Any, into: Any, at: Any, count: Any) -> None:
    """Write left plus right, four frames as one. RT-safe."""
    one, two, three = np.uint64(1), np.uint64(2), np.uint64(3)
    for i in range(count):
        a, b = left + i * np.uint64(4), right + i * np.uint64(4)
        into[at + i] = ((source[a] + source[b]) + (source[a + one] + source[b + one])) + (
            (source[a + two] + source[b + two]) + (source[a + three] + source[b + three])
        )


@reduction
def likeness(samples: Any, one: Any, other: Any, count: Any) -> Any:
    """Return the product of two stretches of samples, and the energy of the second. RT-safe."""
    product, energy = np.float32(0.0), np.float32(0.0)
    for i in range(count):
        y = samples[other + i]
        product += samples[one + i] * y
        energy += y * y
    return product, energy
