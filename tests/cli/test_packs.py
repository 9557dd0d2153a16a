from pathlib import Path

import soundfile

from liveengine.cli import packs
from liveengine.jobs import identify


def test_stems_last_eight_seconds_and_no_two_are_alike(tmp_path: Path) -> None:
    paths = packs.stems(tmp_path / "kit", 4, seed=0)
    assert len({path.read_bytes() for path in paths}) == 4
    for path in paths:
        info = soundfile.info(path)
        assert (info.duration, info.channels, info.subtype) == (8.0, 2, "PCM_24")


def test_hollow_files_have_whole_headers_and_marks_of_their_own(tmp_path: Path) -> None:
    packs.hollow(tmp_path / "names", 8, seed=0)
    paths = [str(path) for path in sorted((tmp_path / "names").iterdir())]
    looks = identify.run({"paths": paths}, lambda done, total, text: None)["files"]
    assert [look["duration"] for look in looks] == [8.0] * 8
    assert len({look["mark"] for look in looks}) == 8
