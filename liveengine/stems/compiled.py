"""The scan's loops, compiled. Runs on: search thread; imported after ready, and only where a library is large.

numba costs 0.3 s and 60 MB, so the daemon imports this in a thread. `python -m liveengine.stems.compiled`
fills the cache in a process of its own: compiling would hold the daemon's interpreter for seconds.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

from liveengine.cores import cores
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

from liveengine.stems.columns import Columns, Known, signatures  # noqa: E402
from liveengine.stems.scan import Plain, step_back  # noqa: E402
from liveengine.stems.vectors import WORDS, Ask, Floats, Mask, Rows, Vectors  # noqa: E402
from liveengine.stems.wishes import Wishes  # noqa: E402

u64 = np.uint64
f32 = np.float32
BLOCK = 65_536  # rows at a time
MANY = 40_000  # rows that are worth a thread of their own
MOST = 4  # threads: memory is what limits them beyond
CELLS = 4096  # of the histogram that finds the best
SAMPLE = 65_536  # rows that it looks at, about
FEW = 3
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


@njit(fastmath=True, **OPTIONS)
def _estimate(a, b, c, d, e, f, g, h, norm, s, p, half, gain, offset, out):  # type: ignore[no-untyped-def]
    # Written out, and a..h apart, so that it becomes one loop over rows with vector instructions.
    for i in range(out.shape[0]):
        x = (
            a[i] ^ s[0], b[i] ^ s[1], c[i] ^ s[2], d[i] ^ s[3], e[i] ^ s[4], f[i] ^ s[5], g[i] ^ s[6], h[i] ^ s[7],
        )  # fmt: skip
        low = _count(x, p, 0) + (_count(x, p, 1) << u64(1))
        differ = low + (_count(x, p, 2) << u64(2)) + (_count(x, p, 3) << u64(3))
        out[i] = norm[i] * gain * (f32(np.int64(differ)) - half) + offset


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _add(column: Any, table: Any, out: Any) -> None:
    for i in range(out.shape[0]):
        out[i] += table[column[i]]


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _bonus(signature: Any, bits: Any, bonus: Any, out: Any) -> None:
    for i in range(out.shape[0]):
        out[i] += bonus if signature[i] & bits == bits else f32(0)


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _cut(scores: Any, mask: Any, open_: Any, most: Any, step: Any) -> Any:
    """Return a score that about `most` of the rows reach that pass, by a histogram of every step-th of them."""
    low, high, count = f32(np.inf), f32(-np.inf), 0
    for i in range(0, scores.shape[0], step):
        if open_ or mask[i]:
            low, high, count = min(low, scores[i]), max(high, scores[i]), count + 1
    cells = np.zeros(CELLS, np.int64)
    scale = f32(CELLS - 1) / max(high - low, f32(1e-30))
    for i in range(0, scores.shape[0], step):
        if open_ or mask[i]:
            cells[int((scores[i] - low) * scale)] += 1
    cell, above = CELLS, 0
    while cell > 0 and above * step < most:
        cell -= 1
        above += cells[cell]
    return low + (f32(cell) - f32(1e-2)) / scale if cell else f32(-np.inf)  # less than the least of the cell


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _reaching(scores: Any, mask: Any, open_: Any, cut: Any, out: Any) -> Any:
    """Write the rows that pass and reach a score; return how many."""
    n = 0
    for i in range(scores.shape[0]):
        if scores[i] >= cut and (open_ or mask[i]):
            out[n] = i
            n += 1
    return n


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _add_at(column: Any, rows: Any, table: Any, out: Any) -> None:
    for i in range(rows.shape[0]):
        out[i] += table[column[rows[i]]]


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

    def __init__(self) -> None:
        self._threads = min(MOST, cores())
        self._others = ThreadPoolExecutor(MOST - 1, "search-beside", initializer=step_back)

    def estimate(self, vectors: Vectors, columns: Columns, asked: tuple[Ask, Wishes], scores: Floats) -> None:
        """Write the score of every row, with an estimate of its cosine and of its words, into scores [count]."""
        count = len(scores)
        parts = max(1, min(count // MANY, self._threads))
        ends = [count * part // parts for part in range(parts + 1)]
        own, *others = pairwise(ends)
        beside = [self._others.submit(_estimates, vectors, columns, asked, scores, part) for part in others]
        _estimates(vectors, columns, asked, scores, own)
        for other in beside:
            other.result()

    def best(self, scores: Floats, mask: Mask | None, most: int) -> Rows:
        """Return at least `most` of the best rows that pass the mask, in row order; all of them if there are fewer."""
        rows, chosen = np.empty(len(scores), np.int32), np.zeros(1, np.bool_) if mask is None else mask
        step = max(1, len(scores) // SAMPLE)
        margin = most // 8 if step > 1 else 0
        cut = _cut(scores, chosen, mask is None, most + margin, step)
        found = _reaching(scores, chosen, mask is None, cut, rows)
        if found < most and step > 1:  # the sample was not like the whole
            found = _reaching(scores, chosen, mask is None, _cut(scores, chosen, mask is None, most, 1), rows)
        return rows[:found]

    def cosines(self, vectors: Vectors, query: Floats, rows: Rows) -> Floats:
        """Return the cosines of some rows, exactly."""
        found = np.empty(len(rows), np.float32)
        _exact(vectors.fine, vectors.scale, query, rows, found)
        return found

    def add(self, column: NDArray[Any], rows: Rows, table: Floats, scores: Floats) -> None:
        """Add what a column of some rows is worth to their scores."""
        _add_at(column, rows, table, scores)


def _estimates(
    vectors: Vectors, columns: Columns, asked: tuple[Ask, Wishes], scores: Floats, rows: tuple[int, int]
) -> None:
    """Write the scores of some rows, block by block, so that the scores of a block stay in the cache."""
    ask, wishes = asked
    gain, offset = f32(-2.0 * wishes.cosine * ask.gain), f32(wishes.cosine * ask.offset + wishes.offset)
    words = [(signatures(np.array([word], np.uint32))[0], f32(bonus)) for word, bonus in wishes.words]
    for start in range(*rows, BLOCK):
        part = slice(start, min(start + BLOCK, rows[1]))
        some, half = scores[part], f32(ask.total / 2)
        signs, norm = vectors.signs[:, part], vectors.norm[part]
        _estimate(*signs, norm, ask.signs, ask.planes, half, gain, offset, some)
        for name, table in wishes.tables:
            _add(columns[name][part], table, some)
        for bits, bonus in words:
            _bonus(columns["signature"][part], bits, bonus, some)


def warm() -> Compiled:
    """Compile or load every loop for the types that the library has; return them."""
    vectors, columns, kernel = Vectors(64 * WORDS), Columns(), Compiled()
    vectors.put(np.arange(FEW), np.ones((FEW, vectors.dim), np.float32))
    columns.put(np.arange(FEW), [[value] * FEW for value in Known("kick")])
    query, scores = np.ones(vectors.dim, np.float32), np.zeros(FEW, np.float32)
    tables = (("loop", np.zeros(256, np.float32)), ("tempo", np.zeros(2048, np.float32)))
    kernel.estimate(vectors, columns, (vectors.ask(query, kernel.bits), Wishes(1.0, 0.0, tables, ((1, 0.0),))), scores)
    rows = kernel.best(scores, None, 1)
    kernel.best(scores, scores > 0, 1)
    kernel.cosines(vectors, query, rows)
    for name, table in tables:
        kernel.add(columns[name], rows, table, scores)
    return kernel


if __name__ == "__main__":
    warm()
