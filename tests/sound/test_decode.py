import os
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile

from liveengine.errors import BadAudio
from liveengine.sound import decode, read

RATE = 48_000


def wav(path: Path, samples: np.ndarray, rate: int = RATE, **options: str) -> Path:
    soundfile.write(path, samples, rate, **options)
    return path


def ramp(frames: int, channels: int = 1) -> np.ndarray:
    return np.linspace(-0.5, 0.5, frames * channels, dtype=np.float32).reshape(frames, channels)


@pytest.mark.parametrize(
    ("suffix", "subtype", "step"),
    [("wav", "FLOAT", 0.0), ("wav", "PCM_24", 2e-7), ("flac", "PCM_16", 4e-5), ("aiff", "PCM_16", 4e-5)],
)
def test_a_lossless_file_comes_back_planar(tmp_path: Path, suffix: str, subtype: str, step: float) -> None:
    samples = ramp(1_000, 2)
    audio = read(wav(tmp_path / f"a.{suffix}", samples, 44_100, subtype=subtype))
    assert audio.samples.shape == (2, 1_000)
    assert audio.samples.dtype == np.float32
    assert audio.rate == 44_100
    assert np.abs(audio.samples - samples.T).max() <= step


@pytest.mark.parametrize(("suffix", "format"), [("ogg", "OGG"), ("mp3", "MP3")])
def test_a_lossy_file_keeps_its_pitch_and_level(tmp_path: Path, suffix: str, format: str) -> None:
    tone = 0.5 * np.sin(2 * np.pi * 1_000 * np.arange(RATE) / RATE).astype(np.float32)
    audio = read(wav(tmp_path / f"a.{suffix}", tone, format=format))
    middle = audio.samples[0, RATE // 4 : RATE // 2]
    assert int(np.abs(np.fft.rfft(middle)).argmax()) == 250  # of 12,000 frames: 1 kHz
    assert 0.33 < np.sqrt((middle**2).mean()) < 0.37


def test_eight_channels_are_mixed_to_two_and_full_scale_stays_full_scale(tmp_path: Path) -> None:
    audio = read(wav(tmp_path / "a.wav", np.ones((10, 8), np.float32), subtype="FLOAT"))
    assert audio.channels == 8
    assert audio.samples.shape == (2, 10)
    assert np.allclose(audio.samples, 1.0)


def test_the_left_front_channel_of_eight_stays_left(tmp_path: Path) -> None:
    samples = np.zeros((10, 8), np.float32)
    samples[:, 0] = 1.0
    audio = read(wav(tmp_path / "a.wav", samples, subtype="FLOAT"))
    assert audio.samples[0, 0] > 0.25
    assert audio.samples[1, 0] == 0.0


def test_192_khz_is_read_at_its_own_rate(tmp_path: Path) -> None:
    audio = read(wav(tmp_path / "a.wav", ramp(192), 192_000))
    assert (audio.rate, audio.frames, audio.duration) == (192_000, 192, 0.001)


def refused(path: Path | str | bytes, *words: str, max_seconds: float | None = None) -> None:
    with pytest.raises(BadAudio) as caught:
        read(path, max_seconds)
    message = str(caught.value)
    assert all(word in message for word in words), message


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.wav").touch()
    refused(tmp_path / "a.wav", "a.wav", "empty (0 bytes)")


def test_a_header_without_samples_is_refused(tmp_path: Path) -> None:
    refused(wav(tmp_path / "a.wav", np.zeros((0, 2), np.float32)), "no samples")


@pytest.mark.parametrize("keep", [50, 500, 3_000])
def test_a_truncated_flac_is_refused(tmp_path: Path, keep: int) -> None:
    path = wav(tmp_path / "a.flac", np.random.default_rng(0).uniform(-0.5, 0.5, 20_000))
    path.write_bytes(path.read_bytes()[:keep])
    refused(path, "a.flac")


def test_a_truncated_wav_is_refused_and_says_how_much_is_there(tmp_path: Path) -> None:
    path = wav(tmp_path / "a.wav", ramp(RATE * 2))
    path.write_bytes(path.read_bytes()[: 44 + RATE * 2])
    refused(path, "cut short", "2.00 s", "1.00 s")


def test_a_web_page_named_wav_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("\n<!DOCTYPE html><html>404</html>")
    refused(tmp_path / "a.wav", "web page")


def test_a_zip_named_wav_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"PK\x03\x04" + bytes(100))
    refused(tmp_path / "a.wav", "ZIP")


