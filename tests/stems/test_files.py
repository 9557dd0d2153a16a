from pathlib import Path

import pytest

from liveengine.errors import BadArgument
from liveengine.stems import files


def test_a_path_that_a_client_names_is_absolute() -> None:
    assert files.named("~/a.wav") == Path.home() / "a.wav"
    assert files.named("a b/ü.wav") == Path.cwd() / "a b" / "ü.wav"


@pytest.mark.parametrize("path", ["~nobody-of-this-name/a.wav", "a\0b.wav", "\ud800.wav"])
def test_what_can_be_no_path_is_told_so(path: str) -> None:
    with pytest.raises(BadArgument, match="is no path"):
        files.named(path)
