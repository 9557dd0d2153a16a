"""One file per bench of `liveengine bench`: a new one is a new file. Runs on: the user's shell.

Each has a docstring whose first sentence says what it measures, `SECONDS`, about how long it takes on a quiet machine,
and `run(task)`, which yields what it finds as it finds it. `ALL = False` leaves it out of `liveengine bench all`.
"""

import importlib
import pkgutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar, cast

from liveengine.cli import screen
from liveengine.cli.figure import Found

T = TypeVar("T")


@dataclass(frozen=True)
class Task:
    """What the user asked of a bench."""

    seed: int = 0  # of generated data
    quick: bool = False  # True = as short as it makes sense: to see that it works, not to compare
    seconds: float | None = None  # how long to measure; None = as long as the bench finds right
    output: Path | None = None  # where pictures go
    stream: str = ""  # the live stream to listen to; "" = a silent one
    silent: bool = False  # True = no progress
    audio: Path | None = None  # where labelled sounds lie
    labels: str = "sonic-pi"  # the set of labels
    library: str | None = None  # the user's library; None = the usual one
    only: str = ""  # the one piece of a bench of several to measure; "" = all

    def span(self, usual: float, quick: float) -> float:
        """Return the seconds to measure."""
        return self.seconds if self.seconds is not None else quick if self.quick else usual

    def each(self, what: str, items: Sequence[T]) -> Iterator[T]:
        """Yield the items; at a terminal a line on standard error tells meanwhile how far it is and what is left."""
        with screen.progress(quiet=self.silent or not sys.stderr.isatty()) as display:
            bar = display.add_task(what, total=len(items), text="")
            for item in items:
                yield item
                display.advance(bar)


class Bench(Protocol):
    """What a file of this folder offers."""

    SECONDS: int

    def run(self, task: Task) -> Iterator[Found]:
        """Measure."""


def names() -> list[str]:
    """Return the names of all benches, in order."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def find(name: str) -> Bench:
    """Return a bench of `names()`."""
    return cast(Bench, importlib.import_module(f"{__name__}.{name}"))


def summary(bench: Bench) -> str:
    """Return the sentence that says what it measures."""
    return (bench.__doc__ or "").split(" Runs on:")[0]


def in_all(bench: Bench) -> bool:
    """Tell if `bench all` runs it."""
    return bool(getattr(bench, "ALL", True))
