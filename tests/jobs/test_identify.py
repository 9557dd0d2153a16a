import os
from pathlib import Path

import numpy as np
import soundfile

from liveengine.jobs import identify


def looked(*paths: Path) -> list[dict[str, object] | None]:
    payload = {"paths": [str(path) for path in paths]}
    files: list[dict[str, object] | None] = identify.run(payload, lambda done, total, text: None)["files"]
    return files


def test_header_and_name_are_read_without_decoding(tmp_path: Path) -> None:
    path = tmp_path / "Bass_Loop_Am_128bpm.wav"
    soundfile.write(path, np.zeros((48_000, 2)), 24_000)
    (look,) = looked(path)
    assert look is not None
    assert (look["rate"], look["channels"], look["frames"], look["duration"]) == (24_000, 2, 48_000, 2.0)
    assert (look["category"], look["tempo"], look["key"], look["loop"]) == ("bass", 128.0, "Am", True)
    assert look["real"] == str(path)


def test_equal_files_have_one_mark_and_a_change_in_the_middle_another(tmp_path: Path) -> None:
    sound = np.zeros(100_000, np.int16)
    for name, value in (("a.wav", 0), ("b.wav", 0), ("c.wav", 1)):
        sound[50_000] = value
        soundfile.write(tmp_path / name, sound, 44_100)
    one, equal, other = (look and look["mark"] for look in looked(*(tmp_path / f"{name}.wav" for name in "abc")))
    assert one == equal != other


def test_what_needs_a_closer_look_is_none_and_harms_no_other(tmp_path: Path) -> None:
    (tmp_path / "empty.wav").touch()
    (tmp_path / "page.wav").write_text("<!doctype html>")
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "loop.wav").symlink_to(tmp_path / "loop.wav")
    (tmp_path / "folder.wav").mkdir()
    soundfile.write(tmp_path / "good.wav", np.zeros(100), 44_100)
    (tmp_path / "link.wav").symlink_to(tmp_path / "good.wav")
    names = ("empty", "page", "pipe", "loop", "folder", "gone", "good", "link")
    looks = looked(*(tmp_path / f"{name}.wav" for name in names))
    assert [look is not None for look in looks] == [False] * 6 + [True] * 2
    assert looks[7] is not None
    assert looks[7]["real"] == str(tmp_path / "good.wav")
