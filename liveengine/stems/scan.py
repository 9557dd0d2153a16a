"""One pass over all stems: how well each answers, by estimate, and the best of them exactly. Runs on: search thread.

`Plain` is NumPy and always there; `compiled.Compiled` does the same several times as fast, once its code is at hand.
"""

import os
import sys
import threading
from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from liveengine.stems.columns import Columns, signatures
from liveengine.stems.vectors import Ask, Floats, Mask, Rows, Vectors
from liveengine.stems.wishes import Wishes

BLOCK = 16_384  # rows at a time, so that what is between stays in the cache


class Kernel(Protocol):
    """The loops over all stems."""

    bits: int  # how finely `estimate` looks at a query

    def estimate(self, vectors: Vectors, columns: Columns, asked: tuple[Ask, Wishes], scores: Floats) -> None:
        """Write the score of every row, with an estimate of its cosine and of its words, into scores [count]."""
        ...

    def best(self, scores: Floats, mask: Mask | None, most: int) -> Rows:
        """Return at least `most` of the best rows that pass the mask, in row order; all of them if there are fewer."""
        ...

    def cosines(self, vectors: Vectors, query: Floats, rows: Rows) -> Floats:
        """Return the cosines of some rows, exactly."""
        ...

    def add(self, column: NDArray[Any], rows: Rows, table: Floats, scores: Floats) -> None:
        """Add what a column of some rows is worth to their scores."""
        ...


class Plain:
    """The loops in NumPy."""

    bits = 2

    def estimate(self, vectors: Vectors, columns: Columns, asked: tuple[Ask, Wishes], scores: Floats) -> None:
        """Write the score of every row, with an estimate of its cosine and of its words, into scores [count]."""
        ask, wishes = asked
        gain = np.float32(-2.0 * wishes.cosine * ask.gain)
        for part in _blocks(len(scores)):
            differ = np.zeros(part.stop - part.start, np.int32)
            for word in range(len(ask.signs)):
                other = vectors.signs[word, part] ^ ask.signs[word]
                for bit, plane in enumerate(ask.planes):
                    differ += np.bitwise_count(other & plane[word]).astype(np.int32) << bit
            some = scores[part]
            np.subtract(differ, ask.total / 2, out=some, casting="unsafe")
            some *= vectors.norm[part]
            some *= gain
            some += np.float32(wishes.cosine * ask.offset + wishes.offset)
            for name, table in wishes.tables:
                some += table[columns[name][part]]
            for word, bonus in wishes.words:
                bits = signatures(np.array([word], np.uint32))[0]
                some += np.float32(bonus) * (columns["signature"][part] & bits == bits)

    def best(self, scores: Floats, mask: Mask | None, most: int) -> Rows:
        """Return at least `most` of the best rows that pass the mask, in row order; all of them if there are fewer."""
        rows = np.arange(len(scores), dtype=np.int32) if mask is None else np.flatnonzero(mask).astype(np.int32)
        if len(rows) <= most:
            return rows
        some = scores if mask is None else scores[rows]
        best: Rows = rows[some >= np.partition(some, len(some) - most)[len(some) - most]]
        return best

    def cosines(self, vectors: Vectors, query: Floats, rows: Rows) -> Floats:
        """Return the cosines of some rows, exactly."""
        found: Floats = vectors.rows(rows) @ query
        return found

    def add(self, column: NDArray[Any], rows: Rows, table: Floats, scores: Floats) -> None:
        """Add what a column of some rows is worth to their scores."""
        scores += table[column[rows]]


def step_back() -> None:
    """Let everything else that wants the processor go before this thread, and those that it starts."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


def _blocks(count: int) -> Iterator[slice]:
    for start in range(0, count, BLOCK):
        yield slice(start, min(start + BLOCK, count))
