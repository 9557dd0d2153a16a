"""What ports are called, and which belong together. Runs on: anywhere; pure."""

import re
from collections.abc import Callable, Sequence

CLIENT = "liveengine"
IN, OUT = "control", "lights"  # our virtual ports
VIRTUAL = f"{CLIENT}:{IN}"
_NUMBERS = re.compile(r"\s*(\[\d+\]|\((capture|playback)\)|\b\d+:\d+$)", re.IGNORECASE)
_DIRECTION = re.compile(r"\b(in|out|input|output)\b", re.IGNORECASE)
_INSTANCE = re.compile(r"-\d\d(?=:)")  # JACK's, of a client whose name was taken


def plain(name: str) -> str:
    """Return a port's name without the numbers that ALSA and JACK give it anew each time."""
    return _INSTANCE.sub("", _NUMBERS.sub("", name)).strip()


def foreign(names: Sequence[str]) -> list[tuple[int, str]]:
    """Return number and name of the ports that are not our own."""
    return [(number, name) for number, name in enumerate(names) if not name.startswith(CLIENT)]


def counterpart(name: str, outputs: Sequence[str], taken: Sequence[str], fits: Callable[[str], bool]) -> int | None:
    """Return the number of the output that leads to the device behind an input; None where there is none left.

    Of several that its map `fits`, one of the same name goes before one that differs by the words in and out.
    """
    free = [(number, other) for number, other in foreign(outputs) if other not in taken and fits(other)]
    likes = (plain, lambda text: _DIRECTION.sub("", plain(text)), lambda text: "")
    return next((number for like in likes for number, other in free if like(other) == like(name)), None)
