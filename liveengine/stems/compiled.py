"""The scan's loops, compiled. Runs on: search thread; imported after ready, and only where a library is large.

numba costs 0.3 s and 60 MB, so the daemon imports this in a thread. `python -m liveengine.stems.compiled`
fills the cache in a process of its own: compiling would hold the daemon's interpreter for seconds.
"""

import math
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from operator import itemgetter
from typing import Any, TypeVar

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

R = TypeVar("R")
u64 = np.uint64
f32 = np.float32
BLOCK = 4096  # rows at a time
MANY = 25_000  # rows that are worth a part of their own: to estimate
MANY_EXACT = 500  # and to compare exactly
MOST = 4  # threads: memory is what limits them beyond
SHARES = 3  # parts of the rows for each thread at most
CELLS = 4096  # of the histogram that finds the best
SAMPLE = 16_384  # rows that it looks at, about
CERTAIN = 3.0  # standard deviations by which a sample may be wrong
NOTHING = np.zeros(256, np.float32)  # a table by which nothing is worth anything
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
def _estimate(signs, norm, s, p, half, gain, offset, first, last, out):  # type: ignore[no-untyped-def]
    # Written out, a..h apart and without a sign in the index, so that it becomes one loop with vector instructions.
    a, b, c, d, e, f, g, h = signs[0], signs[1], signs[2], signs[3], signs[4], signs[5], signs[6], signs[7]
    for i in range(u64(first), u64(last)):
        x = (
            a[i] ^ s[0], b[i] ^ s[1], c[i] ^ s[2], d[i] ^ s[3], e[i] ^ s[4], f[i] ^ s[5], g[i] ^ s[6], h[i] ^ s[7],
        )  # fmt: skip
        low = _count(x, p, 0) + (_count(x, p, 1) << u64(1))
        differ = low + (_count(x, p, 2) << u64(2)) + (_count(x, p, 3) << u64(3))
        out[i] = norm[i] * gain * (f32(np.int64(differ)) - half) + offset


@njit(fastmath=True, **OPTIONS)
def _add_four(a, b, c, d, tables, first, last, out):  # type: ignore[no-untyped-def]
    for i in range(u64(first), u64(last)):  # four at once: each score is read and written once
        out[i] += (tables[0, a[i]] + tables[1, b[i]]) + (tables[2, c[i]] + tables[3, d[i]])


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _add(column: Any, table: Any, first: Any, last: Any, out: Any) -> None:
    for i in range(u64(first), u64(last)):
        out[i] += table[column[i]]


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _bonus(signature: Any, bits: Any, bonus: Any, first: Any, last: Any, out: Any) -> None:
    for i in range(u64(first), u64(last)):
        out[i] += bonus if signature[i] & bits == bits else f32(0)


@njit(**OPTIONS)
def _scan(vectors, asked, cells, tables, tempo, words, first, last, out):  # type: ignore[no-untyped-def]
    """Write the scores of rows first to last - 1, block by block, so that those of a block stay in the cache."""
    (signs, norm), (s, p, half, gain, offset) = vectors, asked
    (at, values), (cell, tempi), (signature, bits, bonus) = tables, tempo, words
    for start in range(first, last, BLOCK):
        end = min(start + BLOCK, last)
        _estimate(signs, norm, s, p, half, gain, offset, start, end, out)
        for t in range(0, at.shape[0], 4):
            a, b, c, d = cells[at[t]], cells[at[t + 1]], cells[at[t + 2]], cells[at[t + 3]]
            _add_four(a, b, c, d, values[t : t + 4], start, end, out)
        if tempi.shape[0]:
            _add(cell, tempi, start, end, out)
        for w in range(bits.shape[0]):
            _bonus(signature, bits[w], bonus[w], start, end, out)


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _sampled(scores: Any, mask: Any, open_: Any, step: Any, out: Any) -> Any:
    """Write the scores of one row of every `step` in a row, if it passes; return how many. Which one is left to chance:
    libraries repeat themselves, kit after kit.
    """
    n, chance = 0, u64(1)
    for start in range(0, scores.shape[0], step):
        chance = chance * u64(6364136223846793005) + u64(1442695040888963407)  # Knuth, MMIX
        i = min(start + int((chance >> u64(32)) * u64(step) >> u64(32)), scores.shape[0] - 1)
        if open_ or mask[i]:
            out[n] = scores[i]
            n += 1
    return n


