"""The categories of a library and the words that name them. Runs on: event loop."""

from pathlib import Path

from liveengine.errors import BadArgument
from liveengine.lexicon.text import plain
from liveengine.sound import names

Categories = names.Categories


def resolve(name: str, root: Path | None = None) -> str:
    """Return the category that a name or alias ("bd", "Hi-Hat", "Flächen") means; raise BadArgument naming them all."""
    known = names.categories(root)
    word = plain(name.replace("-", " ").replace("_", " "))
    for candidate in (word, word.removesuffix("s"), word.removesuffix("n")):
        for category, words in known.items():
            if candidate == category or candidate in words:
                return category
    raise BadArgument(f"category {name[:60]!r} is none of: {', '.join(known)}")
