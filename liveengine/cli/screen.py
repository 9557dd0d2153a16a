"""What the verbs print: tables, progress, one-line notes. Runs on: the user's shell.

Colours follow the terminal and NO_COLOR; everything is plain text when the output is no terminal.
"""

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

PIPE_COLUMNS = 1000  # one row, one line: for grep, cut and files


def console() -> "Console":
    """Return a console on standard output that does not wrap when the output is no terminal, unless COLUMNS asks."""
    from rich.console import Console

    if sys.stdout.isatty():
        return Console(highlight=False)
    return Console(highlight=False, soft_wrap=True, width=None if os.environ.get("COLUMNS") else PIPE_COLUMNS)


def table(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    right: Sequence[str] = (),
    whole: Sequence[str] = (),
) -> None:
    """Print rows under column heads; columns in `right` are aligned to the right, those in `whole` are never wrapped.

    A cell is printed as it is: text in brackets is no markup. For colour, give a rich `Text`.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    grid = Table(title=title or None, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        side: Literal["right", "left"] = "right" if name in right else "left"
        grid.add_column(name, justify=side, overflow="fold", no_wrap=name in whole)
    for row in rows:
        grid.add_row(*(cell if isinstance(cell, Text) else Text(str(cell)) for cell in row))
    console().print(grid)


def line(value: dict[str, Any]) -> None:
    """Print one JSON document on one line."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def fault(text: str) -> None:
    """Print to standard error; a terminal gets lines that are cut between words, a pipe what it is given."""
    if sys.stderr.isatty():
        columns = shutil.get_terminal_size().columns
        lines = text.splitlines()
        text = "\n".join(
            textwrap.fill(one, columns, break_long_words=False, break_on_hyphens=False, replace_whitespace=False)
            for one in lines
        )
    print(text, file=sys.stderr)


@contextmanager
def progress(counted: bool = True, quiet: bool | None = None) -> Iterator["Progress"]:
    """Give a progress display with a bar, a count (or per cent, for what nobody counts), time gone and time left.

    With `quiet` given it is on standard error and goes away when done, or with True is never seen.
    """
    from rich.console import Console

    from liveengine.cli import progress as bars

    shown = console() if quiet is None else Console(stderr=True)
    hidden = bool(quiet) or (quiet is not None and not shown.is_terminal)
    with bars.display(shown, counted, transient=quiet is not None, disable=hidden) as display:
        yield display
