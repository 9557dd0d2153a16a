"""Ableton Live's faders in decibels. Runs on: anywhere; pure.

Live's position of a volume is 0 to 1: 0.85 is 0 dB, 1 is +6 dB, and from 0.4 (-18 dB) on every 0.025 is a decibel.
The law below is no published one but a fit to what Live shows: Marco Buongiorno Nardelli, AbletonOSC pull request 15
and issue 44 (2022), a parabola down to 0.15 (-41 dB) and a power below it, with -70 dB, which Live shows as silence,
at 0.
The knob of a send follows the same law 6 dB lower, so that its end is 0 dB; the gain of a clip 18 dB higher (0.4 is
0 dB), both as measured in Live.
"""

import math

from liveengine.errors import OutOfRange
from liveengine.units import SILENCE_DB

LINEAR, CURVED = 0.4, 0.15  # positions at which one piece of the law begins
_SQUARE, _BASE, _TURN, _SLOPE = 799.503788, 12_630.61132, 201.871345, 399.751894
_FLOOR_DB, _SPAN_DB, _POWER = -70.0, 118.426374, 5_567 / 7_504
SEND_DB, CLIP_DB = -6.0, 18.0  # against a volume at the same position


def level_of(position: float, offset: float = 0.0) -> float:
    """Return the level in decibels of a position 0..1, `offset` decibels off a volume's; raise OutOfRange."""
    if not 0.0 <= position <= 1.0:
        raise OutOfRange(f"{position!r} is no position of a fader of Live's; they go from 0 to 1, and 0.85 is 0 dB")
    if position == 0.0:
        return SILENCE_DB
    if position >= LINEAR:
        level = 40.0 * position - 34.0
    elif position >= CURVED:
        level = -((_SLOPE * position - _TURN) ** 2 + _BASE) / _SQUARE
    else:
        level = _SPAN_DB * position**_POWER + _FLOOR_DB
    return level + offset


def position_of(level: float, offset: float = 0.0) -> float:
    """Return the position 0..1 of a level in decibels; the ends for what lies beyond them."""
    level -= offset
    if level <= _FLOOR_DB:
        return 0.0
    if level >= -18.0:
        return min(1.0, (level + 34.0) / 40.0)
    if level >= -41.0:
        return (_TURN - math.sqrt(-_SQUARE * level - _BASE)) / _SLOPE
    return float(((level - _FLOOR_DB) / _SPAN_DB) ** (1.0 / _POWER))
