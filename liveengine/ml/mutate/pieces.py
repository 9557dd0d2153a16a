"""A sound put together anew from pieces of itself. Runs on: worker processes; pure.

Pieces lie end to end and fill the sound. Where one does not follow its neighbour in the original as well, the end of
that one fades into what lay before the piece there, so that the piece's own beginning, an attack, is untouched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from liveengine.ml.mutate.wish import Samples
from liveengine.sound.crossfade import level

EDGE = 1_024  # frames around a piece that its filter hears


class Piece(NamedTuple):
    """Frames of the original at another place; where it begins may lie before frame 0 of a sound that goes round."""

    at: int
    frames: int
    source: int  # first frame of it in the original
    backwards: bool = False
    curve: tuple[float, float, float] | None = None  # its filter: Hz, decibels per octave below it and above it


@dataclass(frozen=True)
class Original:
    """What the pieces are of."""

    sound: Samples
    rate: int  # frames per second
    around: bool  # it goes round; else there is silence on both sides of it

    def heard(self, piece: Piece, first: int, last: int) -> Samples:
        """Return frames `first` to `last` of a piece, counted from its beginning; before it lies what lay before it."""
        if piece.curve is None:
            return self._taken(_places(piece, first, last))
        heard = self._taken(_places(piece, first - EDGE, last + EDGE))
        return filtered(heard, piece.curve, self.rate)[:, EDGE : EDGE + last - first]

    def _taken(self, places: npt.NDArray[np.int64]) -> Samples:
        frames = self.sound.shape[1]
        taken: Samples = self.sound[:, places % frames]
        if not self.around:
            taken[:, (places < 0) | (places >= frames)] = 0.0
        return taken


def lay(original: Original, pieces: Sequence[Piece], fade: int) -> Samples:
    """Return the pieces joined, [channels, frames] as the original has; `fade` frames at most of each join."""
    out = np.empty_like(original.sound)
    for piece in pieces:
        at = np.arange(piece.at, piece.at + piece.frames) % out.shape[1]
        out[:, at] = original.heard(piece, 0, piece.frames)
    before = pieces[-1]
    for number, piece in enumerate(pieces):
        if (number or original.around) and not _follows(before, piece, out.shape[1]):
            _join(out, original, piece, min(fade, before.frames // 2))
        before = piece
    return out


def _follows(before: Piece, piece: Piece, frames: int) -> bool:
    """Tell whether two pieces follow one another in the original."""
    plain = not before.backwards and not piece.backwards and before.curve == piece.curve
    return plain and (before.source + before.frames - piece.source) % frames == 0


def _join(out: Samples, original: Original, piece: Piece, fade: int) -> None:
    at = np.arange(piece.at - fade, piece.at) % out.shape[1]
    own = original.heard(piece, -fade, 0)
    other = out[:, at]
    share = ((np.arange(fade) + 1.0) / (fade + 1.0)).astype(np.float32)
    kept = level(own, other, share).astype(np.float32)
    out[:, at] = (other + (own - other) * share) * kept


def _places(piece: Piece, first: int, last: int) -> npt.NDArray[np.int64]:
    steps = np.arange(first, last)
    return piece.source + (piece.frames - 1 - steps if piece.backwards else steps)


def filtered(sound: Samples, curve: tuple[float, float, float], rate: int) -> Samples:
    """Return a sound [channels, frames] through a filter, without phase shift.

    `curve`: the frequency in Hz that passes, and by how much it falls an octave below and above it.
    """
    hz, low, high = curve
    frames = sound.shape[1]
    octaves = np.log2(np.maximum(np.fft.rfftfreq(frames, 1.0 / rate), 10.0) / hz)
    loss = np.where(octaves < 0.0, -octaves * low, octaves * high)
    gain = 10.0 ** (-np.minimum(loss, 60.0) / 20.0)
    made: Samples = np.fft.irfft(np.fft.rfft(sound, axis=1) * gain, frames, axis=1).astype(np.float32)
    return made
