"""How often the tempo and key of loops are right, by their sound alone, beside plain librosa. Runs on: bench.

Synthesised loops in many styles, and with `--audio DIR` the real ones of config/loops.toml that lie there. Names, tags
and chunks are hidden from the analysis. A tempo is right within 0.5 beats per minute; half or double is wrong, and told
apart. A key is right when it is the key or its relative one.
"""

import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Note
from liveengine.config import data

SECONDS = 180
NUMBER, NUMBER_QUICK = 300, 24
NEAR = 0.5  # beats per minute
_OCTAVES = (0.5, 1.0, 2.0)


@dataclass(frozen=True)
class Loop:
    """A loop and the truth about it."""

    name: str
    sound: npt.NDArray[np.float32]
    rate: int
    tempo: float | None
    key: str | None


@dataclass(frozen=True)
class Guess:
    """What was found of a loop."""

    tempo: float | None
    key: str | None


def run(task: Task) -> Iterator[Found]:
    """Yield how often tempo and key are right, ours and librosa's, on synthesised and on real loops."""
    from liveengine.synth import labelled
    from liveengine.synth.signals import RATE

    numbers = range(NUMBER_QUICK if task.quick else NUMBER)
    drawn = (labelled.draw(task.seed, number) for number in task.each("synthesised loops", numbers))
    yield from _compare("", (Loop(one.name, one.sound, RATE, one.tempo, one.key) for one in drawn))
    if task.audio is None:
        yield Note("real loops: give a folder with loops of config/loops.toml as --audio DIR")
        return
    paths = _known(task.audio)
    if not paths:
        yield Note(f"{task.audio} holds no loop of config/loops.toml")
        return
    yield from _compare("real.", (_read(path, label) for path, label in task.each("real loops", paths)))


def _known(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    tables = tomllib.loads((data("config") / "loops.toml").read_text("utf-8"))
    labels = {name: label for table in tables.values() for name, label in table.items()}
    return [(path, labels[path.stem]) for path in sorted(folder.rglob("*")) if path.is_file() and path.stem in labels]


def _read(path: Path, label: dict[str, Any]) -> Loop:
    from liveengine.sound.decode import read

    audio = read(path)
    tempo = 60.0 * label["beats"] / audio.duration if "beats" in label else label.get("tempo")
    return Loop(path.stem, audio.samples, audio.rate, tempo, label.get("key"))


def _compare(place: str, loops: Iterator[Loop]) -> Iterator[Found]:
    """Yield the figures of some loops; what each loop turned out to be is let go of at once."""
    truth, ours, theirs, seconds = [], [], [], 0.0
    for loop in loops:
        began = time.perf_counter()
        ours.append(_heard(loop))
        seconds += time.perf_counter() - began
        theirs.append(_plain(loop))
        truth.append(Guess(loop.tempo, loop.key))
    for who, guesses in (("", ours), ("librosa.", theirs)):
        for name, share in _shares(truth, guesses).items():
            yield Figure(f"facts.{place}{who}{name}", round(share, 4), "of the loops", "higher")
    yield Figure(f"facts.{place}loops", len(truth), "loops", "higher")
    yield Figure(f"facts.{place}ms_per_loop", round(1e3 * seconds / max(len(truth), 1), 1), "ms", "lower")


def _heard(loop: Loop) -> Guess:
    """Return what this project's analysis finds, without any name."""
    from liveengine.ml import facts
    from liveengine.ml.listen import listen
    from liveengine.sound.names import Names
    from liveengine.sound.riff import Chunks
    from liveengine.sound.tags import Tags

    found = facts.judge(listen(loop.sound, loop.rate), loop.sound.shape[1] / loop.rate, Names(), Chunks(), Tags())
    return Guess(found["tempo"], found["key"])


def _plain(loop: Loop) -> Guess:
    from liveengine.ml import plain

    mono = plain.at_own_rate(loop.sound, loop.rate)
    return Guess(plain.tempo(mono), plain.key(mono))


def _shares(truth: list[Guess], guesses: list[Guess]) -> dict[str, float]:
    """Return in which share of the loops that have the label each thing is right."""
    pairs = list(zip(truth, guesses, strict=True))
    tempi = [(true.tempo, guess.tempo) for true, guess in pairs if true.tempo is not None]
    keys = [(true.key, guess.key) for true, guess in pairs if true.key is not None]
    found = {}
    if tempi:
        found["tempo_within_half_bpm"] = float(np.mean([_is_near(true, guess, (1.0,)) for true, guess in tempi]))
        found["tempo_up_to_octave"] = float(np.mean([_is_near(true, guess, _OCTAVES) for true, guess in tempi]))
    if keys:
        found["key_right_or_relative"] = float(np.mean([guess in (true, relative(true)) for true, guess in keys]))
        found["key_right"] = float(np.mean([guess == true for true, guess in keys]))
    return found


def _is_near(true: float, guess: float | None, factors: tuple[float, ...]) -> bool:
    return guess is not None and any(abs(guess * factor - true) <= NEAR for factor in factors)


def relative(name: str) -> str:
    """Return the key with the same notes: C and Am."""
    from liveengine.ml.key import NAMES

    tonic = NAMES.index(name.rstrip("m"))
    return NAMES[(tonic + 3) % 12] if name.endswith("m") else NAMES[(tonic + 9) % 12] + "m"
