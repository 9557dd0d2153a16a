"""Files and folders get their names whole, and take nobody else's."""

import errno
import os
from pathlib import Path
from typing import NoReturn

import pytest
import soundfile

from liveengine.errors import BadArgument, BadAudio, DiskFull
from liveengine.sound.files import content, growing, put, settle, stored


def without_links(*_: object) -> NoReturn:
    raise OSError(errno.EPERM, "no links on this disk")


def fail(part: Path, error: Exception) -> NoReturn:
    part.write_text("half")
    raise error


def test_a_large_file_is_read_piece_by_piece_and_whole(tmp_path: Path) -> None:
    made = os.urandom(2_500_000)
    (tmp_path / "large").write_bytes(made)
    assert content(tmp_path / "large") == made
    (tmp_path / "empty").touch()
    assert content(tmp_path / "empty") == b""


@pytest.mark.parametrize("links", [True, False])
def test_a_file_gets_a_name_that_is_free_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        monkeypatch.setattr(os, "link", without_links)
    one, two, target = tmp_path / "one", tmp_path / "two", tmp_path / "target"
    one.write_text("one")
    two.write_text("two")
    put(one, target)
    with pytest.raises(FileExistsError):
        put(two, target)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"target": "one", "two": "two"}


def test_a_folder_gets_its_name_whole_and_takes_no_folder_that_holds_something(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    settle(tmp_path / "one", tmp_path / "target")
    with pytest.raises(OSError, match="not empty"):
        settle(tmp_path / "two", tmp_path / "target")
    assert (tmp_path / "target" / "file").read_text() == "one"
    assert (tmp_path / "two" / "file").read_text() == "two"


def test_a_file_that_grows_has_its_name_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "a.wav"
    target.write_text("old")
    with growing(target) as part:
        part.write_text("new")
        assert (part.name, target.read_text()) == (".a.wav.part", "old")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.wav": "new"}


def test_of_a_file_that_cannot_be_finished_nothing_is_left_and_the_old_one_stays(tmp_path: Path) -> None:
    target = tmp_path / "a.wav"
    target.write_text("old")
    with pytest.raises(BadAudio), growing(target) as part:
        fail(part, BadAudio("half"))
    with pytest.raises(FileNotFoundError), growing(tmp_path / "no folder" / "a.wav") as part:
        part.write_text("half")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.wav": "old"}


def test_a_sound_that_cannot_be_stored_is_told_with_what_to_do(tmp_path: Path) -> None:
    target = tmp_path / "new" / "a.wav"
    for said in (OSError(errno.ENOSPC, "No space left on device"), soundfile.LibsndfileError(2)):
        match = r"'a\.wav' cannot be written: .*; name another folder"
        with pytest.raises(DiskFull, match=match), stored(target, "name another folder") as part:
            fail(part, said)
    with pytest.raises(BadAudio, match="silence"), stored(target) as part:
        fail(part, BadAudio("silence"))
    assert list(target.parent.iterdir()) == []


def test_a_name_that_cannot_be_written_is_no_full_disk(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / ".taken.wav.part").mkdir()
    for name, reason in (("file/a.wav", "File exists"), ("taken.wav", "Is a directory"), ("a" * 255, "too long")):
        match = f"cannot be written: .*{reason}; name another folder"
        with pytest.raises(BadArgument, match=match), stored(tmp_path / name) as part:
            soundfile.write(part, [0.0], 48_000, format="WAV")
