"""The commands as methods of the class for SuperCollider. Runs on: the developer's shell."""

import re

from liveengine.cli.layouts.schema import replies
from liveengine.cli.layouts.tree import Node
from liveengine.command import Command

_NUMBER = re.compile(r"\{(\w+)\}")
_KEPT = frozenset({"arg", "classvar", "const", "false", "inf", "nil", "pi", "super", "this", "true", "var"})
# What the class itself is called.
OWN = frozenset({"addr", "at", "call", "clock", "follow", "free", "hello", "host", "init", "on", "port", "values"})


def files(root: Node) -> dict[str, bytes]:
    """Return the generated class extension, by path below `clients/`."""
    kinds, _ = replies(root.commands())
    made: dict[str, str] = {}
    for command in sorted(root.commands(), key=lambda c: c.address.count("{")):
        called = name(command)
        called += "At" if called in made else ""  # /rendered and /rendered/{track}
        if called in made or called in OWN:
            raise ValueError(f"{command.address}: SuperCollider's class has {called} already; rename the command")
        made[called] = method(called, command, kinds[command.address])
    ordered = "\n".join(made[called] for called in sorted(made))
    head = "// Generated from the registry of commands by `python -m liveengine.cli.layouts`; do not edit.\n"
    return {"supercollider/Commands.sc": f"{head}+ LiveEngine {{\n{ordered}}}\n".encode()}


def name(command: Command) -> str:
    """Return the name of a command's method: `/track/{track}/clip/{slot}/launch` is trackClipLaunch."""
    words = [word for part in command.address.strip("/").split("/") for word in _words(part)]
    return words[0] + "".join(word.title() for word in words[1:])


def _words(part: str) -> list[str]:
    return [] if _NUMBER.fullmatch(part) else part.split("_")


def method(called: str, command: Command, kind: str) -> str:
    """Return the source of a command's method."""
    numbers = [_argument(n) for n in _NUMBER.findall(command.address)]
    wanted = [_argument(p.name) for p in command.arguments]
    address = f'"{_NUMBER.sub("%", command.address)}"'
    place = f"{address}.format({', '.join(numbers)})" if numbers else address
    rows = ", true" if re.match(r"list\[([A-Z]|dict)", kind) else ""
    rows = ", \\record" if re.match(r"[A-Z]\w*$|dict", kind) and kind not in ("Any", "None") else rows
    taken = ", ".join([*numbers, *wanted, "action", "fail"])
    said = f"\t// {command.summary}\n\t{called} {{ |{taken}|\n"
    return f"{said}\t\tthis.call({place}, [{', '.join(wanted)}], action, fail{rows})\n\t}}\n"


def _argument(name: str) -> str:
    return name + "_" if name in _KEPT else name
