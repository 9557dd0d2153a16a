"""A track at another rate, little by little, so that its length costs no memory. Runs on: worker process."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import soxr

from liveengine.ml.separate import PARTS
from liveengine.sound.convert import QUALITY, as_channels, frames_at

Sound = npt.NDArray[np.float32]

BLOCK = 1 << 17  # frames that a resampler takes in at once


class Inward:
    """A track in stereo at the rate that is wanted, from its beginning to its end; what is behind is forgotten."""

    def __init__(self, sound: Sound, rate: int, wanted: int) -> None:
        """Take float32 [1 or 2, frames] at `rate`."""
        self.frames = frames_at(sound.shape[1], rate, wanted)
        self._sound = sound
        self._read = 0  # frames of the track
        self._first = 0  # the frame that `_held` begins with
        self._held = np.zeros((2, 0), np.float32)
        self._stream = None if rate == wanted else soxr.ResampleStream(rate, wanted, 2, "float32", QUALITY)

    def between(self, first: int, beyond: int) -> Sound:
        """Return [2, beyond - first], `beyond` at most `frames`; `first` never goes back."""
        if self._stream is None:
            return as_channels(self._sound[:, first:beyond], 2)
        made = [self._held[:, first - self._first :]]
        known = made[0].shape[1]
        while known < beyond - first and self._read < self._sound.shape[1]:
            made.append(self._next())
            known += made[-1].shape[1]
        lacking = max(0, beyond - first - known)  # a resampler may end a frame early
        self._held = np.concatenate([*made, np.zeros((2, lacking), np.float32)], axis=1)
        self._first = first
        return self._held[:, : beyond - first]

    def _next(self) -> Sound:
        assert self._stream is not None
        block = as_channels(self._sound[:, self._read : self._read + BLOCK], 2)
        self._read += BLOCK
        last = self._read >= self._sound.shape[1]
        return np.asarray(self._stream.resample_chunk(np.ascontiguousarray(block.T), last).T, np.float32)


def outward(pieces: Iterator[dict[str, Sound]], rate: int, wanted: int, frames: int) -> Iterator[dict[str, Sound]]:
    """Yield parts at the rate that is wanted, piece by piece, `frames` in all; each piece [channels, its frames]."""
    if rate == wanted:
        yield from pieces
        return
    stream: soxr.ResampleStream | None = None
    channels, left = 0, frames
    for piece in pieces:
        channels = len(piece[PARTS[0]])
        stream = stream or soxr.ResampleStream(rate, wanted, channels * len(PARTS), "float32", QUALITY)
        every = np.concatenate([piece[part] for part in PARTS])  # one stream: the parts stay together
        piece.clear()
        for at in range(0, every.shape[1], BLOCK):
            made = stream.resample_chunk(np.ascontiguousarray(every[:, at : at + BLOCK].T))[:left]
            left -= len(made)
            if len(made):
                yield _apart(made, channels)
        del every
    if stream is not None and left:
        rest = stream.resample_chunk(np.zeros((0, channels * len(PARTS)), np.float32), last=True)[:left]
        yield _apart(np.pad(rest, ((0, left - len(rest)), (0, 0))), channels)


def _apart(made: Sound, channels: int) -> dict[str, Sound]:
    return {part: made[:, at * channels : (at + 1) * channels].T for at, part in enumerate(PARTS)}
