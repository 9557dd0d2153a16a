"""Files get their places so that a kill leaves a stem or nothing."""

import json
from pathlib import Path

import pytest

from liveengine.errors import DiskFull
from liveengine.stems.placing import ENDING, Placing, clean, left


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    folder = tmp_path / "staging"
    folder.mkdir()
    return folder


def file(path: Path, text: str = "sound") -> Path:
    path.write_text(text)
    return path


def test_files_are_moved_and_a_note_names_them_until_they_are_stems(tmp_path: Path, staging: Path) -> None:
    placing, target = Placing(tmp_path, staging), tmp_path / "stems" / "kick" / "a.wav"
    placing.place({file(staging / "1.wav"): target})
    assert target.read_text() == "sound"
    (note,) = staging.iterdir()
    assert json.loads(note.read_text()) == ["stems/kick/a.wav"]
    assert left(staging, tmp_path) == [target]
    placing.done()
    assert not list(staging.iterdir())
    assert left(staging, tmp_path) == []


def test_what_is_undone_lies_where_it_was(tmp_path: Path, staging: Path) -> None:
    placing = Placing(tmp_path, staging)
    wanted = {file(staging / name, name): tmp_path / "stems" / name for name in ("1.wav", "2.wav")}
    placing.place(wanted)
    placing.undo()
    assert {path.name: path.read_text() for path in staging.iterdir()} == {"1.wav": "1.wav", "2.wav": "2.wav"}
    assert not list((tmp_path / "stems").iterdir())


def test_a_file_that_was_there_before_is_nobodys_to_remove(tmp_path: Path, staging: Path) -> None:
    target = tmp_path / "stems" / "a.wav"
    target.parent.mkdir()
    file(target, "the same")
    Placing(tmp_path, staging).place({file(staging / "1.wav", "the same"): target})
    assert left(staging, tmp_path) == []  # as a killed daemon leaves it


def test_a_move_that_fails_leaves_a_note_of_what_was_moved(tmp_path: Path, staging: Path) -> None:
    placing = Placing(tmp_path, staging)
    with pytest.raises((DiskFull, OSError)):
        placing.place({file(staging / "1.wav"): tmp_path / "stems" / "a.wav", staging / "gone": tmp_path / "b.wav"})
    placing.undo()
    assert [path.name for path in staging.iterdir()] == ["1.wav"]


def test_the_next_start_removes_what_no_stem_has_and_a_note_that_was_cut_off(tmp_path: Path, staging: Path) -> None:
    orphan = file(tmp_path / "orphan.wav")
    (staging / f"a{ENDING}").write_text(json.dumps(["orphan.wav", "never-came.wav"]))
    (staging / f"b{ENDING}").write_text('["orph')
    file(staging / "half.wav")
    (found,) = left(staging, tmp_path)
    assert found == orphan
    clean(staging, [found])
    assert not orphan.exists()
    assert not list(staging.iterdir())
