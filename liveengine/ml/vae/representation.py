"""Sound to pictures of bounded levels, and pictures to magnitudes. Runs on: worker processes.

Each picture is [2 (mid, side), BANDS, COLUMNS]: dB below the loudest bin of the sound, from -80 to 0, as 0..1. What one
of its points stands for it tells by the mean magnitude: that of the power would be the level of its tones alone, with
none of the valleys between them.
"""

import math

import numpy as np
import numpy.typing as npt
from scipy.fft import rfft

from liveengine.errors import BadAudio
from liveengine.ml.vae import bands, columns
from liveengine.ml.vae.bands import BANDS, BINS, RATE, WINDOW
from liveengine.ml.vae.columns import COLUMNS, HOP
from liveengine.ml.vae.form import Floats, Form, Spectrum
from liveengine.sound.convert import as_channels, resample

Samples = npt.NDArray[np.float32]

FLOOR_DB = -80.0
SILENT = 10.0 ** (-100.0 / 20.0)  # full-scale sine = 1: what is below has no picture
UNIT = WINDOW / 4.0  # magnitude of a sine at full scale under the window
_AT_ONCE = 512  # spectra


def window() -> npt.NDArray[np.float64]:
    """Return the periodic Hann window, [WINDOW]."""
    return 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(WINDOW) / WINDOW)


def analyse(sound: Samples, rate: int, form: Form) -> Spectrum:
    """Return the pictures of a sound [channels, frames] of the form. Raises BadAudio for silence, NaN or infinity."""
    layers = _layers(sound, rate, form)
    heard, times = _heard(layers, form.loops)
    loudest = float(heard.max(initial=0.0)) / UNIT
    if loudest < SILENT:
        raise BadAudio("the sound is silent: there is nothing to learn from it")
    seen = heard @ bands.gather()  # [layers, frames, BANDS]
    images = np.zeros((form.bars, 2, BANDS, COLUMNS), np.float32)
    bar = layers.shape[1] / RATE / form.bars
    for number in range(form.bars):
        at = columns.bar(bar) + number * bar if form.loops else columns.once()
        drawn = columns.seen(at, times) @ seen  # [layers, COLUMNS, BANDS]
        images[number, : len(drawn)] = drawn.transpose(0, 2, 1)
    levels = 1.0 - 20.0 * np.log10(np.maximum(images / (loudest * UNIT), 10.0 ** (FLOOR_DB / 20.0))) / FLOOR_DB
    return Spectrum(np.asarray(np.clip(levels, 0.0, 1.0), np.float32), form, 20.0 * math.log10(loudest))


def magnitudes(spectrum: Spectrum, rounds: int = 1) -> Floats:
    """Return magnitudes [channels, frames, BINS], frame k centred on k * HOP; the layers are mid and side.

    Of a sound that is played once: 1 + ceil(length / HOP) frames. A loop goes round `rounds` times: 1 + ceil(rounds *
    length / HOP) frames, the first and the last of a round alike.
    """
    form = spectrum.form
    layers = spectrum.levels[:, : form.channels].transpose(1, 0, 3, 2)  # [layers, images, COLUMNS, BANDS]
    total = length(form) * (rounds if form.loops else 1)
    times = np.arange(1 + math.ceil(total / HOP), dtype=np.float64) * (HOP / RATE)
    if form.loops:
        shown = layers.reshape(len(layers), -1, BANDS)
        place = (times * RATE / length(form) % 1.0) * shown.shape[1]
        left = place.astype(np.int64) % shown.shape[1]
        right, share = (left + 1) % shown.shape[1], np.asarray(place - np.floor(place), np.float32)
    else:
        shown = layers[:, 0]
        left, share = columns.shown(columns.once(), times)
        right = left + 1
    levels = shown[:, left] * (1.0 - share)[:, None] + shown[:, right] * share[:, None]
    decibels = (levels @ bands.spread() - 1.0) * -FLOOR_DB
    top = np.float32(UNIT * 10.0 ** (spectrum.level_db / 20.0))
    heard = np.where(decibels > FLOOR_DB + 0.01, 10.0 ** (decibels / 20.0), 0.0)
    return np.asarray(heard * top, np.float32)


def length(form: Form) -> int:
    """Return the length of a sound of the form in frames at RATE; what is played once is cut after its last column."""
    return max(1, round((form.seconds if form.loops else min(form.seconds, columns.LAST_S)) * RATE))


def channels(layers: Samples) -> Samples:
    """Return [channels, frames] of mid and side, or of mid alone."""
    return layers if len(layers) == 1 else np.stack([layers[0] + layers[1], layers[0] - layers[1]])


def _layers(sound: Samples, rate: int, form: Form) -> Samples:
    """Return mid (and side) at RATE, as long as the form says."""
    if sound.size == 0 or not np.isfinite(sound).all():
        raise BadAudio("the sound is empty or holds samples that are no numbers")
    made = as_channels(np.asarray(sound, np.float32), form.channels)
    if rate != RATE:
        made = resample(made, rate, RATE, loop=form.loops)
    wanted = length(form)
    if made.shape[1] < wanted:
        made = np.pad(made, ((0, 0), (0, wanted - made.shape[1])))
    made = made[:, :wanted]
    return made if len(made) == 1 else np.stack([(made[0] + made[1]) / 2.0, (made[0] - made[1]) / 2.0])


def _heard(layers: Samples, loops: bool) -> tuple[Floats, columns.Times]:
    """Return magnitudes [layers, frames, BINS] and the times of the frames; those of a loop reach round."""
    reach = WINDOW * 2 if loops else WINDOW // 2
    padded = np.pad(layers, ((0, 0), (reach, reach + HOP)), mode="wrap" if loops else "constant")
    blocks = np.lib.stride_tricks.sliding_window_view(padded, WINDOW, axis=1)[:, ::HOP]
    shape = np.asarray(window(), np.float32)
    heard = np.empty((*blocks.shape[:2], BINS), np.float32)
    for at in range(0, blocks.shape[1], _AT_ONCE):
        heard[:, at : at + _AT_ONCE] = np.abs(rfft(blocks[:, at : at + _AT_ONCE] * shape, axis=-1))
    times: columns.Times = (np.arange(blocks.shape[1], dtype=np.float64) * HOP + WINDOW // 2 - reach) / RATE
    return heard, times
