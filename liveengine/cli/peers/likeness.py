"""How close a time-stretched sound comes to the ideal one. Runs on: bench."""

import numpy as np

from liveengine.cli.peers.tunes import RATE, Real, Sound

WINDOW, HOP = 2048, 512  # frames of the spectra
SMOOTH = 24  # frames over which the envelope is smoothed: 0.5 ms
BEFORE, AFTER = round(0.004 * RATE), round(0.008 * RATE)  # what of an attack is looked for
REACH = round(0.02 * RATE)  # how far from its place


def spectral(sound: Sound, ideal: Sound) -> float:
    """Return the spectral convergence: |magnitudes - ideal magnitudes| / |ideal magnitudes| (Frobenius norms)."""
    length = min(sound.shape[1], ideal.shape[1])
    ours, wanted = (_magnitudes(part[:, :length].mean(axis=0)) for part in (sound, ideal))
    return float(np.linalg.norm(ours - wanted) / np.linalg.norm(wanted))


def attacks(sound: Sound, ideal: Sound, onsets: Real) -> tuple[Real, Real]:
    """Return, for each onset (seconds), how many ms off its attack is, and its steepness as a share of the ideal one's.

    Where: the lag at which the envelope of the differences from sample to sample correlates best with the ideal one's,
    to a fraction of a frame. How steep: the largest rise of that envelope there, at most 1.
    """
    ours, wanted = _envelope(sound), _envelope(ideal)
    end = min(len(ours), len(wanted)) - REACH - AFTER
    frames = [round(at * RATE) for at in onsets]
    found = [_attack(ours, wanted, at) for at in frames if REACH + BEFORE <= at < end]
    return np.array([abs(lag) for lag, _ in found]) / RATE * 1e3, np.array([steep for _, steep in found])


def _attack(ours: Real, wanted: Real, at: int) -> tuple[float, float]:
    """Return how many frames too late an attack is, and its steepness."""
    ideal = wanted[at - BEFORE : at + AFTER]
    shape = ideal - ideal.mean()
    near = np.lib.stride_tricks.sliding_window_view(ours[at - BEFORE - REACH : at + AFTER + REACH], len(ideal))
    spread = np.maximum((near**2).sum(axis=1) - len(ideal) * near.mean(axis=1) ** 2, 1e-9 * (shape @ shape))
    fit = near @ shape / np.sqrt(spread)
    best = int(fit.argmax())
    steep = float(np.diff(near[best]).max() / np.diff(ideal).max())
    return best - REACH + _summit(fit, best), min(steep, 1.0)


def _summit(values: Real, k: int) -> float:
    """Return how far from k, in -0.5..0.5, the parabola through a peak and its neighbours has its summit."""
    if not 0 < k < len(values) - 1:
        return 0.0
    bend = values[k - 1] - 2 * values[k] + values[k + 1]
    return float(0.5 * (values[k - 1] - values[k + 1]) / bend) if bend < 0 else 0.0


def _envelope(sound: Sound) -> Real:
    rise = np.diff(sound.mean(axis=0, dtype=np.float64), prepend=0.0)
    window = np.hanning(SMOOTH + 2)[1:-1]
    return np.sqrt(np.convolve(rise * rise, window / window.sum(), "same") + 1e-12)


def _magnitudes(mono: Sound) -> Real:
    frames = np.lib.stride_tricks.sliding_window_view(mono, WINDOW)[::HOP]
    return np.abs(np.fft.rfft(frames * np.hanning(WINDOW + 1)[:-1].astype(np.float32), axis=1))
