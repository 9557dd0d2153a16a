"""Vocals, drums, bass and other by signal processing alone. Runs on: worker process.

Each part is the track itself under soft masks: every cell of the spectrum is shared out by what it shows (how steady,
how sudden, how deep, how central it is, whether it comes back with the bar), with the phase that it has. The masks sum
up to one, so the parts sum up to the track. What two instruments play in the same cell it cannot tell apart, and a
lead in the middle may be taken for a voice: a network that has heard many records does that better.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from liveengine.ml.separate import PARTS, masks
from liveengine.ml.separate.look import OVERLAP, Grid, look, window_of

Sound = npt.NDArray[np.float32]

ROWS = 3_072  # of a block: a minute
AROUND = 352  # rows heard on each side: eight seconds, two bars of slow music
BESIDE = 32  # of these are judged, too: more than the second look looks around
ALIKE = 1e-6  # of the energy: sides that differ by less are one
REST = "other"  # what the other masks leave


class Track(NamedTuple):
    """What holds for a whole track."""

    sound: Sound
    rate: int
    grid: Grid
    rows: int
    loudness: float  # mean square
    sides: bool  # its two sides differ
    bar: float  # rows; 0 if that is not known


class Signal:
    """The separator that is always there."""

    def __init__(self, tempo: float | None = None) -> None:
        """`tempo` of the track in beats per minute, if it is known: what comes back with the bar is no voice."""
        self._tempo = tempo

    def apart(self, sound: Sound, rate: int, tell: Callable[[float], None]) -> Iterator[dict[str, Sound]]:
        """Yield the parts of float32 [1 or 2, frames], piece by piece, each [channels, frames of the piece].

        The pieces one after the other are as long as the sound, and their sum is the sound. `tell` hears the share that
        is done, 0..1. The same sound gives the same parts.
        """
        track = self._track(sound, rate)
        hop = track.grid.hop
        lead = (OVERLAP - 1) * hop  # the first row begins so many frames before the sound
        over: dict[str, Sound] = {}  # what the rows of a block still say in the next one
        for start in range(0, track.rows, ROWS):
            end = min(track.rows, start + ROWS)
            made = _block(track, start, end)
            for part, before in over.items():
                made[part][:, : before.shape[1]] += before
            low, high = start * hop - lead, min(end * hop - lead, sound.shape[1])
            piece = {part: whole[:, max(0, -low) : high - low] for part, whole in made.items()}
            over = {part: whole[:, high - low :] for part, whole in made.items()}
            piece[REST] = sound[:, max(0, low) : high] - np.sum(list(piece.values()), axis=0)
            tell(end / track.rows)
            yield piece

    def _track(self, sound: Sound, rate: int) -> Track:
        grid = Grid(window_of(rate))
        energy = sum(float(np.vdot(row, row)) for row in sound)
        side = float(np.sum((sound[0] - sound[-1]) ** 2, dtype=np.float64))
        bar = 240.0 / self._tempo * rate / grid.hop if self._tempo else 0.0
        return Track(sound, rate, grid, grid.rows(sound.shape[1]), energy / sound.size, side > ALIKE * energy, bar)


def _block(track: Track, start: int, end: int) -> dict[str, Sound]:
    """Return the sound of some rows of each part but the rest, to the end of the last window."""
    first, last = max(0, start - AROUND), min(track.rows, end + AROUND)
    spectra = track.grid.spectra(track.sound, first, last - first)
    seen = look(spectra if track.sides else spectra[:1], track.loudness, track.rate, track.bar)
    known = masks.weights("stereo" if track.sides else "mono")
    mine = slice(start - first, end - first)
    low, high = max(0, mine.start - BESIDE), min(last - first, mine.stop + BESIDE)
    between = masks.Between.of(spectra.shape[2], track.rate)
    shares = masks.masks(seen.part(low, high), known, between, track.rate)[:, mine.start - low : mine.stop - low]
    made = {}
    for number, part in enumerate(PARTS):
        if part != REST:
            made[part] = np.zeros(
                (len(track.sound), (end - start - 1) * track.grid.hop + track.grid.window), np.float32
            )
            track.grid.sound(spectra[:, mine] * shares[number], made[part])
    return made
