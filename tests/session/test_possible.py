"""What stands in the way of variations is told with what to do about it."""

from pathlib import Path

import pytest

from liveengine.errors import BadArgument, LiveEngineError, ModelMissing, OutOfRange
from liveengine.session.clip import Clip
from liveengine.session.line import source_of
from liveengine.session.possible import LONGEST_S, check

RATE = 4


def checked(models: Path, kind: str, style: int = 0, seconds: float = 2.0) -> None:
    frames = round(seconds * RATE)
    clip = Clip(1, "deep", "bass", segment=0, key=1, frames=frames, loop_end=frames, beats=4.0)
    check(clip, source_of(clip, RATE), kind, style, models, RATE)  # type: ignore[arg-type]


def test_every_kind_is_possible_with_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "bass").mkdir()
    (tmp_path / "bass" / "card.json").touch()
    for kind in ("auto", "slices", "grains", "walk", "style"):
        checked(tmp_path, kind, style=7)


@pytest.mark.parametrize(
    ("kind", "seconds", "error", "advice"),
    [
        ("walk", 2.0, ModelMissing, "`liveengine train category bass` teaches one, and the kinds auto, slices"),
        ("style", 2.0, BadArgument, "set /track/.../mutation/style first"),
        ("slices", LONGEST_S + 1.0, OutOfRange, "'deep' lasts 121 s, at most 120 s mutate: shorten its loop"),
    ],
)
def test_what_is_lacking_is_told(
    tmp_path: Path, kind: str, seconds: float, error: type[LiveEngineError], advice: str
) -> None:
    with pytest.raises(error, match=advice):
        checked(tmp_path, kind, seconds=seconds)
