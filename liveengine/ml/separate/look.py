"""What can be seen of a stretch of sound before anything is decided. Runs on: worker process."""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from liveengine.ml.separate import cells
from liveengine.ml.separate.grid import Spectra

Floats = npt.NDArray[np.float32]

FLOOR = -10.0  # 10 dB: a cell that is quieter beside the whole track is not looked at more closely
EDGES = (20.0, 150.0, 1_000.0, 5_000.0, 16_000.0)  # Hz: ranges in which a moment is judged
MOMENT = 3 * (len(EDGES) - 1)  # numbers that a moment shows: attacks, rises and levels of each range
_SIDE = (-4.0, 2.0)  # powers of ten: side beside middle


class Stretch(NamedTuple):
    """Rows that follow each other; float32[rows, bins]."""

    level: Floats  # in units of 10 dB, 0 = the whole track's
    side: Floats  # side beside middle, in powers of ten

    @classmethod
    def of(cls, rows: int, bins: int) -> "Stretch":
        """Return room for so many."""
        return cls(np.empty((rows, bins), np.float32), np.empty((rows, bins), np.float32))


def measure(spectra: Spectra, loudness: float, there: Stretch) -> Floats:
    """Write what spectra [1 or 2, rows, bins] hold, and return the power of their cells [rows, bins].

    `loudness` is the mean square of the whole track.
    """
    level, side = there
    power = np.empty_like(level)
    if len(spectra) == 1:
        np.square(np.abs(spectra[0]), out=power)
        side[:] = 0.0
    else:
        cells.powers(spectra[0], spectra[1], power, side)
        np.clip(_log10(side), *_SIDE, out=side)
    window = 2 * (spectra.shape[2] - 1)
    np.multiply(power, np.float32(1.0 / max(loudness * window * window / 4.0, 1e-20)), out=level)
    level += np.float32(10.0**FLOOR)
    _log10(level)
    return power


def _log10(x: Floats) -> Floats:
    """Turn values into their logarithms; NumPy has many at once of the natural one alone."""
    np.log(x, out=x)
    x *= np.float32(1.0 / np.log(10.0))
    return x


@dataclass(frozen=True)
class Look:
    """Some rows as their cells and moments show themselves."""

    cells: Floats  # [rows, CELLS, bins], in units of 10 dB
    moments: Floats  # [rows, MOMENT]


def look(there: Stretch, first: int, last: int, rate: int, bar: float) -> Look:
    """Return what there is to see of the rows from `first` to before `last`.

    `bar` is how many rows a bar has, 0 if that is not known. The ends of the stretch are held.
    """
    level, here = there.level, there.level[first:last]
    made = np.empty((last - first, len(cells.CELLS), level.shape[1]), np.float32)
    shown = {name: made[:, place] for place, name in enumerate(cells.CELLS)}
    np.subtract(here, _median(level, cells.TIME, first, last), out=shown["steady"])
    np.subtract(here, _median(np.ascontiguousarray(here.T), cells.PITCH, 0, level.shape[1]).T, out=shown["rough"])
    np.subtract(here, _again(level, first, last, bar), out=shown["again"])
    for name, reach in (("near", cells.NEAR), ("about", cells.ABOUT), ("long", cells.LONG)):
        np.subtract(here, _mean(level, reach, first, last), out=shown[name])
    for name, step in (("rise", -1), ("slow_rise", -3), ("fall", 1), ("slow_fall", 3)):
        np.subtract(here, _held(level, first + step, last + step), out=shown[name])
    shown["level"][:] = here
    shown["side"][:] = _mean(there.side, cells.SIDE, first, last)
    for name in ("steady", "rough", "side"):
        np.square(shown[name], out=shown[f"{name}2"])
    np.square(shown["rough"] - shown["steady"], out=shown["ridge2"])
    risen = here - _held(level, first - 2, last - 2)
    return Look(made, _moments((np.maximum(shown["steady"], 0.0), np.maximum(risen, 0.0), here), rate))


def _held(x: Floats, first: int, last: int) -> Floats:
    """Return some rows; beyond an end the one that is there."""
    return x[np.clip(np.arange(first, last), 0, len(x) - 1)]


def _median(x: Floats, reach: int, first: int, last: int) -> Floats:
    made = np.empty((last - first, x.shape[1]), np.float32)
    cells.running_median(x, reach, first, made)
    return made


def _mean(x: Floats, reach: int, first: int, last: int) -> Floats:
    made = np.empty((last - first, x.shape[1]), np.float32)
    cells.running_mean(x, reach, first, made)
    return made


def _again(level: Floats, first: int, last: int, bar: float) -> Floats:
    """Return what comes back with the bar."""
    made = np.empty((last - first, level.shape[1]), np.float32)
    cells.returns(level, bar or 1e6, first, made)
    return made


def ranges(rate: int, bins: int) -> list[slice]:
    """Return the bins of each range of EDGES; none is empty."""
    edges = [min(bins - 1, max(1, round(hertz * 2 * (bins - 1) / rate))) for hertz in EDGES]
    return [slice(low, max(high, low + 1)) for low, high in pairwise(edges)]


def _moments(shown: tuple[Floats, ...], rate: int) -> Floats:
    """Return what each row shows as a whole: the means of each range."""
    found = [x[:, part].mean(axis=1) for x in shown for part in ranges(rate, x.shape[1])]
    return np.stack(found, axis=1).astype(np.float32)
