"""Key from spectral peaks. Runs on: worker processes.

The peaks become notes, the notes twelve pitch classes seen in several ways: all, without the overtones of others, the
lowest at each moment, the lowest at the beginning and at the end. What speaks for each of the 24 keys is weighed
together; the weights are learnt from loops of this project's own synthesiser (`python -m liveengine.cli.teach`) and
stand in config/evidence.json.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from liveengine.ml import evidence
from liveengine.ml.spectrum import RATE, TONAL_SIZE, Array

Floats = npt.NDArray[np.float64]

NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_LOWEST, _HIGHEST = 50.0, 3_000.0  # Hz: where pitch is heard as such
_RANGE = 1e-2  # amplitude of the weakest peak that counts, of the row's strongest
_QUIET = 10.0 ** (-45 / 20)  # rows below the loudest one's peak by so much are left out
_HARMONICS = 0.6  # a peak may be the h-th harmonic of a note: credited with 0.6 ** (h - 1)
_LEAST = 0.35  # correlation with the profile of the best key below which no key is claimed
_MOST = 5  # candidates that are told
_FIRST = 24  # MIDI note C1, the lowest that is looked at
_NOTES = 84
_OVERTONES = (19, 28, 31, 34, 38, 40)  # semitones: harmonics 3, 5, 6, 7, 9, 10; the octaves are the same pitch class
_TAKEN = 0.8  # of a note's amplitude is taken from where its overtones lie
_STRONG = 0.35  # of the row's strongest note: the lowest such note is the bass
_HEARD = 0.2  # of the row's strongest note: present
# How well each note fits into a major and a minor key, from the tonic up: Krumhansl and Kessler (1982), listeners and
# Western music; Faraldo and others (2016), electronic dance music.
LISTENERS = np.array([
    [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88],
    [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17],
])  # fmt: skip
_DANCE = np.array([
    [0.1652, 0.0475, 0.0829, 0.0669, 0.0999, 0.0927, 0.0529, 0.1316, 0.0522, 0.0744, 0.0694, 0.0643],
    [0.1724, 0.0534, 0.0761, 0.1004, 0.0562, 0.0853, 0.0498, 0.1345, 0.0746, 0.0500, 0.0919, 0.0555],
])  # fmt: skip
_SCALES = np.array([[1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1], [1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0]], np.float64)


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


def estimate(found: Peaks) -> list[Key]:
    """Return the likely keys, the likeliest first; empty when the sound is not tonal (drums, noise)."""
    if found.share < 0.25 or not len(found.row):
        return []
    table = features(views(found))
    scores = table @ _weights()
    order = np.argsort(-scores, kind="stable")[:_MOST]
    if float(table[:, names().index("fit_all")].max()) < _LEAST:
        return []
    likely = np.exp(scores - scores.max())
    likely /= likely.sum()
    faith = min(1.0, found.share * 1.2)
    return [Key(key_name(int(k)), round(float(np.clip(faith * likely[k], 0.0, 0.95)), 3)) for k in order]


def key_name(number: int) -> str:
    """Return the name of key 0..23: C to B major, then C to B minor."""
    return NAMES[number % 12] + ("m" if number >= 12 else "")


# --- what speaks for a key


def views(found: Peaks) -> dict[str, Floats]:
    """Return the share of each pitch class [12] in several views of the notes."""
    grid = _grid(found)
    clean = _without_overtones(grid)
    top = np.maximum(clean.max(axis=1), 1e-9)[:, None]
    lowest = (clean > _STRONG * top).argmax(axis=1) % 12
    weight = np.sqrt(clean.max(axis=1))
    edge = max(4, len(clean) // 8)

    def bass(rows: slice) -> Floats:
        return np.bincount(lowest[rows], weights=weight[rows], minlength=12).astype(np.float64)

    seen = {
        "all": _folded(np.sqrt(grid)), "clean": _folded(np.sqrt(clean)), "heard": _folded(clean > _HEARD * top),
        "bass": bass(slice(None)), "first": bass(slice(edge)), "last": bass(slice(-edge, None)),
    }  # fmt: skip
    return {name: view / max(float(view.sum()), 1e-9) for name, view in seen.items()}


def _grid(found: Peaks) -> Floats:
    """Return the amplitude of each note in each row, [rows, _NOTES], after removing detuning."""
    pitch = 12.0 * np.log2(found.frequency / 440.0) + 69.0
    tuning = np.angle((np.sqrt(found.amplitude) * np.exp(2j * np.pi * pitch)).sum()) / (2.0 * np.pi)
    note = pitch - tuning
    near = np.rint(note)
    place = near.astype(np.int64) - _FIRST
    inside = (place >= 0) & (place < _NOTES)
    grid = np.zeros((int(found.row.max()) + 1, _NOTES))
    amplitude = found.amplitude * np.cos(np.pi * (note - near)) ** 2  # between two notes counts little
    np.maximum.at(grid, (found.row[inside], place[inside]), amplitude[inside])
    return grid


def _without_overtones(grid: Floats) -> Floats:
    """Return the grid without what is as strong as the overtone of a lower note would be."""
    left = grid.T.copy()  # notes first: whole rows are read and written
    for note in range(_NOTES - _OVERTONES[0]):
        for step in _OVERTONES:
            if note + step < _NOTES:
                np.maximum(left[note + step] - _TAKEN * left[note], 0.0, out=left[note + step])
    return np.ascontiguousarray(left.T)


def _folded(grid: npt.NDArray[np.generic]) -> Floats:
    return np.asarray(grid.sum(axis=0).reshape(-1, 12).sum(axis=0), np.float64)


def features(seen: dict[str, Floats]) -> Floats:
    """Return what speaks for each of the 24 keys, [24, features]; the names are `names()`."""
    turned = {name: view[(np.arange(12)[:, None] + np.arange(12)) % 12] for name, view in seen.items()}
    columns = _columns(turned)
    return np.stack([columns[name] for name in names()], axis=1)


def _columns(turned: dict[str, Floats]) -> dict[str, Floats]:
    def both(one: Floats, other: Floats | None = None) -> Floats:
        return np.concatenate([one, one if other is None else other])

    def step(view: str, major: int, minor: int) -> Floats:
        return both(turned[view][:, major], turned[view][:, minor])

    columns = {"minor": both(np.zeros(12), np.ones(12))}
    for name, profiles in (("fit", _DANCE), ("suits", LISTENERS)):
        columns |= {
            f"{name}_{view}": both(*(_fit(turned[view], p) for p in profiles))
            for view in ("all", "clean", "heard", "bass")
        }
    for view in ("clean", "heard", "bass"):
        columns[f"inside_{view}"] = both(*(turned[view] @ scale for scale in _SCALES))
        columns[f"third_{view}"] = step(view, 4, 3) - step(view, 3, 4)
    for view in ("clean", "bass", "first", "last"):
        columns[f"tonic_{view}"], columns[f"fifth_{view}"] = step(view, 0, 0), step(view, 7, 7)
        columns[f"fourth_{view}"], columns[f"seventh_{view}"] = step(view, 5, 5), step(view, 11, 10)
    return columns


def _fit(rows: Floats, profile: Floats) -> Floats:
    """Return the correlation of each row with the profile, 0 for a row that is the same everywhere."""
    centred, wanted = rows - rows.mean(axis=1, keepdims=True), profile - profile.mean()
    size = np.sqrt((centred**2).sum(axis=1) * (wanted**2).sum())
    return np.asarray((centred * wanted).sum(axis=1) / np.maximum(size, 1e-9))


@cache
def names() -> Sequence[str]:
    """Return the names of the features, in order."""
    return sorted(_columns(dict.fromkeys(("all", "clean", "heard", "bass", "first", "last"), np.zeros((12, 12)))))


@cache
def _weights() -> Floats:
    return evidence.weights("key", names())
