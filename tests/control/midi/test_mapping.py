import json
from pathlib import Path
from typing import Any

import pytest

from liveengine import config
from liveengine.command import Registry
from liveengine.control.midi.control import Window, controls
from liveengine.control.midi.feedback import Lights
from liveengine.control.midi.mapping import BadMapping, Binding, Key, Mapping, load, save
from liveengine.control.midi.target import target
from liveengine.daemon import owners
from liveengine.errors import BadArgument

SHIPPED = config.data("config") / "controllers"
NAMES = sorted(path.stem for path in SHIPPED.glob("*.json"))


def registry() -> Registry:
    """Return every command of the product, without anything behind it."""
    found = Registry()
    for owner in owners():
        found.add(object.__new__(owner))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_control_of_a_shipped_map_has_a_command_that_it_can_give_what_it_needs(name: str) -> None:
    known = registry()
    for control in controls(load(SHIPPED / f"{name}.json")).all:
        binding = control.binding
        if binding.mode in {"shift", "move"}:
            continue
        found, _ = known.find(control.address)
        if binding.args:
            found.bind(known.find(control.address)[1], binding.args, {})
            continue
        wanted = {"absolute": "fader", "relative": "fader", "toggle": "switch", "hold": "hold", "press": "press"}
        assert target(found).kind == wanted[binding.mode], control.address
        if wanted[binding.mode] == "fader":
            assert binding.range == target(found).range


@pytest.mark.parametrize("name", NAMES)
def test_every_lamp_of_a_shipped_map_shows_something_that_there_is(name: str) -> None:
    known = registry()
    mapping = load(SHIPPED / f"{name}.json")
    for shift in (False, True):
        lights = Lights(mapping, lambda key, message: None)
        lights.aim(controls(mapping), shift, Window())
        for address in lights._by_address:
            assert known.find(address)[0].kind in {"property", "query"}


def test_the_issues_controllers_are_there() -> None:
    assert {
        *("nanokontrol2", "apc_mini", "apc_mini_mk2", "apc40_mk2", "launchpad_x", "launchpad_mini_mk3"),
        *("launchpad_pro_mk3", "lpd8", "lpd8_mk2", "midi_fighter_twister", "generic"),
    } == set(NAMES)


@pytest.mark.parametrize(
    ("name", "key", "address"),
    [
        ("nanokontrol2", Key("cc", 1, 0), "/track/1/gain"),
        ("nanokontrol2", Key("cc", 1, 7), "/track/8/gain"),
        ("nanokontrol2", Key("cc", 1, 41), "/transport/play"),
        ("apc_mini", Key("note", 1, 56), "/track/1/clip/1/press"),
        ("apc_mini", Key("note", 1, 0), "/track/1/clip/8/press"),
        ("apc_mini", Key("note", 1, 63), "/track/8/clip/1/press"),
        ("apc_mini", Key("note", 1, 82), "/scene/1/launch"),
        ("apc_mini_mk2", Key("note", 1, 112), "/scene/1/launch"),
        ("apc_mini_mk2", Key("note", 1, 107), "/track/8/stop"),
        ("apc40_mk2", Key("note", 1, 32), "/track/1/clip/1/press"),
        ("apc40_mk2", Key("note", 1, 7), "/track/8/clip/5/press"),
        ("apc40_mk2", Key("note", 8, 52), "/track/8/stop"),
        ("apc40_mk2", Key("cc", 3, 7), "/track/3/gain"),
        ("launchpad_x", Key("note", 1, 81), "/track/1/clip/1/press"),
        ("launchpad_mini_mk3", Key("note", 1, 18), "/track/8/clip/8/press"),
        ("launchpad_pro_mk3", Key("cc", 1, 19), "/scene/8/launch"),
        ("lpd8", Key("note", 1, 43), "/track/4/clip/1/press"),
        ("lpd8_mk2", Key("cc", 1, 70), "/track/1/gain"),
        ("lpd8_mk2", Key("note", 10, 36), "/track/1/clip/2/press"),
        ("midi_fighter_twister", Key("cc", 1, 15), "/track/16/gain"),
        ("midi_fighter_twister", Key("cc", 2, 0), "/track/1/mute"),
    ],
)
def test_the_controls_lie_where_the_makers_put_them(name: str, key: Key, address: str) -> None:
    assert controls(load(SHIPPED / f"{name}.json")).plain[key].address == address


