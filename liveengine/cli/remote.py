"""Talk to a running daemon from outside, over OSC and WebSocket. Runs on: the user's shell."""

import asyncio
import contextlib
import itertools
import json
import os
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Self

from liveengine.errors import BadInput, LiveEngineError, Unavailable


def _exit_codes(kind: type[LiveEngineError]) -> dict[str, int]:
    found = {kind.code: kind.exit_code}
    for leaf in kind.__subclasses__():
        found |= _exit_codes(leaf)
    return found


_EXIT_CODES = _exit_codes(LiveEngineError)
LOST = "the server ended before it answered; what it had begun goes on when it is there again (`liveengine jobs`)"


class RemoteFault(LiveEngineError):
    """The daemon answered with an error; `code` is the daemon's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.exit_code = _EXIT_CODES.get(code, LiveEngineError.exit_code)


def running(library: Path) -> dict[str, Any] | None:
    """Return what `<library>/run.json` says of the daemon that owns the library; None when none runs."""
    try:
        found: dict[str, Any] = json.loads((library / "run.json").read_text("utf-8"))
        os.kill(int(found["pid"]), 0)
        # A file left by a killed supervisor may name a pid that another program has by now.
        alive = Path(found["shared"]).is_dir()
    except (OSError, ValueError, KeyError):
        return None
    return found if alive else None


class Osc:
    """Sends OSC messages to the daemon's UDP port, as a foreign program would."""

    def __init__(self, run: dict[str, Any]) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect(("127.0.0.1", run["ports"]["osc"]))

    def send(self, address: str, *values: Any) -> None:
        """Send one message; UDP gives no answer here."""
        from pythonosc.osc_message_builder import OscMessageBuilder

        builder = OscMessageBuilder(address)
        for value in values:
            builder.add_arg(value)
        self._socket.send(builder.build().dgram)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


class WebSocket:
    """Calls commands over the WebSocket and collects the events that the daemon pushes."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._listeners: list[Callable[[str, list[Any]], None]] = []
        self._task = asyncio.create_task(self._receive())

    @property
    def closed(self) -> bool:
        """True when the daemon has ended or dropped the connection."""
        return self._task.done()

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, run: dict[str, Any]) -> AsyncIterator[Self]:
        """Connect to the daemon's WebSocket for the length of a `with` block, or raise Unavailable."""
        from websockets.asyncio.client import connect
        from websockets.exceptions import InvalidHandshake

        port = run["ports"]["http"]
        try:
            socket = await connect(f"ws://127.0.0.1:{port}/ws", max_size=1 << 24)
        except (OSError, InvalidHandshake) as error:
            raise Unavailable(f"the server does not answer at port {port}: it may be starting, try again") from error
        async with socket:
            remote = cls(socket)
            try:
                yield remote
            finally:
                remote._task.cancel()
                await asyncio.gather(remote._task, return_exceptions=True)

    def listen(self, listener: Callable[[str, list[Any]], None]) -> None:
        """Call `listener(address, values)` with each event from now on."""
        self._listeners.append(listener)

    async def subscribe(self, pattern: str) -> None:
        """Ask the daemon to push what matches the address pattern."""
        await self._socket.send(json.dumps({"type": "subscribe", "address": pattern}))

    async def call(self, address: str, *args: Any, **named: Any) -> Any:
        """Run the command at `address`; return its reply; raise RemoteFault with the daemon's code, or Unavailable
        when the connection is lost before it answers.
        """
        from websockets.exceptions import ConnectionClosed

        if args and named:
            raise BadInput("give arguments by place or by name, not both")
        number = next(self._ids)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        message = {"type": "call", "id": number, "address": address, "args": named or list(args)}
        try:
            await self._socket.send(json.dumps(message))
        except ConnectionClosed as error:
            raise Unavailable(LOST) from error
        return await answer

    async def _receive(self) -> None:
        try:
            async for raw in self._socket:
                if isinstance(raw, str):
                    self._dispatch(json.loads(raw))
        finally:
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(Unavailable(LOST))

    def _dispatch(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        if kind == "event":
            for listener in self._listeners:
                listener(message["address"], message["values"])
        elif (answer := self._answers.pop(message.get("id", 0), None)) is not None and not answer.done():
            if kind == "error":
                answer.set_exception(RemoteFault(message["code"], message["message"]))
            else:
                answer.set_result(message["value"])
