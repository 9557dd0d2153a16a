"""Chunks by all cores: in their order, under one master."""

import threading

import numpy as np
import pytest

from liveengine.engine.streams import chunks, parallel
from liveengine.errors import BadAudio

RATE, FRAMES = 48_000, 10_007


def count(sound: parallel.Sound, first: int, frames: int) -> None:
    """Number the frames, in 2**-12."""
    sound[:, :frames] = np.arange(first, first + frames) / 4096


@pytest.mark.parametrize(("hands", "chunk"), [(1, 4096), (3, 1000), (8, 64), (2, 20_000)])
def test_each_chunk_comes_once_in_its_order(hands: int, chunk: int) -> None:
    pieces = chunks.render(count, parallel.master(RATE, 16.0), FRAMES, hands, chunk)
    heard = np.concatenate([piece.sound[:, : piece.frames].copy() for piece in pieces], axis=1)
    np.testing.assert_array_equal(heard * 4096, np.stack([np.arange(FRAMES)] * 2))


def test_the_limiter_goes_on_from_chunk_to_chunk() -> None:
    heard = []
    for chunk in (512, FRAMES):
        pieces = chunks.render(count, parallel.master(RATE, 0.5), FRAMES, 3, chunk)
        heard.append(np.concatenate([piece.sound[:, : piece.frames].copy() for piece in pieces], axis=1))
    assert heard[0].max() == 0.5
    np.testing.assert_array_equal(heard[0], heard[1])


def test_the_loudest_sample_is_that_before_the_limiter() -> None:
    pieces = chunks.render(count, parallel.master(RATE, 0.5), 4097, 2, 4097)
    assert [piece.loudest for piece in pieces] == [1.0]


def test_a_fault_is_raised_where_the_pieces_are_asked_for_and_leaves_no_thread() -> None:
    def broken(sound: parallel.Sound, first: int, frames: int) -> None:
        if first == 2_000:
            raise BadAudio("damaged")

    before = threading.active_count()
    pieces = chunks.render(broken, parallel.master(RATE, 1.0), 90_000, 2, 1_000)
    assert [next(pieces).first, next(pieces).first] == [0, 1_000]
    with pytest.raises(BadAudio, match="damaged"):
        next(pieces)
    assert threading.active_count() == before


def test_a_render_that_is_given_up_leaves_no_thread() -> None:
    before = threading.active_count()
    pieces = chunks.render(count, parallel.master(RATE, 16.0), 90_000, 2, 1_000)
    next(pieces)
    assert threading.active_count() == before + 2
    pieces.close()
    assert threading.active_count() == before
