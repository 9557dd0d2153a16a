"""A MIDI clock in simulated time, with its jitter, and what it truly meant."""

import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

PER_BEAT = 24


class Tick(NamedTuple):
    """A tick as it arrives, and as it was meant."""

    ns: float
    true_ns: float
    beat: float
    tempo: float


def ticks(
    tempo: Callable[[float], float] | float,
    seconds: float,
    jitter_ms: float = 0.0,
    *,
    begin_ns: float = 6e9,
    seed: int = 1,
    lost: frozenset[int] = frozenset(),
) -> Iterator[Tick]:
    """Give the ticks of so many seconds; `tempo` may be a function of the seconds, `lost` names ticks that are."""
    chance = random.Random(seed)
    at, last, number = 0.0, 0.0, 0
    pace = tempo if callable(tempo) else lambda _: tempo
    while at < seconds:
        true = begin_ns + at * 1e9
        last = max(last + 1.0, true + chance.uniform(-jitter_ms, jitter_ms) * 1e6)
        if number not in lost:
            yield Tick(last, true, number / PER_BEAT, pace(at))
        at += 60.0 / pace(at) / PER_BEAT
        number += 1


def p99(errors: list[float]) -> float:
    """Return the magnitude that 99 of 100 do not exceed."""
    ordered = sorted(map(abs, errors))
    return ordered[int(0.99 * len(ordered))]
