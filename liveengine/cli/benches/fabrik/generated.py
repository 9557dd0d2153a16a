"""Whether generated stems are of their category, no copies, many kinds, loops on the grid. Runs on: bench.

A model of each category is taught on synthesised stems, as the library teaches it. A classifier, made from those of all
categories and as many others, and tried on such that nothing has learnt from, then says what the generated ones are.
Their distance to the nearest stem that was learnt from stands beside that of real ones, and beside that of what the
model gives back of such a stem itself, which is as near as a copy can be; how far they lie apart from each other stands
beside how far real ones do.
"""

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Note, Table
from liveengine.cores import cores

if TYPE_CHECKING:
    from liveengine.ml.company import Classifier, Heard
    from liveengine.ml.inventing import Invention, Inventor, Order
    from liveengine.ml.vae.form import Form

Sound = npt.NDArray[np.float32]
Frames = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

CATEGORIES, QUICK = ("kick", "snare", "hihat", "bass", "synth"), ("kick", "hihat")
STEMS, HELD, QUICK_STEMS, QUICK_HELD = 48, 20, 12, 6  # the classifier learns from so many more
EACH, QUICK_EACH = 6, 2  # stems of each mode and category
COPIED, QUICK_COPIED = 12, 3  # stems that each model gives back as it knows them
QUICK_TERMS = {"epochs": 2, "pictures": 240}  # a model that is taught so little generates, but not well
SEED = 80_000  # of the stems; `--seed` is added
MODES = ("random", "interpolate", "hybrid", "walk", "two categories")
OWN = MODES[:3]  # those that the figures are of
RATE = 48_000
RISE_DB, APART_S = 12.0, 0.06


@dataclass
class Category:
    """What is known of one category."""

    name: str
    taught: "list[tuple[Sound, Form]]"
    real: "list[Heard]"  # of what is taught
    held: "list[Heard]"
    more: "list[Heard]"
    copied: "list[float]" = field(default_factory=list)  # dB from stems to what the model gives back of them
    made: "dict[str, list[tuple[Heard, Invention]]]" = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def of(self, modes: Sequence[str]) -> "list[Heard]":
        """Return what was generated in some modes."""
        return [heard for mode in modes for heard, _ in self.made.get(mode, ())]


def measure(task: Task) -> Iterator[Found]:
    """Yield how many are in their category, how far from copies, how diverse, how far from the grid; tables by mode."""
    from liveengine.ml.company import Classifier

    categories = [_category(task, name) for name in (QUICK if task.quick else CATEGORIES)]
    known = [(heard, one.name) for one in categories for heard in (*one.real, *one.more)]
    judge = Classifier.taught([heard for heard, _ in known], [name for _, name in known])
    with tempfile.TemporaryDirectory() as folder:
        _invent(task, categories, Path(folder))
    yield from _company(categories, judge)
    yield from _fit(categories)
    reasons = [f"{one.name}: {reason}" for one in categories for reason in one.refused]
    if reasons:
        yield Note(f"refused, {len(reasons)} orders: {'; '.join(reasons[:3])}")


def _category(task: Task, name: str) -> Category:
    """Draw a category's stems and listen to them."""
    from liveengine.ml.vae.form import Form
    from liveengine.synth import category as drawing

    count, held = (QUICK_STEMS, QUICK_HELD) if task.quick else (STEMS, HELD)
    sounds = []
    for number in range(2 * count + held):
        one = drawing.draw(name, SEED + task.seed, number)
        beats = None if one.bars is None else 4.0 * one.bars
        sounds.append((one.sound, Form(one.sound.shape[1] / RATE, beats, len(one.sound))))
    heard = [_heard(sound, form.beats) for sound, form in task.each(f"listening to {name}", sounds)]
    return Category(name, sounds[:count], heard[:count], heard[count : count + held], heard[count + held :])


