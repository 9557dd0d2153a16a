from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from liveengine.errors import BadAudio, DiskFull, ModelMissing
from liveengine.jobs import separate
from liveengine.ml.separate import PARTS
from liveengine.synth import mixes
from liveengine.synth.signals import RATE
from tests.disk import full

Sound = npt.NDArray[np.float32]


def nothing(done: int, total: int, text: str) -> None:
    """Progress that nobody hears."""


@pytest.fixture(scope="module")
def mix() -> mixes.Mix:
    return mixes.mix(7, bars=4)


def wav(path: Path, sound: Sound, rate: int = RATE, subtype: str = "FLOAT") -> Path:
    soundfile.write(path, sound.T, rate, subtype=subtype)
    return path


def separated(
    path: Path, folder: Path, tell: Callable[[int, int, str], None] = nothing, **given: Any
) -> dict[str, Any]:
    return separate.run({"path": str(path), "folder": str(folder), "separator": "signal", **given}, tell)


def parts(folder: Path) -> dict[str, Sound]:
    return {part: soundfile.read(folder / f"{part}.wav", always_2d=True, dtype="float32")[0].T for part in PARTS}


def below(error: Sound, sound: Sound) -> float:
    """How far an error lies below a sound, in dB."""
    return float(10 * np.log10(np.sum(error.astype(np.float64) ** 2) / np.sum(sound.astype(np.float64) ** 2) + 1e-30))


def test_the_four_files_sum_up_to_the_track(tmp_path: Path, mix: mixes.Mix) -> None:
    told = separated(wav(tmp_path / "track.wav", mix.sound), tmp_path / "out")
    made = parts(tmp_path / "out")
    assert {sound.shape for sound in made.values()} == {mix.sound.shape}
    assert below(mix.sound - sum(made.values()), mix.sound) < -100
    assert told["sum_db"] < -100
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(f"{part}.wav" for part in PARTS)


def test_tempo_and_key_are_those_of_the_whole_track(tmp_path: Path, mix: mixes.Mix) -> None:
    told = separated(wav(tmp_path / "track.wav", mix.sound), tmp_path / "out")
    assert told["tempo"] == pytest.approx(mix.tempo, rel=0.01)
    assert told["seconds"] == pytest.approx(mix.sound.shape[1] / RATE)


def test_the_same_track_gives_the_same_bytes(tmp_path: Path, mix: mixes.Mix) -> None:
    path = wav(tmp_path / "track.wav", mix.sound)
    for folder in ("one", "two"):
        separated(path, tmp_path / folder)
    for part in PARTS:
        assert (tmp_path / "one" / f"{part}.wav").read_bytes() == (tmp_path / "two" / f"{part}.wav").read_bytes()


@pytest.mark.parametrize("rate", [8_000, 22_050, 48_000, 96_000])
def test_a_track_of_another_rate_keeps_it(tmp_path: Path, rate: int) -> None:
    rng = np.random.default_rng(0)
    sound = (rng.standard_normal((2, 3 * rate)) * 0.1).astype(np.float32)
    told = separated(wav(tmp_path / "track.wav", sound, rate), tmp_path / "out")
    made = parts(tmp_path / "out")
    assert soundfile.info(tmp_path / "out" / "bass.wav").samplerate == told["rate"] == rate
    assert below(sound - sum(made.values()), sound) < -100


def test_a_mono_track_gives_mono_parts(tmp_path: Path, mix: mixes.Mix) -> None:
    sound = mix.sound.mean(axis=0, keepdims=True)
    told = separated(wav(tmp_path / "track.wav", sound), tmp_path / "out")
    made = parts(tmp_path / "out")
    assert told["channels"] == 1
    assert below(sound - sum(made.values()), sound) < -100


def test_eight_channels_are_mixed_to_two_first(tmp_path: Path) -> None:
    sound = (np.random.default_rng(0).standard_normal((8, 2 * RATE)) * 0.05).astype(np.float32)
    assert separated(wav(tmp_path / "track.wav", sound), tmp_path / "out")["channels"] == 2
    assert parts(tmp_path / "out")["other"].shape == (2, 2 * RATE)


def test_a_part_beyond_full_scale_is_written_as_float_and_loses_nothing(tmp_path: Path, mix: mixes.Mix) -> None:
    sound = mix.sound * np.float32(4.0)
    separated(wav(tmp_path / "track.wav", sound), tmp_path / "out")
    assert "FLOAT" in {soundfile.info(tmp_path / "out" / f"{part}.wav").subtype for part in PARTS}
    assert below(sound - sum(parts(tmp_path / "out").values()), sound) < -100


def test_progress_counts_the_seconds_of_the_track(tmp_path: Path, mix: mixes.Mix) -> None:
    told: list[tuple[int, int, str]] = []
    separated(wav(tmp_path / "track.wav", mix.sound), tmp_path / "out", lambda *step: told.append(step))
    seconds = -(-mix.sound.shape[1] // RATE)
    assert told[0] == (0, 0, "reading the track")
    assert told[-1] == (seconds, seconds, f"taking apart: {seconds} of {seconds} s")


def bad(sound: Sound) -> Callable[[Path], Path]:
    return lambda folder: wav(folder / "bad.wav", sound)


def broken(folder: Path) -> Path:
    path = wav(folder / "bad.wav", np.ones((2, 3 * RATE), np.float32) * 0.1)
    path.write_bytes(path.read_bytes()[:9_999])
    return path


def no_audio(folder: Path) -> Path:
    (folder / "bad.wav").write_text("<!doctype html>")
    return folder / "bad.wav"


BAD = {
    "10 ms": (bad(np.full((2, RATE // 100), 0.1, np.float32)), "10 ms long"),
    "silence": (bad(np.zeros((2, 3 * RATE), np.float32)), "is silent"),
    "NaN": (bad(np.full((2, 3 * RATE), np.nan, np.float32)), "NaN"),
    "cut short": (broken, "cut short"),
    "a web page": (no_audio, "web page"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_track_is_refused_with_the_reason_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    make, reason = BAD[name]
    with pytest.raises(BadAudio, match=reason):
        separated(make(tmp_path), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_track_that_is_too_long_is_refused(tmp_path: Path, mix: mixes.Mix) -> None:
    with pytest.raises(BadAudio, match="longer than the 3 s"):
        separated(wav(tmp_path / "track.wav", mix.sound), tmp_path / "out", max_minutes=0.05)


def test_a_full_disk_leaves_no_part_of_a_file(tmp_path: Path, mix: mixes.Mix) -> None:
    path = wav(tmp_path / "track.wav", mix.sound)
    with full(200_000), pytest.raises(DiskFull, match="make room"):
        separated(path, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_network_that_is_not_there_is_named(tmp_path: Path, mix: mixes.Mix) -> None:
    with pytest.raises(ModelMissing, match="htdemucs"):
        separated(wav(tmp_path / "track.wav", mix.sound), tmp_path, separator="htdemucs", models=str(tmp_path))
