"""What a command can be for a control: a fader, a switch or a button. Runs on: event loop."""

import math
from typing import Any, Literal, NamedTuple

from liveengine.command import Command
from liveengine.errors import BadArgument

Kind = Literal["fader", "switch", "hold", "press"]


class Target(NamedTuple):
    """How a command is bound."""

    kind: Kind
    range: tuple[float, float] = (0.0, 1.0)
    whole: bool = False  # it takes whole numbers only


def target(command: Command) -> Target:
    """Return how a command is bound; raise BadArgument where a control cannot give what it needs.

    A property that is a number with limits is a fader, one that is true or false a switch; a command that needs one
    number is told 1 while a button is held and 0 after; one that needs nothing is pressed.
    """
    needed = [p for p in command.arguments if p.required]
    if command.kind == "property":
        found = _valued(command.arguments[0].adapter.json_schema())
        if found is not None:
            return found
    elif command.kind == "action" and not needed:
        return Target("press")
    elif command.kind == "action" and len(needed) == 1 and _valued(needed[0].adapter.json_schema(), needs=False):
        return Target("hold")
    raise BadArgument(f"{command.address} takes {_takes(command)}; a control can give one number, or true and false")


def _valued(schema: dict[str, Any], needs: bool = True) -> Target | None:
    """Return what a value of such a kind is bound as; a number without limits needs them unless told otherwise."""
    for kind in schema.get("anyOf", [schema]):
        if kind.get("type") == "boolean":
            return Target("switch")
        if kind.get("type") in ("number", "integer"):
            whole = kind["type"] == "integer"
            low, high = (float({**schema, **kind}.get(name, math.nan)) for name in ("minimum", "maximum"))
            if low < high:
                return Target("fader", (low, high), whole)
            return None if needs else Target("hold")
    return None


def _takes(command: Command) -> str:
    return ", ".join(p.name for p in command.arguments) or "nothing and only reads"
