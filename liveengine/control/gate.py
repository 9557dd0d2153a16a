"""The first thing that each request and WebSocket handshake meets. Runs on: event loop.

Checks Host and Origin (`auth.py`), answers the preflights of the origins that are allowed, and puts the security
headers on every response.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from liveengine.control.auth import Guard
from liveengine.control.problem import problem
from liveengine.errors import Forbidden

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": "content-type",
    "Access-Control-Max-Age": "600",
}


class Gate:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, guard: Guard) -> None:
        self._app = app
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer it here."""
        if scope["type"] not in ("http", "websocket"):
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        method = scope.get("method", "GET")
        outgoing = _Outgoing(send, origin)
        try:
            reads = scope["type"] == "http" and method in ("GET", "HEAD")
            self._guard.check(headers, reads=reads)
        except Forbidden as error:
            # For a WebSocket this is the "denial response": 403 instead of the upgrade.
            await problem(error)(scope, receive, _Outgoing(send, None))
            return
        if method == "OPTIONS" and origin is not None and scope["type"] == "http":
            await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, outgoing)
            return
        await self._app(scope, receive, outgoing)


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
