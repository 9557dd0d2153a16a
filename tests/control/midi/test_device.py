import asyncio
from pathlib import Path

import numpy as np
import pytest

from liveengine.bus import Bus
from liveengine.command import Registry
from liveengine.control.midi.control import Window
from liveengine.control.midi.device import Device, Size
from liveengine.control.midi.mapping import Key, Mapping, load
from liveengine.control.midi.message import parse
from tests.control.midi.rig import Pads, Silent, door, standin
from tests.control.midi.test_mapping import SHIPPED
from tests.patience import until

PADS = Mapping.model_validate(
    {
        "device": {"match": "x", "enter": "F0 01 F7", "leave": "F0 02 F7"},
        "looks": {"pad": {"playing": {"value": 1}}},
        "bindings": [
            {
                "in": {"type": "note", "channel": 1, "number": 0},
                "to": "/track/{column}/clip/{row}/press",
                "mode": "hold",
                "columns": {"count": 8},
                "rows": {"count": 4, "number": 8},
                "light": {"shows": "/track/{column}/clip/{row}/state", "as": "pad"},
            },
        ],
    }
)


class House:
    """A device, and what it posted to the loop."""

    def __init__(self, mapping: Mapping = PADS) -> None:
        self.stage = Pads(Bus())
        self.registry = Registry()
        self.registry.add(self.stage)
        self.posted: list[list[int]] = []
        self.port = Silent("x")
        self.device = Device(self.port, "x", mapping, lambda _, message: self.posted.append(message))  # type: ignore[arg-type]
        self.device.hasten(self.registry)


async def test_only_what_is_wholly_a_press_is_done_at_once() -> None:
    house = House()
    strange = [[0x90, 0], [0x90, 0, 200], [0xA0, 0, 64], [0xB0, 0, 64], [0x91, 0, 64], [0x90, 32, 64], [0x90]]
    for message in strange:
        house.device.receive(message)
    assert house.posted == strange
    assert house.stage.pressed == []
    house.device.receive([])
    house.device.receive([0xF8])
    house.device.receive([0x90, 31, 1])
    assert house.stage.pressed == [("thread", 8, 4, 1.0)]
    assert house.posted == strange


async def test_a_binding_that_gives_a_command_too_little_is_left_to_the_loop_which_says_so() -> None:
    source = {"type": "note", "channel": 1, "number": 0}
    wrong = [
        {"in": source, "to": "/track/1/clip/1/press", "mode": "press"},
        {"in": {**source, "number": 1}, "to": "/nowhere", "mode": "hold"},
        {"in": {**source, "number": 2}, "to": "/hush", "mode": "hold"},
    ]
    house = House(Mapping.model_validate({"device": {"match": "x"}, "bindings": wrong}))
    for number in range(3):
        house.device.receive([0x90, number, 64])
    assert house.stage.pressed == []
    assert len(house.posted) == 3


async def test_what_is_held_when_the_window_moves_is_released_where_it_was_pressed() -> None:
    house = House()
    house.device.receive([0x90, 0, 64])
    house.device.move(8, 0, Size(16, 16))
    house.device.hasten(house.registry)
    house.device.receive([0x90, 0, 0])  # for the loop, which knows of no press
    assert house.stage.pressed == [("thread", 1, 1, 1.0), ("thread", 1, 1, 0.0)]
    assert house.posted == [[0x90, 0, 0]]


async def test_the_window_stays_over_what_there_is() -> None:
    device = House().device
    found = []
    for columns, rows in ((8, 0), (8, 0), (0, 100), (-3, -100), (-100, 0)):
        device.move(columns, rows, Size(16, 12))
        found.append(device.window)
    assert found == [Window(8, 0), Window(8, 0), Window(8, 8), Window(5, 0), Window(0, 0)]
    device.move(8, 0, Size(4, 2))  # fewer than the device has controls
    assert device.window == Window(0, 0)


async def test_a_device_is_set_up_and_left_as_it_was() -> None:
    house = House()
    house.device.enter()
    house.device.lights.show("/track/1/clip/1/state", "playing")
    house.device.leave()
    said = [message.hex(" ") for message in house.port.said]
    assert said == ["f0 01 f7", "90 00 01", "90 00 00", "f0 02 f7"]


async def test_with_another_map_the_old_lamps_go_dark() -> None:
    house = House()
    house.device.lights.show("/track/1/clip/1/state", "playing")
    house.device.load(load(SHIPPED / "generic.json"))
    assert house.port.said[-1] == bytes((0x90, 0, 0))
    assert house.device.at("/track/16/gain")


