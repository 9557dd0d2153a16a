"""Vocals, drums, bass and other by signal processing alone. Runs on: worker process.

Each part is the track itself under soft masks: every cell of the spectrum is shared out by what it shows (how steady,
how sudden, how deep, how central it is, whether it comes back with the bar), with the phase that it has. The masks sum
up to one, so the parts sum up to the track. What two instruments play in the same cell it cannot tell apart, and a
lead in the middle may be taken for a voice: a network that has heard many records does that better.
"""

from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from liveengine.ml.separate import PARTS, masks
from liveengine.ml.separate.belt import Belt
from liveengine.ml.separate.grid import OVERLAP, Grid, Spectra, window_of
from liveengine.ml.separate.look import Look, Stretch, look, measure
from liveengine.ml.separate.masks import Found, Masks, present

Sound = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float32]

AROUND = 352  # rows heard on each side: eight seconds, two bars of slow music
STRIP = 64  # rows that are judged at once
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


class Strip(NamedTuple):
    """Some rows of it: what is at work at once, so that it stays in the processor's cache."""

    first: int
    last: int  # before which it ends
    spectra: Spectra  # [channels, rows, bins]
    power: Floats  # [rows, bins]


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
        at = -(OVERLAP - 1) * hop  # the frame that the next row begins with
        over: dict[str, Sound] = {}  # what the rows that were still say of the next frames
        for made, rows in _strips(track):
            for part, before in over.items():
                made[part][:, : before.shape[1]] += before
            frames = min(rows * hop, sound.shape[1] - at)
            piece = {part: whole[:, max(0, -at) : frames] for part, whole in made.items()}
            over = {part: whole[:, frames:] for part, whole in made.items()}
            piece[REST] = sound[:, max(0, at) : at + frames] - np.sum(list(piece.values()), axis=0)
            at += rows * hop
            tell((at // hop + OVERLAP - 1) / track.rows)
            yield piece

    def _track(self, sound: Sound, rate: int) -> Track:
        grid = Grid(window_of(rate))
        energy = sum(float(np.vdot(row, row)) for row in sound)
        side = float(np.sum((sound[0] - sound[-1]) ** 2, dtype=np.float64))
        bar = 240.0 / self._tempo * rate / grid.hop if self._tempo else 0.0
        return Track(sound, rate, grid, grid.rows(sound.shape[1]), energy / sound.size, side > ALIKE * energy, bar)


def _strips(track: Track) -> Iterator[tuple[dict[str, Sound], int]]:
    """Yield the sound of each part but the rest, some rows of it to the end of their last window, and their number."""
    bins = track.grid.window // 2 + 1
    judge = Masks(masks.weights("stereo" if track.sides else "mono"), bins, track.rate)
    shares, heard = Belt(3 * STRIP, len(PARTS), bins), Belt(3 * STRIP, masks.MOMENT2 // 2)
    waiting: deque[Strip] = deque()
    for strip, seen in _seen(track):
        shares.add(judge.first(seen))
        heard.add(present(shares.between(strip.first, strip.last), strip.power, track.rate))
        waiting.append(strip)
        while waiting and shares.end >= min(waiting[0].last + masks.ACTIVE, track.rows):
            now = waiting.popleft()
            low, high = max(0, now.first - masks.ACTIVE), shares.end
            around = shares.between(low, high), heard.between(low, high)
            share = judge.second(Found.of(*around, now.first - low, now.last - low))
            yield _sound(track.grid, now.spectra, share), now.last - now.first


def _seen(track: Track) -> Iterator[tuple[Strip, Look]]:
    """Yield all rows, some at a time, as soon as what is around them is known."""
    bins = track.grid.window // 2 + 1
    level, side = (Belt(2 * (AROUND + STRIP), bins) for _ in range(2))
    waiting: deque[Strip] = deque()
    for first in range(0, track.rows, STRIP):
        last = min(first + STRIP, track.rows)
        spectra = track.grid.spectra(track.sound, first, last - first)
        there = Stretch(level.room(last - first), side.room(last - first))
        power = measure(spectra if track.sides else spectra[:1], track.loudness, there)
        waiting.append(Strip(first, last, spectra, power))
        while waiting and last >= min(waiting[0].last + AROUND, track.rows):
            now = waiting.popleft()
            low, high = max(0, now.first - AROUND), min(track.rows, now.last + AROUND)
            there = Stretch(level.between(low, high), side.between(low, high))
            yield now, look(there, now.first - low, now.last - low, track.rate, track.bar)


def _sound(grid: Grid, spectra: Spectra, shares: Floats) -> dict[str, Sound]:
    """Return the sound of each part but the rest."""
    return {part: grid.sound(spectra * shares[:, number]) for number, part in enumerate(PARTS) if part != REST}
