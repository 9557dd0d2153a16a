"""One pass over all stems: how well each answers, by estimate, and the best of them exactly. Runs on: search thread.

`Plain` is NumPy and always there; `compiled.Compiled` does the same eight times as fast, once its code is at hand.
Both write scores that are sums: weight * cosine, a table per column of facts, a bonus per word of a name.
"""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from liveengine.stems.vectors import Ask, Floats, Mask, Rows, Vectors

BLOCK = 16_384  # rows at a time, so that what is between stays in the cache
CELLS = 4096  # of the histogram that finds the best

Table = Floats  # a value for each value of a column


class Kernel(Protocol):
    """The loops over all stems."""

    bits: int  # how finely `estimate` looks at a query

    def estimate(self, vectors: Vectors, ask: Ask, weight: float, scores: Floats) -> None:
        """Write weight * estimated cosine of every row into scores [count]."""
        ...

    def add(self, column: NDArray[Any], table: Table, scores: Floats) -> None:
        """Add table[column] to the scores."""
        ...

    def bonus(self, words: NDArray[np.uint32], word: int, weight: float, scores: Floats) -> None:
        """Add the weight to the rows that have the word; words is [slots, count]."""
        ...

    def best(self, scores: Floats, mask: Mask | None, most: int) -> Rows:
        """Return at least `most` of the best rows that pass the mask, in row order; all of them if there are fewer."""
        ...

    def exact(self, vectors: Vectors, query: Floats, rows: Rows) -> Floats:
        """Return the cosines of some rows."""
        ...


class Plain:
    """The loops in NumPy."""

    bits = 2

    def estimate(self, vectors: Vectors, ask: Ask, weight: float, scores: Floats) -> None:
        """Write weight * estimated cosine of every row into scores [count]."""
        gain = np.float32(-2.0 * weight * ask.gain)
        for start in range(0, len(scores), BLOCK):
            end = min(start + BLOCK, len(scores))
            differ = np.zeros(end - start, np.int32)
            for word in range(len(ask.signs)):
                other = vectors.signs[word, start:end] ^ ask.signs[word]
                for bit, plane in enumerate(ask.planes):
                    differ += np.bitwise_count(other & plane[word]).astype(np.int32) << bit
            part = scores[start:end]
            np.subtract(differ, ask.total / 2, out=part, casting="unsafe")
            part *= vectors.norm[start:end]
            part *= gain
            part += np.float32(weight * ask.offset)

    def add(self, column: NDArray[Any], table: Table, scores: Floats) -> None:
        """Add table[column] to the scores."""
        scores += table[column]

    def bonus(self, words: NDArray[np.uint32], word: int, weight: float, scores: Floats) -> None:
        """Add the weight to the rows that have the word."""
        found = words[0] == word
        for slot in words[1:]:
            found |= slot == word
        scores[found] += weight

    def best(self, scores: Floats, mask: Mask | None, most: int) -> Rows:
        """Return at least `most` of the best rows that pass the mask, in row order; all of them if there are fewer."""
        rows = np.arange(len(scores), dtype=np.int32) if mask is None else np.flatnonzero(mask).astype(np.int32)
        if len(rows) <= most:
            return rows
        some = scores if mask is None else scores[rows]
        best: Rows = rows[some >= np.partition(some, len(some) - most)[len(some) - most]]
        return best

    def exact(self, vectors: Vectors, query: Floats, rows: Rows) -> Floats:
        """Return the cosines of some rows."""
        found: Floats = vectors.rows(rows) @ query
        return found
