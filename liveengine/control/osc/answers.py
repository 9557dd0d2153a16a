"""Plain data to OSC messages: how replies, rows and large answers travel. Runs on: event loop.

- nothing            `/reply s:address`
- one value          `/reply s:address value`
- a list of values   `/reply s:address value value ...`
- a record           `/reply s:address s:key value s:key value ...`
- a list of records  one message each: `/reply s:address i:index i:count s:key value ...`; index counts from 1, and an
                     empty list is `/reply s:address 0 0`

Every key is followed by exactly one value. Records inside records become dotted keys (`transport.tempo`), records in
lists too, counted from 1 (`tracks.3.gain`); a list of plain values becomes one text, separated by blanks; a key without
a value is left out; true and false travel as 1 and 0. What does not fit into PAGE bytes goes on in further messages
of the same form (a row keeps its index), which the receiver merges by key.

A request may end with an id, a text that starts with `#`: every message of the answer then ends with the same id.
"""

from collections.abc import Iterator
from typing import Any

from liveengine.control.osc.codec import encode

PAGE = 7_900  # bytes; a datagram of ours stays below 8 kB
_MAX_TEXT = 7_000  # bytes of one text value


def scalar(value: Any) -> Any:
    """Return what OSC programs read everywhere: true and false as 1 and 0, an overlong text cut off."""
    if isinstance(value, bool):
        return int(value)
    return value[:_MAX_TEXT] if isinstance(value, str | bytes) else value


def flatten(value: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Return (dotted key, plain value) for all that a record holds, without the keys that have no value."""
    if isinstance(value, dict):
        pairs = [(str(key), inner) for key, inner in value.items()]
    elif isinstance(value, list | tuple) and any(isinstance(inner, dict | list | tuple) for inner in value):
        pairs = [(str(index), inner) for index, inner in enumerate(value, start=1)]
    else:
        text = " ".join(str(scalar(v)) for v in value) if isinstance(value, list | tuple) else value
        if text is not None:
            yield prefix, scalar(text)
        return
    for key, inner in pairs:
        yield from flatten(inner, f"{prefix}.{key}" if prefix else key)


def spread(values: tuple[Any, ...]) -> list[Any]:
    """Return an event's values as OSC arguments: records become key, value, key, value."""
    found: list[Any] = []
    for value in values:
        if isinstance(value, dict):
            found += [part for pair in flatten(value) for part in pair]
        elif isinstance(value, list | tuple):
            found += [part for _, part in flatten(value)]
        else:
            found.append("" if value is None else scalar(value))
    return found


def _size(value: Any) -> int:
    """Return an upper bound of the bytes that the value takes in a packet, its tag included."""
    return 4 * len(value) + 9 if isinstance(value, str) else len(value) + 9 if isinstance(value, bytes) else 9


def pages(values: list[Any], step: int = 1) -> Iterator[list[Any]]:
    """Cut the values into lists that fit into one message each, only after every `step` of them; at least one list."""
    page: list[Any] = []
    room = PAGE
    for at in range(0, len(values), step):
        group = values[at : at + step]
        size = sum(map(_size, group))
        if page and size > room:
            yield page
            page, room = [], PAGE
        page += group
        room -= size
    yield page


def _bodies(value: Any) -> Iterator[list[Any]]:
    if value is None:
        yield []
    elif isinstance(value, dict):
        yield from pages([part for pair in flatten(value) for part in pair], 2)
    elif isinstance(value, list | tuple):
        if value and not isinstance(value[0], dict):
            yield from pages([scalar(inner) for _, inner in flatten(dict(enumerate(value, start=1)))])
            return
        if not value:
            yield [0, 0]
        for index, row in enumerate(value, start=1):
            for page in pages([part for pair in flatten(row) for part in pair], 2):
                yield [index, len(value), *page]
    else:
        yield [scalar(value)]


def replies(address: str, value: Any, mark: str | None) -> Iterator[bytes]:
    """Yield the packets that answer the command at `address` with `value`; `mark` is the caller's `#id`."""
    end = [] if mark is None else [mark]
    for body in _bodies(value):
        yield encode("/reply", address, *body, *end)


def is_short(value: Any) -> bool:
    """Return whether an answer surely takes one message."""
    return not isinstance(value, dict | list | tuple)


def reply(address: str, value: Any, mark: str | None) -> bytes:
    """Return the packet that answers with one plain value, or with none."""
    body = () if value is None else (scalar(value),)
    return encode("/reply", address, *body) if mark is None else encode("/reply", address, *body, mark)


def error(address: str, code: str, message: str, mark: str | None = None) -> bytes:
    """Return the packet that says why the command at `address` failed."""
    return encode("/error", address, code, message[:1024], *([] if mark is None else [mark]))
