"""Units as types, converted in one place. Runs on: anywhere.

Frames count from engine start and are int64 in the engine; beats belong to `session/`; levels are decibels at the
doors and linear gains inside the engine.
"""

import math
from typing import NewType

Frames = NewType("Frames", int)
Beats = NewType("Beats", float)
Seconds = NewType("Seconds", float)
Decibels = NewType("Decibels", float)
Tempo = NewType("Tempo", float)  # beats per minute

TEMPO_MIN = 20.0  # beats per minute
TEMPO_MAX = 999.0
SILENCE_DB = -144.0  # what the doors report for a gain of zero: the range of 24-bit audio


def counted(count: float, thing: str, things: str | None = None) -> str:
    """Return "1 stem" or "8 stems"; `things` where the plural is not the thing with an s."""
    shown = f"{count:,g}" if isinstance(count, float) else f"{count:,}"
    return f"{shown} {thing}" if count == 1 else f"{shown} {things or f'{thing}s'}"


def frames_per_beat(tempo: float, rate: int) -> float:
    """Return how many frames (not rounded) one beat takes at `tempo` beats per minute and `rate` frames per second."""
    return 60.0 * rate / tempo


def tempo_of(frames_per_beat: float, rate: int) -> Tempo:
    """Return the tempo in beats per minute at which one beat takes `frames_per_beat` frames."""
    return Tempo(60.0 * rate / frames_per_beat)


def gain_of(level: float) -> float:
    """Return the linear gain of a level in decibels; `SILENCE_DB` and below give exactly 0."""
    return 0.0 if level <= SILENCE_DB else 10.0 ** (level / 20.0)


def level_of(gain: float) -> Decibels:
    """Return the level in decibels of a linear gain; anything at or below `SILENCE_DB` gives `SILENCE_DB`."""
    return Decibels(max(SILENCE_DB, 20.0 * math.log10(gain))) if gain > 0.0 else Decibels(SILENCE_DB)
