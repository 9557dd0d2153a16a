"""One new sound after an order: from which codes and pictures it comes, in each mode. Runs on: worker processes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from liveengine.errors import BadArgument, BadAudio
from liveengine.ml import morph
from liveengine.ml.fit import Fitted, Wanted, fitted, verdict
from liveengine.ml.latents import Drawn, Rng, Sample, Space, common, walk
from liveengine.ml.sounding import inheriting
from liveengine.ml.vae.bands import RATE
from liveengine.ml.vae.form import BEATS_PER_BAR, Code, Form, Spectrum
from liveengine.ml.vae.model import Model
from liveengine.ml.vae.representation import analyse
from liveengine.units import counted

Samples = npt.NDArray[np.float32]
Mode = Literal["random", "interpolate", "hybrid", "walk"]

TRIES = 4  # seeds of one order
AMOUNT = 0.5  # of a walk and a hybrid of two categories, where none is asked for
TIMBRE = 0.7  # of a hybrid, the same
FROM, TO = 0.35, 0.65  # between which two stems meet, where no amount is asked for: what lies nearer is one of them
_LOOKED_AT = 16  # stems whose first bars tell what a category's pictures are like


@dataclass(frozen=True)
class Source:
    """A stem of the library that something is made from."""

    stem: int
    path: str
    beats: float | None  # of a loop; None: it is played once


@dataclass(frozen=True)
class Order:
    """What is to be made."""

    category: str
    mode: Mode
    seed: int
    stems: tuple[Source, ...] = ()
    other: str | None = None  # the category of a hybrid's other half
    amount: float | None = None  # 0..1
    tempo: float | None = None  # beats per minute: a loop
    bars: int | None = None  # a loop


@dataclass(frozen=True)
class Invention:
    """A new sound, fitted, and how it came to be."""

    made: Fitted
    form: Form
    parents: tuple[tuple[int, float], ...]
    models: tuple[tuple[str, str], ...]  # id and checksum of each
    latent: bytes  # float32 little-endian
    terms: dict[str, Any]


@dataclass(frozen=True)
class Idea:
    """A picture on its way to a sound."""

    picture: Spectrum
    drawn: Drawn
    wanted: Wanted
    terms: dict[str, Any] = field(default_factory=dict)


class Inventor:
    """Makes sounds with the models that `model` returns for a category; `heard` returns a stem's sound in a form.

    That is [channels, frames] at 48 kHz, with exactly the frames of the form; where the form is None, in its own, which
    comes with it.
    """

    def __init__(
        self, model: Callable[[str], Model], heard: Callable[[Source, Form | None], tuple[Samples, Form]]
    ) -> None:
        self._model = model
        self._heard = heard
        self._flattest: dict[tuple[str, bool], float] = {}

    def invent(self, order: Order) -> Invention:
        """Return a new sound: the same order and models give the same samples.

        One that is refused (see fit.verdict) is tried again with the next seed, TRIES in all. Raises BadAudio with the
        last reason, BadArgument for what cannot be made, ModelMissing or ModelDamaged.
        """
        reason = ""
        for attempt in range(TRIES):
            idea = self._idea(order, np.random.default_rng([order.seed, attempt]))
            try:
                made = fitted(idea.picture, replace(idea.wanted, seed=order.seed + attempt))
            except BadAudio as error:
                reason = str(error)
                continue
            names = dict.fromkeys([order.category, *([order.other] if order.other else [])])
            models = tuple((self._model(name).id, self._model(name).checksum) for name in names)
            terms = {"mode": order.mode, **idea.terms, **({"attempt": attempt} if attempt else {})}
            latent = np.ascontiguousarray(idea.drawn.code.z, "<f4").tobytes()
            return Invention(made, idea.picture.form, _shares(idea.drawn.parents), models, latent, terms)
        raise BadAudio(f"no sound came of {TRIES} seeds from {order.seed} on: {reason}")

    def _idea(self, order: Order, rng: Rng) -> Idea:
        if order.mode == "random":
            return self._random(order, rng)
        if order.mode == "interpolate":
            return self._interpolated(order, rng)
        if order.mode == "walk":
            return self._varied(order, rng)
        return self._crossed(order, rng) if order.other else self._hybrid(order, rng)

    def _random(self, order: Order, rng: Rng) -> Idea:
        model = self._model(order.category)
        space = _space(model, order, rng)
        drawn = space.draw(rng, lambda own: _formed(own, order))
        return Idea(model.decode(drawn.code), drawn, self._wanted(order.category, drawn.code.form))

    def _interpolated(self, order: Order, rng: Rng) -> Idea:
        model = self._model(order.category)
        amount = float(rng.uniform(FROM, TO)) if order.amount is None else order.amount
        if order.stems:
            if len(order.stems) != 2:
                raise BadArgument(
                    f"{counted(len(order.stems), 'stem')}: name the two that it shall lie between, or none"
                )
            one, other = (self._sample(model, source) for source in order.stems)
            if one.form.loops != other.form.loops:
                loop, shot = (one, other) if one.form.loops else (other, one)
                raise BadArgument(f"stem {loop.stem} is a loop and stem {shot.stem} is not: nothing lies between them")
            space = _spaces(model).get(one.form.loops) or Space([one, other])
        else:
            space = _space(model, order, rng)
            one, other = space.pair(rng)
        form = _formed(one.form if one.form.loops else common((one, other), (1.0 - amount, amount)), order)
        drawn = space.between(one, other, amount, form)
        terms = {"amount": round(amount, 4)}
        return Idea(model.decode(drawn.code), drawn, self._wanted(order.category, form), terms)

    def _hybrid(self, order: Order, rng: Rng) -> Idea:
        """The rhythm and the fine structure of a stem, with the timbre partly of a code that was drawn."""
        model, amount = self._model(order.category), TIMBRE if order.amount is None else order.amount
        if len(order.stems) != 1:
            raise BadArgument(f"{len(order.stems)} stems: a hybrid has the structure of one; name it, or none")
        sound, form = self._as_ordered(order.stems[0], order)
        before = analyse(sound, RATE, form)
        drawn = _kind(model, form.loops).without(order.stems[0].stem).draw(rng, lambda _: form)
        picture = morph.hybrid(before, model.decode(drawn.code), amount)
        others = tuple((stem, round(share * amount / 2.0, 4)) for stem, share in drawn.parents)
        parents = ((order.stems[0].stem, round(1.0 - amount / 2.0, 4)), *others)
        wanted = replace(self._wanted(order.category, form), voice=inheriting(sound, before), sharp=True)
        return Idea(picture, Drawn(drawn.code, parents), wanted, {"amount": amount})

    def _varied(self, order: Order, rng: Rng) -> Idea:
        """A stem as it is, moved as its code moves: near it, with its own phases."""
        model, amount = self._model(order.category), AMOUNT if order.amount is None else order.amount
        if len(order.stems) != 1:
            raise BadArgument(f"{len(order.stems)} stems: a walk is around one; name it, or none")
        sound, form = self._as_ordered(order.stems[0], order)
        here = model.encode(sound, RATE, form)
        spread = _kind(model, form.loops).spread
        code = next(walk(here, spread, amount, int(rng.integers(2**31)), 1))
        wanted = replace(self._wanted(order.category, form), voice=inheriting(sound, model.decode(here)), sharp=True)
        parents = ((order.stems[0].stem, 1.0),)
        return Idea(model.decode(code), Drawn(code, parents), wanted, {"amount": amount})

    def _crossed(self, order: Order, rng: Rng) -> Idea:
        """The rhythm of one category with spectra on their way to another's."""
        assert order.other is not None
        amount = AMOUNT if order.amount is None else order.amount
        if len(order.stems) > 2:
            raise BadArgument(f"{len(order.stems)} stems: a hybrid of two categories has one of each, or none")
        one, first = self._picture(order, order.category, order.stems[:1], rng, None)
        other, last = self._picture(order, order.other, order.stems[1:], rng, one.form)
        parents = (
            *((stem, round(share * (1.0 - amount), 4)) for stem, share in first.parents),
            *((stem, round(share * amount, 4)) for stem, share in last.parents),
        )
        wanted = replace(self._wanted(order.category, one.form), flattest=1.0)
        drawn = Drawn(first.code, parents)
        return Idea(morph.between(one, other, amount), drawn, wanted, {"amount": amount, "other": order.other})

    def _picture(
        self, order: Order, category: str, stems: Sequence[Source], rng: Rng, like: Form | None
    ) -> tuple[Spectrum, Drawn]:
        """Return the picture of a stem, or of a code drawn from a category: in the form `like`, if that can be."""
        model = self._model(category)
        if stems:
            sample = self._sample(model, stems[0])
            form = _formed(sample.form, order) if like is None else sample.form
            code = Code(sample.bars, sample.form, sample.level_db)
            if form is sample.form:
                return model.decode(code), Drawn(code, ((stems[0].stem, 1.0),))
            sound, form = self._as_ordered(stems[0], order)
            return analyse(sound, RATE, form), Drawn(code, ((stems[0].stem, 1.0),))
        spaces = _spaces(model)
        space = _space(model, order, rng) if like is None else spaces.get(like.loops) or next(iter(spaces.values()))
        drawn = space.draw(rng, lambda own: _formed(own, order) if like is None else own)
        return model.decode(drawn.code), drawn

    def _as_ordered(self, source: Source, order: Order) -> tuple[Samples, Form]:
        sound, form = self._heard(source, None)
        wanted = _formed(form, order)
        return (sound, form) if wanted == form else self._heard(source, wanted)

    def _sample(self, model: Model, source: Source) -> Sample:
        """Return a stem's codes, as the model has learnt them or hears them."""
        for space in _spaces(model).values():
            for sample in space.samples:
                if sample.stem == source.stem:
                    return sample
        sound, form = self._heard(source, None)
        code = model.encode(sound, RATE, form)
        return Sample(source.stem, code.z, form, code.level_db)

    def _wanted(self, category: str, form: Form) -> Wanted:
        model = self._model(category)
        key = (model.checksum, form.loops)
        if key not in self._flattest:
            self._flattest[key] = _flattest(model, form.loops)
        return Wanted(category, flattest=self._flattest[key])


