"""The fader law, and what a fader or a level is at the doors. Runs on: anywhere; pure.

Level = 6 dB * log(fader / 0.75) / log(4/3), so 0.75 is 0 dB, 1 is +6 dB, and every step of the fader by the same factor
changes the level by the same number of decibels; 0 is silence.
"""

import math
from typing import Annotated

from pydantic import Field

from liveengine.session.model import UNITY
from liveengine.units import SILENCE_DB, gain_of, level_of

LOUDEST_DB = 6.0
_LAW = LOUDEST_DB / math.log(1.0 / UNITY)

Level = Annotated[
    float, Field(ge=SILENCE_DB, le=LOUDEST_DB, allow_inf_nan=False, description="level in dB; -144 = silence")
]


def level_of_fader(fader: float) -> float:
    """Return the level in decibels of a fader position 0..1; `SILENCE_DB` at 0."""
    return max(SILENCE_DB, _LAW * math.log(fader / UNITY)) if fader > 0.0 else SILENCE_DB


def fader_of_level(level: float) -> float:
    """Return the fader position of a level in decibels: 0 at `SILENCE_DB` and below, 1 at +6 dB and above."""
    return 0.0 if level <= SILENCE_DB else min(1.0, UNITY * math.exp(level / _LAW))


def gain_of_fader(fader: float) -> float:
    """Return the linear gain of a fader position."""
    return gain_of(level_of_fader(fader))


def fader_of_gain(gain: float) -> float:
    """Return the fader position of a linear gain."""
    return fader_of_level(level_of(gain))


def shown(fader: float) -> float:
    """Return the level of a fader as clients get it, in decibels."""
    return round(level_of_fader(fader), 6)
