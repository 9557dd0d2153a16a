"""Which machines were paired over OSC before the daemon was started anew. Runs on: event loop; the disk in a thread.

They stand in <library>/paired.json, readable by the user alone: address, role, name, when the machine was heard last,
and the mark of the token that it came in by; with another token in that role's place an entry counts no more.
"""

import asyncio
import json
import logging
import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, cast

from liveengine.caller import ROLES, Role

log = logging.getLogger(__name__)

FILE = "paired.json"


class Machine(NamedTuple):
    """A machine that was paired."""

    role: Role
    name: str
    heard: float  # seconds since 1970


class Memory:
    """The file; the last of several states that are stored in a row is the one that stays."""

    def __init__(self, library: Path, mark: Callable[[Role], str]) -> None:
        """`mark(role)` tells the token that now stands for a role from another one, see `Keys.mark`."""
        self._path = library / FILE
        self._mark = mark
        self._next: str | None = None
        self._writing: asyncio.Task[None] | None = None

    def load(self, lease: float) -> dict[str, Machine]:
        """Return the machines heard within the last `lease` seconds, by address; none from a file that is broken."""
        try:
            found = json.loads(self._path.read_text("utf-8"))
            known = {host: machine for host, told in found.items() if (machine := self._machine(told)) is not None}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, AttributeError) as error:
            log.warning("%s is broken (%s): machines pair again by /hello", self._path, error)
            return {}
        return {host: machine for host, machine in known.items() if time.time() - machine.heard < lease}

    def keep(self, machines: dict[str, Machine]) -> None:
        """Store the machines; returns at once."""
        told = {host: machine._asdict() | {"mark": self._mark(machine.role)} for host, machine in machines.items()}
        self._next = json.dumps(told, indent=1)
        if self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write_all())

    async def close(self) -> None:
        """Return when all is stored."""
        if self._writing is not None:
            await self._writing

    async def _write_all(self) -> None:
        while (text := self._next) is not None:
            self._next = None
            try:
                await asyncio.to_thread(self._write, text)
            except OSError as error:
                log.warning(
                    "%s cannot be written (%s): after a restart machines pair again by /hello", self._path, error
                )
        self._writing = None

    def _write(self, text: str) -> None:
        fresh = self._path.with_name(FILE + ".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        fresh.replace(self._path)

    def _machine(self, told: Any) -> Machine | None:
        """Return an entry of the file if it is whole and its token counts; one of the future was heard now."""
        try:
            role, name, heard = told["role"], told["name"], told["heard"]
            whole = role in ROLES and isinstance(name, str) and math.isfinite(heard)
            counts = whole and self._mark(role) and told["mark"] == self._mark(role)
        except (KeyError, TypeError):
            return None
        return Machine(cast("Role", role), name, min(float(heard), time.time())) if counts else None
