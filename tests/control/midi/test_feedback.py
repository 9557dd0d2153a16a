from typing import Any

import mido
import pytest

from liveengine.control.midi.control import Window, controls
from liveengine.control.midi.feedback import Lights, message
from liveengine.control.midi.mapping import Key, Lit, Mapping

PAD = Key("note", 1, 10)
RING = Key("cc", 1, 20)
MAP = {
    "device": {"match": "x"},
    "looks": {
        "pad": {"queued": {"value": 21, "channel": 3}, "playing": {"value": 21}, "off": {"value": 1}},
        "switch": {"on": {"value": 127}, "off": {"value": 7}},
    },
    "bindings": [
        {
            "in": {"type": "note", "channel": 1, "number": 10},
            "to": "/track/{column}/press",
            "mode": "hold",
            "columns": {"count": 2},
            "light": {"shows": "/track/{column}/state", "as": "pad"},
        },
        {
            "in": {"type": "cc", "channel": 1, "number": 20},
            "to": "/pan",
            "mode": "absolute",
            "range": [-1, 1],
            "light": {"as": "position"},
        },
        {
            "in": {"type": "note", "channel": 1, "number": 10},
            "to": "/mute",
            "mode": "toggle",
            "shift": True,
            "light": {"as": "switch"},
        },
    ],
}


class Lamps:
    """Lights, and what each lamp was told."""

    def __init__(self) -> None:
        mapping = Mapping.model_validate(MAP)
        self.controls = controls(mapping)
        self.told: list[tuple[Key, bytes]] = []
        self.lights = Lights(mapping, lambda key, said: self.told.append((key, said)))
        self.lights.aim(self.controls, False, Window())

    def said(self) -> list[tuple[Key, bytes]]:
        told, self.told = self.told, []
        return told


@pytest.fixture
def lamps() -> Lamps:
    return Lamps()


def test_a_word_is_shown_by_its_look_and_any_other_as_off(lamps: Lamps) -> None:
    for word in ("playing", "queued", "empty"):
        lamps.lights.show("/track/1/state", word)
    assert lamps.said() == [(PAD, b"\x90\x0a\x15"), (PAD, b"\x92\x0a\x15"), (PAD, b"\x90\x0a\x01")]


def test_a_lamp_that_shows_it_already_is_not_told_again(lamps: Lamps) -> None:
    for _ in range(2):
        lamps.lights.show("/track/1/state", "playing")
    assert len(lamps.said()) == 1


@pytest.mark.parametrize(("value", "position"), [(-1.0, 0), (0.0, 64), (1.0, 127), (9.0, 127), (None, 0)])
def test_a_number_is_shown_as_a_position_in_its_range(lamps: Lamps, value: Any, position: int) -> None:
    lamps.lights.show("/pan", 0.5)
    lamps.said()
    lamps.lights.show("/pan", value)
    assert lamps.said() == [(RING, bytes((0xB0, 20, position)))]


def test_a_ring_that_its_user_turns_is_left_alone_and_told_next_time(lamps: Lamps) -> None:
    lamps.lights.show("/pan", 0.0)
    lamps.said()
    lamps.lights.show("/pan", 0.5, frozenset({RING}))
    assert lamps.said() == []
    lamps.lights.show("/pan", 0.0)
    assert lamps.said() == [(RING, bytes((0xB0, 20, 64)))]


async def test_what_the_window_shows_is_asked_for_and_what_is_not_there_is_dark(lamps: Lamps) -> None:
    async def ask(address: str) -> Any:
        if address == "/track/9/state":
            raise LookupError(address)
        return {"/track/8/state": "playing", "/pan": 1.0}[address]

    lamps.lights.show("/track/1/state", "playing")
    lamps.said()
    lamps.lights.aim(lamps.controls, False, Window(7, 0))
    await lamps.lights.refresh(ask)
    assert dict(lamps.said()) == {Key("note", 1, 11): b"\x90\x0b\x01", RING: b"\xb0\x14\x7f"}


def test_the_shift_layers_lamps_go_before_the_others(lamps: Lamps) -> None:
    lamps.lights.aim(lamps.controls, True, Window())
    lamps.lights.show("/track/1/state", "playing")
    lamps.lights.show("/track/2/state", "playing")
    lamps.lights.show("/mute", False)
    assert lamps.said() == [(Key("note", 1, 11), b"\x90\x0b\x15"), (PAD, b"\x90\x0a\x07")]


def test_all_lamps_go_dark_in_the_end(lamps: Lamps) -> None:
    lamps.lights.show("/track/1/state", "playing")
    lamps.lights.show("/pan", 0.5)
    assert lamps.lights.dark() == [b"\x90\x0a\x00", b"\xb0\x14\x00"]
    lamps.said()
    lamps.lights.show("/pan", 1.0)
    assert lamps.said() == []


@pytest.mark.parametrize("kind", ["note", "cc", "bend"])
def test_what_is_sent_is_what_mido_reads(kind: str) -> None:
    said = mido.Message.from_bytes(message(Key(kind, 2, 0 if kind == "bend" else 5), Lit(value=9, channel=4)))
    assert said.channel == 3
    assert {"note": ("note_on", 9), "cc": ("control_change", 9), "bend": ("pitchwheel", 9 * 128 - 8192)}[kind] == (
        said.type,
        getattr(said, {"note": "velocity", "cc": "value", "bend": "pitch"}[kind]),
    )
