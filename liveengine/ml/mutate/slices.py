"""Slices of a loop in another order, backwards, stuttered, filtered; each on the grid. Runs on: worker processes; pure.

A slice is cut where its attack has not begun and little sounds, and keeps its distance from the grid wherever it goes:
what is laid on a line of the grid lies there as it lay on its own. The first slices of the bars stay longest.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from liveengine.ml.mutate.pieces import Original, Piece, lay
from liveengine.ml.mutate.wish import Samples, Wish

BAR = 4.0  # beats
SLICE = 0.5  # beats that a slice lasts ...
SHORTEST_MS = 70.0  # ... unless that is shorter
MOST = 64  # slices: of a longer loop they last longer
NEAR_MS = 25.0  # so far from its line an attack may lie
BEFORE_MS = (6.0, 0.7)  # before an attack is cut, within these
QUIET_MS = 4.0  # around a line without an attack
FADE_MS = 5.0
WEIGHTS = (0.0, 0.35, 1.0)  # how gladly a slice changes that begins a bar, a beat, or neither ...
LOOSE = 0.7  # ... and from this amount on the first of a bar does as well
WITHOUT_BEATS = 8  # slices of a loop whose beats are not known
TOUCHED = 0.75  # of all slices, at amount 1
ODDS = {"swap": 0.52, "stutter": 0.2, "filter": 0.18, "reverse": 0.10}


class Cut(NamedTuple):
    """A loop's lines and how far before (-) or behind each its slice is cut."""

    lines: npt.NDArray[np.int64]  # frames; one more than slices: the last is the loop's length
    offsets: npt.NDArray[np.int64]
    ranks: npt.NDArray[np.int64]  # 0 = a slice begins a bar, 1 = a beat, 2 = neither
    per_bar: int  # slices

    def source(self, slice_: int) -> int:
        """Return the frame at which a slice begins."""
        return int(self.lines[slice_] + self.offsets[slice_])


def vary(sound: Samples, wish: Wish) -> tuple[Samples, list[int]]:
    """Return the loop [channels, frames] with some of its slices changed, and the frames of its attacks.

    Amount 0 changes none.
    """
    cut = cuts(sound, wish)
    pieces = plan(cut, wish)
    fade = round(FADE_MS * wish.frames_per_ms)
    return lay(Original(sound, wish.rate, wish.round), pieces, fade), moved(pieces, wish.attacks, sound.shape[1])


def cuts(sound: Samples, wish: Wish) -> Cut:
    """Return where a loop is cut into slices."""
    frames = sound.shape[1]
    count, per_beat, per_bar = _counts(frames, wish)
    lines = np.round(np.arange(count + 1) * (frames / count)).astype(np.int64)
    energy = np.concatenate([[0.0], np.cumsum(np.square(sound, dtype=np.float64).sum(axis=0))])
    offsets = np.array([_offset(energy, int(line), wish) for line in lines[:-1]], np.int64)
    places = np.arange(count)
    ranks = np.where(places % per_bar == 0, 0, np.where(places % per_beat == 0, 1, 2))
    return Cut(lines, offsets, ranks, per_bar)


def _counts(frames: int, wish: Wish) -> tuple[int, int, int]:
    """Return the number of slices, of a beat and of a bar."""
    if wish.beats < SLICE or not math.isclose(wish.beats / SLICE, round(wish.beats / SLICE), rel_tol=1e-3):
        return WITHOUT_BEATS, 2, WITHOUT_BEATS
    beats, per_beat = round(wish.beats / SLICE) * SLICE, round(1 / SLICE)
    count = round(beats / SLICE)
    while count > MOST or (count > 2 and count % 2 == 0 and frames / count < SHORTEST_MS * wish.frames_per_ms):
        count, per_beat = count // 2, max(1, per_beat // 2)
    return count, per_beat, max(1, round(count * BAR / beats))


def _offset(energy: npt.NDArray[np.float64], line: int, wish: Wish) -> int:
    """Return the quietest place, within a millisecond, before the attack that belongs to a line, or around the line."""
    ms, frames = wish.frames_per_ms, len(energy) - 1
    near = [attack for attack in _circular(wish.attacks, line, frames) if abs(attack - line) <= NEAR_MS * ms]
    attack = min(near, key=lambda frame: abs(frame - line), default=None)
    if attack is None:
        low, high = line - QUIET_MS * ms, line + QUIET_MS * ms
    else:
        low, high = attack - BEFORE_MS[0] * ms, attack - BEFORE_MS[1] * ms
    half = max(1, round(ms / 2))
    places = np.arange(round(low), max(round(high), round(low) + 1))
    ends, starts = (places + half) % frames, (places - half) % frames
    heard = energy[ends] - energy[starts] + np.where(ends < starts, energy[-1], 0.0)
    return int(places[np.argmin(heard)]) - line


