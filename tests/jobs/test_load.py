from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from liveengine.errors import BadArgument, BadAudio
from liveengine.jobs import load

FILL = 7.0


def place(tmp_path: Path, frames: int, **over: Any) -> dict[str, Any]:
    """Return a payload for a place of `frames` frames at byte 256 of a pool that holds 7.0 everywhere."""
    pool = tmp_path / "pool"
    np.full(4_096, FILL, np.float32).tofile(pool)
    wanted = {"path": str(tmp_path / "a.wav"), "rate": 8_000, "pool_path": str(pool), "offset": 256}
    return {**wanted, "stride": frames + 64, "channels": 2, "max_frames": frames, **over}


def test_samples_lie_planar_in_the_pool_with_zeroed_guards_and_nothing_else_is_touched(tmp_path: Path) -> None:
    samples = np.arange(1, 21, dtype=np.float32).reshape(10, 2) / 32
    soundfile.write(tmp_path / "a.wav", samples, 8_000, subtype="FLOAT")
    assert load.run(place(tmp_path, 12), lambda *_: None) == {"frames": 10, "channels": 2, "rate": 8_000}
    pool = np.fromfile(tmp_path / "pool", np.float32)
    first, second = pool[64:140], pool[140:216]
    assert (first[:10] == samples[:, 0]).all()
    assert (second[:10] == samples[:, 1]).all()
    assert not first[10:].any()
    assert not second[10:].any()
    assert (pool[:64] == FILL).all()
    assert (pool[216:] == FILL).all()


def test_a_mono_file_fills_two_channels_and_is_resampled(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.full(16, 0.5), 16_000, subtype="FLOAT")
    assert load.run(place(tmp_path, 8, loop=True), lambda *_: None)["frames"] == 8
    pool = np.fromfile(tmp_path / "pool", np.float32)
    assert np.allclose(pool[64:72], 0.5, atol=1e-4)
    assert (pool[64:72] == pool[136:144]).all()


def untouched(tmp_path: Path) -> bool:
    return bool((np.fromfile(tmp_path / "pool", np.float32) == FILL).all())


def test_a_bad_file_leaves_the_pool_untouched(tmp_path: Path) -> None:
    samples = np.zeros(10, np.float32)
    samples[9] = np.nan
    soundfile.write(tmp_path / "a.wav", samples, 8_000, subtype="FLOAT")
    with pytest.raises(BadAudio, match="NaN"):
        load.run(place(tmp_path, 10), lambda *_: None)
    assert untouched(tmp_path)


@pytest.mark.parametrize("frames", [11, 100_000])
def test_a_file_longer_than_its_place_is_refused(tmp_path: Path, frames: int) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(frames), 8_000)
    with pytest.raises(BadAudio):
        load.run(place(tmp_path, 10), lambda *_: None)
    assert untouched(tmp_path)


@pytest.mark.parametrize(
    "over",
    [
        {"offset": -4},
        {"offset": 1 << 20},
        {"offset": 2},
        {"channels": 0},
        {"channels": 3},
        {"stride": 64},
        {"stride": 1 << 30},
    ],
)
def test_a_place_outside_the_pool_is_refused(tmp_path: Path, over: dict[str, int]) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(10), 8_000)
    with pytest.raises(BadArgument):
        load.run(place(tmp_path, 10, **over), lambda *_: None)
    assert untouched(tmp_path)
