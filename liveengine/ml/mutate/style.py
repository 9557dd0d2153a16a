"""The rhythm of one sound with the timbre of another, by their bands. Runs on: worker processes; pure.

Each band keeps the first one's rise and fall, gets the second one's share of the spectrum and, the more the greater the
amount, the second one's fine structure with its own rise and fall taken out: a vocoder in both directions.
"""

from functools import lru_cache
from itertools import pairwise

import numpy as np

from liveengine.ml import phase
from liveengine.ml.mutate.wish import Floats, Samples, Wish

WINDOW_S = 2_048 / 48_000
OVERLAP = 4
BANDS = 40
LOWEST = 60.0  # Hz: where the first band ends
MOST_DB = 30.0  # that a band is raised or lowered
FLOOR = 1e-4  # of a band's loudest column: quieter fine structure is not raised to that
QUIETEST = 1e-12
FADE_S = 0.02  # between two rounds of the style


def vary(sound: Samples, wish: Wish) -> Samples:
    """Return the sound [channels, frames] with the timbre of `wish.style` by the amount; 0, or no style: as it is."""
    if wish.amount <= 0.0 or wish.style is None or not wish.style.any():
        return sound
    grid = grid_of(sound.shape[1], wish.rate, wish.round)
    lent = _alike(wish.style, sound, wish.rate)
    made = [_layer(own, other, grid, wish) for own, other in zip(sound, lent, strict=True)]
    return np.stack(made)


def grid_of(frames: int, rate: int, around: bool) -> phase.Grid:
    """Return where the columns of a sound lie, a quarter of a window apart."""
    size = int(2 ** round(np.log2(WINDOW_S * rate)))
    step = size / OVERLAP
    rows = max(OVERLAP, -(-frames // round(step))) if around else 1 + int(np.ceil(frames / step))
    return phase.Grid.of(rows, step, frames, bins=size // 2 + 1, loops=around)


def _layer(own: Samples, other: Samples, grid: phase.Grid, wish: Wish) -> Samples:
    spectra, lent = phase.analyse(own, grid), phase.analyse(other, grid)
    bands = _shares(grid.size, wish.rate)
    heard, given = (_energy(one, bands) for one in (spectra, lent))
    lift = _colour(heard, given, wish.amount) @ bands
    rise = np.sqrt(heard) / np.sqrt(np.maximum(given, FLOOR * given.max(axis=0) + QUIETEST))
    mixed = spectra * (lift * (1.0 - wish.amount)) + lent * ((rise @ bands) * lift * wish.amount)
    return phase.synthesise(mixed.astype(np.complex64), grid)


def _alike(style: Samples, sound: Samples, rate: int) -> Samples:
    """Return the style with as many channels and frames as the sound has; round after round, each fading into the next.

    Its end leads into its beginning.
    """
    frames, length = sound.shape[1], style.shape[1]
    fade = min(round(FADE_S * rate), length // 2, frames)
    rounds = -(-frames // max(1, length - fade))
    out = np.zeros((len(style), frames), np.float32)
    starts = [round(number * frames / rounds) for number in range(rounds + 1)]
    for first, after in pairwise(starts):
        count = min(after - first + fade, length)
        shape = np.ones(count, np.float32)
        if fade:
            rising = np.sqrt((np.arange(fade) + 0.5) / fade)
            shape[:fade] *= rising
            shape[count - fade :] *= rising[::-1]
        for start in range(0, count, frames):  # one that lasts longer than a round goes on in its beginning
            piece = (style[:, :count] * shape)[:, start : start + frames]
            out[:, np.arange(first, first + piece.shape[1]) % frames] += piece
    return np.resize(out, (len(sound), frames)) if len(style) < len(sound) else out[: len(sound)]


def _energy(spectra: phase.Spectra, bands: Floats) -> Floats:
    """Return [columns, bands]: the energy of each band."""
    return np.asarray((spectra.real**2 + spectra.imag**2) @ bands.T, np.float32)


def _colour(heard: Floats, lent: Floats, amount: float) -> Floats:
    """Return float32[1, bands]: the gain that brings a spectrum to the other one's, by the amount."""
    own, other = heard.mean(axis=0, keepdims=True), lent.mean(axis=0, keepdims=True)
    own, other = (power / (power.sum() + QUIETEST) + 1e-7 for power in (own, other))
    decibels = np.clip(10.0 * np.log10(other / own), -MOST_DB, MOST_DB) * amount
    return np.asarray(10.0 ** (decibels / 20.0), np.float32)


@lru_cache(maxsize=4)
def _shares(size: int, rate: int) -> Floats:
    """Return float32[bands, bins]: how much of each bin belongs to a band; of each bin it adds up to 1."""
    hertz = np.arange(size // 2 + 1) * rate / size
    place = np.log(np.maximum(hertz, LOWEST) / LOWEST) / np.log(rate / 2.0 / LOWEST) * (BANDS - 1)
    near = np.maximum(0.0, 1.0 - np.abs(place - np.arange(BANDS)[:, None]))
    return np.asarray(near / near.sum(axis=0), np.float32)
