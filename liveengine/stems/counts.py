"""Whole numbers from 0 on as bytes, 7 bits in each: small ones take one byte. Runs on: event loop, threads."""

from collections.abc import Iterable

LONGEST = 5  # bytes of a number
LARGEST = (1 << 7 * LONGEST) - 1


def written(numbers: Iterable[int]) -> bytes:
    """Return numbers 0..LARGEST as bytes (LEB128: the lowest 7 bits first, the high bit says that more follow)."""
    found = bytearray()
    for number in numbers:
        rest = number
        while rest > 0x7F:
            found.append(rest & 0x7F | 0x80)
            rest >>= 7
        found.append(rest)
    return bytes(found)


class Counts:
    """Reads numbers one after another; `at` is the place of the next byte."""

    def __init__(self, written: bytes) -> None:
        self._written = written
        self.at = 0

    def next(self) -> int:
        """Return the next number; raise ValueError where none is."""
        number = 0
        for place in range(LONGEST):
            if self.at >= len(self._written):
                break
            byte = self._written[self.at]
            self.at += 1
            number |= (byte & 0x7F) << 7 * place
            if byte < 0x80:
                return number
        raise ValueError("a number has no end")
