"""Musical time: between frames and beats through the transport anchor. Runs on: audio thread (RT-safe).

The frame of a beat is that of exact arithmetic, rounded once, however long the transport has run: difference and
product keep what float64 rounds off (T. J. Dekker, "A floating-point technique for extending the available precision",
Numerische Mathematik 18, 1971; D. E. Knuth, The Art of Computer Programming, volume 2, 4.2.2).
"""

import math
from typing import Any

from liveengine.engine.kernel.jit import inner
from liveengine.engine.layout import FAR

SPLIT = 134_217_729.0  # 2**27 + 1: halves a float64's digits
FURTHEST = 2.0**60  # frames
TRIES = 4096  # boundaries closer than a frame: at most 64 to a beat and at least one frame to a beat


@inner
def beat_at(bank: Any, frame: int) -> float:
    """Return the beat of a frame. RT-safe."""
    if bank.running == 0:
        return bank.anchor_beat
    return bank.anchor_beat + (frame - bank.anchor_frame) / bank.frames_per_beat


@inner
def frame_of(bank: Any, beat: float) -> int:
    """Return the frame nearest to a beat; FAR while the transport stands. RT-safe."""
    if bank.running == 0:
        return FAR
    beats = beat - bank.anchor_beat
    away = beats * bank.frames_per_beat
    if not -FURTHEST < away < FURTHEST:
        return FAR if away > 0.0 else bank.anchor_frame - int(FURTHEST)
    whole = math.floor(away)
    rest = (away - whole) + rounded_off(beats, bank.frames_per_beat, away)
    rest += difference_rest(beat, bank.anchor_beat, beats) * bank.frames_per_beat
    return bank.anchor_frame + int(whole) + math.floor(rest + 0.5)


@inner
def difference_rest(a: float, b: float, difference: float) -> float:
    """Return what `difference` = a - b has lost by rounding, exactly. RT-safe."""
    gone = a - difference
    return (a - (difference + gone)) + (gone - b)


@inner
def rounded_off(a: float, b: float, product: float) -> float:
    """Return what `product` = a * b has lost by rounding, exactly. RT-safe."""
    high_a = a * SPLIT - (a * SPLIT - a)
    high_b = b * SPLIT - (b * SPLIT - b)
    low_a, low_b = a - high_a, b - high_b
    return ((high_a * high_b - product) + high_a * low_b + low_a * high_b) + low_a * low_b


@inner
def boundary(bank: Any, frame: int, quantum: float) -> float:
    """Return the first multiple of `quantum` beats whose frame is `frame` or later. RT-safe."""
    now = beat_at(bank, frame)
    multiple = math.floor(now / quantum) - 1.0  # `now` is rounded: it may lie on the wrong side of a multiple
    if bank.running == 0:
        return math.ceil(now / quantum) * quantum
    for _ in range(TRIES):
        if frame_of(bank, multiple * quantum) >= frame:
            break
        multiple += 1.0
    return multiple * quantum


@inner
def move(bank: Any, frame: int, beat: float, frames_per_beat: float, running: int) -> None:
    """Set the anchor: from `frame` on it is `beat`. RT-safe."""
    bank.anchor_frame = frame
    bank.anchor_beat = beat
    bank.frames_per_beat = frames_per_beat
    bank.running = running
