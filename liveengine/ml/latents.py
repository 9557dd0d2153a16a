"""Codes that no stem has: drawn from what a category's stems are like, or between two. Runs on: worker processes.

The codes of a category do not fill the space that the model's prior would have, and what lies between two of its kinds,
a pad and a pluck, is neither; so nothing is drawn from the prior, and nothing from all over the category. A code is put
together of those of a stem and a few of its neighbours, with weights whose squares sum to 1: of codes that vary
independently round the mean of the neighbourhood such a sum varies as they do, in all directions and with all their
covariance, and lies where the decoder was taught.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from liveengine.errors import BadArgument
from liveengine.ml.vae.form import Code, Form
from liveengine.ml.vae.model import Learnt

Floats = npt.NDArray[np.float32]
Rng = np.random.Generator

TOGETHER = 3  # stems that a drawn code is put together of
NEAR = 8  # stems of a neighbourhood, the one in its middle too
SHARE = 0.6  # that none of them exceeds: what is drawn is no copy
MOVED = 0.1  # of the spread of the codes: beside that, in every direction


@dataclass(frozen=True)
class Sample:
    """A stem as its codes tell it."""

    stem: int
    bars: Floats  # [bars, dim]
    form: Form
    level_db: float


@dataclass(frozen=True)
class Drawn:
    """A code, and the stems that it comes of with their shares, the greatest first; in all 1."""

    code: Code
    parents: tuple[tuple[int, float], ...]


class Space:
    """The stems of a category that a model has learnt, loops or one-shots."""

    def __init__(self, samples: Sequence[Sample], scale: Floats | float = 1.0) -> None:
        """`scale` is how much of a picture a step of 1 in each number of a code changes, [dim]."""
        self.samples, self._scale = list(samples), scale
        self._places = np.stack([scale * one.bars.mean(axis=0) for one in self.samples])
        every = np.concatenate([one.bars for one in samples])
        self.mean: Floats = every.mean(axis=0)
        self.spread: Floats = every.std(axis=0)

    @classmethod
    def of(cls, learnt: Learnt, scale: Floats | float = 1.0) -> dict[bool, "Space"]:
        """Return the space of loops (True) and of one-shots (False), as far as there are such stems."""
        found: dict[int, list[int]] = {}
        for row, stem in enumerate(learnt.stems):
            found.setdefault(stem, []).append(row)
        kinds: dict[bool, list[Sample]] = {}
        for stem, rows in found.items():
            form = learnt.forms[rows[0]]
            ordered = sorted(rows, key=lambda row: learnt.bars[row])
            sample = Sample(stem, learnt.codes[ordered], form, learnt.levels[rows[0]])
            kinds.setdefault(form.loops, []).append(sample)
        return {loops: cls(samples, scale) for loops, samples in kinds.items()}

    def without(self, stem: int) -> "Space":
        """Return the space of the other stems; this one where there is no other."""
        rest = [one for one in self.samples if one.stem != stem]
        return Space(rest, self._scale) if rest else self

    def near(self, first: int) -> list[int]:
        """Return the neighbourhood of a stem: its number, then those of the stems most like it."""
        away = np.linalg.norm(self._places - self._places[first], axis=1)
        away[first] = -1.0
        return [int(at) for at in np.argsort(away, kind="stable")[:NEAR]]

    def draw(self, rng: Rng, shaped: Callable[[Form], Form] = lambda own: own) -> Drawn:
        """Return a new code, put together of a stem and some neighbours and moved a little.

        Its form is what `shaped` makes of theirs.
        """
        first, *others = self.near(int(rng.integers(len(self.samples))))
        count = min(TOGETHER, 1 + len(others))
        chosen = [self.samples[int(at)] for at in (first, *rng.choice(others, count - 1, replace=False))]
        weights = _weights(rng, count)
        form = shaped(common(chosen, weights))
        middle = np.concatenate([self.samples[at].bars for at in (first, *others)]).mean(axis=0)
        norm = float(np.sqrt((weights**2).sum()))
        moved = MOVED * self.spread * rng.standard_normal(len(self.mean)).astype(np.float32)
        z = np.stack([middle + moved] * form.bars)
        for weight, one in zip(weights, chosen, strict=True):
            z += np.float32(weight / norm) * (around(one.bars, form.bars) - middle)
        level = float(sum(weight * one.level_db for weight, one in zip(weights, chosen, strict=True)))
        shares = sorted(zip((one.stem for one in chosen), weights.tolist(), strict=True), key=lambda pair: -pair[1])
        return Drawn(Code(z.astype(np.float32), form, level), tuple((stem, round(w, 4)) for stem, w in shares))

    def pair(self, rng: Rng) -> tuple[Sample, Sample]:
        """Return a stem by chance and a neighbour. Raises BadArgument where there are not two."""
        if len(self.samples) < 2:
            raise BadArgument("the model knows one such stem only: teach it with more, or name two stems")
        one, *others = self.near(int(rng.integers(len(self.samples))))
        return self.samples[one], self.samples[int(rng.choice(others))]

    def between(self, one: Sample, other: Sample, amount: float, form: Form) -> Drawn:
        """Return the code at `amount` (0 = one, 1 = the other) of the way between two stems, bar by bar.

        Round the mean of the category where they lie in different directions from it: straight through it a sound would
        be the average of all.
        """
        first, last = around(one.bars, form.bars) - self.mean, around(other.bars, form.bars) - self.mean
        z = np.stack([self.mean + spherical(a, b, amount) for a, b in zip(first, last, strict=True)])
        level = one.level_db + amount * (other.level_db - one.level_db)
        parents = sorted(((one.stem, round(1.0 - amount, 4)), (other.stem, round(amount, 4))), key=lambda p: -p[1])
        return Drawn(Code(z.astype(np.float32), form, level), tuple(parents))


def walk(code: Code, spread: Floats, amount: float, seed: int, steps: int) -> Iterator[Code]:
    """Yield codes on a walk around a stem's own code, never farther than `amount` times the spread of its category.

    Each is near the one before; at amount 0 all are the code itself.
    """
    rng = np.random.default_rng(seed)
    dim = code.z.shape[1]
    here = rng.standard_normal(dim)
    for _ in range(steps):
        here = 0.8 * here + 0.6 * rng.standard_normal(dim)
        far = here / max(1.0, float(np.sqrt(np.mean(np.square(here)))))
        yield Code((code.z + amount * spread * far).astype(np.float32), code.form, code.level_db)


def common(samples: Sequence[Sample], weights: Sequence[float] | npt.NDArray[np.float64]) -> Form:
    """Return the form of what is put together of some stems: that of the greatest, what is played once as long as all.

    Of lengths the weighted geometric mean: as far as one is from another by ear.
    """
    form = samples[int(np.argmax(weights))].form
    if form.loops:
        return form
    lengths = np.log([one.form.seconds for one in samples])
    return replace(form, seconds=float(np.exp(np.average(lengths, weights=weights))))


def around(bars: Floats, count: int) -> Floats:
    """Return the codes of `count` bars: those that there are, again from the first."""
    return bars[np.arange(count) % len(bars)]


def spherical(one: Floats, other: Floats, amount: float) -> Floats:
    """Return what lies at `amount` of the arc from one vector to another; its length goes in a straight line."""
    lengths = float(np.linalg.norm(one)), float(np.linalg.norm(other))
    if min(lengths) < 1e-6:
        return (one + amount * (other - one)).astype(np.float32)
    cosine = float(np.clip((one @ other) / (lengths[0] * lengths[1]), -1.0, 1.0))
    angle = math.acos(cosine)
    if math.sin(angle) < 1e-3:  # the same direction; opposite ones have no arc between them
        return (one + amount * (other - one)).astype(np.float32)
    share = math.sin((1.0 - amount) * angle) / math.sin(angle), math.sin(amount * angle) / math.sin(angle)
    length = lengths[0] + amount * (lengths[1] - lengths[0])
    return (length * (share[0] * one / lengths[0] + share[1] * other / lengths[1])).astype(np.float32)


def _weights(rng: Rng, count: int) -> npt.NDArray[np.float64]:
    """Return shares of some stems, none more than SHARE where there are several; in all 1."""
    if count == 1:
        return np.ones(1)
    while True:
        weights = rng.dirichlet(np.full(count, 0.8))
        if weights.max() <= SHARE:
            return np.asarray(weights)
