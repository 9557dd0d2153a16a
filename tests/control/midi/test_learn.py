import json
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from liveengine.control.midi.device import Device
from liveengine.control.midi.door import MidiDoor
from liveengine.control.midi.learn import NotBound, NothingToUndo
from liveengine.errors import BadArgument, UnknownAddress
from liveengine.events import Changed, ControlBound
from tests.control.midi.rig import Keys, Pads, door, own, standin
from tests.patience import until

MINE = (
    '{"device": {"match": "mine"}, "looks": {"switch": {"on": {"value": 127}, "off": {"value": 0}}}, "bindings": ['
    '{"in": {"type": "cc", "channel": 1, "number": 7}, "to": "/track/{column}/gain", "mode": "absolute",'
    ' "takeover": "jump", "columns": {"count": 4}},'
    '{"in": {"type": "note", "channel": 1, "number": 90}, "mode": "shift"}]}'
)


class House:
    """A door with one device, and what was said on the bus."""

    def __init__(self, door: MidiDoor, stage: Pads, device: Device, library: Path) -> None:
        self.door, self.stage, self.device = door, stage, device
        self.file = library / "controllers" / "mine.json"
        self.bound: list[ControlBound] = []
        self.armed: list[Any] = []
        stage.bus.subscribe(self._hear)

    def _hear(self, event: Any) -> None:
        if isinstance(event, ControlBound):
            self.bound.append(event)
        if isinstance(event, Changed) and event.property == "/midi/learn":
            self.armed.append(event.value)

    def learn(self, address: str) -> str:
        return self.door.learn.learn(address)

    async def move(self, *messages: list[int]) -> ControlBound:
        count = len(self.bound)
        for message in messages:
            self.device.receive(message)
        await until(lambda: len(self.bound) > count)
        return self.bound[-1]

    async def written(self) -> list[dict[str, Any]]:
        """Return the bindings in the user's file, once what was learned last is in it."""
        await self.door.learn.close()
        found: list[dict[str, Any]] = json.loads(self.file.read_text())["bindings"]
        return found


