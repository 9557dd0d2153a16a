"""What a category learns from: pictures of its stems, and which of them it is only measured by. Runs on: worker."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from liveengine.ml.vae.bands import BANDS
from liveengine.ml.vae.columns import COLUMNS
from liveengine.ml.vae.form import Floats, Form, Spectrum
from liveengine.ml.vae.network import LAYERS, about

Numbers = npt.NDArray[np.int64]


class Example(NamedTuple):
    """A stem as it is learnt from."""

    stem: int
    source: str  # stems of one source are near each other: all of them teach, or none
    spectrum: Spectrum
    often: float = 1.0  # how often it teaches in an epoch, others 1


@dataclass(frozen=True)
class Shelf:
    """Pictures of many stems; those of one stem stand together."""

    levels: npt.NDArray[np.float16]  # [n, LAYERS, BANDS, COLUMNS]
    about: Floats  # [n, ABOUT]
    stem: Numbers  # [n]: the stem's id
    bar: Numbers  # [n]: which bar of it
    forms: tuple[Form, ...]
    loudest: tuple[float, ...]  # level_db
    held: npt.NDArray[np.bool_]  # [n]: never learnt from, measured by
    often: Floats  # [n]: how often its stem teaches in an epoch

    def __len__(self) -> int:
        return len(self.stem)

    @property
    def stems(self) -> int:
        """Return how many stems there are."""
        return len(np.unique(self.stem))

    def mark(self) -> str:
        """Return a checksum of all that is learnt from: what was begun with other pictures is not gone on with."""
        told = hashlib.blake2b(self.levels.tobytes(), digest_size=8)
        for part in (self.about, self.stem, self.bar, self.held, self.often):
            told.update(part.tobytes())
        return told.hexdigest()

    def means(self) -> Floats:
        """Return the mean picture of what is played once and of loops, [2, LAYERS, BANDS, COLUMNS].

        Stems weigh alike, however many bars they have. A kind that nobody learns from has the mean of the other.
        """
        taught = ~self.held
        loops = self.about[:, 0] > 0.5
        found = []
        for kind in (~loops, loops):
            rows = np.flatnonzero(taught & kind)
            rows = rows if len(rows) else np.flatnonzero(taught)
            counts = dict(zip(*np.unique(self.stem[rows], return_counts=True), strict=True))
            share = np.array([1.0 / counts[stem] for stem in self.stem[rows]])
            mean = np.zeros(self.levels.shape[1:])
            for row, weight in zip(rows, share / share.sum(), strict=True):
                mean += weight * self.levels[row]
            found.append(mean)
        return np.asarray(found, np.float32)


def put(examples: Sequence[Example], seed: int, share: float) -> Shelf:
    """Return the shelf of some stems; about `share` of them, by whole sources, are held back to measure by."""
    rng = np.random.default_rng([seed, 1])
    held = _held([one.source for one in examples], rng, share)
    levels, rows = [], []
    for number, one in enumerate(examples):
        levels.append(one.spectrum.levels.astype(np.float16))
        rows += [(number, bar) for bar in range(len(one.spectrum.levels))]
    forms = tuple(examples[number].spectrum.form for number, _ in rows)
    return Shelf(
        np.concatenate(levels) if levels else np.zeros((0, LAYERS, BANDS, COLUMNS), np.float16),
        np.array([about(form) for form in forms], np.float32),
        np.array([examples[number].stem for number, _ in rows], np.int64),
        np.array([bar for _, bar in rows], np.int64),
        forms,
        tuple(examples[number].spectrum.level_db for number, _ in rows),
        np.array([held[number] for number, _ in rows], bool),
        np.array([examples[number].often for number, _ in rows], np.float32),
    )


def _held(sources: Sequence[str], rng: np.random.Generator, share: float) -> npt.NDArray[np.bool_]:
    """Return which stems are held back: whole sources, small ones first by lot, at least one stem and never half."""
    counts: dict[str, int] = {}
    for source in sources:
        counts[source] = counts.get(source, 0) + 1
    wanted = max(1, round(share * len(sources)))
    chosen: set[str] = set()
    taken = 0
    names = sorted(counts)
    for at in rng.permutation(len(names)):
        if taken < wanted and taken + counts[names[at]] <= max(wanted * 2, 1):
            chosen.add(names[at])
            taken += counts[names[at]]
    if not chosen or 2 * taken >= len(sources):  # one pack of many stems: they are split one by one
        rows = rng.permutation(len(sources))[:wanted]
        return np.isin(np.arange(len(sources)), rows)
    return np.array([source in chosen for source in sources])
