"""The controller maps there are, shipped and the user's own. Runs on: event loop, the watcher's thread."""

import asyncio
import contextlib
import logging
import re
import threading
from pathlib import Path

from liveengine import config
from liveengine.control.midi.mapping import BadMapping, Device, Mapping, load, save
from liveengine.control.midi.names import plain

log = logging.getLogger(__name__)

FOLDER = "controllers"
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


class Maps:
    """Maps by the names of their files, without `.json`."""

    def __init__(self, library: Path) -> None:
        self._own = library / FOLDER
        self._maps: dict[str, Mapping] = {}  # replaced as a whole
        self._shipped: dict[str, Mapping] = {}
        self._stamps: dict[Path, tuple[int, int]] = {}  # of the files, as they were read
        self._changing = threading.Lock()
        self._files = threading.Lock()  # what we write ourselves is not read again
        self._writing = asyncio.Lock()
        self.reread()

    def reread(self) -> bool:
        """Read the files that were written since the last call; return whether a map is another one now.

        A file that cannot be read is told; what it said before holds on.
        """
        before = self._maps
        with self._files:
            for folder in (config.data("config") / FOLDER, self._own):
                self._look(folder, shipped=folder != self._own)
        return self._maps != before

    def _look(self, folder: Path, *, shipped: bool) -> None:
        if not folder.is_dir():  # a disk that is gone takes no map along
            return
        found = {path: _stamp(path) for path in sorted(folder.glob("*.json"))}
        known = [path for path in self._stamps if path.parent == folder]
        for path in [path for path in (*found, *known) if found.get(path) != self._stamps.get(path)]:
            if path not in found:
                del self._stamps[path]
                self.put(path.stem, self._shipped.get(path.stem))
                continue
            self._stamps[path] = found[path]
            try:
                mapping = load(path)
            except BadMapping as error:
                log.warning("controller map left out: %s", error)
                continue
            if shipped:
                self._shipped[path.stem] = mapping
            if not shipped or self._own / path.name not in self._stamps:
                self.put(path.stem, mapping)

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
        with self._changing:
            others = {known: found for known, found in self._maps.items() if known != name}
            self._maps = others if mapping is None else {**others, name: mapping}

    async def keep(self, name: str) -> None:
        """Have the map of that name in the library, if it is not the shipped one; raise OSError."""
        path = self._own / f"{name}.json"
        async with self._writing:
            await asyncio.to_thread(self._keep, path, self._maps.get(name))

    def _keep(self, path: Path, mapping: Mapping | None) -> None:
        with self._files:
            if mapping is not None and mapping != self._shipped.get(path.stem):
                save(path, mapping)
                self._stamps[path] = _stamp(path)
            else:
                path.unlink(missing_ok=True)
                self._stamps.pop(path, None)


def _stamp(path: Path) -> tuple[int, int]:
    """Return what changes when a file is written."""
    with contextlib.suppress(OSError):  # one that goes just now
        found = path.stat()
        return found.st_mtime_ns, found.st_size
    return 0, 0