def _circular(attacks: Sequence[int], line: int, frames: int) -> list[int]:
    """Return the attacks as near to a line as going round brings them."""
    return [attack + frames * round((line - attack) / frames) for attack in attacks]


def plan(cut: Cut, wish: Wish) -> list[Piece]:
    """Return what lies in each slice's place, in order; at least one slice changes where the amount is not 0."""
    count, chance = len(cut.offsets), wish.chance()
    pieces = {place: [_own(cut, place)] for place in range(count)}
    for place in _touched(cut, wish, chance):
        pieces[place] = _changed(cut, place, wish, chance)
    joined = [piece for place in range(count) for piece in pieces[place]]
    if not wish.round and joined[0].at != 0:
        joined[0] = joined[0]._replace(at=0, source=joined[0].source - joined[0].at)
    frames, first = int(cut.lines[-1]), joined[0].at
    starts = [piece.at for piece in joined] + [first + frames]
    return [piece._replace(frames=after - piece.at) for piece, after in zip(joined, starts[1:], strict=True)]


def _touched(cut: Cut, wish: Wish, chance: np.random.Generator) -> list[int]:
    """Return the slices that change."""
    if wish.amount <= 0.0:
        return []
    weights = np.array(WEIGHTS)[cut.ranks]
    if wish.amount > LOOSE or not weights.any():
        weights = np.maximum(weights, 0.5 * wish.amount)
    count = min(max(1, round(wish.amount * TOUCHED * len(weights))), int(np.count_nonzero(weights)))
    found: list[int] = chance.choice(len(weights), count, replace=False, p=weights / weights.sum()).tolist()
    return sorted(found)


def _changed(cut: Cut, place: int, wish: Wish, chance: np.random.Generator) -> list[Piece]:
    kinds = list(ODDS)
    kind = kinds[int(chance.choice(len(kinds), p=list(ODDS.values())))]
    own = _own(cut, place)
    if kind == "swap":
        return [_laid(cut, place, _other(cut, place, wish, chance))]
    if kind == "stutter":
        return _stuttered(cut, place, int(chance.integers(2, 3 + round(2 * wish.amount))))
    if kind == "reverse":
        return [own._replace(backwards=True)]
    hz = float(120.0 * 2.0 ** chance.uniform(0.0, 6.0))
    steep = 3.0 + 21.0 * wish.amount
    low, high = ((steep, 0.0), (0.0, steep), (steep, steep))[int(chance.integers(3))]
    return [own._replace(curve=(hz, low, high))]


def _other(cut: Cut, place: int, wish: Wish, chance: np.random.Generator) -> int:
    """Return another slice to lie in a place: of the same weight, and the less the amount the likelier of its bars."""
    every = np.arange(len(cut.offsets))
    alike = every[(cut.ranks == cut.ranks[place]) & (every != place)]
    twins = alike[(alike - place) % cut.per_bar == 0]
    for found in (twins if chance.random() > wish.amount else alike[:0], alike, every[every != place]):
        if len(found):
            return int(chance.choice(found))
    return place


def _own(cut: Cut, place: int) -> Piece:
    return _laid(cut, place, place)


def _laid(cut: Cut, place: int, slice_: int) -> Piece:
    """Return a slice in a place of the grid, as far from its line as it lay from its own."""
    at = int(cut.lines[place] + cut.offsets[slice_])
    return Piece(at, int(cut.lines[place + 1] - cut.lines[place]), cut.source(slice_))


def _stuttered(cut: Cut, place: int, times: int) -> list[Piece]:
    own = _own(cut, place)
    starts = [round(number * own.frames / times) for number in range(times)]
    return [own._replace(at=own.at + start, frames=own.frames // times) for start in starts]


def moved(pieces: Sequence[Piece], attacks: Sequence[int], frames: int) -> list[int]:
    """Return the frames at which sounds begin once the pieces are laid; what plays backwards begins where it ends."""
    found = set()
    for piece in pieces:
        for attack in _circular(attacks, piece.source + piece.frames // 2, frames):
            inside = attack - piece.source
            if 0 <= inside < piece.frames and not piece.backwards:
                found.add((piece.at + inside) % frames)
    return sorted(found)
