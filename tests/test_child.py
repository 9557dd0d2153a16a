import os
import re
from pathlib import Path

import pytest

from liveengine import child
from liveengine.child import Log
from liveengine.terminal import Terminal

TIME = rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d "


def written(path: Path, *pieces: bytes) -> bytes:
    """Return what a log file holds of these pieces, each time as T and a space."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    log = Log(path, Terminal(nothing))
    for piece in pieces:
        log.write(piece)
    log.close()
    os.close(nothing)
    return re.sub(TIME, b"T ", path.read_bytes())


def test_each_line_of_the_file_begins_with_its_time(tmp_path: Path) -> None:
    assert written(tmp_path / "log", b"one\ntwo\n", b"\n", b"three") == b"T one\nT two\nT \nT three"


def test_a_line_that_comes_in_pieces_has_one_time(tmp_path: Path) -> None:
    assert written(tmp_path / "log", b"on", b"", b"e", b"\ntw", b"o\n") == b"T one\nT two\n"


def test_nothing_is_written_of_nothing(tmp_path: Path) -> None:
    assert written(tmp_path / "log", b"", b"") == b""


def test_the_file_before_is_kept_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "LOG_BYTES", 100)
    assert written(tmp_path / "a.log", b"x" * 60 + b"\n", b"y" * 60 + b"\n") == b"T " + b"y" * 60 + b"\n"
    assert re.sub(TIME, b"T ", (tmp_path / "a.log.1").read_bytes()) == b"T " + b"x" * 60 + b"\n"