def _shares(parents: Sequence[tuple[int, float]]) -> tuple[tuple[int, float], ...]:
    """Return each parent once with all of its share, the greatest first."""
    found: dict[int, float] = {}
    for stem, share in parents:
        found[stem] = found.get(stem, 0.0) + share
    return tuple(sorted(((stem, round(share, 4)) for stem, share in found.items()), key=lambda pair: -pair[1]))


def _flattest(model: Model, loops: bool) -> float:
    """Return how much like noise the pictures of what a model has learnt are at most."""
    space = _spaces(model).get(loops)
    if space is None:
        return 1.0
    some = space.samples[:: -(-len(space.samples) // _LOOKED_AT)]
    return max(verdict.flatness(model.decode(Code(one.bars[:1], _bar(one.form), one.level_db))) for one in some)


def _bar(form: Form) -> Form:
    """Return the form of one bar of a loop; that of a one-shot as it is."""
    return replace(form, seconds=form.seconds / form.bars, beats=float(BEATS_PER_BAR)) if form.loops else form


def _spaces(model: Model) -> dict[bool, Space]:
    """Return what a model has learnt: loops by True, one-shots by False."""
    return Space.of(model.learnt, model.scale)


def _space(model: Model, order: Order, rng: Rng) -> Space:
    """Return the loops of a model where a loop is asked for; else loops or one-shots, as many as it knows."""
    if order.tempo is not None or order.bars is not None:
        return _kind(model, True)
    spaces = _spaces(model)
    counts = np.array([len(space.samples) for space in spaces.values()], np.float64)
    return list(spaces.values())[int(rng.choice(len(counts), p=counts / counts.sum()))]


def _kind(model: Model, loops: bool) -> Space:
    space = _spaces(model).get(loops)
    if space is None:
        raise BadArgument(
            f"the model of {model.category} has learnt no {'loops' if loops else 'one-shots'}: "
            f"{'leave tempo and bars out' if loops else 'name a loop'}, or teach it with such stems"
        )
    return space


def _formed(form: Form, order: Order) -> Form:
    """Return a form with the tempo and the bars that are asked for; a loop has the nearest frames of its tempo."""
    if not form.loops:
        if order.tempo is not None or order.bars is not None:
            raise BadArgument("a sound that is played once has no tempo and no bars: leave them out, or name a loop")
        return form
    assert form.beats is not None
    tempo = order.tempo or round(form.beats * 60.0 / form.seconds, 3)
    beats = form.beats if order.bars is None else float(order.bars * BEATS_PER_BAR)
    return Form(round(beats * 60.0 / tempo * RATE) / RATE, beats, form.channels)
