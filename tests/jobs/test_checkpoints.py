"""The table of Demucs' own checkpoints."""

import re

from liveengine.jobs import checkpoints


def test_each_tells_its_checksum_its_size_and_how_to_get_it() -> None:
    found = checkpoints.known()
    assert list(found) == ["htdemucs", "htdemucs_6s", "hdemucs_mmi"]
    for name, one in found.items():
        assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{8}\.th", one.file)
        assert 50 <= one.megabytes <= 200
        assert f"{one.folder}{one.file} (see {one.page})" in one.obtain
        assert one.obtain.endswith(f"liveengine models convert {one.file} --name {name}")
