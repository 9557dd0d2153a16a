"""Doors that are open to the network, reached as from another machine: by this machine's own address on it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from liveengine.bus import Bus
from liveengine.command import Registry, command
from liveengine.control.doors import Doors
from liveengine.control.safety import network
from liveengine.control.safety.keys import Keys
from tests.control.stage import Stage, opened, settings

ADDRESS = network.address()
needs_network = pytest.mark.skipif(ADDRESS is None, reason="this machine has no address on a network")


class Office:
    """Commands for higher roles."""

    ROLE = "admin"

    @command("/office/close")
    def close(self) -> str:
        """Close."""
        return "closed"


class Network:
    """The doors, and how they are reached from outside."""

    def __init__(self, doors: Doors, stage: Stage, keys: Keys, library: Path) -> None:
        self.doors, self.stage, self.keys, self.library = doors, stage, keys, library
        self.host = str(ADDRESS)
        self.url = f"http://{self.host}:{doors.ports['http']}"
        self.ws = f"ws://{self.host}:{doors.ports['http']}/ws?meters=0"
        self.local = f"http://127.0.0.1:{doors.ports['http']}"


@asynccontextmanager
async def network_of(library: Path, registry: Registry | None = None, **control: Any) -> AsyncIterator[Network]:
    """Give the doors in front of a stage and an office, or in front of the registry."""
    bus, keys = Bus(), Keys(library)
    keys.token("play")
    stage = Stage(bus)
    if registry is None:
        registry = Registry()
        registry.add(stage)
        registry.add(Office())
    doors = Doors(settings(host="0.0.0.0", **control), keys)
    async with opened(doors, registry, bus, library, stage.state):
        yield Network(doors, stage, keys, library)
