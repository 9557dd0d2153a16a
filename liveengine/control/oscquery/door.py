"""OSCQuery at the web port: nodes and attributes by HTTP, `listen.py` by WebSocket. Runs on: event loop.

- `GET /track/1` the node and all below it; `GET /` the whole tree, unless a browser asks (Accept: text/html, or ?HTML)
- `GET /track/1/gain?VALUE` one attribute: 204 for the VALUE of what cannot be read, 400 for an attribute that nobody
  knows, 404 for a node that is not there, `{}` for an attribute that the node does not have
- `GET /?HOST_INFO` what is served, and where OSC and WebSocket are
"""

from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Match, Route, WebSocketRoute
from starlette.types import Scope

from liveengine.bus import Bus
from liveengine.command import Registry
from liveengine.control.oscquery.listen import Listeners, OscSide
from liveengine.control.oscquery.tree import Place, Tree
from liveengine.control.problem import Json, Problem
from liveengine.control.turns import Turns
from liveengine.errors import UnknownAddress

EXTENSIONS = {
    **dict.fromkeys(("ACCESS", "VALUE", "RANGE", "DESCRIPTION", "TAGS", "UNIT", "EXTENDED_TYPE", "CLIPMODE"), True),
    **dict.fromkeys(("CRITICAL", "OVERLOADS", "HTML"), True),
    **dict.fromkeys(("LISTEN", "IGNORE", "PATH_CHANGED", "PATH_ADDED", "PATH_REMOVED"), True),
    "PATH_RENAMED": False,  # an address holds no names
}
_ATTRIBUTES = frozenset({"FULL_PATH", "CONTENTS", "TYPE", *(name for name in EXTENSIONS if EXTENSIONS[name])}) - {
    *("HTML", "LISTEN", "IGNORE", "PATH_CHANGED", "PATH_ADDED", "PATH_REMOVED")
}


class OscQueryDoor:
    """Serves the registry's tree."""

    def __init__(
        self,
        registry: Registry,
        bus: Bus,
        osc: OscSide,
        counts: Mapping[str, int],
        host_info: Mapping[str, Any],
        *,
        turns: Turns,
    ) -> None:
        """`counts` has how many there are of each number of an address; `host_info` goes into HOST_INFO.

        What WebSocket clients send is taken in `turns`.
        """
        self._registry = registry
        self._counts = counts
        self._host_info = {**host_info, "EXTENSIONS": EXTENSIONS}
        self._turns = turns
        self._made: Tree | None = None
        self._listeners = Listeners(bus, osc, self.tree, turns)
        self._asked = 0

    @property
    def routes(self) -> list[BaseRoute]:
        """Return the routes; they take what is a node, and belong before those that take everything."""
        return [WebSocketRoute("/", self._listeners.serve), _NodeRoute("/{path:path}", self.serve, self._registry)]

    def stats(self) -> dict[str, int]:
        """Return what was counted since the start."""
        return {"clients": len(self._listeners), "requests": self._asked, **self._listeners.counts}

    async def close(self) -> None:
        """Tell nobody any more."""
        await self._listeners.close()

    async def tree(self) -> Tree:
        """Return the tree, made when it is first asked for."""
        if self._made is None:
            self._made = await run_in_threadpool(Tree, list(self._registry), self._counts, self._turns)
        return self._made

    async def serve(self, request: Request) -> Response:
        """Answer a GET."""
        self._asked += 1
        attribute = next(iter(request.query_params), "").upper()
        if attribute == "HOST_INFO":
            return Json(self._host_info)
        tree = await self.tree()
        place = tree.find(request.path_params["path"])
        if attribute:
            return await _attribute(tree, place, attribute)
        pieces = tree.stream(place)
        first = await anext(pieces, b"")
        if not first:
            raise UnknownAddress(f"there is nothing at {place.path!r} now")

        async def rest() -> Any:
            yield first
            async for piece in pieces:
                yield piece

        return StreamingResponse(rest(), media_type="application/json", headers={"Vary": "Accept"})


async def _attribute(tree: Tree, place: Place, name: str) -> Response:
    if name not in _ATTRIBUTES:
        known = ", ".join(sorted(_ATTRIBUTES))
        return Problem(400, "bad_argument", f"attribute {name[:100]!r} is not served here; these are: {known}")
    leaf = place.branch.leaf
    if name == "VALUE":
        if leaf is None or not leaf.readable:
            return Response(status_code=204)
        value = await tree.value(place)
        return Json({"VALUE": value} if value else {})
    if name == "CONTENTS":
        whole = b"".join([piece async for piece in tree.stream(place)])
        found = (await run_in_threadpool(from_json, whole)).get("CONTENTS") if whole else None
        return Json({} if found is None else {"CONTENTS": found})
    attributes = {"ACCESS": 0} if leaf is None else leaf.attributes
    attributes = {"FULL_PATH": place.path or "/", **attributes}
    return Json({name: attributes[name]} if name in attributes else {})


class _NodeRoute(Route):
    """Takes what begins with the first word of a command, and the root unless a browser wants the remote."""

    def __init__(self, path: str, endpoint: Any, registry: Registry) -> None:
        super().__init__(path, endpoint, methods=["GET"], include_in_schema=False)
        self._registry = registry
        self._words: frozenset[str] = frozenset()

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether the request is for a node."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or not self._wanted(scope):
            return Match.NONE, {}
        return super().matches(scope)

    def _wanted(self, scope: Scope) -> bool:
        query: bytes = scope["query_string"]
        if query == b"HOST_INFO":
            return True
        word = scope["path"].lstrip("/").partition("/")[0]
        if not word:
            return query != b"HTML" and not _wants_html(scope)
        if not self._words:
            self._words = frozenset(command.address.split("/", 2)[1] for command in self._registry)
        return word in self._words


def _wants_html(scope: Scope) -> bool:
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])
