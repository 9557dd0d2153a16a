"""What a surface puts on the screen for a command: a button, a switch, a fader, a number, a text. Runs on: anywhere."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from liveengine.command import Command

Kind = Literal["button", "switch", "fader", "number", "text"]

_NUMBER = re.compile(r"\{(\w+)\}")
_WIDEST = 4096.0  # a range beyond that is no fader


@dataclass(frozen=True)
class Control:
    """A control of one command: its address with `{name}` where numbers go, and the range of its value."""

    address: str
    kind: Kind
    summary: str
    low: float = 0.0
    high: float = 1.0
    reads: bool = False  # it asks, and changes nothing
    shows: bool = False  # the engine pushes its value
    whole: bool = False  # its value is an integer
    values: tuple[str, ...] = ()  # the names of what it wants, where that is more than one

    @property
    def numbers(self) -> tuple[str, ...]:
        """Return the names of the numbers in its address."""
        return tuple(_NUMBER.findall(self.address))

    @property
    def label(self) -> str:
        """Return the last words of the address, behind its last number."""
        return _NUMBER.split(self.address)[-1].strip("/").replace("/", " ") or self.address.strip("/").split("/")[-2]

    def at(self, **numbers: int | str) -> str:
        """Return the address with these numbers in the place of their names."""
        return self.address.format_map(numbers)


def control(command: Command) -> Control:
    """Return the control of a command: what its first argument asks for, a button where nothing is needed."""
    wanted = [p for p in command.arguments if p.required or command.kind == "property"]
    shows = command.kind == "property"
    told = (command.address, command.summary)
    if not wanted:
        return Control(told[0], "button", told[1], reads=command.kind == "query")
    schema = _plain(wanted[0].adapter.json_schema())
    kind, low, high = _kind(schema)
    several = tuple(p.name for p in wanted) if len(wanted) > 1 else ()
    reads, whole = command.kind == "query", schema.get("type") == "integer"
    return Control(told[0], kind, told[1], low, high, reads, shows, whole, several)


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a value that may be left out."""
    options = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return options[0] if options else schema


def _kind(schema: dict[str, Any]) -> tuple[Kind, float, float]:
    kind = schema.get("type")
    if kind == "boolean":
        return "switch", 0.0, 1.0
    if kind not in ("integer", "number"):
        return "text", 0.0, 1.0
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is None or high is None or high - low > _WIDEST:
        return "number", 0.0, 0.0
    return "fader", float(low), float(high)
