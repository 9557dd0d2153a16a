"""As fast as all cores go: several kernels with some tracks each, summed to one master. Runs on: worker process.

Each part of the tracks has a kernel with a memory of its own on a thread of its own; compiled code holds no GIL. Their
strips are added up in the order of the tracks, so that the master is the single kernel's, bit for bit. That is for
tracks that go to the master alone; with buses, one kernel renders all (`offline`).

Threads ask Python for something once per chunk only; within it, compiled code works in pieces that the processor's own
cache holds: samples from a file's bytes, the kernel, and the strips into the place where they are summed.
"""

import os
import queue
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from liveengine.engine import pcm, summing
from liveengine.engine.kernel.jit import loop, realtime
from liveengine.engine.layout import Capacity, Memory, on_heap
from liveengine.engine.streams.callback import prepare
from liveengine.engine.streams.context import Context
from liveengine.engine.streams.native import call_drive, pointer

PIECE = 1 << 11  # frames that a kernel renders at once
CHUNK = 1 << 16  # frames between two looks of a thread at what comes next; a multiple of PIECE
DEPTH = 2  # chunks that a part may be ahead of the master
OPEN = 1e30  # a ceiling that no limiter meets: only the master limits

Sound = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Part:
    """Some of the tracks: those numbered 0.. in `memory`, whose master, buses and cue bus nobody hears.

    `ready(first, frames)` is called on the part's thread before each chunk: it pushes records and reads files, and
    returns at which frame of `files` the chunk begins. `files` and `shapes` are what `pcm.pour` writes into the pool
    before each PIECE, so that a voice can go round in a window of PIECE frames; without them nothing is written.
    """

    memory: Memory
    tracks: Sequence[int]  # their numbers in the whole, ascending
    ready: Callable[[int, int], int]
    files: npt.NDArray[np.uint8] = field(default_factory=lambda: np.zeros((0, 8), np.uint8))
    shapes: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 4), np.int64))


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
    order, firsts = _rows(parts)
    places = np.empty((DEPTH, 2 * len(order) + 2, chunk), np.float32)
    starts = range(0, frames, chunk)
    waiting = sorted(moves)
    with _threads(parts, firsts, places) as hands:
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


def _rows(parts: Sequence[Part]) -> tuple[npt.NDArray[np.int64], list[int]]:
    """Return the left rows of all tracks in their order, and the first row of each part, one behind the other."""
    firsts: list[int] = []
    where: dict[int, int] = {}
    row = 0
    for part in parts:
        firsts.append(row)
        where |= {track: row + 2 * own for own, track in enumerate(part.tracks)}
        row += 2 * len(part.tracks)
    return np.array([where[track] for track in sorted(where)], np.int64), firsts


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


@loop
def carry(out: Any, at: Any, sound: Any, row: Any, first: Any, count: Any) -> None:
    """Copy samples of the kernel's output, which lies row behind row, to a row of the sum. RT-safe."""
    for i in range(count):
        sound[row, first + i] = out[at + i]


@realtime
def play(
    drive: int, page: int, out: Any, files: Any, words: Any, floats: Any, shapes: Any, pool: Any, begin: int,
    sound: Any, row: int, tracks: int, frames: int,
) -> None:  # fmt: skip
    """Render a chunk of a part piece by piece: its strips become the rows of `sound` from `row` on. RT-safe.

    `drive` and `page`: the kernel's address and its context's; `out`: where the context has the kernel's output, flat;
    `begin`: the chunk's first frame in `files`.
    """
    done = 0
    while done < frames:
        count = min(PIECE, frames - done)
        pcm.pour(files, words, floats, shapes, pool, begin + done, count)
        call_drive(drive, pointer(page), 0, count)
        for side in range(2 * tracks):
            at = np.uint64((2 + side) * count)
            carry(out, at, sound, np.uint64(row + side), np.uint64(done), np.uint64(count))
        done += count


class _Hand(threading.Thread):
    """A part's thread: takes (place, first frame, frames), answers None or what went wrong."""

    def __init__(self, part: Part, row: int, places: npt.NDArray[np.float32]) -> None:
        super().__init__(name="part", daemon=True)
        self.todo: queue.SimpleQueue[tuple[int, int, int] | None] = queue.SimpleQueue()
        self.done: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()
        self._part = part
        self._row = row
        self._places = places
        self._context = Context(part.memory)
        self._out = np.zeros(part.memory.rows * PIECE, np.float32)
        self._context.page["out"] = self._out.ctypes.data
        prepare(self._context)

    def run(self) -> None:
        while (task := self.todo.get()) is not None:
            try:
                self._play(*task)
            except BaseException as error:  # it is raised where the pieces are asked for
                self.done.put(error)
                return
            self.done.put(None)

    def _play(self, place: int, first: int, frames: int) -> None:
        part, page = self._part, self._context
        begin = part.ready(first, frames)
        play(
            int(page.page["drive"]), page.address, self._out,
            part.files, part.files.view(np.int16), part.files.view(np.float32), part.shapes, part.memory.pool, begin,
            self._places[place], self._row, len(part.tracks), frames,
        )  # fmt: skip


@contextmanager
def _threads(parts: Sequence[Part], firsts: Sequence[int], places: npt.NDArray[np.float32]) -> Iterator[list[_Hand]]:
    hands = [_Hand(part, first, places) for part, first in zip(parts, firsts, strict=True)]
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
