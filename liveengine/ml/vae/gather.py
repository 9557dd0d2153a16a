"""Stems' files to pictures: which can be learnt from, and why the others cannot. Runs on: worker process."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from liveengine.enough import enough
from liveengine.errors import LiveEngineError
from liveengine.ml.vae.columns import LAST_S
from liveengine.ml.vae.form import BEATS_PER_BAR, Form
from liveengine.ml.vae.representation import Samples, analyse
from liveengine.ml.vae.shelf import Example
from liveengine.sound.decode import read

MOST_BARS = 4  # of one loop, its first: what comes after says nothing new
TAIL_S = 0.5  # behind the last column


@dataclass(frozen=True)
class Skipped:
    """A stem that cannot be learnt from."""

    stem: int
    why: str


def gather(
    stems: Sequence[Mapping[str, Any]], category: str, progress: Callable[[int, int, str], None]
) -> tuple[list[Example], list[Skipped]]:
    """Return what can be learnt from, and what cannot. Raises TooFew for fewer than `enough` that can.

    Each of `stems` has stem (id), path, beats (None: played once) and optionally source and often.
    """
    enough(category, len(stems))
    examples, skipped = [], []
    for number, one in enumerate(stems):
        progress(number, len(stems), f"hearing {number + 1} of {len(stems)} stems")
        try:
            sound, rate, form = _heard(one)
            spectrum = analyse(sound, rate, form)
        except LiveEngineError as error:
            skipped.append(Skipped(int(one["stem"]), str(error)))
            continue
        source = str(one.get("source") or one["path"])
        examples.append(Example(int(one["stem"]), source, spectrum, float(one.get("often", 1.0))))
    enough(category, len(examples), f" that can be heard ({skipped[0].why})" if skipped else "")
    return examples, skipped


def _heard(one: Mapping[str, Any]) -> tuple[Samples, int, Form]:
    """Return as much of a stem as is learnt from, its rate, and its form."""
    audio = read(Path(one["path"]))
    sound, beats = audio.samples, one.get("beats")
    if beats is None:
        sound = sound[:, : round((LAST_S + TAIL_S) * audio.rate)]
    elif beats > MOST_BARS * BEATS_PER_BAR:
        sound = sound[:, : round(audio.frames * MOST_BARS * BEATS_PER_BAR / beats)]
        beats = float(MOST_BARS * BEATS_PER_BAR)
    return sound, audio.rate, Form(sound.shape[1] / audio.rate, beats, len(sound))
