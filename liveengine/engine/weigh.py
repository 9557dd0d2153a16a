"""What a voice weighs against others, and that sounds too small to hear weigh no more. Not RT-safe. Runs on: bench.

`python -m liveengine.engine.weigh` prints the constants of `overload` as they are on this machine. What counts is how
they compare to each other: the rest is what the callback measures.
"""

import json
import sys
import time
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from liveengine.engine import bench
from liveengine.engine.kernel import advance
from liveengine.engine.layout import Memory

VOICES = 256
STRIPS = 16
BLOCKS = (16, 64, 256)  # frames
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
    cases = [("unity", STRIPS), *((kind, VOICES) for kind in bench.STEPS)]
    pool = bench.busy_memory("unity", 0).pool  # one for all: it is large
    took = {(case, block): _Case(_busy(pool, *case), block) for case in cases for block in BLOCKS}
    for _ in range(TURNS):
        for case in took.values():
            case.render(seconds / TURNS / len(took))
    few, *many = ([took[case, block].median() for block in BLOCKS] for case in cases)
    per_voice = [(np.array(times) - few) / (VOICES - STRIPS) for times in many]
    weights = [_line(kind, times) for (kind, _), times in zip(cases[1:], per_voice, strict=True)]
    unity = weights[0]
    rest = np.array(few) - STRIPS * (unity.block + unity.frame * np.array(BLOCKS))
    return [_line("block", rest), *weights]


def measure_denormals(kind: str = "linear", voices: int = 256, seconds: float = 1.0) -> float:
    """Return how much longer a block takes when all samples are denormal, as a ratio: about 1 if that costs nothing."""
    loud, tiny = (bench.busy_memory(kind, voices) for _ in range(2))
    tiny.pool[:] = np.sign(loud.pool) * TINY
    cases = [_Case(memory, 64) for memory in (loud, tiny)]
    for _ in range(TURNS):
        for case in cases:
            case.render(seconds / TURNS / 2)
    return cases[1].median() / cases[0].median()


def _busy(pool: npt.NDArray[np.float32], kind: str, voices: int) -> Memory:
    """Return memory in which voices play from a pool that is there already."""
    return bench.busy_memory(kind, voices)._replace(pool=pool)


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


def _line(what: str, times: object) -> Weight:
    """Return the line through the times of the block sizes."""
    frame, block = np.polyfit(BLOCKS, np.asarray(times, float), 1)
    return Weight(what, round(max(float(block), 0.0), 1), round(float(frame), 3))


if __name__ == "__main__":
    for weight in measure_weights(10.0):
        sys.stdout.write(json.dumps(asdict(weight)) + "\n")
    sys.stdout.write(json.dumps({"denormals": round(measure_denormals(), 3)}) + "\n")
