"""Which control was moved, and of what sort it is: found out from what it sends. Runs on: event loop; pure.

A fader moves on from message to message; an encoder repeats the same small numbers; a button knows two values; a
control of 14 bits sends its lower half after the upper one; a parameter (NRPN) is chosen before it is set.
"""

import itertools
from dataclasses import dataclass, field
from typing import Any

from liveengine.control.midi.mapping import Key
from liveengine.control.midi.message import PAIRED, Turn

MOVES = 3  # messages until a control counts as moved ...
STEPS = 4  # ... or steps that it went
SURE = 12  # messages of an encoder that was turned one way only: the likelier of two readings counts then
_SLOW = 16  # steps that an encoder sends at once, at most


@dataclass(frozen=True)
class Gesture:
    """A control that was moved."""

    key: Key
    sort: str  # button | fader | encoder
    encoder: str = "twos"

    def fields(self) -> dict[str, Any]:
        """Return the binding's fields that it decides."""
        source = {"type": self.key.type, "channel": self.key.channel, "number": self.key.number}
        return {"in": source} | ({"encoder": self.encoder} if self.sort == "encoder" else {})


@dataclass
class Detector:
    """Takes turns until one control is known to have been moved on purpose; `buttons` = such are looked for."""

    buttons: bool
    _seen: dict[Key, list[int]] = field(default_factory=dict)
    _chosen: dict[int, dict[int, int]] = field(default_factory=dict)  # halves of a parameter's number, by channel
    _pairs: dict[Key, int] = field(default_factory=dict)  # how often a lower half came right after its upper one
    _before: Key | None = None

    def take(self, turn: Turn) -> Gesture | None:
        """Return what was moved, as soon as it is known."""
        if turn.type == "note":
            return Gesture(turn.key, "button") if self.buttons and turn.value else None
        if (parameter := self._parameter(turn)) is not None:
            return self._moved(parameter, turn.value)
        if turn.type == "cc" and turn.channel in self._chosen and turn.number in (98, 99, 6, 38):
            return None
        values = self._seen.setdefault(turn.key, [])
        values.append(turn.value)
        if turn.type == "bend":
            return self._fader(turn.key, values, scale=128)
        return self._controller(turn.key, values)

    def _parameter(self, turn: Turn) -> Key | None:
        """Return the parameter whose upper half a message sets."""
        if turn.type != "cc" or turn.number not in (98, 99, 6):
            return None
        halves = self._chosen.setdefault(turn.channel, {}) if turn.number != 6 else self._chosen.get(turn.channel)
        if halves is None:
            return None
        if turn.number != 6:
            halves[turn.number] = turn.value
            return None
        return Key("nrpn", turn.channel, halves[99] << 7 | halves[98]) if len(halves) == 2 else None

    def _moved(self, key: Key, value: int) -> Gesture | None:
        values = self._seen.setdefault(key, [])
        values.append(value)
        return self._fader(key, values)

    def _controller(self, key: Key, values: list[int]) -> Gesture | None:
        before, self._before = self._before, key
        upper = Key("cc", key.channel, key.number - PAIRED)
        if before == upper and key.number < 2 * PAIRED and not self.buttons:
            self._pairs[upper] = self._pairs.get(upper, 0) + 1
            return Gesture(Key("cc14", *upper[1:]), "fader") if self._pairs[upper] > 1 else None
        if key in self._pairs:
            return None  # its lower half follows
        if _is_button(values):
            return Gesture(key, "button") if self.buttons and len(values) > 1 else None
        if self.buttons:
            return None
        if (encoder := _encoder(values)) is not None:
            return Gesture(key, "encoder", encoder)
        return None if _may_be_encoder(values) else self._fader(key, values)

    def _fader(self, key: Key, values: list[int], scale: int = 1) -> Gesture | None:
        if self.buttons:
            return None
        moves = sum(before != after for before, after in itertools.pairwise(values)) + 1
        went = abs(values[-1] - values[0]) >= STEPS * scale
        return Gesture(key, "fader") if len(values) > 1 and (went or moves >= MOVES) else None


def _is_button(values: list[int]) -> bool:
    """Return whether there were two values only, in turn, of which one is 0 and the other far away."""
    pressed = {value for value in values if value}
    turns = all(before != after for before, after in itertools.pairwise(values))
    return len(pressed) == 1 and turns and min(pressed) >= 64 and (len(values) == 1 or 0 in values)


def _may_be_encoder(values: list[int]) -> bool:
    """Return whether a value came twice running, which no fader sends."""
    return any(before == after for before, after in itertools.pairwise(values))


def _encoder(values: list[int]) -> str | None:
    """Return how the encoder counts that sent these values; None = it is none, or nobody can tell yet."""
    if len(values) < MOVES or not _may_be_encoder(values):
        return None
    seen = set(values)
    fits = {
        "twos": all(1 <= value <= _SLOW or value >= 128 - _SLOW for value in seen),
        "offset": all(0 < abs(value - 64) <= _SLOW for value in seen),
        "sign": all(1 <= value <= _SLOW or 65 <= value <= 64 + _SLOW for value in seen),
    }
    found = [name for name, fit in fits.items() if fit]
    both = len(found) == 1 or len(values) >= SURE
    return found[0] if found and both else None
