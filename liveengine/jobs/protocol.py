"""What pool and worker say to each other: one JSON object per line, bytes to message and back. Runs on: anywhere.

To the worker: `{"job": 7, "kind": "load", "payload": {...}}`. From it, any number of `{"job": 7, "progress": [done,
total, text]}`, `{"job": 7, "note": "a warning"}` and `{"beat": n}`, then exactly one `{"job": 7, "result": {...}}` or
`{"job": 7, "error": {"code": ..., "message": ...}}`; a step behind it is not heard. NaN and infinity do not
exist here: JSON has none.
"""

import json
from dataclasses import dataclass
from typing import Any

LINE_MAX = 64 << 20  # bytes: a thousand vectors with their facts stay far below
Payload = dict[str, Any]


class Garbage(ValueError):
    """A line that is no message."""


@dataclass(frozen=True)
class Request:
    """Do this job."""

    job: int
    kind: str
    payload: Payload


@dataclass(frozen=True)
class Progress:
    """`done` of `total` steps; `text` says what is going on."""

    job: int
    done: int
    total: int
    text: str


@dataclass(frozen=True)
class Note:
    """A warning that belongs into the job's log."""

    job: int
    text: str


@dataclass(frozen=True)
class Result:
    """The job is done."""

    job: int
    value: Payload


@dataclass(frozen=True)
class Failure:
    """The job ended without a result; `code` is one of the error tree's."""

    job: int
    code: str
    message: str


@dataclass(frozen=True)
class Beat:
    """The worker is alive; sent about once a second while it works."""

    count: int


Message = Request | Progress | Note | Result | Failure | Beat


def encode(message: Message) -> bytes:
    """Return the line, with its newline. Raises ValueError for NaN and infinity, TypeError for what is no JSON."""
    return json.dumps(_plain(message), allow_nan=False, separators=(",", ":")).encode() + b"\n"


def _plain(message: Message) -> Payload:
    match message:
        case Request(job, kind, payload):
            return {"job": job, "kind": kind, "payload": payload}
        case Progress(job, done, total, text):
            return {"job": job, "progress": [done, total, text]}
        case Note(job, text):
            return {"job": job, "note": text}
        case Result(job, value):
            return {"job": job, "result": value}
        case Failure(job, code, message_text):
            return {"job": job, "error": {"code": code, "message": message_text}}
        case Beat(count):
            return {"beat": count}


def decode(line: bytes) -> Message:
    """Return the message of one line. Raises Garbage for anything else, never another error."""
    try:
        match json.loads(line):
            case {"job": int(job), "kind": str(kind), "payload": dict(payload)}:
                return Request(job, kind, payload)
            case {"job": int(job), "progress": [int(done), int(total), str(text)]}:
                return Progress(job, done, total, text)
            case {"job": int(job), "note": str(text)}:
                return Note(job, text)
            case {"job": int(job), "result": dict(value)}:
                return Result(job, value)
            case {"job": int(job), "error": {"code": str(code), "message": str(text)}}:
                return Failure(job, code, text)
            case {"beat": int(count)}:
                return Beat(count)
    except (ValueError, RecursionError):
        pass
    raise Garbage(f"no message: {line[:80]!r}")
