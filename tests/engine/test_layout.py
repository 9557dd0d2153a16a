"""The layout: what lies in shared memory is the same on the heap and in files."""

import numpy as np
import pytest

from liveengine.engine.layout import BANK, COMMAND, EVENT, FEED, HEADER, MAGIC, SEGMENT, STRIP, VOICE
from liveengine.engine.memory import Capacity, Memory, capacity_of, initialise, on_heap, state_bytes, views

SMALL = Capacity(tracks=3, voices=5, commands=8, events=16, queue=7, segments=9, tap_frames=32, pool_bytes=4096)


def test_records_that_processes_share_fill_whole_words_and_rings_whole_cache_lines() -> None:
    assert all(kind.itemsize % 8 == 0 for kind in (HEADER, BANK, STRIP, FEED, VOICE, COMMAND, EVENT, SEGMENT))
    assert all(kind.itemsize % 64 == 0 for kind in (HEADER, VOICE, COMMAND, EVENT, SEGMENT))


@pytest.mark.parametrize(
    ("first", "second"),
    [("magic", "command_write"), ("event_read", "committed"), ("frame", "callbacks"), ("load", "gap")],
)
def test_two_writers_never_share_a_cache_line(first: str, second: str) -> None:
    assert HEADER.fields is not None
    assert HEADER.fields[first][1] // 64 != HEADER.fields[second][1] // 64


def test_views_cover_the_buffers_without_overlap() -> None:
    state, pool = bytearray(state_bytes(SMALL)), bytearray(SMALL.pool_bytes)
    memory = views(memoryview(state), memoryview(pool), SMALL)
    for number, array in enumerate(memory, 1):
        array.view(np.uint8)[:] = number
    assert [int(array.view(np.uint8).min()) for array in memory] == list(range(1, len(memory) + 1))


def test_attached_memory_is_the_same_memory() -> None:
    state, pool = bytearray(state_bytes(SMALL)), bytearray(SMALL.pool_bytes)
    mine, yours = (views(memoryview(state), memoryview(pool), SMALL) for _ in range(2))
    initialise(mine, SMALL, 8, 0.5, 4.0)
    assert capacity_of(yours.header[0]) == SMALL
    assert [yours.header["magic"][0], yours.header["ceiling"][0]] == [MAGIC, 0.5]
    assert [array.shape for array in yours] == [array.shape for array in on_heap(SMALL, 8)]


def test_an_initial_session_is_silent_and_at_unity() -> None:
    memory = on_heap(SMALL, 8, 1.0, 4.0)
    assert isinstance(memory, Memory)
    assert memory.bank["frames_per_beat"].tolist() == [4.0, 4.0]
    assert (memory.strips["gain"] == 1.0).all()
    assert not memory.bank["active"].any()


@pytest.mark.parametrize("name", ["commands", "events", "tap_frames"])
def test_rings_must_be_powers_of_two(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        Capacity(**{name: 1000})
