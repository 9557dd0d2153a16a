from typing import Any

import pytest

from liveengine.control.midi.control import Control, Window, controls
from liveengine.control.midi.mapping import Binding, Key, Mapping


def control(**extra: Any) -> Control:
    source = {"type": "cc", "channel": 1, "number": 0}
    to = {"to": "/track/{column}/gain", "mode": "absolute"}
    binding = Binding.model_validate({"in": source, **to, "columns": {"count": 8}, **extra})
    return Control(binding, Key("cc", 1, 0), 0, 0)


def test_a_position_falls_into_the_range() -> None:
    pan = control(range=[-1, 1], takeover="jump")
    assert [pan.move(position, 0.0) for position in (0.0, 0.5, 1.0)] == [-1.0, 0.0, 1.0]
    assert [pan.share(value) for value in (-1.0, 0.5, 7.0)] == [0.0, 0.75, 1.0]


def test_a_range_may_run_backwards() -> None:
    pan = control(range=[1, 0], takeover="jump")
    assert pan.move(0.25, 0.0) == 0.75


def test_a_fader_lets_go_when_another_moves_the_value_and_not_when_it_did() -> None:
    fader = control()
    assert fader.move(0.5, 0.5) == 0.5
    fader.sent(0.5)
    fader.note(0.5)
    assert fader.caught
    fader.note(0.9)
    assert fader.move(0.5, 0.9) is None


def test_a_fader_does_not_let_go_of_what_it_is_setting() -> None:
    fader = control()
    fader.move(0.5, 0.5)
    fader.setting = True
    fader.note(0.52)  # the property knows coarser steps
    assert fader.caught


def test_a_fader_lets_go_when_the_window_moves() -> None:
    fader = control()
    fader.move(0.5, 0.5)
    fader.look(Window(8, 0))
    assert fader.address == "/track/9/gain"
    assert not fader.caught


def test_an_encoder_goes_on_from_the_value_and_stops_at_the_ends() -> None:
    knob = control(mode="relative", range=[0, 100], step=0.1)
    assert [knob.turn(steps, 95.0) for steps in (1, -2, 0)] == [100.0, pytest.approx(75.0), 95.0]


def test_of_two_bindings_of_a_control_the_later_counts_and_shift_is_another_layer() -> None:
    source = {"type": "cc", "channel": 1, "number": 0}
    found = controls(
        Mapping.model_validate(
            {
                "device": {"match": "x"},
                "bindings": [
                    {"in": source, "to": "/one", "mode": "press"},
                    {"in": source, "to": "/two", "mode": "press"},
                    {"in": source, "to": "/three", "mode": "press", "shift": True},
                ],
            }
        )
    )
    key = Key("cc", 1, 0)
    assert [found.find(key, shift).address for shift in (False, True)] == ["/two", "/three"]  # type: ignore[union-attr]
    assert found.find(Key("cc", 1, 1), False) is None
    assert len(found.all) == 2
