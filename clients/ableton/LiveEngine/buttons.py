"""MIDI buttons for the tracks and scenes that are selected in Live. Runs on: Live's main thread."""

from __future__ import annotations

import importlib
from typing import Any, Callable

from .door import Door
from .places import Places
from .settings import Button, Settings

NOTE_ON, NOTE_OFF, CC = 0x90, 0x80, 0xB0


class Buttons:
    """Has Live forward what the settings name, and sends what a press stands for."""

    def __init__(self, door: Door, places: Places, settings: Settings, say: Callable[[str], None]) -> None:
        self._door, self._places, self._say = door, places, say
        self._bound: dict[tuple[str, int, int], Button] = {
            (button.kind, button.channel, button.number): button for button in settings.buttons
        }

    def forward(self, script: Any, midi_map: Any) -> None:
        """Have Live forward the controls to this script instead of playing them; channels count from 0 there."""
        if not self._bound:
            return
        maps = importlib.import_module("Live").MidiMap
        for kind, channel, number in self._bound:
            forward = maps.forward_midi_note if kind == "note" else maps.forward_midi_cc
            forward(script, midi_map, channel - 1, number)

    def receive(self, message: tuple[int, ...]) -> None:
        """Take a MIDI message that Live has forwarded; a release does nothing."""
        if len(message) != 3 or message[0] & 0xF0 not in (NOTE_ON, CC) or message[2] == 0:
            return
        kind = "cc" if message[0] & 0xF0 == CC else "note"
        button = self._bound.get((kind, (message[0] & 0x0F) + 1, message[1]))
        if button is None:
            return
        address = self._address(button.to)
        if address is None:
            self._say("the selected track stands for none of the engine's")
        else:
            self._door.ask(address, *button.values, done=lambda answer: self._say(_told(address, button, answer)))

    def _address(self, to: str) -> str | None:
        for word, selected in (("{track}", self._places.selected_track), ("{scene}", self._places.selected_scene)):
            if word in to:
                number = selected()
                if number is None:
                    return None
                to = to.replace(word, str(number))
        return to


def _told(address: str, button: Button, answer: tuple[Any, ...]) -> str:
    return " ".join([address] + [str(value) for value in button.values])
