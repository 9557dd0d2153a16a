"""Who a request comes from, and the pairing of a browser. Runs on: event loop.

This machine needs no token. Another one shows it as `Authorization: Bearer TOKEN`, or once to `POST /api/v1/hello`
(`{"token": "..."}`), which puts it into a cookie that no script and no other site can use. A token never stands in an
address that is sent: the remote's link carries it behind the `#`, which stays in the browser.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pydantic_core import from_json
from starlette.requests import Request, cookie_parser
from starlette.responses import Response

from liveengine.caller import Role
from liveengine.control.problem import Json, TooLarge
from liveengine.control.safety.clients import Client
from liveengine.control.safety.network import is_local
from liveengine.control.safety.share import Shares
from liveengine.errors import BadArgument, TooFast, Unpaired

HELLO = "/api/v1/hello"
PANIC = "/api/v1/panic"
COOKIE = "liveengine"
REVOKED = 4401  # with which a WebSocket is closed
_YEAR_S = 365 * 24 * 3600
_MAX_HELLO = 1024  # bytes
_PAIR = "open the link of `liveengine serve --lan` here, or send its token as `Authorization: Bearer TOKEN`"


class Entrance:
    """Knows who is let in at the web port."""

    def __init__(self, role_of: Callable[[str], Role | None], shares: Shares) -> None:
        """`role_of(token)` gives the role that a token stands for."""
        self._role_of = role_of
        self._shares = shares
        self._inside: dict[Client, Callable[[int, str], None]] = {}

    def who(self, host: str, headers: Mapping[str, str]) -> Client | None:
        """Return who asks, None for this machine; raise Unpaired without a token that counts, TooFast after many."""
        if is_local(host):
            return None
        if not (token := _token(headers)):
            raise Unpaired(f"another machine needs a token here: {_PAIR}")
        return Client(self.role(host, token), self._shares.of(host), door="http")

    def count(self, host: str, path: str) -> None:
        """Raise TooFast when a machine has sent more requests than its share; never for the panic."""
        if not is_local(host) and path != PANIC and not self._shares.of(host).requests.take(1.0, time.monotonic()):
            raise TooFast("more requests than one machine may send; wait a moment")

    @contextmanager
    def inside(self, client: Client | None, leave: Callable[[int, str], None]) -> Iterator[None]:
        """Know of a connection that stays open, so that `leave(code, reason)` ends it with its token."""
        if client is None:
            yield
            return
        self._inside[client] = leave
        try:
            yield
        finally:
            del self._inside[client]

    def dismiss(self, role: Role) -> None:
        """End the connections of those who came in by the token of a role."""
        for client, leave in tuple(self._inside.items()):
            if client.role == role:
                leave(REVOKED, "the token counts no more")

    def role(self, host: str, token: str) -> Role:
        """Return the role of a token; raise Unpaired if it counts for none, TooFast after too many of those."""
        tries, now = self._shares.of(host).tries, time.monotonic()
        if not tries.take(1.0, now):
            raise TooFast("too many wrong tokens from this machine; wait a moment")
        role = self._role_of(token)
        if role is None:
            raise Unpaired(f"this token does not count, or no longer: {_PAIR}")
        tries.owe(-1.0, now)  # only wrong ones count
        return role

    async def hello(self, request: Request) -> Response:
        """Answer GET and POST of HELLO: the role of who asks, null if it has none; a POST pairs."""
        host = request.client.host if request.client else ""
        if request.method == "POST":
            token = await _posted(request)
            role = self.role(host, token)
            response = Json({"role": role, "local": is_local(host)})
            response.set_cookie(COOKIE, token, max_age=_YEAR_S, httponly=True, samesite="strict")
            return response
        try:
            client = self.who(host, request.headers)
        except Unpaired:
            return Json({"role": None, "local": False})
        return Json({"role": client.role if client else "admin", "local": client is None})


def _token(headers: Mapping[str, str]) -> str:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    return cookie_parser(headers.get("cookie", "")).get(COOKIE, "")


async def _posted(request: Request) -> str:
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > _MAX_HELLO:
            raise TooLarge(f"a hello has at most {_MAX_HELLO} bytes")
    try:
        found: Any = from_json(bytes(raw))
        token = found["token"]
    except (ValueError, TypeError, KeyError):
        token = None
    if not isinstance(token, str):
        raise BadArgument('say hello with {"token": "..."}')
    return token
