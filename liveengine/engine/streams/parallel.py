"""As fast as all cores go: several kernels with some tracks each, summed to one master. Runs on: worker process.

Each part of the tracks has a kernel with a memory of its own on a thread of its own; compiled code holds no GIL. Their
strips are added up in the order of the tracks, so that the master is the single kernel's, bit for bit. That is for
tracks that go to the master alone; with buses, one kernel renders all (`offline`).
"""

import os
import queue
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from liveengine.engine import summing
from liveengine.engine.kernel import advance
from liveengine.engine.layout import Capacity, Memory, on_heap

CHUNK = 1 << 14  # frames that a thread renders at once
DEPTH = 3  # chunks that a part may be ahead of the master
OPEN = 1e30  # a ceiling that no limiter meets: only the master limits

Sound = npt.NDArray[np.float32]


class Part(NamedTuple):
    """Some of the tracks: those numbered 0.. in `memory`."""

    memory: Memory
    tracks: Sequence[int]  # their numbers in the whole, ascending
    ready: Callable[[int, int], None]  # on its thread: bring records and buffers for `count` frames from `first` on


class Move(NamedTuple):
    """A change of the master's gain."""

    frame: int
    gain: float  # linear
    ramp: int  # frames


class Piece(NamedTuple):
    """A chunk of the master: rows `row` and `row + 1` of `sound`, columns 0 .. `frames`, valid until the next one."""

    sound: Sound
    row: int
    first: int  # frame
    frames: int
    loudest: float  # sample before the limiter, linear


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def deal(tracks: int, hands: int) -> list[list[int]]:
    """Return which part has which tracks: as many parts as cores, or as `hands` says, at most one per track."""
    count = max(1, min(hands or cores(), tracks))
    return [list(range(part, tracks, count)) for part in range(count)]


def master(rate: int, ceiling: float) -> Memory:
    """Return a memory that is only a master: `rate` in frames per second, `ceiling` linear."""
    return on_heap(Capacity(tracks=1, buses=0, slots=1, voices=1, tap_frames=1, pool_bytes=64), rate, ceiling)


def render(
    parts: Sequence[Part], master: Memory, frames: int, moves: Sequence[Move] = (), chunk: int = CHUNK
) -> Generator[Piece, None, None]:
    """Yield the master chunk by chunk; raises what a part's `ready` raises."""
    rows = parts[0].memory.rows
    order = np.array([p * rows + 2 + 2 * parts[p].tracks.index(t) for t, p in _order(parts)], np.int64)
    places = np.empty((DEPTH, len(parts) * rows + 2, chunk), np.float32)
    starts = range(0, frames, chunk)
    waiting = sorted(moves)
    with _threads(parts, places) as hands:
        for number in range(min(DEPTH, len(starts))):
            _ask(hands, starts, number, frames, chunk)
        for number, first in enumerate(starts):
            for hand in hands:
                if (fault := hand.done.get()) is not None:
                    raise fault
            sound, count = places[number % DEPTH], min(chunk, frames - first)
            loudest = _total(master, sound, order, first, count, waiting)
            yield Piece(sound, sound.shape[0] - 2, first, count, loudest)
            if number + DEPTH < len(starts):
                _ask(hands, starts, number + DEPTH, frames, chunk)


def _order(parts: Sequence[Part]) -> list[tuple[int, int]]:
    return sorted((track, number) for number, part in enumerate(parts) for track in part.tracks)


def _total(
    master: Memory, sound: Sound, order: npt.NDArray[np.int64], first: int, count: int, moves: list[Move]
) -> float:
    """Sum a chunk, cut where the master's gain begins to move; return its loudest sample."""
    done, loudest, row = 0, 0.0, sound.shape[0] - 2
    while done < count:
        while moves and moves[0].frame <= first + done:
            move = moves.pop(0)
            summing.aim(master, move.gain, move.ramp)
        until = min(count, moves[0].frame - first) if moves else count
        loudest = max(loudest, summing.total(master, sound, order, row, done, until - done))
        done = until
    return loudest


class _Hand(threading.Thread):
    """A part's thread: takes (place, first frame, frames), answers None or what went wrong."""

    def __init__(self, part: Part, places: Sequence[Sound]) -> None:
        super().__init__(name="part", daemon=True)
        self.todo: queue.SimpleQueue[tuple[int, int, int] | None] = queue.SimpleQueue()
        self.done: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()
        self._part = part
        self._places = places

    def run(self) -> None:
        while (task := self.todo.get()) is not None:
            place, first, count = task
            try:
                self._part.ready(first, count)
                advance(self._part.memory, self._places[place], count)
            except BaseException as error:  # it is raised where the pieces are asked for
                self.done.put(error)
                return
            self.done.put(None)


@contextmanager
def _threads(parts: Sequence[Part], places: npt.NDArray[np.float32]) -> Iterator[list[_Hand]]:
    rows = parts[0].memory.rows
    hands = [_Hand(part, [place[p * rows : (p + 1) * rows] for place in places]) for p, part in enumerate(parts)]
    for hand in hands:
        hand.start()
    try:
        yield hands
    finally:
        for hand in hands:
            hand.todo.put(None)
        for hand in hands:
            hand.join()


def _ask(hands: Sequence[_Hand], starts: range, number: int, frames: int, chunk: int) -> None:
    first = starts[number]
    for hand in hands:
        hand.todo.put((number % DEPTH, first, min(chunk, frames - first)))
