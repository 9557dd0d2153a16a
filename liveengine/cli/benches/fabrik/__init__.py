"""How well the Fabrik takes apart, learns, generates and mutates, and how fast. Runs on: bench.

One file per piece: each has a docstring whose first sentence says what it measures, and `measure(task)`, which yields
what it finds as it finds it, figures without the `fabrik.` in front. `--only NAME` measures one piece alone.
"""

import difflib
import importlib
import pkgutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol, cast

from liveengine.cli import screen
from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Note
from liveengine.errors import NotFound, Unavailable

SECONDS = 1_200


class Piece(Protocol):
    """What a file of this folder offers."""

    def measure(self, task: Task) -> Iterator[Found]:
        """Measure."""


def names() -> list[str]:
    """Return the names of all pieces, in order."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def find(name: str) -> Piece:
    """Return a piece of `names()`."""
    return cast(Piece, importlib.import_module(f"{__name__}.{name}"))


def run(task: Task) -> Iterator[Found]:
    """Yield the figures of every piece, or of the one that is asked for; raises NotFound when there is none so named.

    A piece that cannot be measured here, because a library is missing, is a note, and the others are measured.
    """
    chosen = _chosen(task.only)
    for number, name in enumerate(chosen, 1):
        if not task.silent and sys.stderr.isatty():
            screen.fault(f"fabrik, {number} of {len(chosen)}: {name}")
        try:
            for found in find(name).measure(task):
                yield replace(found, figure=f"fabrik.{found.figure}") if isinstance(found, Figure) else found
        except Unavailable as error:
            yield Note(f"fabrik, {name} is not measured: {error}")


def _chosen(only: str) -> list[str]:
    known = names()
    if not only:
        return known
    if only not in known:
        near = difflib.get_close_matches(only, known, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
        raise NotFound(f"no piece of the bench fabrik is called {only!r}; {hint}")
    return [only]
