"""List the models, fetch one, check what is there. Runs on: the user's shell.

Fetching is the only thing that ever uses the network, and only when it is asked for.
"""

import argparse
import difflib
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import hub, screen
from liveengine.errors import BadArgument, NotFound

EXAMPLES = """examples:
  liveengine models list
  liveengine models fetch clap
  liveengine models verify
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("do", choices=["list", "fetch", "verify"], metavar="list|fetch|verify", help="what to do")
    parser.add_argument("name", nargs="?", help="the model; verify without one checks all")


def run(options: Any) -> int:
    """Do it; return 1 when a file is not what it must be, else 0."""
    models = config.library_root(options.library) / "models"
    if options.do == "list":
        return _list(models, options.json)
    if options.do == "verify":
        return _verify(models, options.name, options.json)
    if options.name is None:
        raise BadArgument(f"fetch which model? There are: {', '.join(hub.sources())}")
    return _fetch(_source(options.name), models, options.json)


def _source(name: str) -> hub.Source:
    known = hub.sources()
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
        raise NotFound(f"no model {name!r} can be fetched; {hint}")
    return known[name]


def _shipped() -> list[dict[str, Any]]:
    """Return the models that come with the program, as rows of the list."""
    return [
        {
            "name": card.parent.name,
            "here": True,
            "megabytes": round(sum(file.stat().st_size for file in card.parent.iterdir()) / 1e6),
            "source": "shipped",
            "licence": "MIT",
            "needs": "nothing",
            "what": "text and audio in one space: trained on this project's own sounds; the search model by default",
        }
        for card in sorted(config.data("models").glob("*/card.json"))
    ]


def _list(models: Path, as_json: bool) -> int:
    rows = [*_shipped(), *_fetched(models)]
    if as_json:
        screen.line({"models": rows, "folder": str(models)})
        return 0
    cells = [(r["name"], "yes" if r["here"] else "no", f"{r['megabytes']} MB", r["licence"], r["needs"]) for r in rows]
    screen.table("", ("model", "here", "size", "licence", "needs"), cells, right=("size",), whole=("model", "size"))
    for row in rows:
        screen.console().print(f"{row['name']}: {row['what']} ({row['source']})", markup=False)
    return 0


def _fetched(models: Path) -> list[dict[str, Any]]:
    """Return the models that can be fetched, as rows of the list."""
    return [
        {
            "name": one.name,
            "here": all((models / one.name / file).is_file() for file in one.required),
            "megabytes": one.megabytes,
            "source": one.page,
            "licence": one.licence,
            "needs": one.needs,
            "what": one.what,
        }
        for one in hub.sources().values()
    ]


def _fetch(source: hub.Source, models: Path, as_json: bool) -> int:
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


def _verify(models: Path, name: str | None, as_json: bool) -> int:
    names = [_source(name).name] if name else [one for one in hub.sources() if (models / one).is_dir()]
    found = {one: hub.faults(models / one) for one in names}
    if as_json:
        screen.line({"models": found})
    elif not found:
        screen.console().print("no model is fetched; `liveengine models list` tells what there is")
    for one, faults in found.items():
        if not as_json:
            screen.console().print(
                f"{one}: {'; '.join(faults) or 'every file is as the hub says'}", markup=False, soft_wrap=True
            )
    return 1 if any(found.values()) else 0
