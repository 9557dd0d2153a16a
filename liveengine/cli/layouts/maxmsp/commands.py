"""Every command in Max: a page for each first word, for the numbers on top. Runs on: the developer's shell."""

import re

from liveengine.cli.layouts.control import Control, control
from liveengine.cli.layouts.maxmsp.panel import IN, Panel
from liveengine.cli.layouts.maxmsp.patcher import Patcher
from liveengine.cli.layouts.tree import Node

NUMBERS = "liveengine.numbers"
_NUMBER = re.compile(r"\{(\w+)\}")
_ROW, _TALLEST = 22, 700


def commands(root: Node) -> Patcher:
    """Return the numbers, the pages, and the line that tells the last answer."""
    addresses = [command.address for command in root.commands()]
    names = ordered(addresses)
    pages = list(root.words.items())
    below = 54 + 26 * ((len(pages) + 5) // 6)
    p = Patcher(20 + 70 * len(names), below + 86)
    p.go(0)
    told = p.comment("", (10, below + 4, 70 * len(names), 78), varname="answer")
    p.chain(p.obj(f"r {IN}"), p.obj("route /reply"), p.obj("prepend set"), told)
    p.column()
    together, out = p.obj("pak" + " 1" * len(names)), p.obj(f"s {NUMBERS}")
    p.wire(together, out)
    first, one = p.obj("loadbang"), p.msg("1")
    p.wire(first, one)
    for place, name in enumerate(names):
        p.column()
        p.comment(name, (10 + 70 * place, 4, 60, 18))
        drawn = p.number((10 + 70 * place, 24, 60, 20), whole=True, minimum=1, varname=name)
        p.wire(one, drawn)
        p.wire(drawn, together, 0, place)
    for place, (word, node) in enumerate(pages):
        p.column()
        p.inside(word, page(node, names), (10 + place % 6 * 92, 54 + place // 6 * 26, 88, 22))
    return p


def ordered(addresses: list[str]) -> list[str]:
    """Return the names of the numbers so that each address has its own in this order."""
    places: dict[str, int] = {}
    for address in addresses:
        for place, name in enumerate(_NUMBER.findall(address)):
            places[name] = max(place, places.get(name, 0))
    return sorted(places, key=lambda name: (places[name], name))


def page(node: Node, names: list[str]) -> Patcher:
    """Return a page: each command with its control."""
    found = [control(command) for command in node.commands()]
    p = Patcher(860, min(_TALLEST, 12 + _ROW * len(found)))
    panel = Panel(p)
    chosen = None
    if any(one.numbers for one in found):
        chosen = p.obj("unpack" + " 1" * len(names))
        p.wire(p.obj(f"r {NUMBERS}"), chosen)
    for row, one in enumerate(found):
        _command(panel, one, row, chosen, names)
    return p


def _command(panel: Panel, one: Control, row: int, chosen: str | None, names: list[str]) -> None:
    """Add a command with what it sends: its address follows the numbers."""
    p, y = panel.p, 6 + _ROW * row
    first = one.at(**dict.fromkeys(one.numbers, 1))
    p.go(1, row)
    drawn = panel.drawn(one, (8, y, 110, 18), one.label, one.summary)
    p.go(2, row)
    p.comment(f"{one.address}: {one.summary}", (124, y, 730, 18))
    p.go(3, row)
    sent = p.msg(first) if one.kind == "button" else p.obj(f"prepend {first}")
    p.go(4, row)
    p.chain(drawn, *panel.plain(one), sent, panel.out)
    if one.numbers and chosen is not None:
        p.go(5, row)
        address = p.obj(f"sprintf {_NUMBER.sub('%ld', one.address)}")
        for place, name in enumerate(one.numbers):
            p.wire(chosen, address, names.index(name), place)
        p.go(6, row)
        p.chain(address, p.obj("prepend set"), sent)
