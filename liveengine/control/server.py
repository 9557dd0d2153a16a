"""uvicorn inside our loop: our socket, no signal handlers, sockets that can be given up. Runs on: event loop."""

import asyncio
import contextlib
import socket
import time
from collections.abc import Iterator
from functools import partial
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from liveengine.control import rarely
from liveengine.control.connection import Connection
from liveengine.control.slices import Sliced, Slices

MAX_FRAME = 256 * 1024  # bytes of one WebSocket message from a client
_SEND_BUFFER = 256 * 1024  # bytes that the kernel may hold for a client that reads slowly
_LINGER_S = 5.0


class _Protocol(Sliced, WebSocketsSansIOProtocol):
    """Adds `state["give_up"](code, reason)` to the scope: closes although the client reads nothing."""

    _linger: asyncio.TimerHandle | None = None

    @property
    def held(self) -> bool:
        """Whether messages wait that nobody has taken."""
        return self.read_paused

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
            self.scope["state"]["give_up"] = self._give_up

    def handle_parser_exception(self) -> None:
        """Close; what comes after the frame that was wrong may be wrong as well, when there is no close to send."""
        if self.conn.close_sent is not None:
            super().handle_parser_exception()
        else:
            self.queue.put_nowait({"type": "websocket.disconnect", "code": 1006, "reason": ""})
            self.transport.abort()

    async def send(self, message: Any) -> None:
        """Send; a client that has left in the middle of its handshake gets nothing, which is no fault."""
        if self.transport.is_closing():
            raise ClientDisconnected
        await super().send(message)

    def _give_up(self, code: int, reason: str) -> None:
        if not self.close_sent and not self.transport.is_closing():
            self.stop_keepalive()
            self.conn.send_close(code, reason)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.transport.close()  # what was written still goes out, if the client reads it within the time
        self._linger = self.loop.call_later(_LINGER_S, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Abort no more what has ended."""
        if self._linger is not None:
            self._linger.cancel()
        super().connection_lost(exc)


class _Server(uvicorn.Server):
    def __init__(self, settings: uvicorn.Config) -> None:
        super().__init__(settings)
        self.end = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the daemon."""
        yield

    async def main_loop(self) -> None:
        """Refresh the Date header and look after slow clients each second until the end, which is noticed at once."""
        while not self.end.is_set():
            await self.on_tick(0)
            now = time.monotonic()
            for connection in list(self.server_state.connections):
                if isinstance(connection, Connection):
                    connection.look(now)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await self.end.wait()


class WebServer:
    """Serves an ASGI application on a listening socket until `close`."""

    def __init__(self, app: ASGIApp, sock: socket.socket) -> None:
        rarely.install()
        slices = Slices()
        self._socket = sock
        self._server = _Server(
            uvicorn.Config(
                app,
                lifespan="off",
                log_config=None,
                log_level="warning",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                http=cast(Any, partial(Connection, slices=slices)),
                ws=cast(Any, partial(_Protocol, slices=slices)),
                ws_max_size=MAX_FRAME,
                ws_per_message_deflate=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Return once requests are answered."""
        self._task = asyncio.create_task(self._server.serve([self._socket]))
        while not self._server.started and not self._task.done():
            await asyncio.sleep(0.001)
        if self._task.done():
            await self._task

    def stats(self) -> dict[str, int]:
        """Return how many connections are open, WebSockets among them, and how many requests there were."""
        state = self._server.server_state
        return {"connections": len(state.connections), "requests": state.total_requests}

    async def close(self) -> None:
        """Close the socket and every connection."""
        if self._task is not None:
            self._server.end.set()
            await self._task
