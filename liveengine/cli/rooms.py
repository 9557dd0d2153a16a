"""Verbs that have verbs of their own, such as `liveengine train embedder`. Runs on: the user's shell.

Each is a module of the verb's folder with `arguments(parser)` and `run(options) -> exit code`, as a verb is; a line of
the verb's table names it. What all verbs take (--library, --json) may stand before it or behind.
"""

import argparse
import importlib
import shutil
import textwrap
from collections.abc import Mapping
from typing import Any


def described(doc: str | None) -> str:
    """Return what a module's text says to people, all but where it runs, in lines that fit the terminal."""
    head, _, rest = (doc or "").partition(" Runs on:")
    columns = max(40, shutil.get_terminal_size().columns - 2)
    return "\n\n".join(
        textwrap.fill(" ".join(text.split()), columns, break_long_words=False, break_on_hyphens=False)
        for text in [head, *rest.split("\n\n")[1:]]
    )


def several(parser: argparse.ArgumentParser, folder: str, table: Mapping[str, str], usual: str | None = None) -> None:
    """Declare the verbs of `table` (name -> what it does) that lie in the package `folder`.

    `usual` is done where none is named; it takes no arguments of its own.
    """
    told = "".join(f"  {name:<11}{text}\n" for name, text in table.items())
    parser.description = f"{parser.description or ''}\n\n{told}\n`{parser.prog} NAME --help` tells more."
    rooms = parser.add_subparsers(dest="room", metavar="NAME", help="what to do (above)", required=usual is None)
    for name in table:
        module = importlib.import_module(f"{folder}.{name}")
        room = rooms.add_parser(
            name,
            description=described(module.__doc__),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            epilog=getattr(module, "EXAMPLES", None),
        )
        room.add_argument("--library", metavar="DIR", default=argparse.SUPPRESS, help="where stems and models lie")
        room.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="print JSON for programs"
        )  # fmt: skip
        module.arguments(room)
        room.set_defaults(do=module.run)
    if usual is not None:
        parser.set_defaults(do=importlib.import_module(f"{folder}.{usual}").run)


def run(options: Any) -> int:
    """Do what was named."""
    return int(options.do(options))