def _heard(sound: Sound, beats: float | None) -> "Heard":
    from liveengine import config
    from liveengine.ml.company import heard

    return heard(sound, RATE, beats, str(config.data("models") / "traum-mini"))


def _invent(task: Task, categories: Sequence[Category], folder: Path) -> None:
    """Teach a model of each category and generate in every mode."""
    from liveengine.errors import BadAudio
    from liveengine.ml.inventing import Inventor
    from liveengine.ml.vae.model import Model

    models = {one.name: Model.load(_model(task, one, folder)) for one in categories}
    known = {f"{one.name} {at}": pair for one in categories for at, pair in enumerate(one.taught)}
    inventor = Inventor(models.__getitem__, lambda source, form: _as_form(*known[source.path], form))
    for number, one in enumerate(categories):
        other = categories[(number + 1) % len(categories)].name
        orders = _orders(one, other, QUICK_EACH if task.quick else EACH, task.seed)
        for mode, order in task.each(f"generating {one.name}", orders):
            try:
                made = inventor.invent(order)
            except BadAudio as error:
                one.refused.append(f"{mode}: {error}")
                continue
            one.made.setdefault(mode, []).append((_heard(made.made.sound, made.form.beats), made))
        one.copied = list(_copied(task, one, inventor))


def _copied(task: Task, one: Category, inventor: "Inventor") -> Iterator[float]:
    """Yield by how many dB stems differ from what the model gives back of them: the beginning of a way to another."""
    from liveengine.errors import BadAudio
    from liveengine.ml.company import unlike
    from liveengine.ml.inventing import Order, Source

    sources = [Source(at, f"{one.name} {at}", form.beats) for at, (_, form) in enumerate(one.taught)]
    for source in sources[:: len(sources) // (QUICK_COPIED if task.quick else COPIED)]:
        other = next((to for to in sources if to is not source and (to.beats is None) == (source.beats is None)), None)
        if other is None:
            continue
        order = Order(one.name, "interpolate", task.seed, (source, other), amount=0.0)
        with contextlib.suppress(BadAudio):
            made = inventor.invent(order)
            yield unlike(_heard(made.made.sound, source.beats), [one.real[source.stem]])


def _model(task: Task, one: Category, folder: Path) -> Path:
    """Return the folder of a model, taught by the job that the library uses."""
    import soundfile

    from liveengine.jobs import train

    stems = []
    for at, (sound, form) in enumerate(one.taught):
        path = folder / f"{one.name} {at}.wav"
        soundfile.write(path, sound.T, RATE, subtype="FLOAT")
        stems.append({"stem": at, "path": str(path), "beats": form.beats, "source": str(at)})
    terms: dict[str, Any] = {"threads": min(2, cores()), **(QUICK_TERMS if task.quick else {})}
    payload = {"category": one.name, "target": str(folder / one.name), "stems": stems, "seed": task.seed}
    for _ in task.each(f"teaching {one.name}", [0]):
        train.run(payload | {"terms": terms}, lambda *_: None)
    return folder / one.name


def _as_form(sound: Sound, form: "Form", wanted: "Form | None") -> "tuple[Sound, Form]":
    """Return a stem as it is, or as many frames of it as a form has."""
    if wanted is None:
        return sound, form
    frames = round(wanted.seconds * RATE)
    return np.ascontiguousarray(np.take(sound, np.arange(frames) % sound.shape[1], axis=1)), wanted


def _orders(one: Category, other: str, each: int, seed: int) -> "list[tuple[str, Order]]":
    from liveengine.ml.inventing import Order, Source

    orders = []
    for at in range(each):
        number = at * len(one.taught) // each
        source = Source(number, f"{one.name} {number}", one.taught[number][1].beats)
        first = seed * 1_000 + at
        orders += [
            ("random", Order(one.name, "random", first)),
            ("interpolate", Order(one.name, "interpolate", first)),
            ("hybrid", Order(one.name, "hybrid", first, (source,))),
            ("walk", Order(one.name, "walk", first, (source,))),
            ("two categories", Order(one.name, "hybrid", first, other=other)),
        ]
    return orders


def _company(categories: Sequence[Category], judge: "Classifier") -> Iterator[Found]:
    """Yield what the classifier says, what is near to what was learnt from, and how diverse it is."""
    right = {mode: [hit for one in categories for hit in _hits(one, mode, judge)] for mode in MODES}
    held = [[guess == one.name for guess in judge.guess(one.held)] for one in categories]
    near = [Near.of(one) for one in categories]
    yield Figure("generated_in_category", float(np.mean([hit for mode in OWN for hit in right[mode]])), "", "higher")
    yield Figure("held_out_in_category", float(np.mean(np.concatenate(held))), "", "higher")
    yield Figure("generated_nearest_ratio", min(one.ratio for one in near), "x", "higher")
    yield Figure("generated_copies", float(np.mean(np.concatenate([one.copies for one in near]))), "", "lower")
    real = float(np.mean(np.concatenate([one.copies_real for one in near])))
    yield Figure("held_out_copies", real, "", "lower")
    yield Figure("generated_diversity", min(one.apart for one in near), "", "higher")
    rows: list[list[str | float]] = [["held-out real", sum(map(len, held)), float(np.mean(np.concatenate(held))), real]]
    for mode in MODES:
        if hits := right[mode]:
            rows.append([mode, len(hits), float(np.mean(hits)), _copies(categories, near, mode)])
    yield Table("fabrik.generated", ["mode", "stems", "in category", "copies"], rows)
    columns = ["category", "held-out real", "generated", "nearest learnt, dB", "real", "given back", "copies", "real"]
    columns += ["nearest vector, x real", "apart, x real"]
    told: list[list[str | float]] = []
    for one, far, right_real in zip(categories, near, held, strict=True):
        made = float(np.mean([hit for mode in OWN for hit in _hits(one, mode, judge)]))
        away = (far.made, far.real, far.least, float(np.mean(far.copies)), float(np.mean(far.copies_real)), far.ratio)
        told.append([one.name, float(np.mean(right_real)), made, *away, far.apart])
    yield Table("fabrik.generated_by_category", columns, told)


@dataclass(frozen=True)
class Near:
    """How near what was generated is to what was learnt from, beside how near other real stems are."""

    ratio: float  # of the distances of vectors to the nearest that was learnt from, medians
    made: float  # dB from the most similar picture that was learnt from, median of the generated
    real: float  # the same of the real
    least: float  # the same of what the model gives back of stems that were learnt from: copies, median
    copies: list[bool]  # of the generated: whether they are no farther than that
    copies_real: list[bool]
    apart: float  # of the mean distances from each other

    @classmethod
    def of(cls, one: Category) -> Self:
        """Return it of one category."""
        from liveengine.ml.company import apart, nearest, unlike

        made = one.of(OWN)
        ratio = float(np.median(nearest(made, one.real)) / np.median(nearest(one.held, one.real)))
        far, real = ([unlike(sound, one.real) for sound in some] for some in (made, one.held))
        least = float(np.median(one.copied)) if one.copied else 0.0
        middle = float(np.median(far)), float(np.median(real))
        copies = [away <= least for away in far], [away <= least for away in real]
        return cls(ratio, *middle, least, *copies, apart(made) / apart(one.real))


def _copies(categories: Sequence[Category], near: "Sequence[Near]", mode: str) -> float:
    """Return the share of what was generated in a mode that is no farther from a learnt stem than a copy."""
    from liveengine.ml.company import unlike

    pairs = zip(categories, near, strict=True)
    return float(np.mean([unlike(sound, one.real) <= far.least for one, far in pairs for sound in one.of([mode])]))


def _hits(one: Category, mode: str, judge: "Classifier") -> list[bool]:
    """Return whether each is taken for its category; of two categories either will do."""
    made = one.made.get(mode, [])
    guesses = judge.guess([heard for heard, _ in made]) if made else []
    return [guess in (one.name, how.terms.get("other")) for guess, (_, how) in zip(guesses, made, strict=True)]


def _fit(categories: Sequence[Category]) -> Iterator[Found]:
    """Yield how far onsets of loops are from the grid, how exact their lengths are, how great the worst seam is.

    The onsets are heard by `rises`, not by what has moved them to the grid; how far the latter are stands beside it.
    """
    from liveengine.ml.fit import grid

    every = [made for one in categories for mode in MODES for _, made in one.made.get(mode, ())]
    loops = [made for made in every if made.form.beats is not None]
    beats = [made.form.beats or 0.0 for made in loops]
    heard = [
        away(rises(made.made.sound), made.made.sound.shape[1], beat) for made, beat in zip(loops, beats, strict=True)
    ]
    placed = [grid.errors(made.made.sound, RATE, beat) for made, beat in zip(loops, beats, strict=True)]
    errors, moved = np.concatenate([*heard, np.zeros(0)]), np.concatenate([*placed, np.zeros(0)])
    wrong = sum(made.made.sound.shape[1] != round(made.form.seconds * RATE) for made in loops)
    refused = sum(len(one.refused) for one in categories)
    if len(errors):
        yield Figure("grid_error_ms_p95", float(np.percentile(errors, 95)), "ms", "lower")
    else:
        yield Note(f"grid_error_ms_p95 is not measured: no onset in {len(loops)} loops")
    yield Figure("grid_onsets", float(len(errors)), "onsets", "higher")
    if len(moved):
        yield Figure("grid_error_as_placed_ms_p95", float(np.percentile(moved, 95)), "ms", "lower")
    yield Figure("generated_wrong_lengths", float(wrong), "loops", "lower")
    yield Figure("generated_seam_worst", max((made.made.seam for made in loops), default=0.0), "x", "lower")
    yield Figure("generated_refused", refused / max(1, refused + len(every)), "", "lower")


def rises(sound: Sound) -> Frames:
    """Return where a loop [channels, frames] that goes round begins to be louder, frames, ascending.

    The energy of its differences in steps of 1 ms, in dB: an onset is where it has risen most over 3 ms, by RISE_DB at
    least over the loudest of the 20 ms before it; of two within APART_S the greater one.
    """
    frames, step = sound.shape[1], RATE // 1_000
    steps = -(-frames // step)
    mono = np.take(sound.mean(axis=0, dtype=np.float64), np.arange(steps * step) % frames)
    power = np.square(np.diff(mono, prepend=mono[-1])).reshape(steps, step).mean(axis=1)
    level = 10.0 * np.log10(power + power.max() * 1e-5 + 1e-12)
    around = np.stack([np.roll(level, back) for back in range(3, 23)])
    after = np.stack([level, np.roll(level, -1), np.roll(level, -2)]).max(axis=0)
    rise = after - around.max(axis=0)
    found: list[int] = []
    for at in np.argsort(-rise, kind="stable"):
        if rise[at] < RISE_DB:
            break
        if all(min(abs(at - one), steps - abs(at - one)) > APART_S * 1_000 for one in found):
            found.append(int(at))
    return np.array([_begin(level, at) * step for at in sorted(found)], np.int64)


def _begin(level: Floats, at: int) -> int:
    """Return the step of the steepest rise around one."""
    near = [(at + more) % len(level) for more in range(-2, 4)]
    return max(near, key=lambda place: level[place] - level[place - 1])


def away(at: Frames, frames: int, beats: float) -> Floats:
    """Return how far each onset is from the nearest sixteenth or triplet of a loop, in milliseconds."""
    places = np.concatenate([np.arange(beats * 4 + 1) / 4.0, np.arange(beats * 3 + 1) / 3.0]) / beats * frames
    return np.abs(at[:, None] - places[None, :]).min(axis=1) / RATE * 1e3 if len(at) else np.zeros(0)