@pytest.mark.parametrize("name", ["launchpad_x", "apc40_mk2"])
async def test_a_million_random_bytes_stall_nobody_and_harm_nothing(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-runs-this")
    rng = np.random.default_rng(7)
    noise = rng.integers(0, 256, 500_000, dtype=np.uint8).tolist()
    cuts = np.cumsum(rng.choice([1, 2, 3, 3, 3, 3, 5], 170_000)).tolist()
    async with door(monkeypatch, tmp_path) as (found, stage):
        port = load(SHIPPED / f"{name}.json").device.match[0]
        device = standin(found, port)
        start = 0
        for number, end in enumerate(cuts):
            message = noise[start:end]
            if message and number % 2:
                message[0] |= 0x80  # half of them begin as a message does
            device.receive(message)
            start = end
            if number % 500 == 0:
                await asyncio.sleep(0)
        stage.pressed.clear()
        await until(lambda: not found._inbox)
        shift, pad = ([0xB0, 98, 0], 81) if name == "launchpad_x" else ([0x80, 98, 0], 32)
        for last in (shift, [0x90, pad, 0], [0x90, pad, 100]):
            device.receive(last)
        await until(lambda: any(pressed[3] == 1.0 for pressed in stage.pressed))
        assert "internal" not in found.stats()


async def test_the_loop_takes_a_flood_in_slices(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """16 ports at the speed of a cable give 50,000 messages a second; here a second of them comes at once."""
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-runs-this")
    async with door(monkeypatch, tmp_path) as (found, stage):
        stage.ready = False
        device = standin(found)
        for number in range(50_000):
            device.receive([0xB0, 7, number % 128] if number % 3 else [0x90, 36 + number % 8, number % 2 * 100])
        turns = 0
        while found._inbox:
            await asyncio.sleep(0)
            turns += 1
        assert turns > 100  # others had their turn meanwhile
        down = dict.fromkeys(range(1, 9), 0.0)
        for number in range(8):
            device.receive([0x80, 36 + number, 0])

        def let_go() -> bool:
            down.update({track: value for _, track, _, value in stage.pressed})
            return not any(down.values())

        await until(let_go)


async def test_a_million_random_bytes_are_taken_as_they_come() -> None:
    house = House(load(SHIPPED / "apc40_mk2.json"))
    chance = np.random.default_rng(7)
    data, ends = chance.integers(0, 256, 1_000_000, dtype=np.uint8).tolist(), chance.integers(1, 6, 500_000).cumsum()
    begin = 0
    for end in ends[ends <= len(data)].tolist():
        house.device.receive(data[begin:end])
        begin = end
    assert begin > 999_990
    turns = [turn for message in house.posted if (turn := parse(message)) is not None]
    assert len(turns) > 10_000
    assert all(1 <= turn.channel <= 16 and 0.0 <= turn.position <= 1.0 for turn in turns)
    assert {turn.type for turn in turns} == {"note", "cc", "bend"}


FADER = Mapping.model_validate(
    {
        "device": {"match": "x"},
        "bindings": [
            {
                "in": {"type": "cc", "channel": 1, "number": 7},
                "to": "/track/1/depth",
                "mode": "absolute",
                "takeover": "jump",
            },
            {"in": {"type": "cc", "channel": 1, "number": 8}, "to": "/track/1/depth", "mode": "absolute"},
        ],
    }
)


async def test_a_fader_that_has_taken_over_reaches_the_engine_at_once_and_the_loop_hears_of_it_as_well() -> None:
    house = House(FADER)
    house.device.receive([0xB0, 7, 127])
    house.device.receive([0xB0, 7, 0])
    assert house.stage.slid == [("thread", 1, 1.0), ("thread", 1, 0.0)]
    assert house.posted == [[0xB0, 7, 127], [0xB0, 7, 0]]


async def test_a_fader_that_waits_for_its_value_moves_nothing() -> None:
    house = House(FADER)
    house.device.receive([0xB0, 8, 127])
    assert house.stage.slid == []
    control = house.device.controls.find(Key("cc", 1, 8), False)
    assert control is not None
    control.move(0.5, 0.5)
    house.device.receive([0xB0, 8, 127])
    assert house.stage.slid == [("thread", 1, 1.0)]
    control.release()
    house.device.receive([0xB0, 8, 0])
    assert house.stage.slid == [("thread", 1, 1.0)]
