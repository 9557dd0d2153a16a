"""Notes, keys and bars as numbers. Runs on: any process."""

import re

from .signals import RATE

NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def midi(note: str) -> int:
    """MIDI number of a note name with octave, such as `A1` (33)."""
    match = re.fullmatch(r"([A-G]#?)(-?\d)", note)
    if match is None:
        raise ValueError(f"{note!r} is not a note name such as 'F#2'")
    return NAMES.index(match[1]) + 12 * (int(match[2]) + 1)


def hertz(note: str | float) -> float:
    """Frequency in Hz of a note name (A4 = 440 Hz); a number is taken as Hz already."""
    return note if isinstance(note, (int, float)) else 440.0 * 2.0 ** ((midi(note) - 69) / 12)


def tonic(key: str) -> str:
    """Pitch class of a key or note name: `F#m` gives `F#`."""
    match = re.match(r"[A-G]#?", key)
    if match is None:
        raise ValueError(f"{key!r} is not a key such as 'F#m'")
    return match[0]


def bar_frames(bars: float, tempo: float) -> int:
    """Frames of `bars` bars of four beats at `tempo` BPM, rounded once."""
    return round(bars * 4 * 60.0 / tempo * RATE)
