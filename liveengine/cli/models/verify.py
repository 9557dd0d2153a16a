"""Check that the files of the models are what they must be, every byte. Runs on: the user's shell."""

import argparse
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import screen
from liveengine.fabrik import models
from liveengine.fabrik.listing import chosen
from liveengine.fabrik.models import ModelInfo


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", nargs="?", help="the model; without one all are checked")


def run(options: Any) -> int:
    """Check; return 1 when a file is not what it must be, else 0."""
    library = config.library_root(options.library)
    rows = [one for one in models.rows(library) if one.state != "missing" and one.folder]
    wanted = [chosen(rows, options.name)] if options.name else rows
    found = {_called(one, rows): models.faults(one, library) for one in wanted}
    if options.json:
        screen.line({"models": found})
    for one, faults in found.items():
        if not options.json:
            told = "; ".join(faults) or "every file is as it must be"
            screen.console().print(f"{one}: {told}", markup=False, soft_wrap=True)
    return 1 if any(found.values()) else 0


def _called(one: ModelInfo, rows: list[ModelInfo]) -> str:
    """Return a model's name; where two have it, with its folder."""
    twice = sum(other.name == one.name for other in rows) > 1
    return f"{one.name} ({Path(one.folder)})" if twice else one.name
