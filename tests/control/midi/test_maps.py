import json
from pathlib import Path

import pytest

from liveengine.control.midi.mapping import Mapping
from liveengine.control.midi.maps import Maps
from tests.control.midi.rig import own

EMPTY = '{"device": {"match": "nano"}, "bindings": []}'


async def test_a_port_has_the_users_map_before_a_shipped_one(tmp_path: Path) -> None:
    assert Maps(tmp_path).fit("nanoKONTROL2 MIDI 1") == "nanokontrol2"
    own(tmp_path, EMPTY, "mine")
    maps = Maps(tmp_path)
    assert maps.fit("nanoKONTROL2 MIDI 1") == "mine"
    assert maps.fit("") == "generic"
    assert maps.fit("something else") == ""


async def test_a_broken_map_is_left_out_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    own(tmp_path, "{", "mine")
    assert Maps(tmp_path).get("mine") is None
    assert "mine.json" in caplog.text


async def test_a_file_that_is_written_is_read_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    maps = Maps(tmp_path)
    assert not maps.reread()
    own(tmp_path, EMPTY, "mine")
    assert maps.reread()
    assert maps.fit("nanoKONTROL2") == "mine"
    assert not maps.reread()
    own(tmp_path, EMPTY.replace("nano", "other"), "mine")
    assert maps.reread()
    assert maps.fit("nanoKONTROL2") == "nanokontrol2"
    own(tmp_path, '{"device":\n {"match": 1},\n "bindings": []}', "mine")
    assert not maps.reread()
    assert "mine.json, line 2: device.match" in caplog.text
    assert maps.fit("the other one") == "mine"  # what it said before holds on
    (tmp_path / "controllers" / "mine.json").unlink()
    assert maps.reread()
    assert maps.fit("the other one") == ""


async def test_without_the_users_file_the_shipped_map_is_back(tmp_path: Path) -> None:
    own(tmp_path, EMPTY, "nanokontrol2")
    maps = Maps(tmp_path)
    assert maps.get("nanokontrol2") == Mapping.model_validate_json(EMPTY)
    (tmp_path / "controllers" / "nanokontrol2.json").unlink()
    assert maps.reread()
    assert maps.get("nanokontrol2") == Maps(tmp_path / "elsewhere").get("nanokontrol2")


async def test_what_was_learned_and_kept_is_no_change(tmp_path: Path) -> None:
    maps = Maps(tmp_path)
    maps.put("nanokontrol2", Mapping.model_validate_json(EMPTY))
    assert not maps.reread()
    await maps.keep("nanokontrol2")
    assert not maps.reread()
    assert maps.get("nanokontrol2") == Mapping.model_validate_json(EMPTY)


async def test_a_map_is_kept_until_it_is_the_shipped_one_again(tmp_path: Path) -> None:
    maps = Maps(tmp_path)
    shipped = maps.get("nanokontrol2")
    path = tmp_path / "controllers" / "nanokontrol2.json"
    maps.put("nanokontrol2", Mapping.model_validate_json(EMPTY))
    await maps.keep("nanokontrol2")
    assert json.loads(path.read_text())["device"] == {"match": ["nano"]}
    maps.put("nanokontrol2", shipped)
    await maps.keep("nanokontrol2")
    assert not path.exists()
    maps.put("nanokontrol2", None)
    await maps.keep("nanokontrol2")
    assert maps.fit("nanoKONTROL2") == ""


async def test_a_map_for_a_new_port_is_called_after_it(tmp_path: Path) -> None:
    maps = Maps(tmp_path)
    assert maps.name("Arturia BeatStep:Arturia BeatStep MIDI 1 20:0") == "arturia_beatstep_arturia_beatstep_midi_1"
    assert maps.name("...") == "device"
    assert maps.empty("Arturia BeatStep MIDI 1 20:0").fits("Arturia BeatStep MIDI 1 24:0")
