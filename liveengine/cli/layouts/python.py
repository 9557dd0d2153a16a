"""The types of the Python client: one class for each place of an address. Runs on: the developer's shell."""

import keyword
import textwrap
from typing import Any

from liveengine.cli.layouts.schema import record, replies, typed
from liveengine.cli.layouts.tree import Node
from liveengine.command import Command, Parameter

FOLDER = "python/liveengine_client"
# What the connections themselves are called; an address must not begin with one of them.
OWN = frozenset({"call", "close", "events", "finished", "meters", "on", "state", "url", "values"})
_MADE = "Generated from the registry of commands by `python -m liveengine.cli.layouts`; do not edit."


_IMPORTS = "from collections.abc import Callable\nfrom typing import Any, Literal\n"


def files(root: Node) -> dict[str, bytes]:
    """Return the generated modules, by path below `clients/`."""
    if taken := OWN & root.words.keys():
        raise ValueError(f"the Python client itself has {', '.join(sorted(taken))}; give the command another address")
    _, records = replies(root.commands())
    kinds, _ = replies(root.commands(), "replies.")
    made = {
        "replies.py": _replies(records),
        "names.py": _names(root),
        "plain.pyi": _stub(root, kinds, awaited=False),
        "awaited.pyi": _stub(root, kinds, awaited=True),
    }
    return {f"{FOLDER}/{name}": text.encode() for name, text in made.items()}


def _replies(records: dict[str, Any]) -> str:
    head = f'"""What commands answer with. {_MADE}"""\n\n'
    imports = "from typing import Any, Literal, NotRequired, TypedDict\n"
    return "\n\n".join(
        [head + "from __future__ import annotations\n\n" + imports]
        + [record(name, schema) for name, schema in sorted(records.items())]
    )


def _names(root: Node) -> str:
    """Return a module with the names of each command's arguments, and what it does."""
    rows = [f"    {c.address!r}: ({tuple(p.name for p in c.arguments)!r}, {c.summary!r})," for c in root.commands()]
    head = f'"""Every command: the names of its arguments, what it does. {_MADE}"""\n\n'
    return "\n".join([head + "COMMANDS: dict[str, tuple[tuple[str, ...], str]] = {", *rows, "}", ""])


def _stub(root: Node, kinds: dict[str, str], *, awaited: bool) -> str:
    places = [_place(node, kinds, awaited) for node in root.below() if node.path]
    made = ["    def __init__(self, call: Callable[..., Any]) -> None: ...", *_members(root, kinds, awaited)]
    top = "\n".join(["class AllCommands:", '    """All commands, by their address."""', "", *made])
    head = f'"""Every command with its types. {_MADE}"""\n\n{_IMPORTS}'
    return "\n\n".join([head + "\nfrom liveengine_client import replies\n", *places, top]) + "\n"


def _place(node: Node, kinds: dict[str, str], awaited: bool) -> str:
    said = node.command.address if node.command else "/" + "/".join(node.path)
    return "\n".join([f"class {node.name}:", f'    """`{said}`"""', "", *_members(node, kinds, awaited)])


def _members(node: Node, kinds: dict[str, str], awaited: bool) -> list[str]:
    lines = []
    if node.command is not None:
        lines += _call(node.command, kinds[node.command.address], awaited)
    if node.number is not None:
        lines += [f"    def __getitem__(self, number: int) -> {node.number.name}: ..."]
    for word, child in node.words.items():
        lines += ["    @property", f"    def {safe(word)}(self) -> {child.name}: ..."]
    return lines


def safe(word: str) -> str:
    """Return a word of an address as a name in Python: `import` is `import_`."""
    return word + "_" if keyword.iskeyword(word) else word


def _call(command: Command, kind: str, awaited: bool) -> list[str]:
    arguments = ", ".join(["self", *(_argument(p) for p in command.arguments)])
    text = command.doc.replace("\\", "\\\\").replace('"""', "'''")
    body = textwrap.indent(text, " " * 8).strip() + ("\n        " if "\n" in text else "")
    return [
        f"    {'async ' if awaited else ''}def __call__({arguments}) -> {kind}:",
        f'        """{body}"""',
        "        ...",
    ]


def _argument(parameter: Parameter) -> str:
    kind = typed(parameter.adapter.json_schema())
    return f"{parameter.name}: {kind}" if parameter.required else f"{parameter.name}: {kind} = ..."
