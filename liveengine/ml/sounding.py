"""Pictures of levels to sound: what they do not resolve is filled in, then phases are found. Runs on: worker processes.

A picture is smooth where the sound was noise: its bands and the network's means have averaged the grain away. Smooth
magnitudes have no sound but a buzz, so noise gets its grain back before any phase is made: the magnitudes of seeded
noise in place of their mean. Tones keep what the picture shows.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from liveengine.ml import phase
from liveengine.ml.phase import Floats, Grid, Samples
from liveengine.ml.vae.columns import HOP
from liveengine.ml.vae.form import Spectrum
from liveengine.ml.vae.representation import channels, length, magnitudes

REACH = 3  # bins: half the width of a tone under the window
LEAST_DB, SURE_DB = 5.0, 14.0  # by which a tone stands out from what lies beside it: none below, surely above
AROUND = 5  # rows over which a tone is looked for
RAISED = 6.0  # times that a parent's bin may be raised before it is made anew
REPAIRS = 4  # iterations behind that
_QUIET = 1e-5  # of the loudest bin


def sounding(spectrum: Spectrum, seed: int = 0) -> Samples:
    """Return the sound [channels, frames] at 48 kHz of pictures; the same seed gives the same samples.

    A loop goes round: it has no seam, and exactly the frames of its form.
    """
    form, frames = spectrum.form, length(spectrum.form)
    made = []
    for number, layer in enumerate(magnitudes(spectrum)):
        wanted, grid = rows(layer, frames, form.loops)
        grainy = grained(wanted, grid, (seed, number))
        turned = grainy * np.exp(1j * phase.heap(grainy, grid, seed)).astype(np.complex64)
        made.append(phase.synthesise(phase.griffin(turned, grid, phase.POLISH), grid))
    return channels(np.stack(made))


def inheriting(parent: Samples, before: Spectrum) -> Callable[[Spectrum, int], Samples]:
    """Return what makes sound of a picture that comes of a parent's: its fine structure and phases are the parent's.

    `parent` is its sound [channels, frames] at 48 kHz, as long as the picture's form says, `before` its own picture.
    What the new picture has and the parent has not is made as `sounding` makes it.
    """

    def voice(spectrum: Spectrum, seed: int) -> Samples:
        frames, loops = length(spectrum.form), spectrum.form.loops
        made = []
        olds, news = magnitudes(before), magnitudes(spectrum)
        for number, (old, new, heard) in enumerate(zip(olds, news, layers(parent), strict=True)):
            wanted, grid = rows(new, frames, loops)
            own, _ = rows(old, frames, loops)
            floor = np.float32(max(float(wanted.max(initial=0.0)), float(own.max(initial=0.0))) * 1e-4 + 1e-12)
            ratio = (wanted + floor) / (own + floor)
            lacking = np.clip((ratio - RAISED) / (2.0 * RAISED), 0.0, 1.0)
            spectra = phase.analyse(heard, grid) * np.minimum(ratio, 3.0 * RAISED) * (1.0 - lacking)
            if float((lacking * wanted).max(initial=0.0)) > floor:
                grainy = grained((wanted * lacking).astype(np.float32), grid, (seed, number))
                spectra = spectra + grainy * np.exp(1j * phase.heap(grainy, grid, seed))
            made.append(phase.synthesise(phase.griffin(spectra.astype(np.complex64), grid, REPAIRS), grid))
        return channels(np.stack(made))

    return voice


def layers(sound: Samples) -> Samples:
    """Return mid and side of [channels, frames], or mid alone."""
    return sound if len(sound) == 1 else np.stack([(sound[0] + sound[1]) / 2.0, (sound[0] - sound[1]) / 2.0])


def rows(layer: Floats, frames: int, loops: bool) -> tuple[Floats, Grid]:
    """Return magnitudes [rows, bins] that lie on a grid, of such that are centred on every HOP-th frame.

    A loop's are spread evenly over its frames.
    """
    if not loops:
        return layer, Grid.of(len(layer), HOP, frames)
    grid = Grid.of(max(4, round(frames / HOP)), HOP, frames, loops=True)
    place = np.minimum(grid.centres / HOP, len(layer) - 1.001)
    left = place.astype(np.int64)
    share = np.asarray(place - left, np.float32)[:, None]
    return layer[left] * (1.0 - share) + layer[left + 1] * share, grid


def grained(wanted: Floats, grid: Grid, seed: int | tuple[int, ...]) -> Floats:
    """Return the magnitudes with the grain of noise where they are smooth."""
    noise = np.random.default_rng(seed).standard_normal(grid.frames).astype(np.float32)
    grain = np.abs(phase.analyse(noise, grid))
    grain /= np.float32(np.mean(grain[:, 8:-8]) + 1e-12)  # a picture tells the mean magnitude
    share = noisy(wanted)
    made: Floats = wanted * ((1.0 - share) + share * grain)
    return made


def noisy(wanted: Floats) -> Floats:
    """Return how much each magnitude is noise, 0..1: tones stand out from what lies beside them."""
    level = 20.0 * np.log10(np.maximum(wanted, wanted.max(initial=0.0) * _QUIET + 1e-12))
    beside = np.pad(level, ((0, 0), (REACH, REACH)), mode="reflect")
    out = level - (beside[:, : -2 * REACH] + beside[:, 2 * REACH :]) / 2.0
    tone = maximum_filter1d(uniform_filter1d(out, AROUND, axis=0), 2 * REACH + 1, axis=1)
    share: npt.NDArray[np.float32] = 1.0 - np.clip((tone - LEAST_DB) / (SURE_DB - LEAST_DB), 0.0, 1.0)
    return share.astype(np.float32)
