"""Live's numbers for what we call by names, and for grids. Runs on: anywhere; pure."""

from collections.abc import Sequence
from typing import Any

from liveengine.errors import BadArgument, OutOfRange

# beats; song.clip_trigger_quantization: none, 8 bars, 4, 2, 1, 1/2, 1/2T, 1/4, 1/4T, 1/8, 1/8T, 1/16, 1/16T, 1/32
GRIDS: tuple[float, ...] = (0, 32, 16, 8, 4, 2, 4 / 3, 1, 2 / 3, 1 / 2, 1 / 3, 1 / 4, 1 / 6, 1 / 8)
CLIP_GRIDS = (-1.0, *GRIDS)  # clip.launch_quantization begins with "as the song"
MODES = ("trigger", "gate", "toggle", "repeat")
WARPS = ("beats", "stretch", "stretch", "repitch", "stretch", "stretch", "stretch")  # Beats Tones Texture Re-Pitch ...
COMPLEX = 4  # ... Complex - Pro: what our stretching is shown as
SCALES = ("Major", "Minor")
NOTES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def numbered(choices: Sequence[Any], number: Any) -> Any:
    """Return the choice with a number counted from 0; raise OutOfRange."""
    if not isinstance(number, int | float) or not 0 <= number < len(choices):
        raise OutOfRange(f"{number!r}: there are 0 to {len(choices) - 1}")
    return choices[int(number)]


def nearest(grids: Sequence[float], beats: float) -> int:
    """Return the number of the grid that comes nearest."""
    return min(range(len(grids)), key=lambda number: abs(grids[number] - beats))


def warp_number(warp: str) -> int:
    """Return Live's number for a way to warp."""
    return COMPLEX if warp == "stretch" else WARPS.index(warp)


def root_of(key: str) -> int:
    """Return the root of a key such as "F#m" as a semitone from C, 0 without a key."""
    note = key.rstrip("m")
    return NOTES.index(note) if note in NOTES else 0


def scale_of(key: str) -> str:
    """Return Live's name for the scale of a key."""
    return SCALES[key.endswith("m")]


def key_of(root: int, scale: str) -> str:
    """Return the key with a root, as a semitone from C, and a scale; raise OutOfRange, or BadArgument for a mode."""
    if scale not in SCALES:
        raise BadArgument(f"{scale!r:.50} is no scale that a key has here; there are {' and '.join(SCALES)}")
    return f"{numbered(NOTES, root)}{'m' if scale == 'Minor' else ''}"
