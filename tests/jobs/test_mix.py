"""Mixdown: files to file, whatever their format and length."""

import errno
import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from liveengine.engine.ops import Op
from liveengine.engine.streams import chunks, offline, parallel
from liveengine.errors import BadArgument, BadAudio, DiskFull
from liveengine.jobs import file, mix
from liveengine.sound.source import Source
from tests.engine.rig import UNIT, Rig

RATE = 48_000
FRAMES = 3 * parallel.CHUNK // 2 + 777  # more than is read at once


def nothing(done: int, total: int, text: str) -> None:
    """Progress that nobody hears."""


def noise(
    folder: Path, number: int, frames: int = FRAMES, channels: int = 2, subtype: str = "PCM_16", **how: Any
) -> Path:
    path = folder / f"{number}.{how.get('kind', 'wav')}"
    samples = np.random.default_rng(number).uniform(-0.2, 0.2, (frames, channels))
    soundfile.write(path, samples, how.get("rate", RATE), subtype)
    return path


def mixed(folder: Path, paths: list[Path], **payload: Any) -> tuple[np.ndarray, dict[str, Any]]:
    """Return the mix in 16-bit steps, int64[frames, 2], and what the job said."""
    result = mix.run({"paths": [str(path) for path in paths], "path": str(folder / "mix.wav")} | payload, nothing)
    sound, rate = soundfile.read(folder / "mix.wav", dtype="int16")
    assert rate == result["rate"]
    return sound.astype(np.int64), result


def exact(path: Path) -> np.ndarray:
    samples: np.ndarray = soundfile.read(path, always_2d=True)[0]
    return np.repeat(samples, 2, axis=1) if samples.shape[1] == 1 else samples


def test_the_mix_is_the_sum_of_the_files_within_the_dither(tmp_path: Path) -> None:
    kinds = [("PCM_16", 2), ("PCM_24", 2), ("FLOAT", 2), ("PCM_16", 1), ("PCM_24", 1)]
    paths = [noise(tmp_path, n, FRAMES - 1000 * n, channels, kind) for n, (kind, channels) in enumerate(kinds)]
    sound, result = mixed(tmp_path, paths)
    expected = np.zeros((FRAMES, 2))
    for path in paths:
        samples = exact(path)
        expected[: len(samples)] += samples
    assert (result["frames"], result["over"]) == (FRAMES, 0.0)
    assert result["peak"] == pytest.approx(20 * np.log10(np.abs(expected).max()), abs=0.01)
    assert np.abs(sound - expected * 32_768).max() <= 1.51  # half a step of rounding, one of dither
    assert [path.name for path in tmp_path.glob(".*")] == []


@pytest.mark.parametrize("kind", ["flac", "aiff", "ogg"])
def test_other_formats_are_decoded_window_by_window(tmp_path: Path, kind: str) -> None:
    path = noise(tmp_path, 1, subtype="VORBIS" if kind == "ogg" else "PCM_16", kind=kind)
    sound, _ = mixed(tmp_path, [path])
    assert np.abs(sound[:FRAMES] - exact(path)[:FRAMES] * 32_768).max() <= 1.51


def test_a_file_at_another_rate_is_converted(tmp_path: Path) -> None:
    time = np.arange(44_100) / 44_100
    soundfile.write(tmp_path / "a.wav", 0.5 * np.sin(2 * np.pi * 1_000 * time), 44_100, "PCM_24")
    sound, result = mixed(tmp_path, [tmp_path / "a.wav"], rate=RATE)
    expected = 0.5 * np.sin(2 * np.pi * 1_000 * np.arange(RATE) / RATE) * 32_768
    assert result["frames"] == RATE
    assert np.abs(sound[500:-500, 0] - expected[500:-500]).max() < 4


def test_gains_and_pans_hold_from_the_first_frame(tmp_path: Path) -> None:
    paths = [noise(tmp_path, n, 1_000) for n in (1, 2)]
    sound, _ = mixed(tmp_path, paths, gains=[-6.0, 3.0], pans=[-1.0, 0.5])
    first, second = exact(paths[0]) * 10 ** (-6 / 20), exact(paths[1]) * 10 ** (3 / 20)
    expected = first * [1, 0] + second * [np.cos(np.pi / 4), 1]
    assert np.abs(sound - expected * 32_768).max() <= 1.52


def test_one_gain_is_for_all_files(tmp_path: Path) -> None:
    paths = [noise(tmp_path, n, 1_000) for n in (1, 2, 3)]
    sound, _ = mixed(tmp_path, paths, gains=[-6.0])
    expected = sum(exact(path) for path in paths) * 10 ** (-6 / 20)
    assert np.abs(sound - expected * 32_768).max() <= 1.52


@pytest.mark.parametrize(("name", "values"), [("gains", [0.0, 1.0]), ("gains", [0.0] * 4), ("pans", [0.0, 1.0])])
def test_another_number_of_gains_or_pans_than_files_is_refused(tmp_path: Path, name: str, values: list[float]) -> None:
    paths = [str(noise(tmp_path, n, 100)) for n in (1, 2, 3)]
    with pytest.raises(BadArgument, match=f"^3 files, but {len(values)} {name}: give one per file, or one for all$"):
        mix.run({"paths": paths, "path": str(tmp_path / "mix.wav"), name: values}, nothing)


