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
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from liveengine.bus import Bus
from liveengine.command import Registry, command
from liveengine.config import Config, data
from liveengine.control.live.door import PREFIX, LiveDoor
from liveengine.control.live.port import LivePort
from liveengine.control.osc.clock import Clock
from liveengine.control.osc.door import OscDoor
from liveengine.control.osc.own import DESCRIBED
from liveengine.control.osc.peers import Peer
from liveengine.control.osc.run import Together
from liveengine.control.osc.targets import target_of
from liveengine.control.ports import claim, claim_pair, is_any, is_loopback, local_name
from liveengine.control.safety.clients import Clients
from liveengine.control.safety.keys import Keys
from liveengine.control.safety.memory import Memory
from liveengine.control.safety.network import names
from liveengine.control.safety.origin import Guard
from liveengine.control.safety.pairing import Pairing, allowed
from liveengine.control.safety.share import Shares
from liveengine.control.safety.tokens import Tokens
from liveengine.control.settings import Settings
from liveengine.control.turns import Turns
from liveengine.errors import CannotStart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import BaseRoute

    from liveengine.control.http import Sources
    from liveengine.control.midi.device import Timing
    from liveengine.control.oscquery.door import OscQueryDoor
    from liveengine.control.safety.entrance import Entrance
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


AnyDoor = TypeVar("AnyDoor", bound=Door)


