"""Key from spectral peaks. Runs on: worker processes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from liveengine.ml.spectrum import RATE, TONAL_SIZE, Array

NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_LOWEST, _HIGHEST = 50.0, 3_000.0  # Hz: where pitch is heard as such
_RANGE = 1e-2  # amplitude of the weakest peak that counts, of the row's strongest
_QUIET = 10.0 ** (-45 / 20)  # rows below the loudest one's peak by so much are left out
_HARMONICS = 0.6  # a peak may be the h-th harmonic of a note: credited with 0.6 ** (h - 1)
# Krumhansl and Kessler (1982): how well each note fits into a major and a minor key, from the tonic up.
_MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
_MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])
_LEAST = 0.5  # correlation below which no key is claimed
_BASS = 0.3  # what the lowest notes add to a key of which they are the tonic: fifths and single notes need it


@dataclass(frozen=True)
class Key:
    """A key with its confidence."""

    name: str  # "Am", "C#"
    confidence: float  # 0..1


@dataclass(frozen=True)
class Peaks:
    """Spectral peaks of all rows of a tonal spectrum."""

    row: npt.NDArray[np.int64]
    frequency: npt.NDArray[np.float64]  # Hz, interpolated between bins
    amplitude: npt.NDArray[np.float64]
    share: float  # 0..1, of the pink-weighted energy from 30 Hz to 10 kHz that lies in strong peaks


def peaks(magnitude: Array) -> Peaks:
    """Return the peaks of a spectrum [rows, TONAL_SIZE // 2 + 1] (parabolic interpolation of log magnitude)."""
    low, high = int(_LOWEST * TONAL_SIZE / RATE), int(_HIGHEST * TONAL_SIZE / RATE)
    part = magnitude[:, low - 1 : high + 2]
    loudest = part.max(axis=1, keepdims=True)
    sounding = loudest > _QUIET * max(float(loudest.max(initial=0.0)), 1e-9)
    middle = part[:, 1:-1]
    is_peak = (middle > part[:, :-2]) & (middle >= part[:, 2:]) & (middle > _RANGE * loudest) & sounding
    row, column = np.nonzero(is_peak)
    left, centre, right = (np.log(part[row, column + d].astype(np.float64) + 1e-12) for d in (0, 1, 2))
    shift = 0.5 * (left - right) / np.minimum(left - 2.0 * centre + right, -1e-9)
    frequency = (column + low + np.clip(shift, -0.5, 0.5)) * RATE / TONAL_SIZE
    return Peaks(row, frequency, np.exp(centre), _lobes(magnitude))


def _lobes(magnitude: Array) -> float:
    """Return the share of energy within the main lobes (2 bins each side) of peaks 20 dB above their row's median.

    Energy is weighted by frequency (3 dB per octave), as pink noise is heard as even.
    """
    low, high = int(30.0 * TONAL_SIZE / RATE), int(10_000.0 * TONAL_SIZE / RATE)
    part = magnitude[:, low:high]
    strong = np.zeros(part.shape, bool)
    strong[:, 1:-1] = (part[:, 1:-1] > part[:, :-2]) & (part[:, 1:-1] >= part[:, 2:])
    strong &= part > 10.0 * np.median(part, axis=1, keepdims=True)
    lobe = strong.copy()
    for distance in (1, 2):
        lobe[:, distance:] |= strong[:, :-distance]
        lobe[:, :-distance] |= strong[:, distance:]
    energy = part.astype(np.float64) ** 2 * np.arange(low, high)
    return float((energy * lobe).sum() / max(energy.sum(), 1e-20))


def chroma(found: Peaks) -> npt.NDArray[np.float64]:
    """Return the weight [12] of each pitch class from C up, its sum 1 (0 for silence), after removing detuning."""
    total = np.zeros(12)
    weight = np.sqrt(found.amplitude)
    pitch = 12.0 * np.log2(found.frequency / 440.0) + 69.0
    tuning = np.angle((weight * np.exp(2j * np.pi * pitch)).sum()) / (2.0 * np.pi) if len(pitch) else 0.0
    for harmonic in (1, 2, 3, 4, 5):
        note = pitch - tuning - 12.0 * np.log2(harmonic)
        near = np.rint(note)
        fit = np.cos(np.pi * (note - near)) ** 2  # between two notes counts little
        np.add.at(total, near.astype(np.int64) % 12, weight * fit * _HARMONICS ** (harmonic - 1))
    return total / total.sum() if total.sum() > 0.0 else total


def estimate(found: Peaks) -> Key | None:
    """Return the key whose profile fits the chroma best, or None when the sound is not tonal (drums, noise)."""
    if found.share < 0.25:
        return None
    notes = chroma(found)
    if not notes.any() or notes.std() < 1e-6:
        return None
    lowest = np.tile(_bass(found), 2) * _BASS
    fits = [_correlation(notes, np.roll(profile, tonic)) for profile in (_MAJOR, _MINOR) for tonic in range(12)]
    scores = np.array(fits) + lowest
    order = np.argsort(-scores)
    best = int(order[0])
    if scores[best] < _LEAST:
        return None
    margin = scores[best] - scores[order[1]]
    confidence = min(1.0, found.share * 1.2) * (0.5 * fits[best] + 1.5 * margin)
    return Key(NAMES[best % 12] + ("m" if best >= 12 else ""), round(float(np.clip(confidence, 0.05, 0.95)), 3))


def _bass(found: Peaks) -> npt.NDArray[np.float64]:
    """Return for each pitch class the share [12] of rows whose lowest strong peak it is."""
    strongest = np.zeros(int(found.row.max()) + 1)
    np.maximum.at(strongest, found.row, found.amplitude)
    strong = np.flatnonzero(found.amplitude > 0.15 * strongest[found.row])
    first = strong[np.unique(found.row[strong], return_index=True)[1]]  # peaks are sorted by row, then frequency
    notes = np.rint(12.0 * np.log2(found.frequency[first] / 440.0) + 69.0).astype(np.int64) % 12
    weights = strongest[found.row[first]]
    return np.asarray(np.bincount(notes, weights=weights, minlength=12) / weights.sum())


def _correlation(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> float:
    return float(np.corrcoef(one, other)[0, 1])
