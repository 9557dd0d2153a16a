"""All cores: the same master, bit for bit, as a single kernel gives, however the tracks are dealt."""

import numpy as np
import pytest

from liveengine.cores import cores
from liveengine.engine.engine import Engine
from liveengine.engine.memory import Capacity, Memory, on_heap
from liveengine.engine.ops import Op
from liveengine.engine.streams import offline, parallel
from liveengine.errors import BadAudio

TRACKS, RATE, FRAMES, LENGTH, CEILING = 5, 48_000, 30_011, 3_001, 0.6


def memory(tracks: int, ceiling: float) -> Memory:
    capacity = Capacity(tracks=tracks, buses=0, voices=2 * tracks + 16, segments=TRACKS, pool_bytes=1 << 18)
    return on_heap(capacity, RATE, ceiling)


def perform(engine: Engine, tracks: list[int]) -> None:
    """Load a noise per track and push its gain, pan and two launches, the second one at another speed."""
    engine.push(Op.RUN, value=1.0, frame=0)
    for own, track in enumerate(tracks):
        segment = engine.segments.allocate(LENGTH, 2, track + 1)
        engine.segments.view(segment)[:] = np.random.default_rng(track).uniform(-0.3, 0.3, (2, LENGTH))
        engine.segments.ready(segment, LENGTH)
        where = {"track": own, "slot": 1, "segment": segment, "loop_end": LENGTH}
        engine.push(Op.GAIN, track=own, value=0.3 + 0.2 * track, frame=777 * track)
        engine.push(Op.PAN, track=own, value=track / 4 - 0.5, frame=5_000)
        engine.push(Op.LAUNCH, frame=100 * track, **where)
        engine.push(Op.LAUNCH, frame=9_000 + track, source_frames_per_beat=25_000.0 + track, **where)


def alone() -> np.ndarray:
    """Return the master as one kernel renders it, with a fade at the end."""
    single = memory(TRACKS, CEILING)
    engine = Engine(single)
    perform(engine, list(range(TRACKS)))
    engine.push(Op.MASTER_GAIN, value=0.9, ramp=999, frame=3)
    engine.push(Op.MASTER_GAIN, value=0.0, ramp=10_000, frame=FRAMES - 10_000)
    return offline.render(single, FRAMES, 1000)[:2]


def nothing(first: int, frames: int) -> None:
    """A part that has all its records."""


def together(hands: int, chunk: int) -> tuple[np.ndarray, float]:
    parts = []
    for tracks in parallel.deal(TRACKS, hands):
        own = memory(max(len(tracks) for tracks in parallel.deal(TRACKS, hands)), parallel.OPEN)
        perform(Engine(own), tracks)
        parts.append(parallel.Part(own, tracks, nothing))
    moves = [parallel.Move(FRAMES - 10_000, 0.0, 10_000), parallel.Move(3, 0.9, 999)]
    pieces = parallel.render(parts, parallel.master(RATE, CEILING), FRAMES, moves, chunk)
    sound = np.zeros((2, FRAMES), np.float32)
    loudest = 0.0
    for piece in pieces:
        sound[:, piece.first : piece.first + piece.frames] = piece.sound[piece.row : piece.row + 2, : piece.frames]
        loudest = max(loudest, piece.loudest)
    return sound, loudest


@pytest.mark.parametrize(("hands", "chunk"), [(1, 4096), (2, 1000), (3, 512), (5, 70_000)])
def test_several_kernels_give_the_master_of_one(hands: int, chunk: int) -> None:
    sound, loudest = together(hands, chunk)
    expected = alone()
    assert np.abs(expected).max() == np.float32(CEILING)  # the limiter works, too
    assert loudest > CEILING
    np.testing.assert_array_equal(sound, expected)


def test_tracks_are_dealt_to_no_more_parts_than_there_are() -> None:
    assert parallel.deal(5, 2) == [[0, 1], [2, 3, 4]]
    assert parallel.deal(2, 8) == [[0], [1]]
    assert len(parallel.deal(64, 0)) == cores()


def test_a_fault_on_a_parts_thread_is_raised_where_the_pieces_are_asked_for() -> None:
    def broken(first: int, frames: int) -> None:
        if first:
            raise BadAudio("damaged")

    part = parallel.Part(memory(1, 1.0), [0], broken)
    pieces = parallel.render([part], parallel.master(RATE, 1.0), 4_000, chunk=1_000)
    assert next(pieces).first == 0
    with pytest.raises(BadAudio, match="damaged"):
        list(pieces)


def test_a_render_that_is_given_up_leaves_no_thread() -> None:
    import threading

    before = threading.active_count()
    pieces = parallel.render(
        [parallel.Part(memory(1, 1.0), [0], nothing)], parallel.master(RATE, 1.0), 9_000, chunk=1_000
    )
    next(pieces)
    assert threading.active_count() == before + 1
    pieces.close()
    assert threading.active_count() == before
