"""The WebSocket door: JSON calls, pushed events, binary meters. Runs on: event loop.

Client to daemon, one JSON object in each text frame:
- `{"type": "call", "id": 1, "address": "/track/1/gain", "args": [0.5]}`, or `"args": {"value": 0.5}`
- `{"type": "subscribe", "address": pattern}`, `{"type": "unsubscribe", "address": pattern}`; until the first subscribe
  a client gets every event. `*` as the last part of a pattern stands for everything below.
- `{"type": "ping", "id": 1}`

Daemon to client:
- on connect `{"type": "state", "seq": n, "value": {...}, "you": {"client": 3, "name": ..., "role": ...}}`: the whole
  state; each later event has a higher `seq`
- `{"type": "reply", "id": 1, "value": ...}` or `{"type": "error", "id": 1, "code": "...", "message": "..."}`
- `{"type": "event", "address": "...", "values": [...], "seq": n}`
- `{"type": "pong", "id": 1}`
- binary frames at METERS_HZ: the meters, little-endian float32 (`/ws?meters=0` leaves them out)

A client that does not read is closed with 1013 (see `outbox.py`); it may come back at once and is right again with the
state it gets. `/ws?name=Tablet` names a client, and so does the command `/client/name`; `/clients` tells who is there.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from pydantic_core import from_json, to_json
from starlette.websockets import WebSocket

from liveengine.bus import Bus, Event
from liveengine.caller import caller
from liveengine.command import Registry, fault
from liveengine.control.osc.pattern import Pattern
from liveengine.control.outbox import Outbox
from liveengine.control.quiet import Quiet
from liveengine.control.safety.clients import Client, Clients
from liveengine.control.turns import Turns
from liveengine.errors import BadArgument, Full, LiveEngineError
from liveengine.events import Changed

log = logging.getLogger(__name__)

METERS_HZ = 30
MAX_CLIENTS = 256
MAX_OF_ONE = 32  # clients of one other machine
MAX_CALLS = 256  # of one client, under way at the same time
MAX_PATTERNS = 256  # of one client
_TOO_SLOW = 1013
_FRAME_BYTES = 64  # that a frame counts besides what it holds
_MAX_KNOWN = 8192


def text(message: dict[str, Any]) -> str:
    """Return the message as JSON; bytes as base64, numbers that JSON does not know as null."""
    return to_json(message, inf_nan_mode="null", bytes_mode="base64", fallback=str).decode()


class _Client:
    def __init__(self, socket: WebSocket, who: Client, slow: Callable[["_Client"], None]) -> None:
        self.socket = socket
        self.who = who
        self.outbox = Outbox(lambda: slow(self))
        self.meters = socket.query_params.get("meters") != "0"
        self.calls = 0
        self._patterns: dict[str, Pattern] | None = None
        self._wanted: dict[str, bool] = {}

    def wants(self, address: str) -> bool:
        if self._patterns is None:
            return True
        found = self._wanted.get(address)
        if found is None:
            if len(self._wanted) >= _MAX_KNOWN:
                self._wanted.clear()
            found = self._wanted[address] = any(p.covers(address) for p in self._patterns.values())
        return found

    def subscribe(self, pattern: str) -> None:
        patterns = self._patterns or {}
        if len(patterns) >= MAX_PATTERNS:
            raise Full(f"a client subscribes to at most {MAX_PATTERNS} patterns; a wildcard covers many addresses")
        patterns[pattern] = Pattern.parse(pattern)
        self._patterns = patterns
        self._wanted.clear()

    def unsubscribe(self, pattern: str) -> None:
        self._patterns = self._patterns or {}
        self._patterns.pop(pattern, None)
        self._wanted.clear()


class WebSocketDoor:
    """Serves every WebSocket client; one shared truth, each with its own outbox."""

    def __init__(
        self,
        registry: Registry,
        bus: Bus,
        state: Callable[[], dict[str, Any]],
        meters: Callable[[], bytes],
        there: Clients,
        *,
        turns: Turns,
    ) -> None:
        """What the clients send is taken in `turns`."""
        self._registry = registry
        self._state = state
        self._meters = meters
        self._there = there
        self._turns = turns
        self._clients: set[_Client] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._quiet = Quiet(log)
        self._seq = 0
        self._timer: asyncio.TimerHandle | None = None
        self._leave = bus.subscribe(self._on_event)

    def stats(self) -> dict[str, int]:
        """Return what was counted since the start."""
        return {"clients": len(self._clients), "events": self._seq, **self._quiet.counts}

    async def close(self) -> None:
        """Take no more events; calls under way are cancelled."""
        self._leave()
        if self._timer is not None:
            self._timer.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def serve(self, socket: WebSocket) -> None:
        """Serve one client until it leaves."""
        asking = caller.get()
        share = asking.share if isinstance(asking, Client) else None
        of_one = sum(client.who.share is share for client in self._clients) if share is not None else 0
        if len(self._clients) >= MAX_CLIENTS or of_one >= MAX_OF_ONE:
            await socket.close(_TOO_SLOW, "too many clients")
            return
        await socket.accept()
        await self._turns.take()  # the whole state takes milliseconds, and they may all come at once
        role = asking.role if asking is not None else "admin"
        who = self._there.join("websocket", role, socket.query_params.get("name"), share)
        caller.set(who)
        client = _Client(socket, who, self._give_up)
        you = {"client": who.number, "name": who.name, "role": role}
        client.outbox.put(text({"type": "state", "seq": self._seq, "value": self._state(), "you": you}))
        self._clients.add(client)
        self._start_meters()
        writer = asyncio.create_task(client.outbox.write(socket.send, lambda: self._give_up(client)))
        try:
            await self._read(socket, client)
        finally:
            self._clients.discard(client)
            self._there.leave(who)
            client.outbox.close()
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)

    # ── to the client ──

    def _give_up(self, client: _Client) -> None:
        self._quiet.warn("slow", "a WebSocket client does not keep up and is closed")
        self._clients.discard(client)
        client.socket.scope["state"]["give_up"](_TOO_SLOW, "too slow")

    def _on_event(self, event: Event) -> None:
        self._seq += 1
        if not self._clients:
            return
        address, values = event.message()
        payload = text({"type": "event", "address": address, "values": values, "seq": self._seq})
        changed = isinstance(event, Changed)
        for client in tuple(self._clients):
            if client.wants(address):
                client.outbox.put_latest(address, payload) if changed else client.outbox.put(payload)

    def _start_meters(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(1 / METERS_HZ, self._tick)

    def _tick(self) -> None:
        self._timer = None
        wanting = [client for client in self._clients if client.meters]
        if not self._clients:
            return
        self._start_meters()
        try:
            frame = self._meters()
        except Exception as error:
            self._quiet.warn("meters", "the meters cannot be read", error=error)
            return
        self._show(deque(wanting), frame)

    def _show(self, wanting: deque[_Client], frame: bytes) -> None:
        """Send the meters to one client in each turn of the loop, so that a command waits for one of them at most."""
        if wanting:
            wanting.popleft().outbox.put_meters(frame)
            asyncio.get_running_loop().call_soon(self._show, wanting, frame)

    # ── from the client ──

    async def _read(self, socket: WebSocket, client: _Client) -> None:
        share = client.who.share
        while (received := await socket.receive())["type"] == "websocket.receive":
            if share is not None:
                size = len(received.get("text") or received.get("bytes") or "")
                await asyncio.sleep(share.bytes.owe(size + _FRAME_BYTES, time.monotonic()))
            await self._turns.take()
            number: Any = None
            try:
                message = _parse(received.get("text"))
                number = message.get("id")
                self._handle(client, message, number)
            except Exception as error:
                self._fail(client, number, error)

    def _handle(self, client: _Client, message: dict[str, Any], number: Any) -> None:
        kind = message.get("type")
        if kind == "ping":
            client.outbox.put(text({"type": "pong", "id": number}))
            return
        address = message.get("address")
        if not isinstance(address, str):
            raise BadArgument(f"{kind!r:.50} needs an address")
        if kind == "call":
            self._start(client, self._call(client, number, address, message.get("args")))
        elif kind == "subscribe":
            client.subscribe(address)
        elif kind == "unsubscribe":
            client.unsubscribe(address)
        else:
            raise BadArgument(f"type {kind!r:.50} is unknown; it may be call, subscribe, unsubscribe or ping")

    def _start(self, client: _Client, work: Coroutine[Any, Any, None]) -> None:
        if client.calls >= MAX_CALLS:
            work.close()
            raise Full(f"{MAX_CALLS} calls of this client are under way; wait for replies")
        client.calls += 1
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _call(self, client: _Client, number: Any, address: str, args: Any) -> None:
        try:
            await self._turns.take()
            if isinstance(args, dict):
                command, path = self._registry.find(address)
                value = await command.call(path, (), args)
            elif args is None or isinstance(args, list):
                value = await self._registry.call(address, *(args or ()))
            else:
                raise BadArgument(f"{address}: args is a list, or an object with names")
            client.outbox.put(text({"type": "reply", "id": number, "value": value}))
        except Exception as error:
            self._fail(client, number, error)
        finally:
            client.calls -= 1

    def _fail(self, client: _Client, number: Any, error: Exception) -> None:
        code, message = fault(error)
        if not isinstance(error, LiveEngineError):
            self._quiet.warn("internal", "fault in a WebSocket call", error=error)
        client.outbox.put(text({"type": "error", "id": number, "code": code, "message": message}))


def _parse(raw: str | None) -> dict[str, Any]:
    if raw is None:
        raise BadArgument("binary frames are not understood here; send JSON text")
    try:
        message = from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        raise BadArgument(f"no JSON: {error}") from None
    if not isinstance(message, dict):
        raise BadArgument("a message is a JSON object")
    return message
