"""The onsets of a loop, and how they come to lie on the beat. Runs on: worker processes.

First the columns of the picture are moved, before any phase is made: that bends nothing that is heard. What is left is
repaired in the sound: between two onsets some frames are left out, or heard twice, where the sound is most like itself.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soxr

from liveengine.ml import onsets, spectrum
from liveengine.ml.vae.form import Spectrum

Samples = npt.NDArray[np.float32]
Frames = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

PLACES = (0.0, 3.0, 4.0, 6.0, 8.0, 9.0)  # of a beat, in twelfths: sixteenths and triplets
_PLACES = np.array([*PLACES, 12.0]) / 12.0
ROUND_S = 0.5  # of the loop that is heard before and behind it
CLOSE_S = 0.0005  # nearer to the grid is on it
GUARD = 384  # frames before an onset that stay as they are
FADE = 384  # frames of a splice


@dataclass(frozen=True)
class Grid:
    """Where onsets may lie in a loop of so many frames and beats."""

    frames: int
    beats: float

    def nearest(self, at: Floats | Frames) -> Floats:
        """Return the nearest place of the grid to each frame; the last beat's end is `frames`."""
        beat = np.asarray(at, np.float64) / self.frames * self.beats
        whole = np.floor(beat)
        inside = (beat - whole)[:, None]
        best = np.abs(inside - _PLACES).argmin(axis=1)
        return np.asarray((whole + _PLACES[best]) / self.beats * self.frames)

    def places(self, at: Frames) -> Frames:
        """Return the places of the grid that onsets are nearest to, in frames, ascending, each once."""
        return np.unique(np.round(self.nearest(at)).astype(np.int64) % self.frames) if len(at) else at


def found(sound: Samples, rate: int) -> Frames:
    """Return the onsets of a loop [channels, frames] that goes round, frames, ascending, as the analysis finds them."""
    frames = sound.shape[1]
    lead = round(ROUND_S * rate)
    mono = np.take(sound.mean(axis=0, dtype=np.float32), np.arange(-lead, frames + lead) % frames)
    if not mono.any():
        return np.zeros(0, np.int64)
    heard = np.asarray(soxr.resample(mono, rate, spectrum.RATE, quality="MQ"), np.float32)
    rows = onsets.pick(onsets.strength(spectrum.measure(heard)))
    exact = np.array(onsets.refine(rows, mono, rate), np.int64) - lead
    return np.unique(exact[(exact >= 0) & (exact < frames)])


def errors(sound: Samples, rate: int, beats: float) -> Floats:
    """Return how far each onset of a loop is from the grid, in milliseconds."""
    at, frames = found(sound, rate), sound.shape[1]
    return np.asarray(np.abs(at - Grid(frames, beats).nearest(at)) / rate * 1e3) if len(at) else np.zeros(0)


def warped(picture: Spectrum, at: Frames, grid: Grid) -> Spectrum:
    """Return the picture of a loop whose columns are moved so that these onsets of its sound lie on the grid."""
    sources, targets = _anchors(at, grid)
    if not len(sources):
        return picture
    bars, layers, bands, count = picture.levels.shape
    flat = picture.levels.transpose(1, 2, 0, 3).reshape(layers, bands, bars * count)
    total = bars * count
    around = np.concatenate([sources - grid.frames, sources, sources + grid.frames])
    wanted = np.concatenate([targets - grid.frames, targets, targets + grid.frames])
    place = np.interp(np.arange(total) * (grid.frames / total), wanted, around) * (total / grid.frames) % total
    left = np.floor(place).astype(np.int64)
    share = np.asarray(place - left, np.float32)
    made = flat[..., left % total] * (1.0 - share) + flat[..., (left + 1) % total] * share
    levels = np.ascontiguousarray(made.reshape(layers, bands, bars, count).transpose(2, 0, 1, 3), np.float32)
    return Spectrum(levels, picture.form, picture.level_db)


def placed(sound: Samples, rate: int, beats: float) -> Samples:
    """Return a loop whose onsets lie on the grid, as long as before."""
    frames = sound.shape[1]
    at = found(sound, rate)
    sources, targets = _anchors(at, Grid(frames, beats))
    near = np.abs(sources - targets) < CLOSE_S * rate
    if not len(sources) or near.all():
        return sound
    first, shift = int(sources[0]), round(float(targets[0]))
    starts = (sources - first).astype(np.int64)
    places = np.round(targets).astype(np.int64) - shift
    turned = np.roll(sound, -first, axis=1)
    ends, wanted = [*starts[1:], frames], [*places[1:], frames]
    parts = [
        _as_long(turned, int(start), int(end), int(there - place))
        for start, end, place, there in zip(starts, ends, places, wanted, strict=True)
    ]
    return np.ascontiguousarray(np.roll(np.concatenate(parts, axis=1), shift, axis=1))


def _anchors(at: Frames, grid: Grid) -> tuple[Floats, Floats]:
    """Return onsets and their places, both ascending, a place for each; of two that want the same the nearer has it."""
    targets = grid.nearest(at) if len(at) else np.zeros(0)
    away = np.abs(at - targets)
    kept: list[int] = []
    for number in range(len(at)):
        if kept and targets[number] <= targets[kept[-1]]:
            if away[number] < away[kept[-1]]:
                kept[-1] = number
        else:
            kept.append(number)
    if len(kept) > 1 and targets[kept[-1]] - targets[kept[0]] >= grid.frames - 0.5:  # the same place, a round later
        kept.pop(0 if away[kept[0]] > away[kept[-1]] else -1)
    return np.asarray(at[kept], np.float64), np.asarray(targets[kept])


def _as_long(sound: Samples, start: int, end: int, wanted: int) -> Samples:
    """Return what lies between two onsets in so many frames, by one splice where it is most like itself."""
    part, more = sound[:, start:end], wanted - (end - start)
    if more == 0:
        return part
    length = part.shape[1]
    fade = min(FADE, max(8, length // 8))
    first, last = length // 4 + max(0, more), length - min(GUARD, length // 6) - fade + min(0, more)
    if last <= first or wanted < 2 * fade:
        return _squeezed(part, wanted)
    at = _alike(part, more, first, last, fade)
    share = (0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, fade))).astype(np.float32)
    crossed = part[:, at : at + fade] * (1.0 - share) + part[:, at - more : at - more + fade] * share
    return np.concatenate([part[:, :at], crossed, part[:, at - more + fade :]], axis=1)


def _alike(part: Samples, more: int, first: int, last: int, fade: int) -> int:
    """Return where the sound is most like what is `more` frames before it."""
    mono = part.sum(axis=0, dtype=np.float64)
    best, at = -np.inf, first
    for place in range(first, last, max(1, (last - first) // 400)):
        one, other = mono[place : place + fade], mono[place - more : place - more + fade]
        energy = float(np.sqrt((one @ one) * (other @ other))) + 1e-9
        score = float(one @ other) / energy - 1e-3 * np.log10(energy)
        if score > best:
            best, at = score, place
    return at


def _squeezed(part: Samples, wanted: int) -> Samples:
    """Return a part too short for a splice in so many frames, read a little faster or slower."""
    place = np.linspace(0.0, part.shape[1] - 1.0, max(wanted, 1))
    known = np.arange(part.shape[1])
    return np.stack([np.interp(place, known, row) for row in part]).astype(np.float32)
