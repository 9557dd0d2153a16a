"""The controller maps there are, shipped and the user's own. Runs on: event loop; asked by the watcher's thread too."""

import asyncio
import logging
import re
from pathlib import Path

from liveengine import config
from liveengine.control.midi.mapping import BadMapping, Device, Mapping, find, save
from liveengine.control.midi.names import plain

log = logging.getLogger(__name__)

FOLDER = "controllers"
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


class Maps:
    """Maps by the names of their files, without `.json`."""

    def __init__(self, library: Path) -> None:
        self._own = library / FOLDER
        self._maps: dict[str, Mapping] = {}
        self._shipped: dict[str, Mapping] = {}
        self._writing = asyncio.Lock()
        for folder, known in ((config.data("config") / FOLDER, self._shipped), (self._own, self._maps)):
            for path, mapping in find(folder):
                if isinstance(mapping, BadMapping):
                    log.warning("controller map left out: %s", mapping)
                else:
                    known[path.stem] = mapping
        self._maps = self._shipped | self._maps

    def fit(self, port: str) -> str:
        """Return the name of the map for a port, the user's own first; empty = none. No port is our virtual one."""
        fitting = [name for name, m in self._maps.items() if (m.fits(port) if port else m.virtual)]
        return min(fitting, key=lambda name: self._maps[name] is self._shipped.get(name), default="")

    def get(self, name: str) -> Mapping | None:
        """Return a map by its name."""
        return self._maps.get(name)

    def name(self, port: str) -> str:
        """Return the name of the map for a port, or what one would be called."""
        return self.fit(port) or _NOT_IN_NAMES.sub("_", plain(port).lower()).strip("_") or "device"

    def empty(self, port: str) -> Mapping:
        """Return a map for a port that has none."""
        return Mapping(device=Device(match=(plain(port),)), bindings=())

    def put(self, name: str, mapping: Mapping | None) -> None:
        """Have another map of that name; None = none any more."""
        others = {known: found for known, found in self._maps.items() if known != name}
        self._maps = others if mapping is None else {**others, name: mapping}

    async def keep(self, name: str) -> None:
        """Have the map of that name in the library, if it is not the shipped one; raise OSError."""
        path = self._own / f"{name}.json"
        async with self._writing:
            mapping = self._maps.get(name)
            if mapping is not None and mapping != self._shipped.get(name):
                await asyncio.to_thread(save, path, mapping)
            else:
                await asyncio.to_thread(path.unlink, missing_ok=True)
