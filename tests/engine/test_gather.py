"""The bytes of files into a sum, exact."""

import os
from pathlib import Path

import numpy as np
import pytest

from liveengine.engine.gather import BROKEN, CUT, FILE, GOOD, begin, gather
from liveengine.engine.layout import MAX_SAMPLE

FRAMES = 3  # of a chunk


def gathered(
    folder: Path, *files: tuple[bytes, int, int], first: int = 0, **fields: float
) -> tuple[np.ndarray, int, int]:
    """Return the sum of files, each (bytes, bytes per sample, channels), and what `gather` says."""
    table = np.zeros(len(files), FILE)
    opened = []
    for number, (content, size, channels) in enumerate(files):
        path = folder / f"{number}.raw"
        path.write_bytes(b"head" + content)
        opened.append(os.open(path, os.O_RDONLY))
        frames = len(content) // (size * channels)
        table[number] = opened[-1], 4, frames, size, channels, fields.get("gain", 1.0), fields.get("pan", 0.0)
        table[number]["frames"] += int(fields.get("claimed", 0))
    raw = np.zeros(8 * FRAMES, np.uint8)
    sound = np.full((2, FRAMES), 9.0, np.float32)
    begin(sound, FRAMES)
    floats = raw.view(np.float32).reshape(1, -1)
    number, fault = gather(table, 0, first, FRAMES, raw, raw.view(np.int16), floats, raw.ctypes.data, sound)
    for descriptor in opened:
        os.close(descriptor)
    return sound, number, fault


def words(*values: int) -> bytes:
    return np.array(values, "<i2").tobytes()


def triples(*values: int) -> bytes:
    return b"".join(value.to_bytes(3, "little", signed=True) for value in values)


def floats(*values: float) -> bytes:
    return np.array(values, "<f4").tobytes()


@pytest.mark.parametrize(
    ("content", "size", "full"),
    [
        (words(9, 9, 1, -2, 32_767, -32_768), 2, 2.0**15),
        (triples(9, 9, 1, -70_000, 8_388_607, -8_388_608), 3, 2.0**23),
        (floats(9, 9, 0.5, -0.25, 1, -1), 4, 1.0),
    ],
)
def test_two_channels_become_two_sides(tmp_path: Path, content: bytes, size: int, full: float) -> None:
    expected = {2: [[1, 32_767, 0], [-2, -32_768, 0]], 3: [[1, 8_388_607, 0], [-70_000, -8_388_608, 0]]}
    sound, number, fault = gathered(tmp_path, (content, size, 2), first=1)
    assert (sound * full).tolist() == expected.get(size, [[0.5, 1, 0], [-0.25, -1, 0]])
    assert (number, fault) == (1, GOOD)


@pytest.mark.parametrize(("content", "size"), [(words(1, -2), 2), (triples(1, -2), 3), (floats(1, -2), 4)])
def test_one_channel_goes_to_both_sides(tmp_path: Path, content: bytes, size: int) -> None:
    full = 2.0 ** (8 * size - 1) if size < 4 else 1.0
    assert (gathered(tmp_path, (content, size, 1))[0] * full).tolist() == [[1, -2, 0], [1, -2, 0]]


def test_files_are_added_with_gain_and_pan(tmp_path: Path) -> None:
    files = [(floats(1, 1, 2, 2), 4, 2), (floats(4, 4), 4, 2)]
    assert gathered(tmp_path, *files, gain=0.5, pan=-1.0)[0].tolist() == [[2.5, 1, 0], [0, 0, 0]]


def test_behind_its_end_a_file_is_silent(tmp_path: Path) -> None:
    assert gathered(tmp_path, (words(1, 1), 2, 2), first=7)[0].tolist() == [[0, 0, 0], [0, 0, 0]]


def test_a_file_that_is_shorter_than_it_says_is_named(tmp_path: Path) -> None:
    whole, cut = (floats(1, 1, 1), 4, 1), (floats(1, 1), 4, 1)
    assert gathered(tmp_path, whole, cut)[1:] == (2, GOOD)
    assert gathered(tmp_path, (*whole[:1], 4, 1), cut, claimed=1)[1:] == (1, CUT)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, MAX_SAMPLE])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_broken_float_is_named(tmp_path: Path, value: float, channels: int) -> None:
    assert gathered(tmp_path, (words(1), 2, 1), (floats(0, value), 4, channels))[1:] == (1, BROKEN)


def test_a_file_that_somebody_else_reads_is_waited_for() -> None:
    table = np.array([(-1, 0, FRAMES, 4, 2, 1.0, 0.0)] * 2, FILE)
    raw, sound = np.zeros(8 * FRAMES, np.uint8), np.zeros((2, FRAMES), np.float32)
    read = raw.view(np.float32)
    for number, value in enumerate((1.0, 2.0)):
        read[:] = value
        views = raw, raw.view(np.int16), read.reshape(1, -1)
        assert gather(table, number, 0, FRAMES, *views, raw.ctypes.data, sound) == (number + 1, GOOD)
    assert sound.tolist() == [[3.0] * FRAMES] * 2
