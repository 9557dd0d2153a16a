"""The address space as a tree, built from the registry, served a piece at a time. Runs on: event loop.

A number of an address (`{track}`) stands for as many nodes as the engine has; they are never kept, only written, so the
tree costs what is asked of it. Numbers that nobody counts (stems, jobs) are found when they are named, and not listed.
A property is there while it can be read: what belongs to a clip comes and goes with the clip.
"""

import logging
import re
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any, NamedTuple

from pydantic_core import to_json

from liveengine.caller import program
from liveengine.command import Command
from liveengine.control.oscquery.leaf import Leaf, spoken
from liveengine.control.quiet import Quiet
from liveengine.control.turns import SLICE_S, Turns
from liveengine.errors import LiveEngineError, NotFound, UnknownAddress

log = logging.getLogger(__name__)

_SPAN = re.compile(r"\{(\w+)\}")
_ABSENT = object()


@dataclass
class Branch:
    """A place in the tree, for all numbers at once."""

    leaf: Leaf | None = None
    children: dict[str, "Branch"] = field(default_factory=dict)
    numbers: str = ""  # the name of the numbers that come next, if numbers do ...
    numbered: "Branch | None" = None  # ... and what is below each of them


class Place(NamedTuple):
    """A node: where it is, and the numbers of its path."""

    branch: Branch
    path: str
    numbers: tuple[int, ...]


class Tree:
    """The nodes of the commands; `counts` has how many there are of each number, by name.

    What takes long is done in `turns`.
    """

    def __init__(self, commands: Iterable[Command], counts: Mapping[str, int], turns: Turns) -> None:
        """Describe every command: takes a quarter of a second, so it belongs into a thread."""
        self.turns = turns
        self._counts = counts
        self._root = Branch()
        self._quiet = Quiet(log)
        for command in commands:
            branch = self._root
            for part in command.address.split("/")[1:]:
                branch = _below(branch, part)
            branch.leaf = Leaf.of(command)

    def find(self, path: str) -> Place:
        """Return the node at a path; raise UnknownAddress."""
        branch, numbers, found = self._root, list[int](), ""
        for part in filter(None, path.split("/")):
            below = branch.children.get(part)
            if below is None and branch.numbered is not None and part.isascii() and part.isdigit() and len(part) < 16:
                number = int(part)
                if 1 <= number <= self._counts.get(branch.numbers, number):
                    below, part = branch.numbered, str(number)  # noqa: PLW2901
                    numbers.append(number)
            if below is None:
                raise UnknownAddress(f"no node at {path[:200]!r}")
            branch, found = below, f"{found}/{part}"
        return Place(branch, found, tuple(numbers))

    async def value(self, place: Place) -> list[Any]:
        """Return VALUE of a readable node, empty where there is none yet; raise what the command raises."""
        leaf = place.branch.leaf
        assert leaf is not None
        return spoken(await leaf.command.call(place.numbers, (), {}))

    def readable(self, path: str) -> list[str]:
        """Return the addresses below a place that have a value now, as far as no further number leads to them."""
        branch, path, numbers = self.find(path)
        return [
            f"{path}/{name}"
            for name, below in _walk(branch)
            if below.leaf is not None
            and below.leaf.readable
            and not below.leaf.command.waits
            and self._read(below.leaf.command, numbers) is not _ABSENT
        ]

    def places(self, template: str) -> list[str]:
        """Return the paths of an address with {names} in it, for all numbers that are counted."""
        names = _SPAN.findall(template)
        spans = [range(1, self._counts.get(name, 0) + 1) for name in names]
        return [template.format(**dict(zip(names, numbers, strict=True))) for numbers in product(*spans)]

    async def stream(self, place: Place) -> AsyncIterator[bytes]:
        """Write a node and all below it as JSON, a slice in each turn of the loop."""
        pieces = self._write(place, await self._held(place))
        while True:
            await self.turns.take()
            if not (written := _some(pieces)):
                return
            yield written.encode()

    async def _held(self, place: Place) -> dict[str, Any]:
        """Return, by path, what has to be waited for: the values that come from the library."""
        held: dict[str, Any] = {}
        for name, branch in [("", place.branch), *_walk(place.branch)]:
            leaf = branch.leaf
            if leaf is not None and leaf.readable and leaf.command.waits:
                path = f"{place.path}/{name}" if name else place.path
                try:
                    held[path] = spoken(await leaf.command.call(place.numbers, (), {}))
                except Exception as error:
                    held[path] = self._instead(leaf.command, error)
        return held

    def _write(self, place: Place, held: Mapping[str, Any]) -> Iterator[str]:
        """Write a node; nothing at all if it is not there."""
        branch, path, _ = place
        own = "" if branch.leaf is None else self._own(branch.leaf, place, held)
        head = f'{{"FULL_PATH":"{path or "/"}",' + (own or '"ACCESS":0')
        if not branch.children and branch.numbered is None:
            if own:
                yield head + "}"
            return
        before: str | None = head + ',"CONTENTS":{'
        for name, child in self._children(place):
            for piece in self._write(child, held):
                yield piece if before is None else f'{before}"{name}":{piece}'
                before = None
            before = "," if before is None else before
        if before == ",":
            yield "}}"
        elif own or not path:
            yield head + "}"

    def _children(self, place: Place) -> Iterator[tuple[str, Place]]:
        branch, path, numbers = place
        for name, child in branch.children.items():
            yield name, Place(child, f"{path}/{name}", numbers)
        if branch.numbered is not None:
            for number in range(1, self._counts.get(branch.numbers, 0) + 1):
                yield str(number), Place(branch.numbered, f"{path}/{number}", (*numbers, number))

    def _read(self, command: Command, numbers: tuple[int, ...]) -> Any:
        """Return the value of a property now: None if it cannot be told, _ABSENT if there is no such thing."""
        try:
            with program():
                return spoken(command.plain(command.method(**command.bind(numbers, (), {}))))
        except Exception as error:
            return self._instead(command, error)

    def _instead(self, command: Command, error: Exception) -> Any:
        """Return what stands for the value that could not be read; a fault keeps no other from being read."""
        if isinstance(error, NotFound):
            return _ABSENT
        if not isinstance(error, LiveEngineError):
            self._quiet.warn("fault", "fault in %s", command.address, error=error)
        return None

    def _own(self, leaf: Leaf, place: Place, held: Mapping[str, Any]) -> str:
        """Return the attributes of a node of a command, empty if it is not there."""
        if not leaf.readable:
            return leaf.text
        value = held.get(place.path)
        if value is None and not leaf.command.waits:
            value = self._read(leaf.command, place.numbers)
        if value is _ABSENT:
            return ""
        return leaf.text if not value else f'{leaf.text},"VALUE":{to_json(value, inf_nan_mode="null").decode()}'


def _some(pieces: Iterator[str]) -> str:
    """Return what a slice of writing gives, empty at the end."""
    end = time.monotonic() + SLICE_S
    written: list[str] = []
    for piece in pieces:
        written.append(piece)
        if time.monotonic() >= end:
            break
    return "".join(written)


def _below(branch: Branch, part: str) -> Branch:
    if (named := _SPAN.fullmatch(part)) is None:
        return branch.children.setdefault(part, Branch())
    branch.numbers = named[1]
    branch.numbered = branch.numbered or Branch()
    return branch.numbered


def _walk(branch: Branch) -> Iterator[tuple[str, Branch]]:
    """Return the places below one that no further number leads to, with their paths from there."""
    for name, child in branch.children.items():
        yield name, child
        for further, grandchild in _walk(child):
            yield f"{name}/{further}", grandchild
