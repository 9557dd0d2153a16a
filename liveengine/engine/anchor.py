"""Musical time: between frames and beats through the transport anchor. Runs on: audio thread (RT-safe)."""

import math
from typing import Any

from liveengine.engine.jit import inner
from liveengine.engine.layout import FAR

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
    away = math.floor((beat - bank.anchor_beat) * bank.frames_per_beat + 0.5)
    if away >= 2.0**60:
        return FAR
    return bank.anchor_frame + int(max(away, -(2.0**60)))


@inner
def boundary(bank: Any, frame: int, quantum: float) -> float:
    """Return the first multiple of `quantum` beats whose frame is `frame` or later. RT-safe."""
    now = beat_at(bank, frame)
    multiple = math.floor(now / quantum) * 1.0
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
