from pathlib import Path
from typing import Any

import pytest

from liveengine import config
from liveengine.command import Registry
from liveengine.control.settings import Settings
from liveengine.errors import BadArgument, NotFound


@pytest.fixture
def made(tmp_path: Path) -> Registry:
    registry = Registry()
    registry.add(Settings(tmp_path, config.shipped()))
    return registry


async def all_of(made: Registry) -> dict[str, dict[str, Any]]:
    return {row["key"]: row for row in await made.call("/settings")}


async def test_every_setting_is_listed_with_what_it_may_be(made: Registry) -> None:
    found = await all_of(made)
    assert set(found) == {f"{s}.{n}" for s, group in config.shipped().model_dump().items() for n in group}
    block = found["audio.block"]
    assert (block["value"], block["default"], block["kind"], block["least"], block["most"]) == (
        128,
        128,
        "int",
        16,
        2048,
    )
    assert found["session.warp"]["choices"] == ["repitch", "beats", "stretch"]
    assert all(row["about"] or key in BARE for key, row in found.items())


BARE = {"control.osc_port", "control.midi", "engine.tracks", "engine.voices", "library.embedder", "log.level"}


async def test_a_change_is_written_and_counts_from_the_next_start_on(made: Registry, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("# mine\n[audio]\ndevice = 'x'  # the desk\n", "utf-8")
    told = await made.call("/settings/change", "audio.block", 256)
    assert (told["value"], told["coming"]) == (128, 256)
    assert config.load(tmp_path).audio.block == 256
    assert "# mine" in file.read_text("utf-8")
    assert "# the desk" in file.read_text("utf-8")
    await made.call("/settings/change", "audio.block")
    assert config.load(tmp_path).audio.block == 128
    assert config.load(tmp_path).audio.device == "x"


@pytest.mark.parametrize(
    ("key", "value", "stored"),
    [
        ("audio.block", "64", 64),
        ("control.midi", "false", False),
        ("control.origins", ["http://a"], ["http://a"]),
        ("audio.device", 'a\0"\n=[', 'a\0"\n=['),
    ],
)
async def test_a_value_is_stored_as_its_type(made: Registry, tmp_path: Path, key: str, value: Any, stored: Any) -> None:
    await made.call("/settings/change", key, value)
    section, name = key.split(".")
    assert getattr(getattr(config.load(tmp_path), section), name) == stored


@pytest.mark.parametrize(
    ("key", "value"), [("audio.block", 1), ("audio.block", "many"), ("session.warp", "fast"), ("control.origins", 5)]
)
async def test_a_value_that_no_start_would_take_is_refused(
    made: Registry, tmp_path: Path, key: str, value: Any
) -> None:
    with pytest.raises(BadArgument, match=key):
        await made.call("/settings/change", key, value)
    assert not (tmp_path / "config.toml").exists()


async def test_a_setting_that_is_not_there_is_not_found(made: Registry) -> None:
    with pytest.raises(NotFound, match="no setting 'audio"):
        await made.call("/settings/change", "audio.blok", 1)


async def test_a_file_that_cannot_be_read_keeps_nothing_from_being_listed(made: Registry, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[audio\n", "utf-8")
    assert (await all_of(made))["audio.block"]["coming"] == 128
    with pytest.raises(BadArgument, match=r"config\.toml"):
        await made.call("/settings/change", "audio.block", 256)