@pytest.fixture
async def house(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[House]:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-runs-this")
    own(tmp_path, MINE)
    async with door(monkeypatch, tmp_path) as (found, stage):
        yield House(found, stage, standin(found, "mine"), tmp_path)


FADER = [0xB0, 20, 60], [0xB0, 20, 61], [0xB0, 20, 62]


async def test_the_first_fader_that_moves_is_bound_and_works_at_once(house: House) -> None:
    assert house.learn("/track/9/gain") == "/track/9/gain"
    said = await house.move(*FADER)
    assert said == ControlBound("mine", "cc 20 on channel 1", "/track/9/gain", "")
    assert house.armed == ["/track/9/gain", ""]
    for position in (90, 95):
        house.device.receive([0xB0, 20, position])
    await until(lambda: house.stage.gains)
    assert house.stage.gains == {9: pytest.approx(95 / 127)}
    assert (await house.written())[-1] == {
        "in": {"type": "cc", "channel": 1, "number": 20},
        "to": "/track/9/gain",
        "mode": "absolute",
    }


async def test_while_one_learns_nothing_else_happens(house: House) -> None:
    house.learn("/track/9/mute")
    house.device.receive([0xB0, 7, 127])
    house.device.receive([0xB0, 7, 100])
    await house.move([0x90, 5, 1])
    assert house.stage.gains == {}
    assert house.stage.mutes == {}


async def test_a_control_that_did_something_else_says_what_and_has_it_back(house: House) -> None:
    house.learn("/track/9/gain")
    said = await house.move([0xB0, 8, 60], [0xB0, 8, 70])
    assert said.replaced == "/track/2/gain"
    assert "was bound" in await house.door.learn.undo()
    house.device.receive([0xB0, 8, 127])
    await until(lambda: house.stage.gains)
    assert house.stage.gains == {2: 1.0}
    assert len(await house.written()) == 2
    with pytest.raises(NothingToUndo, match="no control was bound"):
        await house.door.learn.undo()


async def test_learning_again_leaves_one_binding_of_the_control(house: House) -> None:
    for address in ("/track/9/gain", "/track/10/gain"):
        house.learn(address)
        await house.move(*FADER)
    assert house.bound[-1].replaced == "/track/9/gain"
    assert [binding["to"] for binding in (await house.written())[2:]] == ["/track/10/gain"]


@pytest.mark.parametrize(
    ("address", "messages", "mode"),
    [
        ("/track/9/mute", ([0x90, 5, 100],), "toggle"),
        ("/track/9/clip/1/press", ([0x90, 5, 100],), "hold"),
        ("/panic", ([0xB0, 30, 127], [0xB0, 30, 0]), "press"),
        ("/track/9/gain", ([0xB0, 30, 1], [0xB0, 30, 1], [0xB0, 30, 127]), "relative"),
        ("/track/9/gain", ([0xB0, 3, 1], [0xB0, 35, 1], [0xB0, 3, 2], [0xB0, 35, 9]), "absolute"),
        ("/track/9/gain", ([0xE3, 0, 0], [0xE3, 0, 64]), "absolute"),
    ],
)
async def test_what_moves_decides_how_it_is_bound(
    house: House, address: str, messages: tuple[list[int], ...], mode: str
) -> None:
    house.learn(address)
    await house.move(*messages)
    assert (await house.written())[-1]["mode"] == mode


async def test_a_switch_gets_the_lamp_of_its_button(house: House) -> None:
    house.learn("/track/9/mute")
    await house.move([0x90, 5, 100])
    house.device.receive([0x90, 5, 0])
    house.device.receive([0x90, 5, 100])
    said = house.device.port.said  # type: ignore[attr-defined]
    await until(lambda: bytes((0x90, 5, 127)) in said)
    assert house.stage.mutes == {9: True}


async def test_with_shift_held_the_control_is_bound_for_that(house: House) -> None:
    house.learn("/track/9/gain")
    house.device.receive([0x90, 90, 127])
    said = await house.move([0xB0, 7, 10], [0xB0, 7, 20])
    assert said.replaced == ""
    house.device.receive([0x90, 90, 0])
    house.device.receive([0xB0, 7, 127])
    await until(lambda: house.stage.gains)
    assert house.stage.gains == {1: 1.0}


async def test_freed_controls_do_nothing_until_it_is_undone(house: House) -> None:
    assert await house.door.learn.forget("/track/2/gain") == 1
    house.device.receive([0xB0, 8, 127])
    house.device.receive([0xB0, 9, 127])
    await until(lambda: house.stage.gains)
    assert house.stage.gains == {3: 1.0}
    await house.door.learn.undo()
    house.device.receive([0xB0, 8, 127])
    await until(lambda: 2 in house.stage.gains)
    with pytest.raises(NotBound, match="/track/99/gain"):
        await house.door.learn.forget("/track/99/gain")


async def test_what_cannot_be_bound_is_refused_and_nothing_is_armed(house: House) -> None:
    with pytest.raises(UnknownAddress, match="/nowhere"):
        house.learn("/nowhere")
    with pytest.raises(BadArgument, match="prompt"):
        house.learn("/stems/search")
    assert house.learn("/track/1/gain")
    assert house.learn("") == ""
    assert not house.door.learn.armed


async def test_what_the_controls_do_can_be_listed(house: House) -> None:
    rows = house.door.learn.bindings()
    assert rows[0] == {
        "device": "mine",
        "control": "cc 7 on channel 1",
        "address": "/track/1/gain",
        "mode": "absolute",
        "shift": "",
    }
    assert house.door.learn.listed() == [{"port": "mine", "map": "mine", "lights": True, "column": 1, "row": 1}]


async def test_a_disk_that_refuses_is_told_and_the_binding_holds(
    house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    house.file.unlink()
    house.file.parent.rmdir()
    house.file.parent.write_text("a file where the folder should be")
    house.learn("/track/9/gain")
    await house.move(*FADER)
    await house.door.learn.close()
    assert "cannot be kept" in caplog.text
    house.device.receive([0xB0, 20, 95])
    await until(lambda: house.stage.gains)


@pytest.mark.usefixtures("server")
async def test_a_controller_without_a_map_is_heard_while_one_learns_and_has_one_then(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with door(monkeypatch, tmp_path) as (found, stage):
        with closing(Keys("Strange Box", "out")) as box, closing(Keys("Other Box", "out")):
            await until(lambda: found.inputs)
            found.learn.learn("/track/2/gain")
            await until(lambda: len(found.inputs) == 3)
            for value in (10, 20, 30):
                box.send(0xB0, 77, value)
            await until(lambda: not found.learn.armed)
            await until(lambda: len(found.inputs) == 2)
            for value in (94, 95):
                box.send(0xB0, 77, value)
            await until(lambda: stage.gains)
    saved = json.loads((tmp_path / "controllers" / "strange_box_out.json").read_text())
    assert saved["device"] == {"match": ["Strange Box:out"]}
    assert stage.gains == {2: pytest.approx(95 / 127, abs=0.01)}
