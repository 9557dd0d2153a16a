"""What an event is, and the bus that carries events to whoever listens. Runs on: event loop.

An event is also a message for the doors: its `ADDRESS`, filled from its own fields, and the remaining fields as values.
Publishing never blocks: a subscriber is a plain function that returns at once (a door puts the message into its
client's bounded outbox).
"""

import logging
import string
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, ClassVar

log = logging.getLogger(__name__)


@cache
def _path_fields(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that has happened."""

    ADDRESS: ClassVar[str] = "/event"
    STATE: ClassVar[str] = ""

    def message(self) -> tuple[str, tuple[Any, ...]]:
        """Return (address, values): the state word if there is one, then the fields that the address does not hold."""
        in_path = _path_fields(self.ADDRESS)
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        values = tuple(value for name, value in named.items() if name not in in_path)
        return self.ADDRESS.format(**named), ((self.STATE, *values) if self.STATE else values)


Subscriber = Callable[[Event], None]


class Bus:
    """Carries events from where they happen to whoever listens, in order, at once."""

    def __init__(self) -> None:
        self._subscribers: list[Subscriber] = []

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Call `subscriber` with each event from now on; return a function that ends it."""
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    def publish(self, event: Event) -> None:
        """Hand `event` to each subscriber; one that raises is logged and harms nobody else."""
        for subscriber in tuple(self._subscribers):
            try:
                subscriber(event)
            except Exception:
                log.exception("subscriber failed on %s", event)
