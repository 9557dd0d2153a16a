"""Attacks that a long window has smeared become sharp again, and begin where they shall. Runs on: worker processes.

A window of 43 ms shows an attack before it is there. In a spectrum of short windows what swells up before the attack is
brought down to what sounded before that, bin by bin, and what is missing behind it is brought up to the peak that
follows: a bass that goes on below a hi-hat is not touched.
"""

import numpy as np
import numpy.typing as npt
from scipy.fft import irfft, rfft
from scipy.ndimage import uniform_filter1d

from liveengine.ml import gradients, onsets, spectrum
from liveengine.ml.phase import Grid, window
from liveengine.sound.convert import resample

Samples = npt.NDArray[np.float32]
Frames = npt.NDArray[np.int64]

SIZE, HOP = 256, 64  # frames: 5.3 ms and 1.3 ms
BEFORE_S, AFTER_S = 0.03, 0.025  # of an attack that is smeared
LEAD_S = 0.02  # before that: what sounded before
STEEP = 4.0  # times the energy of what sounded before: an attack
SHARE = 0.4  # of the peak's energy: there the attack is
MOST = 4.0  # by which a bin is brought up
ROUND_S = 0.5


def attacks(sound: Samples, rate: int) -> Frames:
    """Return where the attacks of a loop [channels, frames] are, frames, ascending: in the middle of their rise."""
    frames, lead = sound.shape[1], round(ROUND_S * rate)
    mono = np.take(sound.mean(axis=0, dtype=np.float32), np.arange(-lead, frames + lead) % frames)
    if not mono.any():
        return np.zeros(0, np.int64)
    rows = onsets.pick(onsets.strength(spectrum.measure(resample(mono[None], rate, spectrum.RATE)[0])))
    energy = uniform_filter1d(np.diff(mono.astype(np.float64), prepend=0.0) ** 2, round(0.003 * rate))
    found = []
    for row in rows:
        at = _middle(energy, round(int(row) * spectrum.HOP * rate / spectrum.RATE), rate)
        if at is not None and 0 <= at - lead < frames:
            found.append(at - lead)
    return np.unique(np.array(found, np.int64))


def _middle(energy: npt.NDArray[np.float64], around: int, rate: int) -> int | None:
    """Return the frame in the middle of the rise near a frame, None where nothing rises steeply."""
    first, last = max(0, around - round(0.01 * rate)), min(len(energy), around + round(0.04 * rate))
    if last - first < 8:
        return None
    top = first + int(energy[first:last].argmax())
    lead = energy[max(0, top - round(0.06 * rate)) : max(1, top - round(0.035 * rate))]
    if energy[top] < STEEP * float(lead.mean() if len(lead) else 0.0):
        return None
    below = np.flatnonzero(energy[max(0, top - round(0.05 * rate)) : top] < SHARE * energy[top])
    return max(0, top - round(0.05 * rate)) + int(below[-1]) + 1 if len(below) else None


def sharpened(sound: Samples, places: Frames, rate: int) -> Samples:
    """Return a loop [channels, frames], as long as before, whose attacks begin at these frames, ascending."""
    frames = sound.shape[1]
    if not len(places) or frames < 4 * SIZE:
        return sound
    rows = -(-frames // HOP)
    grid = Grid(np.arange(rows, dtype=np.int64) * HOP, frames, SIZE, loops=True)
    magnitudes = np.abs(_spectra(sound, grid)).mean(axis=0)
    gain = np.ones_like(magnitudes)
    for place in places:
        _shape(gain, magnitudes, place / HOP, rate)
    return _cut(_applied(sound, gain, grid), places, rate)


def _shape(gain: Samples, magnitudes: Samples, place: float, rate: int) -> None:
    """Write by what each bin around an attack is multiplied."""
    rows = len(magnitudes)
    back, lead, behind = (round(seconds * rate / HOP) for seconds in (BEFORE_S, LEAD_S, AFTER_S))
    at = int(np.ceil(place))
    before = magnitudes[np.arange(at - back - lead, at - back) % rows].mean(axis=0)
    rising = np.arange(at - back, at) % rows
    gain[rising] = np.minimum(gain[rising], before / np.maximum(magnitudes[rising], 1e-12))
    following = np.arange(at, at + behind) % rows
    part = magnitudes[following]
    peak = part.max(axis=0)
    upto = np.arange(behind)[:, None] < part.argmax(axis=0)
    steep = peak > 2.0 * before
    wanted = np.where(upto & steep, np.minimum(peak / np.maximum(part, 1e-12), MOST), 1.0)
    gain[following] = np.maximum(gain[following], wanted)


def _spectra(sound: Samples, grid: Grid) -> npt.NDArray[np.complex64]:
    half = grid.size // 2
    padded = np.take(sound, np.arange(-half, grid.frames + half + HOP) % grid.frames, axis=1)
    blocks = np.lib.stride_tricks.sliding_window_view(padded, grid.size, axis=1)[:, grid.centres]
    found: npt.NDArray[np.complex64] = rfft(blocks * window(grid.size), axis=-1)
    return found


def _applied(sound: Samples, gain: Samples, grid: Grid) -> Samples:
    """Return the sound with its short spectra multiplied."""
    blocks = irfft(_spectra(sound, grid) * gain, grid.size, axis=-1).astype(np.float32)
    return np.stack([gradients.lay(part, window(grid.size), grid.centres, grid.frames, True) for part in blocks])


def _cut(made: Samples, places: Frames, rate: int) -> Samples:
    """Return the sound in which the last 3 ms before each attack are no louder than what comes before them.

    The short window, too, shows an attack before it is there.
    """
    frames, reach = made.shape[1], round(0.003 * rate)
    change = np.diff(made, axis=1, prepend=made[:, -1:]).astype(np.float64)
    level = np.sqrt(np.maximum(uniform_filter1d((change**2).mean(axis=0), 48, mode="wrap"), 0.0))
    gain = np.ones(frames, np.float32)
    for place in places:
        before = level[np.arange(place - 3 * reach, place - reach) % frames].mean()
        there = np.arange(place - reach, place) % frames
        gain[there] = np.minimum(gain[there], before / np.maximum(level[there], 1e-12))
    return made * gain
