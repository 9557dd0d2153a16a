import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveengine import config
from liveengine.control.mapping import BadMapping, Binding, Control, Mapping, Turn, controls, find, load, parse

SHIPPED = config.data("config") / "controllers"


def control(**extra: Any) -> Control:
    source = {"type": "cc", "channel": 1, "number": 0}
    return Control(Binding.model_validate({"in": source, "to": "/track/1/gain", "mode": "absolute", **extra}), "/x")


@pytest.mark.parametrize(
    ("message", "turn"),
    [
        ([0x90, 60, 100], Turn("note", 1, 60, 100)),
        ([0x9F, 60, 0], Turn("note", 16, 60, 0)),
        ([0x80, 60, 64], Turn("note", 1, 60, 0)),
        ([0xB3, 7, 127], Turn("cc", 4, 7, 127)),
        ([0xE0, 0, 64], None),
        ([0xF8], None),
        ([0x90, 60], None),
        ([], None),
        ([0x90, 200, 1], None),
    ],
)
def test_notes_and_controllers_are_understood(message: list[int], turn: Turn | None) -> None:
    assert parse(message) == turn


@given(st.binary(max_size=16))
def test_any_bytes_give_an_answer(message: bytes) -> None:
    found = parse(message)
    assert found is None or 0 <= found.value <= 127


@pytest.mark.parametrize("name", ["nanokontrol2", "apc_mini", "generic"])
def test_the_shipped_maps_are_right(name: str) -> None:
    assert controls(load(SHIPPED / f"{name}.json"))


def test_the_korg_has_eight_faders_and_the_akai_its_grid() -> None:
    korg = controls(load(SHIPPED / "nanokontrol2.json"))
    assert [korg["cc", 1, number][0].address for number in (0, 7)] == ["/track/1/gain", "/track/8/gain"]
    akai = controls(load(SHIPPED / "apc_mini.json"))
    assert akai["note", 1, 56][0].address == "/track/1/clip/1/launch"
    assert akai["note", 1, 0][0].address == "/track/1/clip/8/launch"
    assert akai["note", 1, 63][0].address == "/track/8/clip/1/launch"


@pytest.mark.parametrize(
    ("binding", "place"),
    [
        ({"in": {"type": "cc", "channel": 17, "number": 0}, "to": "/x", "mode": "press"}, "bindings.0.in.channel"),
        ({"in": {"type": "cc", "channel": 1, "number": 0}, "to": "x", "mode": "press"}, "bindings.0.to"),
        ({"in": {"type": "cc", "channel": 1, "number": 0}, "to": "/x", "mode": "spin"}, "bindings.0.mode"),
        ({"in": {"type": "cc", "channel": 1, "number": 120}, "to": "/x", "mode": "press", "repeat": 9}, "bindings.0"),
        (
            {"in": {"type": "cc", "channel": 1, "number": 0}, "to": "/x", "mode": "absolute", "range": [1, 1]},
            "bindings.0",
        ),
        ({"in": {"type": "cc", "channel": 1, "number": 0}, "to": "/x", "mode": "press", "led": 1}, "bindings.0.led"),
    ],
)
def test_a_bad_map_names_file_and_place(tmp_path: Path, binding: dict[str, Any], place: str) -> None:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"device": {"match": "x"}, "bindings": [binding]}))
    with pytest.raises(BadMapping, match=rf"mine\.json: {place}"):
        load(path)


def test_a_map_of_the_user_replaces_its_namesake_and_a_bad_one_harms_no_other(tmp_path: Path) -> None:
    (tmp_path / "generic.json").write_text('{"device": {"match": ""}, "bindings": []}')
    (tmp_path / "broken.json").write_text("{")
    found = {path.name: mapping for path, mapping in find([SHIPPED, tmp_path])}
    assert isinstance(found["broken.json"], BadMapping)
    generic = found["generic.json"]
    assert isinstance(generic, Mapping)
    assert generic.bindings == ()
    assert isinstance(found["apc_mini.json"], Mapping)


def test_a_position_falls_into_the_range() -> None:
    pan = control(range=[-1, 1])
    assert [pan.value(0), pan.value(127)] == [-1.0, 1.0]


def test_a_fader_waits_until_it_meets_the_value() -> None:
    fader = control()
    assert [fader.catches(position, 0.5) for position in (0, 20, 60, 64)] == [False, False, False, True]
    assert fader.catches(127, 0.0)


def test_a_fader_that_jumps_across_the_value_has_met_it() -> None:
    fader = control()
    assert [fader.catches(position, 0.5) for position in (10, 120)] == [False, True]


def test_a_fader_lets_go_when_another_moves_the_value() -> None:
    fader = control()
    fader.catches(64, 0.5)
    fader.sent = 0.5
    fader.note(0.5)
    assert fader.caught
    fader.note(0.9)
    assert [fader.catches(64, 0.9)] == [False]


def test_a_fader_told_to_jump_never_waits() -> None:
    assert control(takeover="jump").catches(0, 1.0)
