"""A stem as a file for other programs: whole, or not there."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from liveengine.errors import BadArgument, DiskFull
from liveengine.jobs import export
from liveengine.sound.about import About
from tests.disk import full

RATE = 48_000


@pytest.fixture
def payload(tmp_path: Path) -> dict[str, Any]:
    path = tmp_path / "noise.wav"
    soundfile.write(path, np.random.default_rng(0).uniform(-0.5, 0.5, (RATE, 2)), RATE, "PCM_24")
    about = asdict(About("noise", "fx", loop=False, frames=RATE))
    return {"path": str(path), "target": str(tmp_path / "out" / "a.flac"), "format": "flac", "about": about}


def run(payload: dict[str, Any]) -> dict[str, Any]:
    return export.run(payload, lambda done, of, words: None)


@pytest.mark.parametrize("frames", [1, 4_095, 4_096, RATE])
def test_a_flac_holds_every_sample(payload: dict[str, Any], frames: int) -> None:
    sound = soundfile.read(payload["path"])[0][:frames]
    soundfile.write(payload["path"], sound, RATE, "PCM_24")
    assert np.array_equal(soundfile.read(run(payload)["path"])[0], sound)


@pytest.mark.parametrize("missing", [1, 100, 5_000, 100_000])
def test_a_flac_whose_end_the_disk_did_not_take_is_no_finished_file(
    payload: dict[str, Any], missing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, write = Path(payload["target"]), soundfile.write
    target.parent.mkdir()
    soundfile.write(target, *soundfile.read(payload["path"]), "PCM_24")
    size = target.stat().st_size
    target.unlink()

    def short(*given: Any, **named: Any) -> None:
        with full(size - missing):  # when the comments are written there is room again
            write(*given, **named)

    monkeypatch.setattr(soundfile, "write", short)
    with pytest.raises(DiskFull, match=r"'a\.flac' cannot be written: .*; make room, or name"):
        run(payload)
    assert list(target.parent.iterdir()) == []


def test_what_flac_cannot_hold_is_told_and_wav_holds_it(payload: dict[str, Any]) -> None:
    soundfile.write(payload["path"], [[0.5], [-1.5]], RATE, "FLOAT")
    with pytest.raises(BadArgument, match="export it as wav"):
        run(payload)
    payload |= {"format": "wav", "target": payload["target"].replace(".flac", ".wav")}
    assert soundfile.read(run(payload)["path"])[0].tolist() == [0.5, -1.5]
