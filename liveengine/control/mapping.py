"""Controller maps: from MIDI messages to commands, as a JSON file says. Runs on: event loop.

`{"device": {"match": "nanoKONTROL2"}, "bindings": [{"in": {"type": "cc", "channel": 1, "number": 0}, "repeat": 8,
"to": "/track/{n}/gain", "mode": "absolute", "range": [0, 1], "takeover": "pickup"}]}`

- `match`: part of the port's name, upper or lower case; empty = the map for our own virtual port
- `in`: `type` note or cc, `channel` 1..16, `number` 0..127; with `repeat` the numbers go up by one while `{n}` in `to`
  goes up from 1 (`first`)
- `mode`: `press` runs the command with `args` when a button goes down; `toggle` turns a property over when it goes
  down; `hold` sets a property to true while it is down; `absolute` sets a property to the position within `range`
- `takeover` of `absolute`: `pickup` waits until the control meets the value that is there; `jump` does not
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from liveengine.errors import BadInput

PICKUP = 3 / 127  # a control this near to the value has met it
_TOP = 127


class BadMapping(BadInput):
    """A controller map cannot be read; the message names file and place."""

    code = "bad_mapping"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Source(_Part):
    """The control that sends."""

    type: Literal["note", "cc"]
    channel: int = Field(ge=1, le=16)
    number: int = Field(ge=0, le=127)


class Binding(_Part):
    """One control, or a row of them, and what it does."""

    source: Source = Field(alias="in")
    to: str = Field(pattern="^/", max_length=256)
    mode: Literal["press", "toggle", "hold", "absolute"]
    args: tuple[bool | int | float | str, ...] = ()
    range: tuple[float, float] = (0.0, 1.0)
    takeover: Literal["pickup", "jump"] = "pickup"
    repeat: int = Field(default=1, ge=1, le=128)
    first: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.source.number + self.repeat - 1 > _TOP:
            raise ValueError(f"repeat {self.repeat} goes beyond number {_TOP}")
        if self.range[0] == self.range[1]:
            raise ValueError("range needs two different values")
        return self


class Device(_Part):
    """Which ports the map is for."""

    match: str


class Mapping(_Part):
    """A controller map."""

    device: Device
    bindings: tuple[Binding, ...]


class Turn(NamedTuple):
    """A MIDI message that a map can bind."""

    type: str  # note | cc
    channel: int  # 1..16
    number: int
    value: int  # 0 = released


def parse(message: bytes | list[int]) -> Turn | None:
    """Return the note or controller message; None for all else. A note-on with velocity 0 is a release."""
    if len(message) < 3 or any(not 0 <= byte <= _TOP for byte in message[1:3]):
        return None
    kind, channel = message[0] & 0xF0, (message[0] & 0x0F) + 1
    if kind == 0x90:
        return Turn("note", channel, message[1], message[2])
    if kind == 0x80:
        return Turn("note", channel, message[1], 0)
    return Turn("cc", channel, message[1], message[2]) if kind == 0xB0 else None


@dataclass
class Control:
    """One control of a connected device: its binding, and how far its takeover is."""

    binding: Binding
    address: str
    caught: bool = False
    sent: float | None = None  # the value that this control has set last
    _last: float | None = field(default=None, repr=False)

    def value(self, position: int) -> float:
        """Return the property's value at a position 0..127."""
        low, high = self.binding.range
        return low + (high - low) * position / _TOP

    def catches(self, position: int, current: float) -> bool:
        """Return whether the control, now at `position`, has met `current`; once met it stays so until `release`."""
        low, high = self.binding.range
        share, there = position / _TOP, (current - low) / (high - low)
        crossed = self._last is not None and (self._last - there) * (share - there) <= 0
        self._last = share
        self.caught = self.caught or self.binding.takeover == "jump" or crossed or abs(share - there) <= PICKUP
        return self.caught

    def note(self, value: Any) -> None:
        """Let go when the property has a value that this control has not set."""
        width = abs(self.binding.range[1] - self.binding.range[0])
        if self.sent is None or not isinstance(value, int | float) or abs(value - self.sent) > 1e-4 * width:
            self.caught = False
            self._last = None


def controls(mapping: Mapping) -> dict[tuple[str, int, int], list[Control]]:
    """Return the controls of a map by (type, channel, number), each in its first state."""
    found: dict[tuple[str, int, int], list[Control]] = {}
    for binding in mapping.bindings:
        source = binding.source
        for step in range(binding.repeat):
            address = binding.to.replace("{n}", str(binding.first + step))
            key = (source.type, source.channel, source.number + step)
            found.setdefault(key, []).append(Control(binding, address))
    return found


def load(path: Path) -> Mapping:
    """Return the map in a file; raise BadMapping."""
    try:
        return Mapping.model_validate_json(path.read_bytes())
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in detail["loc"])
        raise BadMapping(f"{path}: {place}: {detail['msg'].lower()}") from None
    except OSError as error:
        raise BadMapping(f"{path}: {error.strerror}") from None


def find(folders: list[Path]) -> Iterator[tuple[Path, Mapping | BadMapping]]:
    """Return every map in the folders, or what is wrong with it; one of a later folder replaces its namesake."""
    files = {path.name: path for folder in folders for path in sorted(folder.glob("*.json"))}
    for path in files.values():
        try:
            yield path, load(path)
        except BadMapping as error:
            yield path, error