def test_noise_is_no_audio(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(np.random.default_rng(0).bytes(5_000))
    refused(tmp_path / "a.wav", "no audio file")


def header(channels: int, rate: int, bits: int = 16, size: int = 64) -> bytes:
    block = channels * bits // 8
    fmt = struct.pack("<HHIIHH", 1, channels, rate & 0xFFFFFFFF, rate * block & 0xFFFFFFFF, block & 0xFFFF, bits)
    return (
        b"RIFF"
        + struct.pack("<I", 36 + size)
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + fmt
        + b"data"
        + struct.pack("<I", size)
    )


@pytest.mark.parametrize(
    ("channels", "rate", "bits"),
    [(0, 48_000, 16), (1, 0, 16), (1, 2**32 - 1, 16), (1, 100, 16), (64, 48_000, 16)],
)
def test_an_impossible_header_is_refused(tmp_path: Path, channels: int, rate: int, bits: int) -> None:
    (tmp_path / "a.wav").write_bytes(header(channels, rate, bits) + bytes(64))
    refused(tmp_path / "a.wav", "a.wav")


def test_1024_channels_are_refused_with_their_number(tmp_path: Path) -> None:
    refused(wav(tmp_path / "a.wav", np.zeros((4, 1_024), np.float32)), "1024 channels", "stereo")


@pytest.mark.parametrize(("value", "word"), [(np.nan, "NaN"), (np.inf, "infinite"), (-np.inf, "infinite")])
def test_samples_that_are_no_numbers_are_refused(tmp_path: Path, value: float, word: str) -> None:
    samples = np.zeros(RATE * 2, np.float32)
    samples[RATE] = value
    refused(wav(tmp_path / "a.wav", samples, subtype="FLOAT"), word)


def test_integers_stored_as_floats_are_refused(tmp_path: Path) -> None:
    refused(wav(tmp_path / "a.wav", np.full(100, 32_767.0, np.float32), subtype="FLOAT"), "normalise")


def test_a_length_that_lies_costs_no_memory(tmp_path: Path) -> None:
    path = wav(tmp_path / "a.flac", ramp(5_000))
    data = bytearray(path.read_bytes())
    data[21] |= 0x0F  # the upper bits of the 36-bit length in STREAMINFO
    data[22:26] = b"\xff" * 4
    path.write_bytes(data)
    refused(path, "a.flac")


def test_a_length_that_is_unknown_is_found_by_decoding(tmp_path: Path) -> None:
    path = wav(tmp_path / "a.flac", ramp(5_000))
    data = bytearray(path.read_bytes())
    data[21] &= 0xF0
    data[22:26] = bytes(4)
    path.write_bytes(data)
    assert read(path).frames == 5_000


def test_a_sound_that_unpacks_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    path = wav(tmp_path / "a.flac", np.zeros(RATE * 20))
    assert path.stat().st_size < 20_000
    refused(path, "a.flac", "longer than the 5 s", "20 s", max_seconds=5.0)


@pytest.mark.parametrize("told", [True, False], ids=["by its header", "while it is decoded"])
def test_a_bomb_costs_no_more_than_the_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: bool) -> None:
    path = wav(tmp_path / "a.flac", np.zeros((RATE * 20, 8), np.int16))
    data = bytearray(path.read_bytes())
    if not told:
        data[21] &= 0xF0
        data[22:26] = bytes(4)
        path.write_bytes(data)
    assert 500 * len(data) < 8 * 4 * RATE * 20
    monkeypatch.setattr(decode, "BUDGET", 1 << 20)
    tracemalloc.start()
    refused(path, "a.flac", "longer than the 3 s", "8 channels", "use it as a track for separation")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 4 << 20


def test_what_is_no_regular_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    refused(tmp_path / "pipe.wav", "pipe")
    refused(tmp_path, "folder")
    refused("/dev/zero", "device")
    (tmp_path / "link.wav").symlink_to(wav(tmp_path / "a.wav", ramp(10)))
    refused(tmp_path / "link.wav", "symbolic link")
    (tmp_path / "loop.wav").symlink_to(tmp_path / "loop.wav")
    refused(tmp_path / "loop.wav", "symbolic link")
    refused(tmp_path / "absent.wav", "No such file")
    refused("a\0b.wav", "cannot be opened")


def test_a_name_that_is_no_text_is_read(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\n\xfe.wav"
    wav(tmp_path / "a.wav", ramp(10)).rename(os.fsdecode(path))
    assert read(path).frames == 10


def test_a_thousand_damaged_files_get_a_verdict_each(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    sources = [wav(tmp_path / f"a.{kind}", ramp(400, 2), 8_000).read_bytes() for kind in ("wav", "flac", "aiff", "ogg")]
    path = tmp_path / "damaged"
    verdicts = {True: 0, False: 0}
    for number in range(1_000):
        data = bytearray(sources[number % 4])
        for place in random.integers(0, min(len(data), 200), 3):
            data[place] = random.integers(256)
        path.write_bytes(data[: random.integers(len(data) // 2, len(data) + 1)])
        try:
            verdicts[bool(np.isfinite(read(path, 60.0).samples).all())] += 1
        except BadAudio:
            verdicts[False] += 1
    assert verdicts[False] > 100
    assert sum(verdicts.values()) == 1_000
