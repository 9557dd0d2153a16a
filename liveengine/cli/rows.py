"""The figures as one Markdown table, with what we want and what peers reach. Runs on: the user's shell.

`config/figures.toml` says which rows there are; the figures come from the lines that `bench --json` printed.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from liveengine import config
from liveengine.errors import BadArgument

HEAD = ("what", "figure", "beside it", "goal", "limit", "command")
_FIELD = re.compile(r"\{([\w.]+)(?::([^}]*))?\}")


@dataclass(frozen=True)
class Row:
    """A row as the settings have it; braces are figures."""

    what: str
    figure: str
    beside: str
    goal: str
    limit: str
    command: str


def rows() -> list[Row]:
    """Return the rows in order."""
    text = (config.data("config") / "figures.toml").read_text(encoding="utf-8")
    return [Row(**row) for row in tomllib.loads(text)["row"]]


def figures(lines: Iterable[str]) -> dict[str, float]:
    """Return the figures among JSON lines, the last of each name. Raises BadArgument when a line is no JSON."""
    found = {}
    for number, line in enumerate(lines, 1):
        try:
            document = json.loads(line)
        except ValueError:
            raise BadArgument(f"line {number} is no JSON; give the output of `liveengine bench ... --json`") from None
        if "figure" in document:
            found[document["figure"]] = float(document["value"])
    return found


def fill(text: str, found: Mapping[str, float]) -> str:
    """Return the text with figures in the places of their names, or "not measured" when one is missing."""
    if any(name not in found for name, _ in _FIELD.findall(text)):
        return "not measured"
    return _FIELD.sub(lambda match: format(found[match[1]], match[2] or ""), text)


def markdown(found: Mapping[str, float]) -> str:
    """Return the whole table."""
    lines = [HEAD, ("---",) * len(HEAD)]
    for row in rows():
        cells = (fill(text, found) for text in (row.figure, row.beside))
        lines.append((row.what, *cells, row.goal, row.limit and fill(row.limit, found), f"`{row.command}`"))
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
