"""How well the models of categories reconstruct stems that they never met, and how long they learn. Runs on: bench.

Stems of four categories, one-shots and loops, are synthesised with a seed: 200 to learn from, others to measure by.
What the model makes of those is turned into sound, phases and all, and its spectrum compared with that of the original,
bin by bin in dB, 80 dB deep. Beside it stand the category's mean spectrum of the same form and a first design of linear
layers, a sigmoid and random phases, taught in the same run on the same stems.
"""

import resource
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Table
from liveengine.cores import cores

if TYPE_CHECKING:
    from liveengine.ml.vae.form import Form, Spectrum
    from liveengine.ml.vae.model import Model

Sound = npt.NDArray[np.float32]

CATEGORIES, QUICK = ("kick", "hihat", "bass", "synth"), ("kick",)
STEMS, HELD, QUICK_STEMS, QUICK_HELD = 200, 40, 24, 4
SEED = 40_000  # of the stems; `--seed` is added
THREADS = 2
DECODED = 20  # bars whose decoding is timed


@dataclass(frozen=True)
class Stem:
    """One stem and its form."""

    sound: Sound  # [channels, frames] at 48 kHz
    form: "Form"


@dataclass
class Heard:
    """Distances of the stems of one category, in dB."""

    minutes: float
    ours: list[float] = field(default_factory=list)
    mean: list[float] = field(default_factory=list)
    ours_begun: list[float] = field(default_factory=list)  # of what the first design hears
    first: list[float] = field(default_factory=list)
    loops: list[bool] = field(default_factory=list)


def measure(task: Task) -> Iterator[Found]:
    """Yield `vae_lsd_ratio_to_mean`, `vae_gain_over_linear`, minutes, milliseconds of a bar, a table by category."""
    categories = QUICK if task.quick else CATEGORIES
    found, last = dict[str, Heard](), None
    for name in categories:
        found[name], last = _category(task, name)
    assert last is not None
    yield _figure("vae_lsd_ratio_to_mean", _ratio(found, "ours", "mean"), "")
    yield _figure("vae_lsd_ratio_to_mean_worst", max(_of(one.ours, one.mean) for one in found.values()), "")
    yield _figure("vae_gain_over_linear", _ratio(found, "first", "ours_begun"), "x", "higher")
    yield _figure("vae_train_minutes", statistics.mean(one.minutes for one in found.values()), "min")
    yield _figure("vae_decode_bar_ms", _decoding(last), "ms")
    yield _figure("vae_peak_mib", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0, "MiB")
    columns = ["category", "ours dB", "median", "mean picture dB", "ratio", "one-shots", "loops", "linear x", "minutes"]
    yield Table("fabrik.vae", columns, [_row(name, one) for name, one in found.items()])


def stems(category: str, seed: int, numbers: range, task: Task) -> list[Stem]:
    """Return stems of a category, drawn with a seed."""
    from liveengine.ml.vae.form import Form
    from liveengine.synth import category as drawing
    from liveengine.synth.signals import RATE

    made = []
    for number in task.each(f"stems of {category}", numbers):
        one = drawing.draw(category, seed, number)
        beats = None if one.bars is None else 4.0 * one.bars
        made.append(Stem(one.sound, Form(one.sound.shape[1] / RATE, beats, len(one.sound))))
    return made


def learn(category: str, taught: Sequence[Stem], seed: int, epochs: int | None) -> "tuple[Model, Sound, float]":
    """Return the model of some stems, their mean pictures, and the minutes that it took, analysis and all."""
    from dataclasses import replace

    from liveengine.ml.vae import shelf, teach
    from liveengine.ml.vae.bands import RATE
    from liveengine.ml.vae.model import Learnt, Model
    from liveengine.ml.vae.representation import analyse

    began = time.perf_counter()
    examples = [shelf.Example(row, str(row), analyse(one.sound, RATE, one.form)) for row, one in enumerate(taught)]
    terms = teach.Terms(seed=seed, threads=min(THREADS, cores()))
    terms = terms if epochs is None else replace(terms, epochs=epochs, pictures=8 * len(taught))
    learnt = shelf.put(examples, seed, terms.held)
    course = teach.teach(learnt, terms, teach.begin(learnt, terms), lambda *_: None, lambda _: None)
    minutes = (time.perf_counter() - began) / 60.0
    nothing = Learnt(np.zeros((0, terms.shape.dim), np.float32), (), (), (), ())
    return Model(course.best.eval(), nothing, category), learnt.means(), minutes