@pytest.mark.parametrize(
    ("port", "name"),
    [
        ("nanoKONTROL2:nanoKONTROL2 MIDI 1 20:0", "nanokontrol2"),
        ("APC MINI:APC MINI MIDI 1 24:0", "apc_mini"),
        ("APC mini mk2:APC mini mk2 APC mini mk2 Contr 28:0", "apc_mini_mk2"),
        ("APC40 mkII:APC40 mkII MIDI 1 24:0", "apc40_mk2"),
        ("Launchpad X:Launchpad X LPX MIDI In 24:1", "launchpad_x"),
        ("LPMiniMK3 MIDI Out", "launchpad_mini_mk3"),
        ("a2j:Launchpad Pro MK3 [24] (capture): LPProMK3 MIDI", "launchpad_pro_mk3"),
        ("LPD8:LPD8 MIDI 1 20:0", "lpd8"),
        ("LPD8 mk2:LPD8 mk2 MIDI 1 20:0", "lpd8_mk2"),
        ("Midi Fighter Twister:Midi Fighter Twister MIDI 1 20:0", "midi_fighter_twister"),
        ("Launchpad X:Launchpad X LPX DAW In 24:0", ""),
        ("Midi Through:Midi Through Port-0 14:0", ""),
    ],
)
def test_a_port_finds_its_map_and_no_other(port: str, name: str) -> None:
    assert [one for one in NAMES if load(SHIPPED / f"{one}.json").fits(port)] == ([name] if name else [])


@pytest.mark.parametrize(
    ("binding", "place"),
    [
        ({"in": {"type": "cc", "channel": 17, "number": 0}, "to": "/x", "mode": "press"}, "bindings.0.in.channel"),
        ({"in": {"type": "cc", "channel": 1, "number": 128}, "to": "/x", "mode": "press"}, "bindings.0.in"),
        ({"in": {"type": "cc14", "channel": 1, "number": 32}, "to": "/x", "mode": "absolute"}, "bindings.0.in"),
        ({"in": {"type": "cc", "channel": 1, "number": 0}, "to": "x", "mode": "press"}, "bindings.0.to"),
        ({"in": {"type": "cc", "channel": 1, "number": 0}, "mode": "press"}, "bindings.0"),
        ({"in": {"type": "cc", "channel": 1, "number": 0}, "to": "/x", "mode": "spin"}, "bindings.0.mode"),
        (
            {"in": {"type": "cc", "channel": 1, "number": 120}, "to": "/x", "mode": "press", "columns": {"count": 9}},
            "bindings.0",
        ),
        (
            {"in": {"type": "cc", "channel": 1, "number": 0}, "to": "/x", "mode": "absolute", "range": [1, 1]},
            "bindings.0",
        ),
        ({"in": {"type": "cc", "channel": 1, "number": 0}, "to": "/x", "mode": "press", "led": 1}, "bindings.0.led"),
        (
            {"in": {"type": "cc", "channel": 1, "number": 0}, "to": "/x", "mode": "press", "light": {"as": "pad"}},
            "value error, bindings.0.light: no look is called 'pad'",
        ),
    ],
)
def test_a_bad_map_names_file_and_place(tmp_path: Path, binding: dict[str, Any], place: str) -> None:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"device": {"match": "x"}, "bindings": [binding]}))
    with pytest.raises(BadMapping, match=rf"mine\.json, line 1: .*{place}"):
        load(path)


@pytest.mark.parametrize("message", ["F0 01", "01 02 03", "90 80 00", "F0 80 F7", "F7", "B0 01 02 03", "xyz", ""])
def test_what_is_no_message_is_not_sent_to_a_device(message: str) -> None:
    with pytest.raises(ValueError, match="hexadecimal"):
        Mapping.model_validate({"device": {"match": "x", "enter": [message]}, "bindings": []})


def test_a_text_that_is_no_json_is_told_with_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text('{"device": {"match": "x"},\n "bindings": [}')
    with pytest.raises(BadMapping, match=r"mine\.json: .* at line 2 column \d+; correct it"):
        load(path)
    path.write_bytes(b"\xff")
    with pytest.raises(BadMapping, match=r"mine\.json: no UTF-8"):
        load(path)


@pytest.mark.parametrize("name", NAMES)
def test_a_map_that_is_written_reads_as_it_was(name: str, tmp_path: Path) -> None:
    mapping = load(SHIPPED / f"{name}.json")
    save(tmp_path / "new" / "copy.json", mapping)
    assert load(tmp_path / "new" / "copy.json") == mapping
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["copy.json"]


def test_a_field_of_controls_has_columns_and_rows() -> None:
    binding = Binding.model_validate(
        {
            "in": {"type": "note", "channel": 1, "number": 10},
            "to": "/track/{column}/clip/{row}/press",
            "mode": "hold",
            "columns": {"count": 2, "number": 0, "channel": 1},
            "rows": {"count": 3, "number": -5, "first": 4},
        }
    )
    assert binding.at(binding.source, 1, 2) == Key("note", 2, 0)
    assert binding.address(binding.to, 1, 2) == "/track/2/clip/6/press"


def test_a_command_that_needs_more_than_a_number_cannot_be_bound() -> None:
    known = registry()
    for address in ("/stems/search", "/ingest", "/track/1/name", "/session/state"):
        with pytest.raises(BadArgument, match="a control can give"):
            target(known.find(address)[0])
