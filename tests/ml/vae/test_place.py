"""A folder that takes another's place is there whole, whatever kills it, and where names cannot be exchanged too."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from liveengine.fabrik.training import mended
from liveengine.ml.vae import place

KILLED = """
import os, signal, sys
from pathlib import Path
from liveengine.ml.vae import place

def die(self, target):
    moved(self, target)
    if self.name == "kick":
        os.kill(os.getpid(), signal.SIGKILL)

moved, Path.rename = Path.rename, die
place._exchanged = lambda one, other: False
place.take_place(Path(sys.argv[1]), {"card.json": b"new"})
"""


@pytest.mark.parametrize("can", [True, False])
def test_a_folder_takes_the_place_of_an_older_one_and_nothing_else_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can: bool
) -> None:
    if not can:
        monkeypatch.setattr(place, "_exchanged", lambda one, other: False)
    for text in (b"old", b"new"):
        place.take_place(tmp_path / "kick", {"card.json": text})
    assert (tmp_path / "kick" / "card.json").read_bytes() == b"new"
    assert [one.name for one in tmp_path.iterdir()] == ["kick"]


def test_a_kill_where_names_cannot_be_exchanged_leaves_the_older_model(tmp_path: Path) -> None:
    target = tmp_path / "kick"
    place.take_place(target, {"card.json": b"old"})
    ended = subprocess.run([sys.executable, "-c", KILLED, str(target)], capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    assert not target.exists()
    mended(target)
    assert (target / "card.json").read_bytes() == b"old"
