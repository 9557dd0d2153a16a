"""As fast as all cores go: several kernels with some tracks each, summed to one master. Runs on: worker process.

Each part of the tracks has a kernel with a memory of its own on a thread of its own; compiled code holds no GIL. The
threads stand in a line: each adds its strips, in the order of the tracks, to the sum that the one before it hands on,
while that one is a chunk ahead. So the master is the single kernel's, bit for bit. That is for tracks that go to the
master alone; with buses, one kernel renders all (`offline`).

Threads ask Python for something once per chunk only; within it, compiled code works in pieces that the processor's own
cache holds: the kernel, and the strips into the sum.
"""

import queue
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from liveengine.cores import cores
from liveengine.engine import summing
from liveengine.engine.kernel import dsp
from liveengine.engine.kernel.jit import loop, realtime
from liveengine.engine.memory import Capacity, Memory, on_heap
from liveengine.engine.streams.callback import prepare
from liveengine.engine.streams.context import Context
from liveengine.engine.streams.native import call_drive, pointer

PIECE = 1 << 11  # frames that a kernel renders at once
CHUNK = 1 << 16  # frames between two looks of a thread at what comes next; a multiple of PIECE
AHEAD = 3  # chunks under way besides one per part
OPEN = 1e30  # a ceiling that no limiter meets: only the master limits

Sound = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Part:
    """Some of the tracks: those numbered 0.. in `memory`, whose master, buses and cue bus nobody hears.

    `ready(first, frames)` is called on the part's thread before each chunk: it pushes records.
    """

    memory: Memory
    tracks: Sequence[int]  # their numbers in the whole, ascending, all above those of the part before it
    ready: Callable[[int, int], None]


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


def deal(tracks: int, hands: int) -> list[list[int]]:
    """Return which part has which tracks, neighbours together: as many parts as cores, or as `hands` says, at most one
    per track.
    """
    count = max(1, min(hands or cores(), tracks))
    return [list(range(part * tracks // count, (part + 1) * tracks // count)) for part in range(count)]


def master(rate: int, ceiling: float) -> Memory:
    """Return a memory that is only a master: `rate` in frames per second, `ceiling` linear."""
    return on_heap(Capacity(tracks=1, buses=0, slots=1, voices=1, tap_frames=1, pool_bytes=64), rate, ceiling)


def render(
    parts: Sequence[Part], master: Memory, frames: int, moves: Sequence[Move] = (), chunk: int = CHUNK
) -> Generator[Piece, None, None]:
    """Yield the master chunk by chunk; raises what a part's `ready` raises."""
    places = np.zeros((len(parts) + AHEAD, 2, chunk), np.float32)
    starts = range(0, frames, chunk)
    waiting = sorted(moves)
    with _line(parts, places) as (todo, done):
        for number in range(min(len(places), len(starts))):
            todo.put(_task(starts, number, len(places), frames))
        for number in range(len(starts)):
            task = done.get()
            if isinstance(task, BaseException):
                raise task
            sound = places[task.place]
            loudest = _total(master, sound, task, waiting)
            yield Piece(sound, 0, task.first, task.frames, loudest)
            if number + len(places) < len(starts):
                todo.put(_task(starts, number + len(places), len(places), frames))


class _Task(NamedTuple):
    """A chunk on its way along the line."""

    place: int  # which of the places it is summed in
    first: int  # frame
    frames: int


def _task(starts: range, number: int, places: int, frames: int) -> _Task:
    return _Task(number % places, starts[number], min(starts.step, frames - starts[number]))


def _total(master: Memory, sound: Sound, task: _Task, moves: list[Move]) -> float:
    """Make a chunk the master's, cut where its gain begins to move; return the loudest sample."""
    done, loudest = 0, 0.0
    while done < task.frames:
        while moves and moves[0].frame <= task.first + done:
            move = moves.pop(0)
            summing.aim(master, move.gain, move.ramp)
        until = min(task.frames, moves[0].frame - task.first) if moves else task.frames
        loudest = max(loudest, summing.total(master, sound, done, until - done))
        done = until
    return loudest


@loop
def add(out: Any, at: Any, sound: Any, row: Any, first: Any, count: Any) -> None:
    """Add samples of the kernel's output, which lies row behind row, to a side of the sum. RT-safe."""
    for i in range(count):
        sound[row, first + i] += out[at + i]


@realtime
def play(drive: int, page: int, out: Any, sound: Any, fresh: int, tracks: int, frames: int) -> None:
    """Render a chunk of a part piece by piece and add its strips to `sound`, float32[2, frames]. RT-safe.

    `drive` and `page`: the kernel's address and its context's; `out`: where the context has the kernel's output, flat;
    `fresh`: 1 = the sum begins here.
    """
    control = dsp.flush_denormals()  # as in a kernel that sums
    done = 0
    while done < frames:
        count = min(PIECE, frames - done)
        call_drive(drive, pointer(page), 0, count)
        first, n = np.uint64(done), np.uint64(count)
        for side in range(2):
            if fresh != 0:
                summing.silence(sound, np.uint64(side), first, n)
            for track in range(tracks):
                add(out, np.uint64((2 + 2 * track + side) * count), sound, np.uint64(side), first, n)
        done += count
    dsp.restore(control)


_Line = queue.SimpleQueue[Any]  # of tasks, of what went wrong, and None at the end


class _Hand(threading.Thread):
    """A part's thread: adds its strips to each chunk that comes and hands it on, or what went wrong."""

    def __init__(self, part: Part, fresh: bool, places: npt.NDArray[np.float32], todo: _Line, done: _Line) -> None:
        super().__init__(name="part", daemon=True)
        self._todo, self._done = todo, done
        self._part, self._fresh, self._places = part, int(fresh), places
        self._context = Context(part.memory)
        self._out = np.zeros(part.memory.rows * PIECE, np.float32)
        self._context.page["out"] = self._out.ctypes.data
        self.given_up = False
        prepare(self._context)

    def run(self) -> None:
        while (task := self._todo.get()) is not None:
            if isinstance(task, _Task) and not self.given_up:
                try:
                    self._play(*task)
                except BaseException as error:  # it is raised where the pieces are asked for
                    self.given_up, task = True, error
            self._done.put(task)

    def _play(self, place: int, first: int, frames: int) -> None:
        part, page = self._part, self._context
        part.ready(first, frames)
        drive, tracks = int(page.page["drive"]), len(part.tracks)
        play(drive, page.address, self._out, self._places[place], self._fresh, tracks, frames)


@contextmanager
def _line(parts: Sequence[Part], places: npt.NDArray[np.float32]) -> Iterator[tuple[_Line, _Line]]:
    """Start the parts' threads; yield where chunks go in and where they come out."""
    ways: list[_Line] = [queue.SimpleQueue() for _ in range(len(parts) + 1)]
    hands = [_Hand(part, n == 0, places, ways[n], ways[n + 1]) for n, part in enumerate(parts)]
    for hand in hands:
        hand.start()
    try:
        yield ways[0], ways[-1]
    finally:
        for hand, way in zip(hands, ways, strict=False):
            hand.given_up = True
            way.put(None)
        for hand in hands:
            hand.join()