def test_what_is_too_loud_is_limited_and_said(tmp_path: Path) -> None:
    paths = [noise(tmp_path, 1, 5_000)] * 8
    sound, result = mixed(tmp_path, paths, ceiling_db=-1.0)
    assert result["peak"] == -1.0
    assert result["over"] == pytest.approx(20 * np.log10(np.abs(exact(paths[0])).max() * 8) + 1.0, abs=0.01)
    assert np.abs(sound).max() <= 10 ** (-1 / 20) * 32_768 + 1.51


def test_every_number_of_cores_gives_the_same_bytes(tmp_path: Path) -> None:
    paths = [noise(tmp_path, n) for n in range(4)]
    paths.insert(1, noise(tmp_path, 4, kind="flac"))  # decoded in its order
    paths.append(noise(tmp_path, 5, rate=44_100))  # converted in its order
    files = []
    for cores in (1, 2, 4):
        mixed(tmp_path, paths, cores=cores, gains=[6.0] * 6, bits=24)
        files.append((tmp_path / "mix.wav").read_bytes())
    assert files[0] == files[1] == files[2]


@pytest.mark.parametrize("kind", ["PCM_16", "PCM_24", "FLOAT"])
def test_the_mix_is_that_of_a_single_kernel_bit_for_bit(tmp_path: Path, kind: str) -> None:
    gains, pans = (1.5, 0.3, 1.1), (0.0, -0.7, 1.0)
    paths = [noise(tmp_path, n, 2_000, subtype=kind) for n in range(3)]
    rig = Rig(tracks=3, ceiling=0.4)
    for track, pan in enumerate(pans):
        rig.engine.push(Op.PAN, track=track, value=pan, ramp=1)
    rig.run(1)
    for track, path in enumerate(paths):
        rig.play(rig.load(*soundfile.read(path, dtype="float32")[0].T / UNIT), track, gain=gains[track])
    single = offline.render(rig.memory, 2_000)[:2]
    strips = [mix.Strip(Source(path), gain, pan) for path, gain, pan in zip(paths, gains, pans, strict=True)]
    pieces = chunks.render(mix.Sum(strips, RATE).fill, parallel.master(8, 0.4), 2_000, 2, 512)
    together = np.concatenate([piece.sound[:, : piece.frames].copy() for piece in pieces], axis=1)
    assert np.abs(single).max() == np.float32(0.4)
    np.testing.assert_array_equal(together, single)


@pytest.mark.parametrize(
    "wrong",
    [
        {"paths": []},
        {"gains": [0.0, 0.0]},
        {"gains": [30.0]},
        {"pans": [2.0]},
        {"bits": 8},
        {"rate": 7},
        {"cores": -1},
        {"ceiling_db": 1.0},
        {"path": "/no/x.wav"},
    ],
)
def test_a_mix_that_makes_no_sense_is_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    payload = {"paths": [str(noise(tmp_path, 1, 100))], "path": str(tmp_path / "mix.wav")}
    with pytest.raises(BadArgument):
        mix.run(payload | wrong, nothing)


def test_a_file_that_is_no_audio_or_cut_short_leaves_no_mix(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("hello")
    whole, half = noise(tmp_path, 1), noise(tmp_path, 2)
    os.truncate(half, half.stat().st_size // 2)
    for path in (tmp_path / "text.wav", tmp_path / "none.wav", half):
        with pytest.raises(BadAudio):
            mixed(tmp_path, [whole, path])
    assert not list(tmp_path.glob("*mix*"))


def test_a_file_that_is_cut_short_while_it_is_mixed_is_named(tmp_path: Path) -> None:
    path = noise(tmp_path, 1)
    source = Source(path)
    os.truncate(path, 1_000)
    sound = np.zeros((2, 512), np.float32)
    with pytest.raises(BadAudio, match=r"'1\.wav' is cut short"):
        mix.Sum([mix.Strip(source)], RATE).fill(sound, 0, 512)
    source.close()


def test_a_file_with_samples_that_are_no_numbers_is_named(tmp_path: Path) -> None:
    samples = np.zeros((2 * RATE, 2))
    samples[RATE + 5, 1] = np.nan
    soundfile.write(tmp_path / "a.wav", samples, RATE, "FLOAT")
    with pytest.raises(BadAudio, match=r"'a\.wav' carries samples that are NaN .* near 0 s"):
        mixed(tmp_path, [noise(tmp_path, 1), tmp_path / "a.wav", noise(tmp_path, 2, kind="flac")])
    assert not list(tmp_path.glob("*mix*"))


def test_the_threads_that_read_a_file_end_before_it_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readers: list[int] = []
    close = Source.close

    def counted(source: Source) -> None:
        readers.append(sum(thread.name.startswith("chunk") for thread in threading.enumerate()))
        close(source)

    def full(done: int, total: int, text: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Source, "close", counted)
    path = noise(tmp_path, 1, 12 * parallel.CHUNK, kind="flac")
    with pytest.raises((DiskFull, OSError)):
        mix.run({"paths": [str(path)], "path": str(tmp_path / "mix.wav")}, full)
    assert readers == [0]


def test_a_disk_that_fails_only_once_leaves_no_mix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed = []

    def flush(descriptor: int) -> None:
        flushed.append(descriptor)
        if len(flushed) == 1:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", flush)
    monkeypatch.setattr(file, "_FLUSH", 1)
    with pytest.raises(DiskFull, match=r"'mix\.wav' cannot be written"):
        mixed(tmp_path, [noise(tmp_path, 1)])
    assert len(flushed) == 2  # one for each chunk; the last one would have been a third
    assert not list(tmp_path.glob("*mix*"))
