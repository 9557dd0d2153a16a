"""Keys and tempos as numbers, and which of them go together. Runs on: anywhere."""

import re

NO_KEY = -1
KEYS = 24  # 0..11 = C..B major, 12..23 = C..B minor
_PITCH = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11, "H": 11}
_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_KEY = re.compile(r"^\s*([A-Ha-h])\s*(#|♯|b|♭|is|es)?[\s_-]*(m|min|minor|moll|maj|major|dur)?\s*$")
TEMPO_REACH = 0.08  # how far (share) a loop's tempo may be repitched and still count as fitting: about 1.3 semitones


def key_number(name: str | None) -> int:
    """Return 0..23 for a key such as "Am", "F# minor", "Bb", "cis-Moll"; NO_KEY for anything else."""
    found = _KEY.match(name or "")
    if not found:
        return NO_KEY
    letter, sign, mode = found.groups()
    pitch = _PITCH[letter.upper()] + {"#": 1, "♯": 1, "is": 1, "b": -1, "♭": -1, "es": -1}.get(sign or "", 0)
    minor = mode in ("m", "min", "minor", "moll") or (mode is None and letter.islower())
    return pitch % 12 + (12 if minor else 0)


def key_name(number: int) -> str | None:
    """Return the key's name, "Am" or "C"; None for NO_KEY."""
    if number == NO_KEY:
        return None
    return _NAMES[number % 12] + ("m" if number >= 12 else "")


def related_keys(number: int) -> frozenset[int]:
    """Return the keys that mix with this one: itself, its relative and both fifths (one step on the Camelot wheel)."""
    minor = number >= 12
    pitch = number % 12
    relative = (pitch + 3) % 12 if minor else (pitch + 9) % 12 + 12
    mode = 12 if minor else 0
    return frozenset({number, relative, (pitch + 7) % 12 + mode, (pitch + 5) % 12 + mode})


def tempo_distance(tempo: float, wanted: float) -> float:
    """Return how far (share) `tempo` lies from `wanted`, its half or its double, whichever is nearest."""
    return min(abs(tempo * factor / wanted - 1.0) for factor in (0.5, 1.0, 2.0))
