"""Keys that mix: distance on the circle of fifths, transposition by repitching. Runs on: anywhere; pure.

The Camelot wheel numbers keys so that neighbours mix well: the same number with the other letter is the relative key,
one number up or down a fifth.
"""

import math
from typing import NamedTuple

from liveengine.stems.harmony import NO_KEY, key_name, key_number

# German note names where they differ from letter + accidental
_GERMAN = {
    "h": "B", "b": "Bb", "cis": "C#", "des": "Db", "dis": "D#", "es": "Eb", "fis": "F#", "ges": "Gb", "gis": "G#",
    "as": "Ab", "ais": "A#",
}  # fmt: skip


class Key(NamedTuple):
    """A key: pitch class of its tonic (0 = C .. 11 = B) and mode."""

    tonic: int
    minor: bool

    @property
    def name(self) -> str:
        """Return the name as the library spells it, such as `Am`, `C` or `F#m`."""
        return key_name(self.tonic + (12 if self.minor else 0)) or ""

    @property
    def camelot(self) -> int:
        """Return the number 1..12 on the Camelot wheel (8A = Am, 8B = C)."""
        major = (self.tonic + 3) % 12 if self.minor else self.tonic
        return (major * 7 + 7) % 12 + 1

    def transposed(self, semitones: int) -> "Key":
        """Return the key `semitones` higher."""
        return Key((self.tonic + semitones) % 12, self.minor)


def parse(name: str | None) -> Key | None:
    """Return the key that a name such as `Am`, `C#` or `Bb minor` names, or None."""
    number = key_number(name)
    return None if number == NO_KEY else Key(number % 12, number >= 12)


def parse_german(note: str, minor: bool) -> Key | None:
    """Return the key of a German note name such as `fis`, `b` (B flat) or `h` (B), or None."""
    letter = _GERMAN.get(note.lower(), note.upper())
    return parse(letter + ("m" if minor else ""))


def distance(one: Key, other: Key) -> int:
    """Return 0 for the same or the relative key, else the steps between them on the circle of fifths, 1..6.

    One more step is counted for another mode that is not the relative one, up to 6.
    """
    around = abs(one.camelot - other.camelot)
    steps = min(around, 12 - around)
    return min(6, steps + 1) if steps and one.minor != other.minor else steps


def shift(ratio: float) -> tuple[int, float]:
    """Return (semitones, cents) by which playing `ratio` times as fast moves the pitch; cents in -50..50."""
    exact = 12.0 * math.log2(ratio)
    semitones = round(exact)
    return semitones, (exact - semitones) * 100.0
