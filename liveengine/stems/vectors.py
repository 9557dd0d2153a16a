"""All vectors in memory, twice: sign bits to scan and int16 to be exact with. Runs on: search thread.

The sign bits are of a vector less the mean of all. With f = |r|^2 / sum |r_i| of such a rest r, the product with a
query q is about f * sum sign(r_i) q_i (RaBitQ, Gao and Long, SIGMOD 2024; without its rotation, which learnt embeddings
do not need). For that 64 bytes of a stem are read instead of 1 kB; the best few thousand are then compared exactly.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]
Rows = NDArray[np.int32]
Mask = NDArray[np.bool_]
Words = NDArray[np.uint64]

WORDS = 8  # of 64 sign bits: vectors have at most 512 dimensions
FINE = 32_767
CHUNK = 2048  # rows at a time, so that what is between stays in the cache
FIRST = 64  # rows at the beginning


@dataclass(frozen=True, slots=True)
class Ask:
    """A query as the scan reads it: estimate = norm * gain * (total - 2 * weighted differing bits) + offset."""

    signs: Words  # [WORDS]
    planes: Words  # [bits, WORDS]: binary digits of the quantised |q_i|
    gain: float
    total: int
    offset: float


class Vectors:
    """The vectors of rows 0..count-1; arrays double when full."""

    def __init__(self, dim: int) -> None:
        assert dim <= 64 * WORDS
        self.dim = dim
        self.count = 0
        self.mean = np.zeros(dim, np.float32)
        self.centred = True  # False: `put` leaves the signs to `centre`
        self.signs = np.zeros((WORDS, FIRST), np.uint64)
        self.norm = np.zeros(FIRST, np.float32)
        self.fine = np.zeros((FIRST, dim), np.int16)
        self.scale = np.zeros(FIRST, np.float32)

    @property
    def memory(self) -> int:
        """Return how much memory they take."""
        return sum(array.nbytes for array in (self.signs, self.norm, self.fine, self.scale))

    def reserve(self, count: int) -> None:
        """Make room for `count` rows; when that takes larger arrays, the mean is taken anew."""
        room = len(self.norm)
        if count <= room:
            return
        room = max(count, 2 * room)
        self.signs = _grown(self.signs, room, axis=1)
        self.norm, self.fine, self.scale = (_grown(a, room) for a in (self.norm, self.fine, self.scale))
        self.centre()

    def centre(self) -> None:
        """Take the mean of all rows and write every sign anew."""
        self.centred = True
        if not self.count:
            return
        total = np.zeros(self.dim, np.float64)
        for start in range(0, self.count, CHUNK):
            total += self.rows(np.arange(start, min(start + CHUNK, self.count))).sum(axis=0)
        self.mean = (total / self.count).astype(np.float32)
        for start in range(0, self.count, CHUNK):
            rows = np.arange(start, min(start + CHUNK, self.count))
            self._write_signs(rows, self.rows(rows))

    def put(self, rows: NDArray[np.intp], vectors: Floats) -> None:
        """Write vectors [n, dim] into rows, there already or next in line."""
        self.reserve(int(rows.max(initial=-1)) + 1)
        for start in range(0, len(rows), CHUNK):
            some, part = rows[start : start + CHUNK], vectors[start : start + CHUNK]
            peak = np.abs(part).max(axis=1)
            scale = np.where(peak > 0, peak, 1.0).astype(np.float32) / FINE
            self.fine[some] = np.rint(part / scale[:, None])
            self.scale[some] = scale
            if self.centred:
                self._write_signs(some, part)
        self.count = max(self.count, int(rows.max(initial=-1)) + 1)

    def drop(self, row: int) -> None:
        """Close the gap at `row` with the last row."""
        self.count -= 1
        for array in (self.norm, self.fine, self.scale):
            array[row] = array[self.count]
        self.signs[:, row] = self.signs[:, self.count]

    def rows(self, rows: NDArray[Any]) -> Floats:
        """Return the vectors [n, dim] of rows, exact to 2^-16 of their largest part."""
        found: Floats = self.fine[rows].astype(np.float32)
        found *= self.scale[rows][:, None]
        return found

    def ask(self, query: Floats, bits: int) -> Ask:
        """Prepare a query; more `bits` of its parts, a better estimate."""
        size = np.abs(query)
        step = float(size.max(initial=0.0)) / (2**bits - 1) or 1.0
        digits = np.rint(size / step).astype(np.uint8)
        words = _packed(np.stack([query > 0, *(digits & 1 << k > 0 for k in range(bits))]))
        signs, planes = words[:, 0].copy(), words[:, 1:].T.copy()
        return Ask(signs, planes, step, int(digits.sum()), float(self.mean @ query))

    def _write_signs(self, rows: NDArray[np.intp], vectors: Floats) -> None:
        rest = vectors - self.mean
        total = np.abs(rest).sum(axis=1)
        self.norm[rows] = np.einsum("nd,nd->n", rest, rest) / np.where(total > 0, total, 1.0)
        self.signs[:, rows] = _packed(rest > 0)


def unpack(*blobs: bytes) -> Floats:
    """Return stored vectors (float16) as float32 [n, dim], L2-normalised again: float16 rounds the norm by 0.0005.

    NumPy converts one number at a time; moved into the exponent of a float32 they are converted by a multiplication.
    """
    half = np.frombuffer(b"".join(blobs), "<i2").reshape(len(blobs), -1).astype(np.int32)
    half <<= 13
    half &= np.int32(-0x70002000)  # the sign, and 15 bits of exponent and fraction
    found: Floats = half.view(np.float32)
    found *= np.float32(2.0**112)
    length = np.sqrt(np.einsum("nd,nd->n", found, found))
    found /= np.where(length > 0, length, 1.0)[:, None]
    return found


def _packed(bits: NDArray[np.bool_]) -> Words:
    """Return bits [n, dim] as words [WORDS, n]."""
    full = np.zeros((len(bits), 8 * WORDS), np.uint8)
    packed = np.packbits(bits, axis=1)
    full[:, : packed.shape[1]] = packed
    words: Words = full.view(np.uint64).T
    return words


def _grown(array: Any, room: int, axis: int = 0) -> Any:
    shape = list(array.shape)
    shape[axis] = room
    grown = np.zeros(shape, array.dtype)
    grown[tuple(slice(0, size) for size in array.shape)] = array
    return grown
