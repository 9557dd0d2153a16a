"""The addresses of the registry as a tree, as the layouts walk it. Runs on: the developer's shell."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from liveengine.command import Command

_NUMBER = re.compile(r"\{(\w+)\}")


@dataclass
class Node:
    """A place in the tree of addresses: what it does itself, and what lies below it."""

    path: tuple[str, ...] = ()
    command: Command | None = None
    words: dict[str, "Node"] = field(default_factory=dict)
    number: "Node | None" = None  # where the address goes on with a number

    @property
    def name(self) -> str:
        """Return the name of a class for this place: `/track/{track}/clip` is TrackNClip."""
        parts = ("N" if _NUMBER.fullmatch(part) else part.replace("_", " ").title() for part in self.path)
        return "".join(parts).replace(" ", "")

    @property
    def children(self) -> Iterator["Node"]:
        """Iterate over the places right below, words first."""
        yield from self.words.values()
        if self.number is not None:
            yield self.number

    def below(self) -> Iterator["Node"]:
        """Iterate over this place and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.below()

    def commands(self) -> Iterator[Command]:
        """Iterate over the commands of this place and below it."""
        return (node.command for node in self.below() if node.command is not None)


def grow(commands: Iterable[Command]) -> Node:
    """Return the root of the tree that holds all the commands."""
    root = Node()
    for command in commands:
        node = root
        for part in command.address.strip("/").split("/"):
            node = _child(node, part)
        node.command = command
    return root


def _child(node: Node, part: str) -> Node:
    path = (*node.path, part)
    if _NUMBER.fullmatch(part):
        node.number = node.number or Node(path)
        return node.number
    return node.words.setdefault(part, Node(path))
