"""All ways in, started and stopped as one. Runs on: event loop.

Control knows the registry and the events, nothing about music: whatever else a door needs comes as a function.
"""

import importlib
import logging
import socket
import threading
from collections.abc import Callable
from contextlib import AsyncExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from liveengine.command import Registry, command
from liveengine.config import Config
from liveengine.control.auth import Guard
from liveengine.control.osc.clock import Clock
from liveengine.control.osc.door import OscDoor
from liveengine.control.osc.own import DESCRIBED
from liveengine.control.osc.run import Together
from liveengine.control.osc.targets import target_of
from liveengine.control.ports import claim, claim_pair, is_loopback
from liveengine.errors import CannotStart
from liveengine.events import Bus

if TYPE_CHECKING:
    from liveengine.control.http import Sources
    from liveengine.control.websocket import WebSocketDoor

log = logging.getLogger(__name__)


class NotLoopback(CannotStart):
    """The configured address can be reached from other machines, and there is no token to protect it."""

    code = "not_loopback"
    exit_code = 78


class Door(Protocol):
    """What every door can do."""

    async def close(self) -> None:
        """Shut it; commands under way are cancelled."""

    def stats(self) -> dict[str, int]:
        """Return what it has counted."""


class Directory:
    """Describes the namespace, on every door."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    @command("/commands", query=True)
    def commands(self) -> list[dict[str, str]]:
        """List all commands: address, kind, arguments (those in brackets may be left out), summary.

        Of kind osc are those that only OSC has.
        """
        return [
            {
                "address": found.address,
                "kind": found.kind,
                "arguments": " ".join(p.name if p.required else f"[{p.name}]" for p in found.arguments),
                "summary": found.summary,
            }
            for found in self._registry
        ] + [
            {"address": address, "kind": "osc", "arguments": arguments, "summary": summary}
            for address, arguments, summary in DESCRIBED
        ]


def _preload() -> None:
    """Import the web stack while the daemon waits for its other parts."""
    for name in ("http", "server"):
        importlib.import_module(f"liveengine.control.{name}")


class Doors:
    """OSC, HTTP, WebSocket and MIDI.

    The constructor claims the ports, before anything else starts, and raises PortInUse naming port and process, or
    NotLoopback.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        host = config.control.host
        if not is_loopback(host):
            raise NotLoopback(
                f"control.host = {host!r} can be reached from other machines, which needs a token; "
                "use 127.0.0.1 and a tunnel (ssh -L)"
            )
        self._targets = [target_of(text) for text in config.control.osc_targets]
        self._web = claim(socket.SOCK_STREAM, host, config.control.http_port)
        try:
            self._udp, self._tcp = claim_pair(host, config.control.osc_port)
        except CannotStart:
            self._web.close()
            raise
        self.ports = {"http": int(self._web.getsockname()[1]), "osc": int(self._udp.getsockname()[1])}
        threading.Thread(target=_preload, name="preload", daemon=True).start()
        self._stack = AsyncExitStack()
        self._stats: dict[str, Callable[[], dict[str, int]]] = {}
        self._stack.callback(self._web.close)
        self._stack.callback(self._udp.close)
        self._stack.callback(self._tcp.close)

    async def start(
        self,
        registry: Registry,
        bus: Bus,
        clock: Clock,
        *,
        state: Callable[[], dict[str, Any]],
        meters: Callable[[], bytes],
        library: Path,
        audio: Callable[[int], Any],
        peaks: Callable[[int], Any],
        health: Callable[[], dict[str, Any]] = dict,
        together: Together = nullcontext,
    ) -> None:
        """Open the doors.

        `state` gives what a new WebSocket client gets, `meters` the binary frame; `audio(stem)` the path of its file
        and `peaks(stem)` its waveform, both as value or awaitable, raising UnknownStem; `health` adds to
        /system/health, and may overrule its "status"; inside `together()` what is pushed to the engine is held back
        and then handed over at once. Adds `/commands` to the registry.
        """
        # The web stack is what takes longest to import; the constructor has begun with it.
        from liveengine.control.http import Sources
        from liveengine.control.websocket import WebSocketDoor

        registry.add(Directory(registry))
        await self._start_osc(registry, bus, clock, together)
        websocket = WebSocketDoor(registry, bus, state, meters)
        self._opened("websocket", websocket)
        sources = Sources(library, self._config.library.max_file_mib << 20, audio, peaks, health)
        await self._start_web(registry, bus, websocket, sources)
        if self._config.control.midi:
            self._start_midi(registry, bus, library)

    async def _start_osc(self, registry: Registry, bus: Bus, clock: Clock, together: Together) -> None:
        engine, scenes = self._config.engine, self._config.session.scenes
        counts = {"track": engine.tracks, "slot": scenes, "scene": scenes, "bus": engine.buses}
        door = OscDoor(self._udp, registry, bus, clock, counts, together=together, targets=self._targets)
        self._opened("osc", door)
        await door.listen(self._tcp)

    async def _start_web(self, registry: Registry, bus: Bus, websocket: "WebSocketDoor", sources: "Sources") -> None:
        from liveengine.control.gate import Gate
        from liveengine.control.http import build
        from liveengine.control.server import WebServer

        guard = Guard(self._config.control.host, self.ports["http"], self._config.control.origins)
        server = WebServer(Gate(build(registry, bus, websocket, sources), guard), self._web)
        await server.start()
        self._stack.push_async_callback(server.close)

    def _start_midi(self, registry: Registry, bus: Bus, library: Path) -> None:
        from liveengine.control.midi import MidiDoor

        midi = MidiDoor(registry, bus, library)
        midi.start()
        self._opened("midi", midi)

    def _opened(self, name: str, door: Door) -> None:
        self._stack.push_async_callback(door.close)
        self._stats[name] = door.stats

    def stats(self) -> dict[str, dict[str, int]]:
        """Return what each door has counted."""
        return {name: found() for name, found in self._stats.items()}

    async def close(self) -> None:
        """Close all doors, last opened first."""
        await self._stack.aclose()
