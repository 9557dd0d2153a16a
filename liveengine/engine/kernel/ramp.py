"""Linear moves: value = target - step * left. Runs on: audio thread (RT-safe)."""

from typing import Any

from liveengine.engine.kernel.jit import inner


@inner
def value(ramp: Any) -> float:
    """Return where the ramp is now. RT-safe."""
    return ramp.target - ramp.step * ramp.left


@inner
def aim(ramp: Any, target: float, frames: int) -> None:
    """Let the ramp move from where it is to `target` within `frames` frames. RT-safe."""
    now = value(ramp)
    ramp.target = target
    ramp.left = frames if now != target else 0
    ramp.step = (target - now) / frames if now != target else 0.0


@inner
def hold(ramp: Any, target: float) -> None:
    """Set the ramp to stand still at `target`. RT-safe."""
    ramp.target = target
    ramp.step = 0.0
    ramp.left = 0


@inner
def advance(ramp: Any, frames: int) -> None:
    """Count `frames` frames off; once they are over the ramp rests. RT-safe."""
    if ramp.left > 0:
        ramp.left = max(ramp.left - frames, 0)
        if ramp.left == 0:
            ramp.step = 0.0
