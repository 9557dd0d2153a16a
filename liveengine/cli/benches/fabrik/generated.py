"""Whether generated stems are of their category, no copies, many kinds, loops on the grid. Runs on: bench.

A model of each category is taught on synthesised stems. A classifier, made from those of all categories and tried on
others that nothing has learnt from, then says what the generated ones are. Their distance to the nearest stem that was
learnt from stands beside that of real ones, and how far they lie apart from each other beside how far real ones do.
"""

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
    from liveengine.ml.inventing import Invention, Order
    from liveengine.ml.vae.form import Form

Sound = npt.NDArray[np.float32]
Frames = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

CATEGORIES, QUICK = ("kick", "snare", "hihat", "bass", "synth"), ("kick", "hihat")
STEMS, HELD, QUICK_STEMS, QUICK_HELD = 48, 20, 12, 6
EACH, QUICK_EACH = 6, 2  # stems of each mode and category
EPOCHS, PICTURES = 8, 240  # fewer than usual: what is asked is how well it generates, not how well it is taught
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
    held: "list[Heard]"
    real: "list[Heard]"
    made: "dict[str, list[tuple[Heard, Invention]]]" = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def of(self, modes: Sequence[str]) -> "list[Heard]":
        """Return what was generated in some modes."""
        return [heard for mode in modes for heard, _ in self.made.get(mode, ())]


def measure(task: Task) -> Iterator[Found]:
    """Yield how many are in their category, how far from copies, how diverse, how far from the grid; tables by mode."""
    from liveengine.ml.company import Classifier

    categories = [_category(task, name) for name in (QUICK if task.quick else CATEGORIES)]
    names = [one.name for one in categories for _ in one.real]
    judge = Classifier.taught([heard for one in categories for heard in one.real], names)
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
    for number in range(count + held):
        one = drawing.draw(name, SEED + task.seed, number)
        beats = None if one.bars is None else 4.0 * one.bars
        sounds.append((one.sound, Form(one.sound.shape[1] / RATE, beats, len(one.sound))))
    heard = [_heard(sound) for sound, _ in task.each(f"listening to {name}", sounds)]
    return Category(name, sounds[:count], heard[count:], heard[:count])


def _heard(sound: Sound) -> "Heard":
    from liveengine import config
    from liveengine.ml.company import heard

    return heard(sound, RATE, str(config.data("models") / "traum-mini"))


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
            one.made.setdefault(mode, []).append((_heard(made.made.sound), made))


def _model(task: Task, one: Category, folder: Path) -> Path:
    """Return the folder of a model, taught by the job that the library uses."""
    import soundfile

    from liveengine.jobs import train

    stems = []
    for at, (sound, form) in enumerate(one.taught):
        path = folder / f"{one.name} {at}.wav"
        soundfile.write(path, sound.T, RATE, subtype="FLOAT")
        stems.append({"stem": at, "path": str(path), "beats": form.beats, "source": str(at)})
    terms: dict[str, Any] = {"threads": min(2, cores()), "epochs": 2 if task.quick else EPOCHS, "pictures": PICTURES}
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
    from liveengine.ml.company import apart

    held = [guess == one.name for one in categories for guess in judge.guess(one.held)]
    right = {mode: [hit for one in categories for hit in _hits(one, mode, judge)] for mode in MODES}
    own = [hit for mode in OWN for hit in right[mode]]
    near = [Near.of(one) for one in categories]
    wide = [apart(one.of(OWN)) / apart(one.real) for one in categories]
    yield Figure("generated_in_category", float(np.mean(own)), "", "higher")
    yield Figure("held_out_in_category", float(np.mean(held)), "", "higher")
    yield Figure("generated_nearest_ratio", min(one.ratio for one in near), "x", "higher")
    yield Figure("generated_copies", max(one.copies for one in near), "", "lower")
    yield Figure("generated_diversity", min(wide), "", "higher")
    rows: list[list[str | float]] = [["held-out real", len(held), float(np.mean(held)), _copies(categories, None)]]
    rows += [
        [mode, len(right[mode]), float(np.mean(right[mode])), _copies(categories, mode)]
        for mode in MODES
        if right[mode]
    ]
    yield Table("fabrik.generated", ["mode", "stems", "in category", "copies"], rows)
    columns = [
        "category",
        "real",
        "generated",
        "nearest to learnt, x real",
        "5 % nearest, x real",
        "copies",
        "copies, real",
    ]
    told: list[list[str | float]] = []
    for one, far, spread in zip(categories, near, wide, strict=True):
        real = float(np.mean([guess == one.name for guess in judge.guess(one.held)]))
        made = float(np.mean([hit for mode in OWN for hit in _hits(one, mode, judge)]))
        told.append([one.name, real, made, far.ratio, far.low, far.copies, far.copies_real, spread])
    yield Table("fabrik.generated_by_category", [*columns, "apart, x real"], told)


@dataclass(frozen=True)
class Near:
    """How near what was generated is to what was learnt from, beside how near other real stems are."""

    ratio: float  # of the medians
    low: float  # of the 5th percentiles
    copies: float  # share of the generated that the dream would take for one with what was learnt from
    copies_real: float  # the same of the real

    @classmethod
    def of(cls, one: Category) -> Self:
        """Return it of one category."""
        from liveengine.ml.company import nearest

        made, real = nearest(one.of(OWN), one.real), nearest(one.held, one.real)
        least = _least()
        middle, low = (float(np.percentile(made, at) / np.percentile(real, at)) for at in (50, 5))
        return cls(middle, low, float(np.mean(made <= least)), float(np.mean(real <= least)))


def _least() -> float:
    """Return the distance below which the dream takes two sounds for one."""
    from liveengine.fabrik.choosing import twin
    from liveengine.stems.rank import ranking

    return 1.0 - twin(ranking().reach("traum-mini", example=True))


def _copies(categories: Sequence[Category], mode: str | None) -> float:
    """Return the share of copies of what was learnt from among those of a mode; None: among real ones held out."""
    from liveengine.ml.company import nearest

    sounds = [(one.held if mode is None else one.of([mode]), one.real) for one in categories]
    found = np.concatenate([nearest(some, real) for some, real in sounds if some])
    return float(np.mean(found <= _least()))


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
