"""How much a stem is wanted, by all that was said and shown of it, as one number. Runs on: anywhere; pure.

Each sign is evidence for or against, in units of half a log-odds; independent evidence adds up (Good, Probability and
the Weighing of Evidence, 1950), and tanh makes of the sum e what it means: value = tanh(e) = 2 p - 1, where p is how
likely the stem is wanted.

    e = sum over kinds of WEIGHTS[kind] * min(OFTEN, 1 + log2(count))
        + HEARD * min(1, log(1 + s / FIRST_S) / log(1 + ENOUGH_S / FIRST_S))

s are the seconds that it was heard. Everything that is only shown grows with the logarithm of its amount and ends: a
loop that is left running for ten hours counts as much as one that was heard for half an hour, and all that is shown
together, at its most, counts less than one word that is said.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Kind = Literal["like", "reject", "kept", "swapped", "played"]
KINDS: tuple[Kind, ...] = get_args(Kind)
WEIGHTS: Mapping[Kind, float] = {"like": 2.0, "reject": -2.0, "kept": 0.4, "swapped": -0.5, "played": 0.05}
OFTEN = 3.0  # times its weight is the most that a kind counts, however often it was shown
HEARD = 0.6  # the most that being heard counts; chosen, as the weights are, by `liveengine bench taste`
FIRST_S = 15.0  # the first seconds tell the most
ENOUGH_S = 1_800.0  # from so many on more time tells nothing


@dataclass(frozen=True, slots=True)
class Hearing:
    """For how long stems were heard since this was told last."""

    seconds: Mapping[int, float] = field(default_factory=dict)  # by stem
    until: Any = None  # plain data: where who counts goes on after a restart; None = as it was


SILENCE = Hearing()


def value(counts: Mapping[Kind, int], seconds: float = 0.0) -> float:
    """Return how much a stem is wanted, -1..1, 0 = nothing is known.

    counts: how often each kind of opinion was said or shown; seconds: how long the stem was heard in all.
    """
    shown = sum(WEIGHTS[kind] * min(OFTEN, 1.0 + math.log2(count)) for kind, count in counts.items() if count > 0)
    return math.tanh(shown + HEARD * heard(seconds))


def heard(seconds: float) -> float:
    """Return what being heard for so long tells, 0..1: 0.5 after two and a half minutes, 1 from half an hour on."""
    return min(1.0, math.log1p(max(0.0, seconds) / FIRST_S) / math.log1p(ENOUGH_S / FIRST_S))
