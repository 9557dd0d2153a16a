"""On which line of a JSON text something stands. Runs on: anywhere; pure."""

import json
import re
from collections.abc import Iterable
from typing import Any

_SPACE = re.compile(r"[ \t\r\n]*")
_decode = json.JSONDecoder().raw_decode


def line_of(text: str, place: Iterable[str | int]) -> int:
    """Return the line, from 1, on which the value at a place (names and numbers, from outside) begins.

    Where the place leads to nothing it is the last value on the way; the text is valid JSON.
    """
    at = _skip(text, 0)
    for step in place:
        found = _inside(text, at, step)
        if found is None:
            break
        at = found
    return text.count("\n", 0, at) + 1


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return at if found is None else found.end()


def _inside(text: str, at: int, step: str | int) -> int | None:
    """Return where a member of the object or list begins that begins at `at`; None where there is none."""
    opening = text[at]
    if opening not in "{[":
        return None
    at, number = _skip(text, at + 1), 0
    while text[at] not in "}]":
        key: Any = number
        if opening == "{":
            key, at = _decode(text, at)
            at = _skip(text, _skip(text, at) + 1)  # behind the colon
        if key == step:
            return at
        at = _skip(text, _decode(text, at)[1])
        at = _skip(text, at + 1) if text[at] == "," else at
        number += 1
    return None
