"""One command as an OSCQuery node: type tags, ranges, units, access. Runs on: anywhere; pure.

- property   TYPE of its value, ACCESS 3 (read and write), VALUE
- query      one that answers a plain value without being asked anything: TYPE of the value, ACCESS 1, VALUE; any other
             is asked by OSC and answers there: as an action
- action     TYPE of the arguments that it needs, `I` without any (a button); ACCESS 2; OVERLOADS with those that may be
             left out; CRITICAL, for a lost launch or stop is not made good by the next one, as a fader's value is

Each has TAGS: its kind, the role that it needs, and the noun that its address begins with. CLIPMODE is always "none":
a value out of range is refused, and nothing is set.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter
from pydantic.errors import PydanticInvalidForJsonSchema
from pydantic_core import to_json

from liveengine.command import Command, Parameter

READ, WRITE = 1, 2  # bits of ACCESS
IMPULSE = "I"
_TAGS = {"number": "f", "integer": "i", "boolean": "T", "string": "s", "array": "s"}
_EXACT = 1 << 53  # beyond it numbers of JSON are not exact: no bound of anybody's
# By what a value is called: the last word of a property's address, or an argument's name. Units as the proposal has
# them (units.md); beats are in none of its lists.
_UNITS = {
    "level": "gain.db",
    "tempo": "time.bpm",
    "bpm": "time.bpm",
    "seconds": "time.second",
    "min_length": "time.second",
    "max_length": "time.second",
    "downbeat": "time.second",
    "crossfade": "time.ms",
    "frame": "time.samples",
    "root": "time.midinote",
}
_FILES = dict.fromkeys(("path", "file", "folder"), "filepath")  # as libossia calls it; it shows what chooses a file
_BOUNDS = {"MIN", "MAX"}


@dataclass(frozen=True)
class Value:
    """One value of a node: type tag; range, unit and what else it is, None where there is none."""

    tag: str
    range: dict[str, Any] | None
    unit: str | None
    extended: str | None

    @classmethod
    def of(cls, adapter: TypeAdapter[Any], name: str, *, reply: bool = False) -> "Value | None":
        """Return what a type is to OSC; None for a record, or a list of them."""
        try:
            found = adapter.json_schema(mode="serialization" if reply else "validation")
        except PydanticInvalidForJsonSchema:
            return None
        found = next((one for one in found.get("anyOf", ()) if one.get("type") != "null"), found)
        tag = _TAGS.get(found.get("type", ""))
        if tag is None or (found.get("type") == "array" and _TAGS.get(found["items"].get("type", "")) is None):
            return None
        return cls(tag, _range(found), _UNITS.get(name), _FILES.get(name))


def _range(schema: dict[str, Any]) -> dict[str, Any] | None:
    if "enum" in schema:
        return {"VALS": schema["enum"]}
    bounds = {
        "MIN": schema.get("minimum", schema.get("exclusiveMinimum")),
        "MAX": schema.get("maximum", schema.get("exclusiveMaximum")),
    }
    return {key: bound for key, bound in bounds.items() if bound is not None and abs(bound) < _EXACT} or None


def _described(values: list[Value]) -> dict[str, Any]:
    """Return TYPE, and what else any value has; null stands for a value without."""
    found: dict[str, Any] = {"TYPE": "".join(value.tag for value in values) or IMPULSE}
    if any(value.range for value in values):
        found["RANGE"] = [value.range for value in values]
    if any(_BOUNDS & (value.range or {}).keys() for value in values):
        found["CLIPMODE"] = ["none"] * len(values)
    if any(value.unit for value in values):
        found["UNIT"] = [value.unit for value in values]
    if any(value.extended for value in values):
        found["EXTENDED_TYPE"] = [value.extended for value in values]
    return found


@dataclass(frozen=True)
class Leaf:
    """A command, and the attributes that are the same wherever it is found in the tree."""

    command: Command
    attributes: dict[str, Any]

    @classmethod
    def of(cls, command: Command) -> "Leaf":
        """Return the node of a command."""
        name = command.address.rpartition("/")[2]
        value: Value | None = None
        if command.kind == "property":
            value = Value.of(command.arguments[0].adapter, name)
        elif command.kind == "query" and not any(p.required for p in command.arguments):
            value = Value.of(command.reply, name, reply=True)
        if value is None:
            found = _asked(command.arguments)
        else:
            found = {"ACCESS": READ | WRITE if command.kind == "property" else READ, **_described([value])}
        critical = {"CRITICAL": True} if command.kind == "action" else {}
        tags = [command.kind, command.role, command.address.split("/")[1]]
        return cls(command, {"DESCRIPTION": command.summary, "TAGS": tags, **found, **critical})

    @cached_property
    def text(self) -> str:
        """Return the attributes as JSON, without the braces."""
        return to_json(self.attributes).decode()[1:-1]

    @cached_property
    def readable(self) -> bool:
        """Return whether it has a VALUE."""
        return bool(self.attributes["ACCESS"] & READ)


def _asked(arguments: tuple[Parameter, ...]) -> dict[str, Any]:
    """Return the attributes of what is called with arguments; those that no OSC type fits end the list."""
    values: list[Value] = []
    for argument in arguments:
        value = Value.of(argument.adapter, argument.name)
        if value is None:
            break
        values.append(value)
    needed = min(sum(argument.required for argument in arguments), len(values))
    found = {"ACCESS": WRITE, **_described(values[:needed])}
    longer = [_described(values[:count]) for count in range(needed + 1, len(values) + 1)]
    return found | ({"OVERLOADS": longer} if longer else {})


def spoken(plain: Any) -> list[Any]:
    """Return plain data as the items of VALUE: nothing for None, a list as one text, as OSC has it."""
    if plain is None:
        return []
    return [" ".join(map(str, plain))] if isinstance(plain, list) else [plain]
