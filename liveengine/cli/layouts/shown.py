"""What a surface shows of the engine: the patterns that it subscribes to. Runs on: the developer's shell."""

from liveengine.cli.layouts.control import Control, control
from liveengine.cli.layouts.tree import Node


def strip(root: Node) -> list[Control]:
    """Return the controls of a track that need no more than its number, without those that only ask."""
    node = root.words["track"].number
    found = [] if node is None else [control(c) for c in node.commands()]
    return [one for one in found if one.numbers == ("track",) and not one.reads]


def patterns(root: Node, *words: str) -> list[str]:
    """Return the patterns of what is shown: all below each of the words, the slots, each track's properties."""
    tracks = [one.at(track="*") for one in strip(root) if one.shows]
    return [*(f"/{word}/*" for word in words), "/track/*/clip/*/state", *tracks]
