"""Bodies of requests: JSON of a bounded size, whichever route takes it. Runs on: event loop."""

from typing import Any

from pydantic_core import from_json
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from liveengine.control.problem import TooLarge, WrongType, problem
from liveengine.errors import BadArgument, LiveEngineError

MAX_BODY = 1 << 20  # bytes of a command's arguments


class Bounded:
    """Middleware that reads a body before anything is done with it, except where files are streamed to the disk."""

    def __init__(self, app: ASGIApp, streamed: frozenset[str]) -> None:
        """`streamed`: the paths that take files."""
        self._app = app
        self._streamed = streamed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body, or answer 413 or 415 here."""
        if scope["type"] != "http" or scope["path"] in self._streamed:
            await self._app(scope, receive, send)
            return
        try:
            whole = await _whole(Headers(scope=scope), receive)
        except LiveEngineError as error:
            await problem(error)(scope, receive, send)
            return
        waiting = [whole]

        async def again() -> Message:
            return waiting.pop() if waiting else await receive()

        await self._app(scope, again, send)


async def _whole(headers: Headers, receive: Receive) -> Message:
    """Return the whole body as one message, or that the client is gone; raise TooLarge or WrongType."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return message
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MAX_BODY:
            raise TooLarge(f"a command's arguments may have {MAX_BODY >> 10} KiB")
    if body and headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise WrongType("send the arguments as application/json")
    return {"type": "http.request", "body": bytes(body), "more_body": False}


async def arguments(request: Request) -> dict[str, Any]:
    """Return the arguments in a body, by name; raise BadArgument."""
    raw = await request.body()
    if not raw:
        return {}
    try:
        found = from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        raise BadArgument(f"no JSON: {error}") from None
    if not isinstance(found, dict):
        raise BadArgument("send the arguments as a JSON object, by name")
    return found
