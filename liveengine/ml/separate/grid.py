"""Sound to spectra and back. Runs on: worker process.

Spectra have a sine window on both ways, so that analysis and synthesis give the sound back but for rounding.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.fft import irfft, rfft

Floats = npt.NDArray[np.float32]
Spectra = npt.NDArray[np.complex64]

WINDOW_S = 0.085  # of a spectrum; the nearest power of two
OVERLAP = 4  # windows over each frame
_AT_ONCE = 64  # spectra, so that what is at work stays in the processor's cache


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

    @cached_property
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
        for at in range(0, rows, _AT_ONCE):
            made[:, at : at + _AT_ONCE] = rfft(frames[:, at : at + _AT_ONCE] * self.shape, axis=2)
        return made

    def sound(self, spectra: Spectra) -> Floats:
        """Return the sound of spectra [channels, rows, bins], from the first row's first frame on, to add it up."""
        channels, rows, _ = spectra.shape
        made = np.zeros((channels, (rows + OVERLAP - 1) * self.hop), np.float32)
        shape = self.shape * np.float32(2.0 / OVERLAP)
        for line, whole in zip(made, spectra, strict=True):
            for at in range(0, rows, _AT_ONCE):
                part = irfft(whole[at : at + _AT_ONCE], n=self.window, axis=1, overwrite_x=True)
                part *= shape
                # Windows that do not touch each other are added at once.
                for turn in range(OVERLAP):
                    apart = part[turn::OVERLAP]
                    start = (at + turn) * self.hop
                    line[start : start + apart.size] += apart.reshape(-1)
        return made
