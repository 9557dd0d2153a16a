"""Files and folders get their names whole, and take nobody else's."""

import errno
import os
from pathlib import Path
from typing import NoReturn

import pytest

from liveengine.sound.files import put, settle


def without_links(*_: object) -> NoReturn:
    raise OSError(errno.EPERM, "no links on this disk")


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
