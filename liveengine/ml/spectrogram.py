"""A sound as a picture for the eye: level over time and pitch. Runs on: worker processes."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
BANDS, COLUMNS = 256, 960
LOW_HZ, HIGH_HZ = 30.0, 20_000.0
FLOOR_DB = -90.0  # below the loudest place; what is fainter is shown as this
_LONGEST, _SHORTEST = 4_096, 256  # frames of a window
_FINE = 4  # bins for one of the window: a low tone is shown at its pitch
_PIECE = 256  # windows that are looked at together: some 20 MB
_NOTHING = 1e-18  # power below which all is silence


def window_of(frames: int) -> int:
    """Return the window for a sound: a power of two, short enough that a tick of some ms has several beside another."""
    wanted = max(frames // 16, 1)
    return int(np.clip(2 ** int(np.log2(wanted)), _SHORTEST, _LONGEST))


def frequencies(rate: int, bands: int = BANDS) -> npt.NDArray[np.float64]:
    """Return the middle of each band in Hz, even on a logarithmic scale, from LOW_HZ to HIGH_HZ or half the rate."""
    return np.geomspace(LOW_HZ, min(HIGH_HZ, rate / 2.0), bands)


def levels(sound: Floats, rate: int, *, circular: bool = False, bands: int = BANDS, columns: int = COLUMNS) -> Floats:
    """Return dB [bands, columns], lowest band first, relative to the loudest place, FLOOR_DB..0.

    `sound` is float32 [channels, frames]; what counts is the mean power of the channels, so that nothing cancels. A
    column holds the loudest window that lies in it: a click is never lost. What is `circular`, a loop, goes on at its
    end with its beginning. Silence is FLOOR_DB everywhere.
    """
    size = window_of(sound.shape[1])
    places, column = _places(sound.shape[1], size, columns)
    fine = _FINE if len(places) <= _FINE * columns else 1  # of minutes nobody sees so small a difference
    weights = np.hanning(size).astype(np.float32)
    padded = np.pad(sound, ((0, 0), (size // 2, size)), mode="wrap" if circular else "constant")
    reach = _reach(rate, fine * size, bands)
    found = np.zeros((bands, columns), np.float32)
    for first in range(0, len(places), _PIECE):
        at, into = places[first : first + _PIECE], column[first : first + _PIECE]
        cut = padded[:, at[:, None] + np.arange(size)] * weights
        power = (np.abs(np.fft.rfft(cut, fine * size, axis=-1)) ** 2).mean(axis=0)
        np.maximum.at(found.T, into, _bands(power, reach))
    loudest = float(found.max(initial=0.0))
    if loudest <= _NOTHING:
        return np.full((bands, columns), FLOOR_DB, np.float32)
    shown: Floats = np.maximum(10.0 * np.log10(np.maximum(found / loudest, 1e-12)), FLOOR_DB).astype(np.float32)
    return shown


def _places(frames: int, size: int, columns: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return where windows are centred, in frames, and the column of each; at least one in every column."""
    each = max(1, -(-frames // (columns * (size // 2))))  # windows of a column: none may lie between two
    count = columns * each
    return (2 * np.arange(count, dtype=np.int64) + 1) * frames // (2 * count), np.arange(count) // each


def _reach(rate: int, size: int, bands: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return where each band begins and ends, in bins."""
    middle = frequencies(rate, bands) * size / rate
    half = float((middle[1] / middle[0]) ** 0.5)
    return middle / half, middle * half


def _bands(power: npt.NDArray[np.float64], reach: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]) -> Floats:
    """Return the power [windows, bands]: the loudest bin of a wide band, between two bins for a narrow one."""
    low, high = reach
    middle = np.clip((low + high) / 2.0, 0.0, power.shape[1] - 1.001)
    before = middle.astype(np.int64)
    share = middle - before
    below, above = np.log(power[:, before] + 1e-20), np.log(power[:, before + 1] + 1e-20)
    found = np.exp(below * (1.0 - share) + above * share)  # in dB: a line that is 40 dB higher has no edge
    first, last = np.ceil(low).astype(np.int64), np.minimum(np.floor(high).astype(np.int64), power.shape[1] - 1)
    for band in np.flatnonzero(last - first >= 1):
        found[:, band] = power[:, first[band] : last[band] + 1].max(axis=1)
    return found.astype(np.float32)