def _category(task: Task, name: str) -> "tuple[Heard, Model]":
    """Learn one category and listen to what it makes of stems that it never met."""
    from liveengine.ml.vae import distance, first
    from liveengine.ml.vae.bands import RATE
    from liveengine.ml.vae.representation import analyse, length

    count, held = (QUICK_STEMS, QUICK_HELD) if task.quick else (STEMS, HELD)
    every = stems(name, SEED + task.seed, range(count + held), task)
    model, means, minutes = learn(name, every[:count], task.seed, 2 if task.quick else None)
    linear = first.teach([one.sound.mean(axis=0) for one in every[:count]], task.seed, 5 if task.quick else 40)
    heard = Heard(minutes)
    most = round(first.SECONDS * RATE)
    for number, one in enumerate(task.each(f"reconstructions of {name}", every[count:])):
        spectrum = analyse(one.sound, RATE, one.form)
        mono = one.sound.mean(axis=0)[: length(one.form)]
        true = distance.spectra(mono)
        made = played(model.decode(model.code(spectrum)), number)
        mean = distance.mean_of(means[int(one.form.loops)], spectrum)
        heard.ours.append(distance.apart(true, distance.spectra(made)))
        heard.mean.append(distance.apart(true, mean))
        begun = distance.spectra(mono[:most])
        heard.ours_begun.append(distance.apart(begun, distance.spectra(made[:most])))
        heard.first.append(distance.apart(begun, distance.spectra(linear.sound(mono, number)[: len(mono)])))
        heard.loops.append(one.form.loops)
    return heard, model


def played(spectrum: "Spectrum", seed: int) -> Sound:
    """Return the middle of the channels of a spectrum's sound, [frames], with phases by gradient integration.

    Without the grain of noise that generated stems get: another grain than the original's would be measured.
    """
    from liveengine.ml import phase, sounding
    from liveengine.ml.vae.columns import HOP
    from liveengine.ml.vae.representation import length, magnitudes

    frames, loops = length(spectrum.form), spectrum.form.loops
    rows, _ = sounding.rows(magnitudes(spectrum)[0], frames, loops)
    return phase.sound(rows, HOP, frames, seed=seed, loops=loops)


def _of(ours: Sequence[float], other: Sequence[float]) -> float:
    """Return the mean of some distances over the mean of others."""
    return statistics.mean(ours) / statistics.mean(other)


def _ratio(found: dict[str, Heard], above: str, below: str) -> float:
    """Return the mean over the categories of a ratio of distances."""
    return statistics.mean(_of(getattr(one, above), getattr(one, below)) for one in found.values())


def _figure(name: str, value: float, unit: str, better: Literal["higher", "lower"] = "lower") -> Figure:
    return Figure(name, round(value, 3), unit, better)


def _row(name: str, heard: Heard) -> list[str | float]:
    """Return what a category's line of the table says."""
    kinds = []
    for loops in (False, True):
        chosen = [at for at, one in enumerate(heard.loops) if one == loops]
        part = _of([heard.ours[at] for at in chosen], [heard.mean[at] for at in chosen]) if chosen else float("nan")
        kinds.append(f"{part:.2f}")
    return [
        name,
        f"{statistics.mean(heard.ours):.2f}",
        f"{statistics.median(heard.ours):.2f}",
        f"{statistics.mean(heard.mean):.2f}",
        f"{_of(heard.ours, heard.mean):.2f}",
        *kinds,
        f"{_of(heard.first, heard.ours_begun):.1f}",
        f"{heard.minutes:.1f}",
    ]


def _decoding(model: "Model") -> float:
    """Return the milliseconds in which a bar of two channels is decoded, the median of some."""
    from liveengine.ml.vae.form import Code, Form
    from liveengine.ml.vae.representation import magnitudes

    code = Code(np.zeros((1, model.dim), np.float32), Form(1.714, 4.0, 2), 0.0)
    taken = []
    for _ in range(DECODED):
        began = time.perf_counter()
        magnitudes(model.decode(code))
        taken.append(1e3 * (time.perf_counter() - began))
    return statistics.median(taken)
