"""What the kernel's work costs, and how much of it a block has time for. Runs on: audio thread (RT-safe)."""

from typing import Any

from liveengine.engine.kernel.jit import view
from liveengine.engine.kernel.overload import HIGH

RISE, FALL = 0.25, 0.02  # of the distance to the measured cost, per callback
BUDGET_MIN = 0.05  # of the block


@view
def learn(header: Any, spent: int, passed: int, busy: int, frames: int) -> None:
    """Take a callback's times into account: what a unit of effort costs, and how much time the next block has.

    `spent`: ns of processor time of the kernel, `passed`: ns that it took, `busy`: ns of the whole callback. The cost
    is a median of three: a machine that stands still for once does not look like work. Where others take the processor
    away again and again (a quota, say) more time passes than is spent, and the budget shrinks by that factor. RT-safe.
    """
    whole = 1e9 / max(header.rate, 1)
    if header.effort > 0.0:
        now = spent / header.effort
        low, high = min(header.last_cost, header.older_cost), max(header.last_cost, header.older_cost)
        middle = min(max(now, low), high)
        header.older_cost = header.last_cost
        header.last_cost = now
        pressed = middle * header.effort > HIGH * header.budget * frames
        pace = FALL if middle < header.cost else (1.0 if pressed else RISE)
        header.cost += pace * (middle - header.cost)
    second = min(frames * whole / 1e9, 1.0)
    header.spent += second * (spent - header.spent)
    header.passed += second * (passed - header.passed)
    header.rest += FALL * ((busy - passed) / max(frames, 1) - header.rest)
    shared = max(header.passed / max(header.spent, 1.0), 1.0)
    header.budget = max(whole / shared - header.rest, BUDGET_MIN * whole)
