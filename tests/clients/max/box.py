"""A box of a patch in the stand-in for Max, and the messages that go between boxes. Runs on: tests.

A message is a list of atoms; `["bang"]` is a bang. Where several lines leave one outlet, Max serves the box furthest
right first, and the lower one of two in a column; `backwards` turns that round, for what must not depend on it.
"""

import contextlib
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.clients.max.machine import Machine

Atom = int | float | str
Message = list[Any]
BANG: Message = ["bang"]


def atoms(text: str) -> Message:
    """Return what Max reads of a text."""
    return [_atom(word) for word in text.split()]


def _atom(word: str) -> Atom:
    for kind in (int, float):
        with contextlib.suppress(ValueError):
            return kind(word)
    return word


def is_number(message: Message) -> bool:
    return len(message) == 1 and isinstance(message[0], int | float)


class Box:
    """A box: what it was made with, its lines, what it does with a message."""

    def __init__(self, machine: "Machine", made: dict[str, Any], words: list[str]) -> None:
        self.machine = machine
        self.made = dict(made)
        self.given = [_atom(word) for word in words]
        self.lines: dict[int, list[tuple[Box, int]]] = defaultdict(list)

    def send(self, outlet: int, message: Message) -> None:
        targets = sorted(self.lines[outlet], key=lambda line: line[0].made["patching_rect"][:2], reverse=True)
        for box, inlet in reversed(targets) if self.machine.backwards else targets:
            box.take(inlet, list(message))

    def take(self, inlet: int, message: Message) -> None:
        raise AssertionError(f"{self.made.get('text', self.made['maxclass'])} takes no {message}")

    def load(self) -> None:
        """The patch is open."""
