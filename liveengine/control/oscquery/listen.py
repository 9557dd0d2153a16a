"""OSCQuery's WebSocket: who listens to which addresses, and what comes and goes. Runs on: event loop.

Client to daemon, text: `{"COMMAND": "LISTEN", "DATA": "/track/1/gain"}`, and IGNORE; binary: OSC packets, which are
taken as those of any OSC client, and answered in binary. Daemon to client, binary: on LISTEN the present value, then
each new one (the newest, at most 30 times a second) and each event of the address; who has just set a value is not told
the same one. Text: PATH_ADDED and PATH_REMOVED for each node that came or went, PATH_CHANGED for the place it was in.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from pydantic_core import from_json, to_json
from starlette.websockets import WebSocket

from liveengine.bus import Bus, Event
from liveengine.control.osc.answers import spread
from liveengine.control.osc.codec import MAX_ADDRESS, Message, decode, encode
from liveengine.control.osc.pushes import same
from liveengine.control.oscquery.changes import Changes
from liveengine.control.oscquery.tree import Tree
from liveengine.control.outbox import Outbox
from liveengine.control.quiet import Quiet
from liveengine.control.turns import Turns
from liveengine.errors import LiveEngineError
from liveengine.events import Changed

log = logging.getLogger(__name__)

MAX_CLIENTS = 64
MAX_LISTENED = 16_384  # addresses of one client
_TOO_SLOW = 1013


class OscSide(Protocol):
    """The OSC door, as far as binary packets need it."""

    def packet(self, packet: bytes, peer: Any) -> None:
        """Do what a packet says; the answers go to `peer.send`."""

    def gone(self, peer: Any) -> None:
        """Forget a client."""


class Listener:
    """One client; a connection for the OSC door."""

    def __init__(self, socket: WebSocket, slow: Callable[["Listener"], None]) -> None:
        self.socket = socket
        self.host = socket.client.host if socket.client else ""
        self.outbox = Outbox(lambda: slow(self))
        self.listened: set[str] = set()
        self.touched: dict[str, Any] = {}  # by address: the value that the client itself has set

    @property
    def behind(self) -> bool:
        """Whether it has not read what was sent so far."""
        return len(self.outbox) > 0

    def send(self, packet: bytes) -> None:
        """Send it a packet that must arrive."""
        self.outbox.put(packet)


class Listeners:
    """All clients of OSCQuery."""

    def __init__(self, bus: Bus, osc: OscSide, tree: Callable[[], Awaitable[Tree]], turns: Turns) -> None:
        """`tree()` gives the tree, which is made when it is first asked for; what comes is taken in `turns`."""
        self._osc = osc
        self._tree = tree
        self._turns = turns
        self._quiet = Quiet(log)
        self._clients: set[Listener] = set()
        self._by_address: dict[str, set[Listener]] = {}
        self._changes: Changes | None = None
        self._leave = bus.subscribe(self._on_event)

    def __len__(self) -> int:
        return len(self._clients)

    @property
    def counts(self) -> dict[str, int]:
        """Return what went wrong, by reason."""
        return dict(self._quiet.counts)

    async def close(self) -> None:
        """Take no more events."""
        self._leave()
        if self._changes is not None:
            await self._changes.close()

    async def serve(self, socket: WebSocket) -> None:
        """Serve one client until it leaves."""
        if len(self._clients) >= MAX_CLIENTS:
            await socket.close(_TOO_SLOW, "too many clients")
            return
        tree = await self._tree()
        await socket.accept()
        client = Listener(socket, self._give_up)
        self._changes = self._changes or Changes(tree, self._announce)
        if not self._clients:
            self._changes.begin()
        self._clients.add(client)
        writer = asyncio.create_task(client.outbox.write(socket.send, lambda: self._give_up(client)))
        try:
            while (received := await socket.receive())["type"] == "websocket.receive":
                await self._turns.take()
                await self._take(client, received, tree)
        finally:
            self._forget(client)
            client.outbox.close()
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)

    # ── from the client ──

    async def _take(self, client: Listener, received: Any, tree: Tree) -> None:
        if (packet := received.get("bytes")) is not None:
            found = decode(packet)
            if isinstance(found, Message) and len(found.args) == 1 and found.address in client.listened:
                client.touched[found.address] = found.args[0]
            self._osc.packet(packet, client)
            return
        try:
            message = from_json(received.get("text") or "")
            command, address = message["COMMAND"], message["DATA"]
        except (ValueError, TypeError, KeyError):
            command = address = None
        if command == "LISTEN" and isinstance(address, str):
            await self._listen(client, address, tree)
        elif command == "IGNORE" and isinstance(address, str):
            self._ignore(client, address)
        else:
            self._quiet.counts["ignored"] += 1  # the protocol has no answer for what it does not know

    async def _listen(self, client: Listener, address: str, tree: Tree) -> None:
        if len(client.listened) >= MAX_LISTENED:
            self._quiet.warn("full", "an OSCQuery client listens to %d addresses already", MAX_LISTENED)
            return
        address = address.rstrip("/")
        if not address.startswith("/") or len(address) > MAX_ADDRESS:
            self._quiet.counts["ignored"] += 1
            return
        client.listened.add(address)
        self._by_address.setdefault(address, set()).add(client)
        with contextlib.suppress(LiveEngineError):  # an event's address that is no node, or a node without a value now
            place = tree.find(address)
            if place.branch.leaf is not None and place.branch.leaf.readable:
                client.send(encode(address, *spread(tuple(await tree.value(place)))))

    def _ignore(self, client: Listener, address: str) -> None:
        client.listened.discard(address)
        client.touched.pop(address, None)
        if (listening := self._by_address.get(address)) is not None:
            listening.discard(client)
            if not listening:
                del self._by_address[address]

    def _forget(self, client: Listener) -> None:
        self._clients.discard(client)
        for address in tuple(client.listened):
            self._ignore(client, address)
        self._osc.gone(client)

    # ── to the clients ──

    def _on_event(self, event: Event) -> None:
        if not self._clients:
            return
        if self._changes is not None:
            self._changes.look(event)
        address, values = event.message()
        if (listening := self._by_address.get(address)) is None:
            return
        packet = encode(address, *spread(values))
        for client in tuple(listening):
            if not isinstance(event, Changed):
                client.outbox.put(packet)
            elif address not in client.touched or not same(client.touched.pop(address), event.value):
                client.outbox.put_latest(address, packet)

    def _announce(self, command: str, path: str) -> None:
        text = to_json({"COMMAND": command, "DATA": path}).decode()
        for client in tuple(self._clients):
            client.outbox.put(text)

    def _give_up(self, client: Listener) -> None:
        self._quiet.warn("slow", "an OSCQuery client does not keep up and is closed")
        self._forget(client)
        client.socket.scope["state"]["give_up"](_TOO_SLOW, "too slow")
