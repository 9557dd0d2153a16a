from pathlib import Path

import pytest

from liveengine.errors import BadArgument, DiskFull
from liveengine.stems import files
from tests.disk import full


def test_a_path_that_a_client_names_is_absolute() -> None:
    assert files.named("~/a.wav") == Path.home() / "a.wav"
    assert files.named("a b/ü.wav") == Path.cwd() / "a b" / "ü.wav"


@pytest.mark.parametrize("path", ["~nobody-of-this-name/a.wav", "a\0b.wav", "\ud800.wav"])
def test_what_can_be_no_path_is_told_so(path: str) -> None:
    with pytest.raises(BadArgument, match="is no path"):
        files.named(path)


def test_a_file_that_may_not_grow_is_told_with_the_reason_of_the_system(tmp_path: Path) -> None:
    match = r"takes no more \(File too large\); make room, or allow larger files"
    with full(10), pytest.raises(DiskFull, match=match):
        files.put_aside(tmp_path / "a.wav", tmp_path, "0" * 32, "bad_audio", "silence")
