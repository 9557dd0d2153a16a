"""What a voice weighs against others, and that sounds too small to hear weigh no more. Not RT-safe. Runs on: bench.

`python -m liveengine.engine.bench.weigh` prints the constants of `overload` as they are on this machine. What counts
is how they compare to each other: the rest is what the callback measures.
"""

import json
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from liveengine.engine.bench import show
from liveengine.engine.kernel.block import advance
from liveengine.engine.layout import RAMP_MAX
from liveengine.engine.memory import Memory
from liveengine.engine.ops import Op, Tier, Warp
from liveengine.engine.streams.offline import render

STRIPS, LAYERS = 16, 16  # so many voices on each strip: all but one of them fade, for longer than it is measured
VOICES = STRIPS * LAYERS
BLOCKS = (16, 64, 256)  # frames
SPEED = {"source_frames_per_beat": 0.93 * 24_000.0}
KINDS: dict[str, dict[str, Any]] = {
    "unity": {},
    "linear": {**SPEED, "tier": Tier.LINEAR},
    "cubic": {**SPEED, "tier": Tier.CUBIC},
    "sinc": {**SPEED, "tier": Tier.SINC},
    "beats": {**SPEED, "warp": Warp.BEATS},
    "stretch": {**SPEED, "warp": Warp.STRETCH},
}
TINY = 1e-39  # a denormal number of float32
WARM = 3  # blocks before those that count
TURNS = 30  # in which the cases alternate, so that what the machine does besides hits them alike


@dataclass(frozen=True)
class Weight:
    """A straight line: what a thing takes in each block, and in each of its frames, in ns."""

    what: str
    block: float
    frame: float


def measure_weights(seconds: float = 2.0) -> list[Weight]:
    """Return what a block takes with all strips sounding, then a voice of each kind."""
    cases = {"few": _busy({}, 1), **{kind: _busy(fields, LAYERS) for kind, fields in KINDS.items()}}
    took = {(case, block): _Case(memory, block) for case, memory in cases.items() for block in BLOCKS}
    for _ in range(TURNS):
        for case in took.values():
            case.render(seconds / TURNS / len(took))
    times = {case: np.array([took[case, block].median() for block in BLOCKS]) for case in cases}
    few = times.pop("few")
    weights = [_line(kind, (time - few) / (VOICES - STRIPS)) for kind, time in times.items()]
    unity = weights[0]
    rest = few - STRIPS * (unity.block + unity.frame * np.array(BLOCKS))
    return [_line("block", rest), *weights]


def measure_denormals(kind: str = "cubic", seconds: float = 1.0) -> float:
    """Return how much longer a block takes when all samples are denormal, as a ratio: about 1 if that costs nothing."""
    loud, tiny = (_busy(KINDS[kind], LAYERS) for _ in range(2))
    tiny.pool[:] = np.sign(loud.pool) * TINY
    cases = [_Case(memory, 64) for memory in (loud, tiny)]
    for _ in range(TURNS):
        for case in cases:
            case.render(seconds / TURNS / 2)
    return cases[1].median() / cases[0].median()


def _busy(fields: dict[str, Any], layers: int) -> Memory:
    """Return memory in which so many voices play on each strip, launched with these fields."""
    memory = show.empty(VOICES, STRIPS)
    band = show.Show(memory, 1, VOICES)
    push = band.engine.push
    push(Op.RUN, value=1.0)
    for layer in range(layers):
        for track in range(STRIPS):
            segment, frames = band.stems[(layer + track) % len(band.stems)]
            push(Op.STOP, track=track, ramp=RAMP_MAX)
            push(Op.LAUNCH, track=track, slot=1, segment=segment, loop_end=frames, start=frames // 3, **fields)
        render(memory, 64)
    return memory


class _Case:
    """A memory that is rendered in blocks of one size now and then."""

    def __init__(self, memory: Memory, block: int) -> None:
        self._memory = memory
        self._out = np.zeros((memory.rows, block), np.float32)
        self._times: list[int] = []

    def render(self, seconds: float) -> None:
        """Render for that long, the first blocks uncounted."""
        frames = self._out.shape[1]
        for _ in range(WARM):
            advance(self._memory, self._out, frames)
        now = time.perf_counter_ns()
        end = now + int(seconds * 1e9)
        while now < end:
            advance(self._memory, self._out, frames)
            after = time.perf_counter_ns()
            self._times.append(after - now)
            now = after

    def median(self) -> float:
        """Return the ns of a block."""
        return float(np.median(self._times))


def _line(what: str, times: Any) -> Weight:
    """Return the line through the times of the block sizes."""
    frame, block = np.polyfit(BLOCKS, np.asarray(times, float), 1)
    return Weight(what, round(max(float(block), 0.0), 1), round(float(frame), 3))


if __name__ == "__main__":
    for weight in measure_weights(10.0):
        sys.stdout.write(json.dumps(asdict(weight)) + "\n")
    sys.stdout.write(json.dumps({"denormals": round(measure_denormals(), 3)}) + "\n")
