import json
from pathlib import Path
from typing import Any

import LiveEngine.surface
import pytest
from LiveEngine.settings import FILE, Settings, load

from liveengine.cli.commands import registry
from tests.clients.ableton.live import Instance, Song


def read(folder: Path, **values: Any) -> tuple[Settings, list[str]]:
    (folder / "settings.json").write_text(json.dumps(values), "utf-8")
    return load(str(folder / "settings.json"))


def test_what_is_shipped_holds_every_setting_and_its_buttons_are_commands() -> None:
    settings, faults = load()
    assert not faults
    assert set(json.loads(Path(FILE).read_text("utf-8"))) == set(Settings._fields)
    assert settings._replace(buttons=()) == Settings()
    addresses = {command.address for command in registry()}
    assert {button.to for button in settings.buttons} <= addresses


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("host", "studio.local"),
        ("port", 0),
        ("port", True),
        ("follow", "me"),
        ("tracks", 3),
        ("offset", 501),
        ("selection", 1),
        ("token", None),
    ],
)
def test_a_wrong_value_is_told_and_has_its_default(tmp_path: Path, name: str, value: Any) -> None:
    settings, faults = read(tmp_path, **{name: value, "key": False})
    assert settings == Settings(key=False)
    assert len(faults) == 1
    assert name in faults[0]


def test_a_setting_that_does_not_exist_is_told(tmp_path: Path) -> None:
    assert read(tmp_path, prot=9000) == (Settings(), ["settings.json: there is no setting 'prot'"])


def test_a_button_that_is_none_is_told_and_the_others_are_kept(tmp_path: Path) -> None:
    good = {"in": {"type": "cc", "channel": 1, "number": 20}, "to": "/panic"}
    settings, faults = read(tmp_path, buttons=[good, {"in": {}}, 3, good | {"to": "panic"}])
    assert [button.to for button in settings.buttons] == ["/panic"]
    assert len(faults) == 3


@pytest.mark.parametrize("text", ["", "[]", "{", "\udcff", "null"])
def test_a_file_that_cannot_be_read_is_told_in_live(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    live = Instance(Song(lambda: 0.0))
    LiveEngine.surface.Surface(live, str(path)).disconnect()
    assert "the defaults are taken" in live.messages[0]
    assert live.log
