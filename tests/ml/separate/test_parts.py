"""Four files that grow together: nothing is lost, nothing is overwritten, nothing is left half."""

import os
import resource
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from liveengine.errors import BadArgument, DiskFull
from liveengine.ml.separate import PARTS
from liveengine.ml.separate.parts import LARGEST, Files

RATE = 8_000
NAMES = sorted(f"{part}.wav" for part in PARTS)
Sound = npt.NDArray[np.float32]


def sound(loud: float = 0.5, seed: int = 0) -> dict[str, Sound]:
    rng = np.random.default_rng(seed)
    return {part: rng.uniform(-loud, loud, (2, RATE)).astype(np.float32) for part in PARTS}


def opened(folder: Path, hidden: str | None = None) -> Files:
    return Files(folder, "", RATE, 2, 2 * RATE, hidden)


def written(folder: Path, *pieces: dict[str, Sound]) -> dict[str, Path]:
    files = opened(folder)
    try:
        for piece in pieces:
            files.write(piece)
        return files.finish()
    finally:
        files.discard()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_pieces_stand_one_behind_the_other(tmp_path: Path) -> None:
    one, two = sound(seed=1), sound(seed=2)
    found = written(tmp_path / "out", one, two)
    assert names(tmp_path / "out") == NAMES
    for part, path in found.items():
        assert soundfile.info(path).subtype == "PCM_24"
        read = soundfile.read(path, dtype="float32")[0].T
        assert np.abs(read - np.concatenate([one[part], two[part]], axis=1)).max() <= 2**-23


@pytest.mark.parametrize("frames", [1, 8, 4_801])
def test_mono_of_any_length_is_the_wav_that_libsndfile_writes(tmp_path: Path, frames: int) -> None:
    mono = {part: piece[:1, :frames] for part, piece in sound().items()}
    files = Files(tmp_path, "", RATE, 1, frames)
    files.write(mono)
    for path in files.finish().values():
        soundfile.write(tmp_path / "same.wav", *soundfile.read(path, dtype="int32"), subtype="PCM_24")
        same = (tmp_path / "same.wav").read_bytes()
        assert path.read_bytes() == same
        assert len(same) % 2 == 0
        assert int.from_bytes(same[4:8], "little") == len(same) - 8


def test_a_piece_without_frames_adds_nothing(tmp_path: Path) -> None:
    nothing = {part: piece[:, :0] for part, piece in sound().items()}
    found = written(tmp_path, nothing, sound(), nothing)
    assert {soundfile.info(path).frames for path in found.values()} == {RATE}


def test_beyond_full_scale_a_part_goes_on_as_float_and_keeps_what_it_had(tmp_path: Path) -> None:
    one, two = sound(), sound() | {"bass": sound(3.0)["bass"]}
    found = written(tmp_path, one, two)
    assert {part: soundfile.info(path).subtype for part, path in found.items()} == dict.fromkeys(PARTS, "PCM_24") | {
        "bass": "FLOAT"
    }
    read = soundfile.read(found["bass"], dtype="float32")[0].T
    assert np.array_equal(read[:, RATE:], two["bass"])
    assert np.abs(read[:, :RATE] - one["bass"]).max() <= 2**-23
    assert names(tmp_path) == NAMES


def test_what_has_a_name_meanwhile_stays_and_nothing_is_named(tmp_path: Path) -> None:
    files = opened(tmp_path)
    files.write(sound())
    (tmp_path / "other.wav").write_bytes(b"precious")  # the last of the four
    with pytest.raises(BadArgument, match=r"other\.wav"):
        files.finish()
    files.discard()
    assert names(tmp_path) == ["other.wav"]
    assert (tmp_path / "other.wav").read_bytes() == b"precious"


@pytest.mark.parametrize("killed", [1, 3, 4])
def test_a_job_that_was_killed_between_two_names_finds_its_own(tmp_path: Path, killed: int) -> None:
    written(tmp_path, sound())
    for part in PARTS[killed:]:
        (tmp_path / f"{part}.wav").rename(tmp_path / f".{part}.wav.part")
    first = tmp_path / f"{PARTS[0]}.wav"
    os.link(first, tmp_path / f".{PARTS[0]}.wav.part")  # it had both names
    before = first.read_bytes()
    written(tmp_path, sound())
    assert names(tmp_path) == NAMES
    assert first.read_bytes() == before


def test_two_that_write_into_one_folder_have_hidden_names_of_their_own(tmp_path: Path) -> None:
    one, two = opened(tmp_path, "one-"), opened(tmp_path, "two-")
    one.write(sound(seed=1))
    two.write(sound(seed=2))
    two.discard()
    assert set(one.finish()) == set(PARTS)
    assert names(tmp_path) == NAMES


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    files = opened(tmp_path)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with pytest.raises(DiskFull, match="make room"):
            files.write({part: np.tile(piece, 3) for part, piece in sound().items()})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        files.discard()
    assert names(tmp_path) == []


def test_what_no_wav_can_hold_is_refused_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="longer than a WAV can hold"):
        Files(tmp_path / "out", "", 48_000, 2, LARGEST // 8 + 1)
    assert not (tmp_path / "out").exists()
