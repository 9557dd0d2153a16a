"""Every command of the program, whose work is only noted. Runs on: tests."""

from dataclasses import replace
from typing import Any

from liveengine.caller import ROLES, Role
from liveengine.cli import commands
from liveengine.command import Command, Registry
from liveengine.errors import BadArgument

OF_THE_DOORS = ("/commands", "/settings", "/client", "/token")  # the doors bring these themselves


class Noted:
    """The registry, and what was called through it."""

    def __init__(self) -> None:
        self.calls: list[tuple[Command, dict[str, Any]]] = []
        self.registry = Registry()
        for command in commands.registry():
            if not command.address.startswith(OF_THE_DOORS):
                shape = "/".join("{}" if part.startswith("{") else part for part in command.address.split("/"))
                self.registry._commands[shape] = self._noting(command)

    def _noting(self, command: Command) -> Command:
        def note(**given: Any) -> dict[str, Any]:
            self.calls.append((command, given))
            if command.address == "/render":  # its job would be waited for
                raise BadArgument("no stem fits")
            return {"id": 1, "job": 1, "path": "/nowhere"}

        return replace(command, method=note, returns=Any, waits=False, swift=None)

    def above(self, role: Role) -> list[str]:
        """Return what was run although the role may not."""
        return [c.address for c, given in self.calls if ROLES.index(need(c, given)) > ROLES.index(role)]


def need(command: Command, given: dict[str, Any]) -> Role:
    """Return the role that a call needs: reading a property is for everybody."""
    return "watch" if command.kind == "property" and given.get("value") is None else command.role


def concrete(address: str) -> str:
    """Return an address with the number 1 in each place."""
    return "/".join("1" if part.startswith("{") else part for part in address.split("/"))
