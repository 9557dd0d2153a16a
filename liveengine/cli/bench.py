"""Measure this machine and print the figures. Runs on: the user's shell.

Figures are for comparison within one run: machines differ, and a shared one is noisy.
"""

import argparse
import difflib
import importlib.metadata
import platform
import sys
from pathlib import Path
from typing import Any

from liveengine import __version__
from liveengine.cli import benches, screen
from liveengine.cli.figure import Found, document, show
from liveengine.cores import cores
from liveengine.errors import NotFound

EXAMPLES = """examples:
  liveengine bench --list
  liveengine bench engine peers
  liveengine bench timing --output report.png     # what to hand to the sound engineer
  liveengine bench start search --json > figures.jsonl
  liveengine bench relevance --audio ~/sonic-pi/etc/samples --output relevance.png
  liveengine bench fabrik --only separator --quick
  liveengine bench all --quick
  liveengine bench all --json | liveengine bench --table -
"""

_LIBRARIES = ("numpy", "numba", "llvmlite", "hnswlib", "fastapi", "uvicorn", "websockets")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    found = benches.names()
    parser.add_argument("names", nargs="*", type=_known, metavar="NAME", help=f"{', '.join(found)}, all")
    parser.add_argument("--list", action="store_true", help="tell what each measures and how long it takes")
    parser.add_argument("--table", metavar="FILE", help="make a Markdown table of what --json printed; - = input")
    parser.add_argument("--seed", type=int, default=0, help="seed of the generated data (default 0)")
    parser.add_argument("--seconds", type=float, help="how long to measure, where a bench may choose")
    parser.add_argument("--quick", action="store_true", help="as short as makes sense: to see that it works")
    parser.add_argument(
        "--stream", choices=["null", "jack", "portaudio"], default="", help="timing: listen to this one; it clicks"
    )
    parser.add_argument("--output", type=Path, metavar="PATH", help="where pictures go: timing, filters, relevance")
    parser.add_argument("--audio", type=Path, metavar="DIR", help="relevance: where the labelled sounds lie")
    parser.add_argument("--set", default="sonic-pi", metavar="NAME", help="relevance: which labels (default sonic-pi)")
    parser.add_argument("--only", default="", metavar="NAME", help="fabrik: measure this piece alone")


def _known(name: str) -> str:
    """Return the name; raises ArgumentTypeError when it is no bench (`choices` would refuse an empty list)."""
    known = [*benches.names(), "all"]
    if name in known:
        return name
    near = difflib.get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
    raise argparse.ArgumentTypeError(f"no bench is called {name!r}; {hint}")


def machine(seed: int) -> dict[str, Any]:
    """Return what a reader must know to compare: machine, versions, seed."""
    return {
        "machine": f"{_processor()}, {cores()} cores, {platform.system()} {platform.machine()}",
        "liveengine": __version__,
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in _LIBRARIES},
        "seed": seed,
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123  # a device, not a file
            return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown processor"


def _task(options: Any) -> benches.Task:
    return benches.Task(
        options.seed,
        options.quick,
        options.seconds,
        options.output,
        options.stream,
        silent=options.json,
        audio=options.audio,
        labels=options.set,
        library=options.library,
        only=options.only,
    )


def run(options: Any) -> int:
    """Run the benches and print each figure as it is measured."""
    if options.table:
        return _table(options.table)
    if options.list or not options.names:
        return _tell(options.json)
    task = _task(options)
    chosen = [name for name in benches.names() if benches.in_all(benches.find(name))]
    facts = machine(options.seed)
    if options.json:
        screen.line(facts)
    else:
        screen.console().print(", ".join(f"{name} {value}" for name, value in facts.items()))
    found: list[Found] = []
    for name in chosen if "all" in options.names else options.names:
        for one in benches.find(name).run(task):
            found.append(one)
            if options.json:
                screen.line(document(one))
    if not options.json:
        show(found)
    return 0


def _table(name: str) -> int:
    """Print the table of the figures in a file."""
    from liveengine.cli import rows

    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise NotFound(f"{name}: {error.strerror}") from None
    print(rows.markdown(rows.figures(text.splitlines())), end="")
    return 0


def _tell(as_json: bool) -> int:
    """Print what there is to measure."""
    known = [(name, bench, benches.summary(bench)) for name in benches.names() for bench in (benches.find(name),)]
    if as_json:
        for name, bench, text in known:
            screen.line({"bench": name, "seconds": bench.SECONDS, "measures": text, "all": benches.in_all(bench)})
    else:
        rows = [
            (name, f"{bench.SECONDS:,} s", "yes" if benches.in_all(bench) else "no", text)
            for name, bench, text in known
        ]
        screen.table("", ("bench", "takes about", "in all", "measures"), rows, right=("takes about",))
    return 0
