"""The engine on an event loop, over one WebSocket that comes back by itself. Runs on: the caller's event loop."""

import asyncio
import contextlib
import itertools
import json
import struct
from collections.abc import AsyncGenerator, Callable
from fnmatch import fnmatchcase
from typing import Any, NamedTuple, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from liveengine_client.address import URL, arguments
from liveengine_client.awaited import AllCommands
from liveengine_client.errors import EngineFault, NoEngine

PATIENCE_S = 10.0  # a call waits so long for a connection that was lost
_PAUSES_S = (0.25, 0.5, 1.0, 2.0, 5.0)
_MAX_MESSAGE = 1 << 24  # bytes
_MAX_WAITING = 10_000  # events of one listener


class Event(NamedTuple):
    """What has happened, at which address, with which values; `seq` counts the engine's events."""

    address: str
    values: list[Any]
    seq: int


class AsyncEngine(AllCommands):
    """A connection to a running engine: `async with AsyncEngine() as engine: await engine.transport.play()`.

    Every command is there by its address. `state` is the session as it was at the last connect, `values` holds the
    newest values of each address that has changed since, `meters` the newest meters (peaks left and right of each
    track, each bus, cue and master; then the beat and the load).
    """

    def __init__(self, url: str = URL, *, token: str | None = None, meters: bool = False) -> None:
        super().__init__(self.call)
        self.url = url.rstrip("/")
        self.state: dict[str, Any] = {}
        self.values: dict[str, list[Any]] = {}
        self.meters: tuple[float, ...] = ()
        self._token = token
        self._wants = "" if meters else "?meters=0"
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._listeners: list[tuple[str, Callable[[Event], None]]] = []
        self._socket: ClientConnection | None = None
        self._connected = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        socket = await self._open()
        self._task = asyncio.create_task(self._stay(socket))
        await self._connected.wait()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Leave the engine."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def call(self, address: str, *args: Any, **named: Any) -> Any:
        """Run the command at an address and return its reply; raise EngineFault, or NoEngine."""
        given = arguments(address, args, named)
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._connected.wait()
            assert self._socket is not None
            await self._socket.send(json.dumps({"type": "call", "id": number, "address": address, "args": given}))
            return await answer
        except TimeoutError:
            raise NoEngine(f"{address}: there is no connection to {self.url}") from None
        except ConnectionClosed as error:
            raise NoEngine(f"{address}: the connection to {self.url} was lost") from error
        finally:
            self._answers.pop(number, None)

    def on(self, pattern: str, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call `listener(event)` with each event whose address fits (`/track/*`); return what ends that."""
        entry = (pattern, listener)
        self._listeners.append(entry)
        return lambda: self._listeners.remove(entry)

    async def events(self, pattern: str = "*") -> AsyncGenerator[Event, None]:
        """Iterate over the events whose address fits, from now on; an iterator that falls behind misses the oldest."""
        waiting: asyncio.Queue[Event] = asyncio.Queue(_MAX_WAITING)

        def take(event: Event) -> None:
            if waiting.full():
                waiting.get_nowait()
            waiting.put_nowait(event)

        leave = self.on(pattern, take)
        try:
            while True:
                yield await waiting.get()
        finally:
            leave()

    async def finished(self, job: int) -> Any:
        """Wait until a job ends and return its result; raise EngineFault with its code if it fails."""
        async with contextlib.aclosing(self.events(f"/job/{job}/*")) as events:
            following = asyncio.ensure_future(anext(events))
            try:
                while True:
                    told = await self.call(f"/job/{job}")
                    if told["state"] == "done":
                        return told["result"]
                    if told["state"] in ("failed", "cancelled"):
                        raise EngineFault(told["code"] or told["state"], told["error"] or f"job {job}: {told['state']}")
                    await asyncio.wait([following], timeout=1.0)
                    if following.done():
                        following = asyncio.ensure_future(anext(events))
            finally:
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)

    async def _open(self) -> ClientConnection:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else None
        url = self.url.replace("http", "ws", 1) + "/ws" + self._wants
        try:
            return await connect(url, additional_headers=headers, max_size=_MAX_MESSAGE)
        except (OSError, InvalidHandshake) as error:
            raise NoEngine(f"no engine answers at {self.url}: {error}") from error

    async def _stay(self, socket: ClientConnection) -> None:
        while True:
            try:
                await self._receive(socket)
            finally:
                self._lose()
                await socket.close()
            socket = await self._return()

    async def _return(self) -> ClientConnection:
        for pause in itertools.chain(_PAUSES_S, itertools.repeat(_PAUSES_S[-1])):
            await asyncio.sleep(pause)
            with contextlib.suppress(NoEngine):
                return await self._open()
        raise AssertionError("unreachable")

    async def _receive(self, socket: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for raw in socket:
                if isinstance(raw, bytes):
                    self.meters = struct.unpack(f"<{len(raw) // 4}f", raw)
                    continue
                message = json.loads(raw)
                if message["type"] == "state":
                    self.state, self.values = message["value"], {}
                    self._socket = socket
                    self._connected.set()
                else:
                    self._take(message)

    def _lose(self) -> None:
        self._connected.clear()
        self._socket = None
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(NoEngine(f"the connection to {self.url} was lost before the answer came"))

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "event":
            event = Event(message["address"], message["values"], message["seq"])
            self.values[event.address] = event.values
            for pattern, listener in tuple(self._listeners):
                if fnmatchcase(event.address, pattern):
                    listener(event)
        elif (answer := self._answers.get(message.get("id") or 0)) is not None and not answer.done():
            if message["type"] == "error":
                answer.set_exception(EngineFault(message["code"], message["message"]))
            else:
                answer.set_result(message.get("value"))
