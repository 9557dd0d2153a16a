"""Errors as RFC 9457 problem documents, with the code of the error tree. Runs on: event loop."""

from typing import Any

from pydantic_core import to_json
from starlette.responses import JSONResponse

from liveengine import errors
from liveengine.control.waiting import Failed

STATUS: dict[type[errors.LiveEngineError], int] = {
    errors.UnknownAddress: 404,
    errors.BadArgument: 422,
    errors.OutOfRange: 422,
    errors.BadInput: 400,
    errors.NotFound: 404,
    errors.Superseded: 409,
    errors.BadAudio: 415,
    errors.Unpaired: 401,
    errors.Refused: 403,
    errors.DiskFull: 507,
    errors.TooFast: 429,
    errors.Full: 503,
    errors.Unavailable: 503,
}


class TooLarge(errors.Refused):
    """The body is larger than the settings allow."""

    code = "too_large"


class WrongMethod(errors.BadInput):
    """The address is there, but not under this HTTP method."""

    code = "method_not_allowed"

    def __init__(self, message: str, allow: set[str]) -> None:
        """`allow`: the methods that it is there under."""
        super().__init__(message)
        self.allow = ", ".join(sorted(allow))


class WrongType(errors.BadInput):
    """The body is of a media type that is not understood here."""

    code = "unsupported_media_type"


class TimedOut(errors.BadInput):
    """The client stopped sending in the middle of its request."""

    code = "request_timeout"


STATUS |= {TooLarge: 413, WrongMethod: 405, WrongType: 415, TimedOut: 408}


class Json(JSONResponse):
    """Plain data as JSON; numbers that JSON does not know become null."""

    def render(self, content: Any) -> bytes:
        """Return the body."""
        return to_json(content, inf_nan_mode="null", bytes_mode="base64", fallback=str)


class Problem(Json):
    """An error as application/problem+json."""

    media_type = "application/problem+json"

    def __init__(self, status: int, code: str, detail: str, headers: dict[str, str] | None = None) -> None:
        title = code.replace("_", " ")
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": code}
        super().__init__(body, status, headers)


def status_of(error: BaseException) -> int:
    """Return the HTTP status of an error: its own class's, else its nearest ancestor's, else 500."""
    kind = _of_code(getattr(error, "code", "")) if isinstance(error, Failed) else type(error)
    return next((STATUS[base] for base in kind.__mro__ if base in STATUS), 500)


def _of_code(code: str) -> type[BaseException]:
    """Return the class whose code this is: a job that failed tells of its error by that."""
    waiting: list[type[errors.LiveEngineError]] = [errors.LiveEngineError]
    while waiting:
        kind = waiting.pop()
        if kind.__dict__.get("code") == code:
            return kind
        waiting += kind.__subclasses__()
    return errors.JobFailure


_HEADERS = {
    401: {"WWW-Authenticate": "Bearer"},
    429: {"Retry-After": "1"},
    503: {"Retry-After": "1"},
}


def problem(error: errors.LiveEngineError) -> Problem:
    """Return the response for an error of the tree."""
    status = status_of(error)
    headers = dict(_HEADERS.get(status, {}))
    if isinstance(error, WrongMethod):
        headers["Allow"] = error.allow
    return Problem(status, error.code, str(error), headers)
