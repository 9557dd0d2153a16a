"""List every command that the doors understand: OSC, WebSocket, HTTP, MIDI. Runs on: the user's shell."""

import argparse
from pathlib import Path
from typing import Any

from liveengine.cli import screen
from liveengine.command import Command, Registry

EXAMPLES = """examples:
  liveengine commands
  liveengine commands --readme README.md
  liveengine commands --json | grep launch
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--readme", metavar="FILE", help="write the tables into this file, between their marks")


def registry() -> Registry:
    """Return the registry of all commands, bound to nothing: for listing, not for calling."""
    from liveengine.daemon import owners

    found = Registry()
    for owner in owners():
        found.add(object.__new__(owner))
    return found


def signature(command: Command) -> str:
    """Return the arguments for people, as in `prompt [top_k]`; a property's value is shown as `[value]`."""
    return " ".join(p.name if p.required else f"[{p.name}]" for p in command.arguments)


def markdown() -> str:
    """Return the command table of the README."""
    rows = [f"| `{c.address}` | {signature(c)} | {c.role} | {c.summary.replace('<', '&lt;')} |" for c in registry()]
    return "\n".join(["| address | arguments | role | what it does |", "|---|---|---|---|", *rows]) + "\n"


def own() -> str:
    """Return the README's table of the addresses that only OSC has."""
    from liveengine.control.osc.own import DESCRIBED

    rows = [f"| `{address}` | {arguments} | {summary} |" for address, arguments, summary in DESCRIBED]
    return "\n".join(["| address | arguments | what it does |", "|---|---|---|", *rows]) + "\n"


def readme(text: str) -> str:
    """Return a text in which both tables stand between their marks, `<!-- commands -->` and `<!-- own -->`."""
    for name, table in (("commands", markdown()), ("own", own())):
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        head, rest = text.split(begin)
        text = head + begin + table + end + rest.split(end)[1]
    return text


def _describe(command: Command) -> dict[str, Any]:
    arguments = [{"name": p.name, "required": p.required, "schema": p.adapter.json_schema()} for p in command.arguments]
    about = {"address": command.address, "kind": command.kind, "role": command.role, "summary": command.summary}
    return about | {"arguments": arguments}


def run(options: Any) -> int:
    """Print the table."""
    if options.readme:
        file = Path(options.readme)
        file.write_text(readme(file.read_text("utf-8")), "utf-8")
    elif options.json:
        for command in registry():
            screen.line(_describe(command))
    else:
        rows = [(c.address, signature(c), c.role, c.summary) for c in registry()]
        screen.table("", ("address", "arguments", "role", "what it does"), rows)
    return 0
