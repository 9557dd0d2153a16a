"""What can be seen of a stretch of sound before anything is decided. Runs on: worker process.

Spectra have a sine window on both ways, so that analysis and synthesis give the sound back but for rounding.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.fft import irfft, rfft

from liveengine.ml.separate import cells

Floats = npt.NDArray[np.float32]
Spectra = npt.NDArray[np.complex64]

WINDOW_S = 0.085  # of a spectrum; the nearest power of two
OVERLAP = 4  # windows over each frame
FLOOR = -10.0  # 10 dB: a cell that is quieter beside the whole track is not looked at more closely
EDGES = (20.0, 150.0, 1_000.0, 5_000.0, 16_000.0)  # Hz: ranges in which a moment is judged
MOMENT = 3 * (len(EDGES) - 1)  # numbers that a moment shows: attacks, rises and levels of each range
_SIDE = (-4.0, 2.0)  # powers of ten: side beside middle
_AT_ONCE = 256  # spectra


def window_of(rate: int) -> int:
    """Return the frames of a spectrum."""
    return int(2 ** round(np.log2(WINDOW_S * rate)))


@dataclass(frozen=True)
class Grid:
    """Where spectra lie: row n covers the frames from (n - OVERLAP + 1) * hop on."""

    window: int

    @property
    def hop(self) -> int:
        """Frames between two rows."""
        return self.window // OVERLAP

    @property
    def shape(self) -> Floats:
        """The window."""
        return np.sin(np.pi * (np.arange(self.window) + 0.5) / self.window).astype(np.float32)

    def rows(self, frames: int) -> int:
        """Return how many rows cover so many frames."""
        return -(-frames // self.hop) + OVERLAP - 1

    def spectra(self, sound: Floats, first: int, rows: int) -> Spectra:
        """Return the spectra [channels, rows, bins] of the sound from row `first` on; beyond its ends lies silence."""
        start, length = (first - OVERLAP + 1) * self.hop, (rows - 1) * self.hop + self.window
        padded = np.zeros((len(sound), length), np.float32)
        low, high = max(start, 0), min(start + length, sound.shape[1])
        if high > low:
            padded[:, low - start : high - start] = sound[:, low:high]
        frames = np.lib.stride_tricks.sliding_window_view(padded, self.window, axis=1)[:, :: self.hop]
        made = np.empty((len(sound), rows, self.window // 2 + 1), np.complex64)
        shape = self.shape
        for at in range(0, rows, _AT_ONCE):
            made[:, at : at + _AT_ONCE] = rfft(frames[:, at : at + _AT_ONCE] * shape, axis=2)
        return made

    def sound(self, spectra: Spectra, into: Floats) -> None:
        """Add the sound of spectra [channels, rows, bins] to `into`, whose first frame is the first row's."""
        shape = self.shape * np.float32(2.0 / OVERLAP)
        for channel, rows in enumerate(spectra):
            line = into[channel]
            for at in range(0, len(rows), _AT_ONCE):
                made = irfft(rows[at : at + _AT_ONCE], n=self.window, axis=1)
                made *= shape
                # Windows that do not touch each other are added at once.
                for turn in range(OVERLAP):
                    part = made[turn::OVERLAP]
                    start = (at + turn) * self.hop
                    line[start : start + part.size] += part.reshape(-1)


@dataclass(frozen=True)
class Look:
    """A stretch of sound as the cells and the moments of it show themselves; arrays [rows, bins] in units of 10 dB."""

    power: Floats  # as it is, not in dB
    level: Floats
    medians: Floats  # of the level over time
    ridges: Floats  # of the level over pitch
    near: Floats  # means over time, of three lengths
    about: Floats
    long: Floats
    side: Floats  # side beside middle
    again: Floats  # what comes back with the bar
    moments: Floats  # [rows, MOMENT]

    def part(self, first: int, last: int) -> "Look":
        """Return what is seen in the rows from `first` to before `last`."""
        return Look(**{name: values[first:last] for name, values in vars(self).items()})

    @property
    def arrays(self) -> tuple[Floats, ...]:
        """What `cells` wants, in its order."""
        named = (self.level, self.medians, self.ridges, self.near, self.about, self.long, self.side, self.again)
        return named


def look(spectra: Spectra, loudness: float, rate: int, bar: float) -> Look:
    """Return what there is to see of spectra [1 or 2, rows, bins].

    `loudness` is the mean square of the whole track, `bar` how many rows its bar has, 0 if that is not known.
    """
    power, side = _sides(spectra)
    window = 2 * (spectra.shape[2] - 1)
    scale = np.float32(1.0 / max(loudness * window * window / 4.0, 1e-20))
    level = np.log10(power * scale + np.float32(10.0**FLOOR))
    turned = np.ascontiguousarray(level.T)
    medians, ridges = np.empty_like(turned), np.empty_like(level)
    cells.running_median(turned, cells.TIME, medians)
    cells.running_median(level, cells.PITCH, ridges)
    medians = np.ascontiguousarray(medians.T)
    near, about, long = (_mean(level, reach) for reach in (cells.NEAR, cells.ABOUT, cells.LONG))
    again = np.empty_like(level)
    cells.returns(level, bar if bar else 1e6, 0, again)
    return Look(power, level, medians, ridges, near, about, long, side, again, _moments(level, medians, rate))


def _sides(spectra: Spectra) -> tuple[Floats, Floats]:
    """Return the power of each cell, and how much of it lies beside the middle."""
    if len(spectra) == 1:
        power = np.abs(spectra[0]) ** 2
        return power, np.zeros_like(power)
    middle, side = np.abs(spectra[0] + spectra[1]) ** 2, np.abs(spectra[0] - spectra[1]) ** 2
    power = (middle + side) * np.float32(0.5)
    ratio = np.log10((side + power * np.float32(1e-9) + np.float32(1e-30)) / (middle + np.float32(1e-20)))
    return power, _mean(np.clip(ratio, *_SIDE).astype(np.float32), cells.SIDE)


def _mean(x: Floats, reach: int) -> Floats:
    made = np.empty_like(x)
    cells.running_mean(x, reach, made)
    return made


def ranges(rate: int, bins: int) -> list[slice]:
    """Return the bins of each range of EDGES; none is empty."""
    edges = [min(bins - 1, max(1, round(hertz * 2 * (bins - 1) / rate))) for hertz in EDGES]
    return [slice(low, max(high, low + 1)) for low, high in pairwise(edges)]


def _moments(level: Floats, medians: Floats, rate: int) -> Floats:
    """Return what each row shows as a whole."""
    before = np.concatenate([level[:1], level[:1], level[:-2]])[: len(level)]
    found = []
    for x in (np.maximum(level - medians, 0.0), np.maximum(level - before, 0.0), level):
        found += [x[:, part].mean(axis=1) for part in ranges(rate, level.shape[1])]
    return np.ascontiguousarray(np.stack(found, axis=1), np.float32)