class Directory:
    """Describes the namespace, on every door."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    @command("/commands", query=True)
    def commands(self) -> list[dict[str, str]]:
        """List all commands: address, kind, arguments (those in brackets may be left out), role to act, summary.

        Of kind osc are those that only OSC has.
        """
        return [
            {
                "address": found.address,
                "kind": found.kind,
                "arguments": " ".join(p.name if p.required else f"[{p.name}]" for p in found.arguments),
                "role": found.role,
                "summary": found.summary,
            }
            for found in self._registry
        ] + [
            {"address": address, "kind": "osc", "arguments": arguments, "role": "watch", "summary": summary}
            for address, arguments, summary in DESCRIBED
        ]


def _preload() -> None:
    """Import the web stack while the daemon waits for its other parts."""
    for name in ("http", "server"):
        importlib.import_module(f"liveengine.control.{name}")
    importlib.import_module("anyio._backends._asyncio")  # else the first file that is served imports it on the loop


def _name() -> str:
    """Return what a list of servers shows."""
    return f"liveengine on {socket.gethostname().partition('.')[0]}"


class Doors:
    """OSC, HTTP, WebSocket and MIDI.

    The constructor claims the ports, before anything else starts, and raises PortInUse naming port and process, or
    NotLoopback.
    """

    def __init__(self, config: Config, keys: Keys | None = None) -> None:
        """`keys` let other machines in; without one only this machine can be served."""
        self._config = config
        self._keys = keys
        self._shares = Shares()
        self._turns = Turns()
        host = config.control.host
        if not is_loopback(host) and not keys and not config.control.peers:
            raise NotLoopback(
                f"control.host = {host!r} can be reached from other machines, which needs a token; "
                "`liveengine serve --lan` makes one"
            )
        self._allowed = [allowed(text) for text in config.control.peers]
        self._targets = [target_of(text) for text in config.control.osc_targets]
        self._web = claim(socket.SOCK_STREAM, host, config.control.http_port)
        try:
            self._udp, self._tcp = claim_pair(host, config.control.osc_port)
        except CannotStart:
            self._web.close()
            raise
        self._live = self._claim_live(config)
        self.ports = {"http": int(self._web.getsockname()[1]), "osc": int(self._udp.getsockname()[1])}
        threading.Thread(target=_preload, name="preload", daemon=True).start()
        self._stack = AsyncExitStack()
        self._stats: dict[str, Callable[[], dict[str, int]]] = {}
        self._stack.callback(self._web.close)
        self._stack.callback(self._udp.close)
        self._stack.callback(self._tcp.close)
        if self._live is not None:
            self._stack.callback(self._live.close)

    def _pairing(self, registry: Registry, clients: Clients, entrance: "Entrance", library: Path) -> Pairing:
        """Return which machines may send OSC; their tokens can be changed from now on, and count at once."""
        keys = self._keys
        memory = Memory(library, keys.mark) if keys is not None else None
        pairing = Pairing(entrance.role, self._shares, clients, self._allowed, memory)
        self._stack.push_async_callback(pairing.close)
        if keys is not None:
            registry.add(Tokens(keys))
            keys.watch(entrance.dismiss)
            keys.watch(pairing.dismiss)
        return pairing

    def _claim_live(self, config: Config) -> socket.socket | None:
        if not config.control.live_port:
            return None
        try:
            return claim(socket.SOCK_DGRAM, config.control.host, config.control.live_port, "live_port")
        except CannotStart:
            for sock in (self._web, self._udp, self._tcp):
                sock.close()
            raise

    def _describe(self, registry: Registry, bus: Bus, library: Path) -> Clients:
        """Add the commands that tell of the doors themselves; return who is there."""
        clients = Clients(bus)
        self._stack.callback(clients.close)
        for owner in (Directory(registry), Settings(library, self._config), clients):
            registry.add(owner)
        return clients

    def _entrance(self) -> "Entrance":
        from liveengine.control.safety.entrance import Entrance

        return Entrance(self._keys.role_of if self._keys is not None else lambda _: None, self._shares)

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
        midi_timing: "Timing | None" = None,
        midi_wanted: Callable[[str], bool] = lambda name: False,
    ) -> None:
        """Open the doors.

        `state` gives what a new WebSocket client gets, `meters` the binary frame; `audio(stem)` the path of its file
        and `peaks(stem)` its waveform, both as value or awaitable, raising UnknownStem; `health` adds to
        /system/health, and may overrule its "status"; inside `together()` what is pushed to the engine is held back
        and then handed over at once; `midi_timing` and `midi_wanted` as for `MidiDoor`. Adds `/commands`,
        `/settings` and `/midi/...` to the registry.
        """
        # The web stack is what takes longest to import; the constructor has begun with it.
        from liveengine.control.http import Sources
        from liveengine.control.websocket import WebSocketDoor

        clients, entrance = self._describe(registry, bus, library), self._entrance()
        pairing = self._pairing(registry, clients, entrance, library)
        osc = await self._start_osc(registry, bus, clock, pairing=pairing, together=together, meters=meters)
        nodes = self._open_oscquery(registry, bus, osc).routes
        websocket = self._opened("websocket", WebSocketDoor(registry, bus, state, meters, clients, turns=self._turns))
        sources = Sources(library, self._config.library.max_file_mib << 20, audio, peaks, health, self.stats)
        await self._start_web(registry, bus, websocket, sources, nodes=nodes, entrance=entrance)
        self._start_midi(registry, bus, library, timing=midi_timing, wanted=midi_wanted)

    def announce(self) -> None:
        """Tell the network of the doors, if the settings want it; returns at once."""
        from liveengine.control.oscquery.discovery import Discovery

        if self._config.control.discovery:
            discovery = Discovery(self._config.control.host, self.ports, _name())
            discovery.start()
            self._stack.push_async_callback(discovery.close)

    @property
    def _counts(self) -> dict[str, int]:
        """How many there are of each number of an address."""
        engine, scenes = self._config.engine, self._config.session.scenes
        return {"track": engine.tracks, "bus": engine.buses, "slot": scenes, "scene": scenes}

    async def _start_osc(
        self,
        registry: Registry,
        bus: Bus,
        clock: Clock,
        *,
        pairing: Pairing,
        together: Together,
        meters: Callable[[], bytes],
    ) -> OscDoor:
        def answer(packet: bytes, peer: Peer) -> None:
            osc.answer(packet, peer)

        live = self._opened("live", LiveDoor(registry, bus, self._counts, answer, meters))
        osc = OscDoor(
            self._udp,
            registry,
            bus,
            clock,
            self._counts,
            pairing=pairing,
            together=together,
            targets=self._targets,
            rooms={PREFIX: live},
        )
        self._opened("osc", osc)
        await osc.listen(self._tcp)
        if self._live is not None:
            self._opened("live_port", LivePort(self._live, osc))
        return osc

    def _open_oscquery(self, registry: Registry, bus: Bus, osc: OscDoor) -> "OscQueryDoor":
        from liveengine.control.oscquery.door import OscQueryDoor

        info = {"NAME": _name(), "OSC_PORT": self.ports["osc"], "OSC_TRANSPORT": "UDP", "WS_PORT": self.ports["http"]}
        if not is_any(host := self._config.control.host):
            info["OSC_IP"] = info["WS_IP"] = "127.0.0.1" if host == "localhost" else host
        return self._opened("oscquery", OscQueryDoor(registry, bus, osc, self._counts, info, turns=self._turns))

    async def _start_web(
        self,
        registry: Registry,
        bus: Bus,
        websocket: "WebSocketDoor",
        sources: "Sources",
        *,
        nodes: "Sequence[BaseRoute]",
        entrance: "Entrance",
    ) -> None:
        from liveengine.control.gate import Gate
        from liveengine.control.http import build
        from liveengine.control.server import WebServer

        control = self._config.control
        own = names() if not is_loopback(control.host) else []
        mdns = local_name(self.ports["http"])
        guard = Guard([control.host, mdns, mdns + ".", *own, *control.names], self.ports["http"], control.origins)
        gate = Gate(
            build(registry, bus, websocket, sources, nodes), guard, entrance, data("clients") / "web", self._turns
        )
        server = WebServer(gate, self._web)
        await server.start()
        self._opened("web", server)

    def _start_midi(self, registry: Registry, bus: Bus, library: Path, **clocks: Any) -> None:
        if not self._config.control.midi:
            return
        from liveengine.control.midi.device import Size
        from liveengine.control.midi.door import MidiDoor

        size = Size(self._config.engine.tracks, self._config.session.scenes)
        midi = MidiDoor(registry, bus, library, size, **clocks)
        registry.add(midi.learn)
        midi.start()
        self._opened("midi", midi)

    def _opened(self, name: str, door: AnyDoor) -> AnyDoor:
        self._stack.push_async_callback(door.close)
        self._stats[name] = door.stats
        return door

    def stats(self) -> dict[str, dict[str, int]]:
        """Return what each door has counted."""
        return {name: found() for name, found in self._stats.items()}

    async def close(self) -> None:
        """Close all doors, last opened first."""
        await self._stack.aclose()
