"""The scan's loops, compiled. Runs on: search thread; imported after ready, and only where a library is large.

numba costs 0.3 s and 60 MB, so the daemon imports this in a thread. `python -m liveengine.stems.compiled`
fills the cache in a process of its own: compiling would hold the daemon's interpreter for seconds.
"""

import sys
from typing import Any

from liveengine.engine import cache  # noqa: F401  # sets numba's cache folder, so it comes before numba

_blocked = "scipy" not in sys.modules
if _blocked:
    sys.modules["scipy"] = None  # type: ignore[assignment]  # numba would load it for linear algebra: 0.2 s
from llvmlite import ir  # noqa: E402
from numba import njit, types  # noqa: E402
from numba.extending import intrinsic  # noqa: E402

if _blocked:
    del sys.modules["scipy"]

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from liveengine.stems.scan import CELLS, Plain, Table  # noqa: E402
from liveengine.stems.vectors import WORDS, Ask, Floats, Mask, Rows, Vectors  # noqa: E402

u64 = np.uint64
f32 = np.float32
OPTIONS = {"nogil": True, "cache": True, "error_model": "numpy", "boundscheck": False}


@intrinsic  # type: ignore[untyped-decorator]
def _ones(typing: Any, word: Any) -> Any:
    """Count the bits of a word; one instruction for eight words where the processor has it."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.call(builder.module.declare_intrinsic("llvm.ctpop", [ir.IntType(64)]), arguments)

    return types.uint64(types.uint64), code


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _count(x: Any, p: Any, k: Any) -> Any:
    """Count the bits of eight words under plane k."""
    low = _ones(x[0] & p[k, 0]) + _ones(x[1] & p[k, 1]) + _ones(x[2] & p[k, 2]) + _ones(x[3] & p[k, 3])
    return low + _ones(x[4] & p[k, 4]) + _ones(x[5] & p[k, 5]) + _ones(x[6] & p[k, 6]) + _ones(x[7] & p[k, 7])


@njit(fastmath=True, **OPTIONS)  # type: ignore[untyped-decorator]
def _estimate(c: Any, norm: Any, s: Any, p: Any, total: Any, gain: Any, offset: Any, out: Any) -> None:
    # Written out: this way it becomes one loop over rows with vector instructions.
    for i in range(out.shape[0]):
        x = (
            c[0, i] ^ s[0], c[1, i] ^ s[1], c[2, i] ^ s[2], c[3, i] ^ s[3],
            c[4, i] ^ s[4], c[5, i] ^ s[5], c[6, i] ^ s[6], c[7, i] ^ s[7],
        )  # fmt: skip
        low = _count(x, p, 0) + (_count(x, p, 1) << u64(1))
        differ = low + (_count(x, p, 2) << u64(2)) + (_count(x, p, 3) << u64(3))
        out[i] = norm[i] * gain * (f32(np.int64(differ)) - total) + offset


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _add(column: Any, table: Any, out: Any) -> None:
    for i in range(out.shape[0]):
        out[i] += table[column[i]]


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _best(scores: Any, mask: Any, open_: Any, most: Any, cells: Any, out: Any) -> Any:
    """Write the rows at or above the histogram's cell that holds the most-th best; return how many."""
    low, high, count = f32(np.inf), f32(-np.inf), 0
    for i in range(scores.shape[0]):
        if open_ or mask[i]:
            low, high, count = min(low, scores[i]), max(high, scores[i]), count + 1
    scale = f32(cells.shape[0] - 1) / max(high - low, f32(1e-30))
    for i in range(scores.shape[0]):
        if open_ or mask[i]:
            cells[int((scores[i] - low) * scale)] += 1
    cell, above = cells.shape[0], 0
    while cell > 0 and above < min(most, count):
        cell -= 1
        above += cells[cell]
    n = 0
    for i in range(scores.shape[0]):
        if (open_ or mask[i]) and int((scores[i] - low) * scale) >= cell:
            out[n] = i
            n += 1
    return n


@njit(fastmath=True, **OPTIONS)  # type: ignore[untyped-decorator]
def _exact(fine: Any, scale: Any, query: Any, rows: Any, out: Any) -> None:
    for i in range(rows.shape[0]):
        row = rows[i]
        total = f32(0)
        for d in range(query.shape[0]):
            total += f32(fine[row, d]) * query[d]
        out[i] = total * scale[row]


class Compiled(Plain):
    """The loops in machine code; the interpreter runs on beside them."""

    bits = 4

    def estimate(self, vectors: Vectors, ask: Ask, weight: float, scores: Floats) -> None:
        """Write weight * estimated cosine of every row into scores [count]."""
        gain, offset = f32(-2.0 * weight * ask.gain), f32(weight * ask.offset)
        _estimate(vectors.signs, vectors.norm, ask.signs, ask.planes, f32(ask.total / 2), gain, offset, scores)

    def add(self, column: NDArray[Any], table: Table, scores: Floats) -> None:
        """Add table[column] to the scores."""
        _add(column, table, scores)

    def best(self, scores: Floats, mask: Mask | None, most: int) -> Rows:
        """Return at least `most` of the best rows that pass the mask, in row order; all of them if there are fewer."""
        rows = np.empty(len(scores), np.int32)
        chosen = np.zeros(1, np.bool_) if mask is None else mask
        return rows[: _best(scores, chosen, mask is None, most, np.zeros(CELLS, np.int64), rows)]

    def exact(self, vectors: Vectors, query: Floats, rows: Rows) -> Floats:
        """Return the cosines of some rows."""
        found = np.empty(len(rows), np.float32)
        _exact(vectors.fine, vectors.scale, query, rows, found)
        return found


def warm() -> Compiled:
    """Compile or load every loop for the types that the library has; return them."""
    vectors, kernel = Vectors(64 * WORDS), Compiled()
    query, scores = np.ones(vectors.dim, np.float32), np.zeros(FEW, np.float32)
    vectors.put(np.arange(FEW), np.ones((FEW, vectors.dim), np.float32))
    kernel.estimate(vectors, vectors.ask(query, kernel.bits), 1.0, scores)
    for kind in (np.uint8, np.uint16):
        kernel.add(np.zeros(FEW, kind), np.zeros(256, np.float32), scores)
    kernel.best(scores, None, 1)
    kernel.exact(vectors, query, np.arange(FEW, dtype=np.int32))
    return kernel


FEW = 3

if __name__ == "__main__":
    warm()
