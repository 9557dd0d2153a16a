"""Put a published model into the library: resumed, checked, in place all at once. Runs on: the user's shell."""

import argparse
import difflib
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import hub, screen
from liveengine.errors import BadArgument, NotFound
from liveengine.fabrik.sources import Source, sources

EXAMPLES = """examples:
  liveengine models fetch clap
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", nargs="?", help="the model")


def run(options: Any) -> int:
    """Fetch it; return 0."""
    if options.name is None:
        raise BadArgument(f"fetch which model? There are: {', '.join(sources())}")
    return _fetch(source(options.name), config.library_root(options.library) / "models", options.json)


def source(name: str) -> Source:
    """Return what is fetched by this name; raise NotFound with a guess."""
    known = sources()
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
        raise NotFound(f"no model {name!r} can be fetched; {hint}")
    return known[name]


def _fetch(source: Source, models: Path, as_json: bool) -> int:
    if not as_json:
        screen.console().print(
            f"{source.name}: about {source.megabytes} MB ({source.licence}) from {source.page} into "
            f"{models / source.name}",
            markup=False,
        )
    with screen.progress(counted=False, quiet=as_json) as display:
        bar = display.add_task(source.name, total=None, text="")
        folder = hub.fetch(
            source,
            models,
            begin=lambda size: display.update(bar, total=size),
            tell=lambda count: display.advance(bar, count),
        )
    if as_json:
        screen.line({"model": source.name, "folder": str(folder)})
    else:
        screen.console().print(
            f"{source.name} is in {folder}; it also needs: {source.needs}. With the next start of the server the "
            "library is embedded anew, and searched with the model it has until that is done.",
            markup=False,
        )
    return 0
