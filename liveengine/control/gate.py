"""The first thing that each request and WebSocket handshake meets. Runs on: event loop.

Checks Host and Origin (`safety/origin.py`) and who it is (`safety/entrance.py`), for whom what follows then runs;
answers the preflights of the origins that are allowed, and puts the security headers on every response. The files of
the browser remote are for everybody: they hold nothing, and ask for the token.
"""

from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from liveengine.caller import caller
from liveengine.control.problem import problem
from liveengine.control.safety.clients import Client
from liveengine.control.safety.entrance import HELLO, Entrance
from liveengine.control.safety.origin import Guard
from liveengine.control.turns import Turns
from liveengine.errors import LiveEngineError

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": "authorization, content-type",
    "Access-Control-Max-Age": "600",
}


class Gate:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, guard: Guard, entrance: Entrance, pages: Path, turns: Turns) -> None:
        """`pages` is the folder of the browser remote; requests that come at once begin one after the other."""
        self._app = app
        self._guard = guard
        self._entrance = entrance
        self._turns = turns
        self._pages = {f"/{path.relative_to(pages).as_posix()}" for path in pages.rglob("*") if path.is_file()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer it here."""
        if scope["type"] not in ("http", "websocket"):
            return
        await self._turns.take()
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        outgoing = _Outgoing(send, None)
        try:
            reads = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
            self._guard.check(headers, reads=reads, at=(scope.get("server") or ("",))[0])
            outgoing = _Outgoing(send, origin)
            self._entrance.count((scope.get("client") or ("",))[0], scope["path"])
            if scope["type"] == "http" and scope["method"] == "OPTIONS" and origin is not None:
                await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, outgoing)
            elif scope["path"] == HELLO and scope["type"] == "http":
                await (await self._entrance.hello(Request(scope, receive)))(scope, receive, outgoing)
            else:
                await self._let_in(scope, receive, outgoing, is_page=reads and self._is_page(scope, headers))
        except LiveEngineError as error:
            # For a WebSocket this is the "denial response": 401 or 403 instead of the upgrade.
            await problem(error)(scope, receive, outgoing)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send, *, is_page: bool) -> None:
        client = (
            Client("watch") if is_page else self._entrance.who((scope.get("client") or ("",))[0], Headers(scope=scope))
        )
        caller.set(client)
        if scope["type"] == "websocket":
            with self._entrance.inside(client, scope["state"]["give_up"]):
                await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_page(self, scope: Scope, headers: Headers) -> bool:
        path: str = scope["path"]
        path = path.removeprefix("/ui") if path.startswith("/ui/") else path
        if path == "/":  # without a browser's header it is OSCQuery's
            return "text/html" in headers.get("accept", "") and not scope["query_string"]
        return path in self._pages


class _Outgoing:
    """Adds the headers to the start of the response."""

    def __init__(self, send: Send, origin: str | None) -> None:
        self._send = send
        self._origin = origin

    async def __call__(self, message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            headers.setdefault("Cache-Control", "no-cache")
            if self._origin is not None:
                headers["Access-Control-Allow-Origin"] = self._origin
                headers["Cross-Origin-Resource-Policy"] = "cross-origin"
                headers.add_vary_header("Origin")
        await self._send(message)
