"""Keeps the libraries' loggers from flooding ours: one line of a kind in ten seconds. Runs on: any thread."""

import logging
import time

INTERVAL_S = 10.0
LOGGERS = ("uvicorn.error", "websockets.server", "asyncio", "zeroconf")  # what strangers can make them say, they do
# uvicorn's words for a client that has left before it was answered, or has sent what is none: no error of ours.
CLIENTS = ("ASGI callable returned without completing handshake", "Invalid UTF-8 sequence received from client")
_MAX_KINDS = 256
_last: dict[tuple[str, str], float] = {}


def _filter(record: logging.LogRecord) -> bool:
    """Tell if a record may pass: what its text is before values are put in says its kind."""
    text = str(record.msg)
    if text.startswith(CLIENTS):
        return False
    kind, now = (record.name, text[:100]), time.monotonic()
    if now - _last.get(kind, -INTERVAL_S) < INTERVAL_S:
        return False
    if len(_last) >= _MAX_KINDS:
        _last.clear()
    _last[kind] = now
    return True


def forget() -> None:
    """Let the next line of every kind pass."""
    _last.clear()


def install() -> None:
    """Do it from now on."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_filter)
