"""Paths as clients write them: with or without a slash at the end, asked for by GET or by HEAD. Runs on: event loop."""

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

_PLAIN = frozenset({"/preprocess", "/generate-track", "/system/health", "/metrics", "/docs", "/openapi.json"})


class Slashes:
    """Middleware that takes a slash off the end of every address of the API; pages keep theirs."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = f"{prefix}/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        path: str = scope.get("path", "")
        if scope["type"] == "http" and path.endswith("/"):
            bare = path.rstrip("/")
            if path.startswith(self._prefix) or bare in _PLAIN:
                scope = {**scope, "path": bare}
        await self._app(scope, receive, send)


class _Same:
    """Serves a request as another route does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


def answer_head(app: FastAPI) -> None:
    """Let every route that answers GET answer HEAD, without telling of it in the document."""
    for route in list(app.router.routes):
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()):
            app.router.routes.append(Route(route.path, _Same(route.app), methods=["HEAD"], include_in_schema=False))


def methods_of(request: Request) -> set[str]:
    """Return the methods of the routes at a request's path, but those for every path; empty where there is none."""
    found: set[str] = set()
    for route in request.app.router.routes:
        if isinstance(route, APIRoute) and route.matches(request.scope)[0] is not Match.NONE:
            found |= route.methods or set()
    return found | ({"HEAD"} if "GET" in found else set())