@njit(fastmath=True, **OPTIONS)  # type: ignore[untyped-decorator]
def _cut(scores: Any, most: Any) -> Any:
    """Return a score that at least `most` of these reach, and as few as can be told by a histogram."""
    if scores.shape[0] <= most:
        return f32(-np.inf)
    low, high = scores[0], scores[0]
    for score in scores:
        low, high = min(low, score), max(high, score)
    cells = np.zeros(CELLS, np.int64)
    scale = f32(CELLS - 1) / max(high - low, f32(1e-30))
    for score in scores:
        cells[int((score - low) * scale)] += 1
    cell, above = CELLS, 0
    while above < most:
        cell -= 1
        above += cells[cell]
    return low + (f32(cell) - f32(1e-2)) / scale  # less than the least of the cell


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


@njit(fastmath=True, **OPTIONS)
def _exact(fine, scale, query, rows, first, last, out):  # type: ignore[no-untyped-def]
    for i in range(first, last):
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
        given = _given(vectors, columns, *asked)
        self._parts(lambda first, last: _scan(*given, first, last, scores), len(scores), MANY)

    def best(self, scores: Floats, mask: Mask | None, most: int) -> Rows:
        """Return at least `most` of the best rows that pass the mask, in row order; all of them if there are fewer."""
        step = max(1, len(scores) // SAMPLE)
        found = self._reaching(scores, mask, most / step + CERTAIN * math.sqrt(most / step) * (step > 1), step)
        if len(found) < most and step > 1:  # the sample was not like the whole
            found = self._reaching(scores, mask, most, 1)
        some = scores[found]
        best: Rows = found[some >= _cut(some, most)]
        return best

    def _reaching(self, scores: Floats, mask: Mask | None, most: float, step: int) -> Rows:
        """Return the rows that pass and are as good as the best `most` of a sample: of one in `step`."""
        rows, chosen = np.empty(len(scores), np.int32), np.zeros(1, np.bool_) if mask is None else mask
        sample = np.empty(-(-len(scores) // step), np.float32)
        cut = _cut(sample[: _sampled(scores, chosen, mask is None, step, sample)], math.ceil(most))
        return rows[: _reaching(scores, chosen, mask is None, cut, rows)]

    def cosines(self, vectors: Vectors, query: Floats, rows: Rows) -> Floats:
        """Return the cosines of some rows, exactly."""
        found, given = np.empty(len(rows), np.float32), (vectors.fine, vectors.scale, query, rows)
        self._parts(lambda first, last: _exact(*given, first, last, found), len(rows), MANY_EXACT)
        return found

    def _parts(self, work: Callable[[int, int], R], count: int, many: int) -> list[R]:
        """Return what work on rows first to last - 1 gives, part by part in order; each part has at least `many` rows.

        Other threads help where there are several: whoever is free takes the next part, so that a thread which gets no
        processor just now holds nothing up.
        """
        parts = max(1, min(count // many, SHARES * self._threads))
        left = iter([*enumerate(pairwise([count * part // parts for part in range(parts + 1)]))])

        def some() -> list[tuple[int, R]]:
            return [(at, work(*part)) for at, part in left]

        beside = [self._others.submit(some) for _ in range(min(parts, self._threads) - 1)]
        done = some()
        for other in beside:
            done += [] if other.cancel() else other.result()
        return [found for _, found in sorted(done, key=itemgetter(0))]

    def add(self, column: NDArray[Any], rows: Rows, table: Floats, scores: Floats) -> None:
        """Add what a column of some rows is worth to their scores."""
        _add_at(column, rows, table, scores)


def _given(vectors: Vectors, columns: Columns, ask: Ask, wishes: Wishes) -> tuple[Any, ...]:
    """Return all that `_scan` reads, tables of bytes in fours: those that are none add nothing."""
    asked = ask.signs, ask.planes, f32(ask.total / 2), f32(-2.0 * wishes.cosine * ask.gain)
    narrow = [(columns.names[name], table) for name, table in wishes.tables if name != "tempo"]
    narrow += [(0, NOTHING)] * (-len(narrow) % 4)
    at, values = np.array([row for row, _ in narrow], np.intp), np.array([table for _, table in narrow], np.float32)
    tempi = next((table for name, table in wishes.tables if name == "tempo"), NOTHING[:0])
    words, bonus = np.array(wishes.words, np.float64).reshape(-1, 2).T
    return (
        (vectors.signs, vectors.norm),
        (*asked, f32(wishes.cosine * ask.offset + wishes.offset)),
        columns.cells,
        (at, values.reshape(-1, len(NOTHING))),
        (columns["tempo"], tempi),
        (columns["signature"], signatures(words.astype(np.uint32)), bonus.astype(np.float32)),
    )


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
