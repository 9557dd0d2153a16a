"""Every command in Pd: a page for each first word, for the numbers on top. Runs on: the developer's shell."""

import re

from liveengine.cli.layouts.control import Control, control
from liveengine.cli.layouts.puredata.patch import Patch
from liveengine.cli.layouts.tree import Node

_NUMBER = re.compile(r"\{(\w+)\}")


def commands(root: Node) -> Patch:
    """Return a page for each first word: every command with its control, for the numbers that are chosen on top."""
    p = Patch(720, 480)
    names = sorted({name for c in root.commands() for name in _NUMBER.findall(c.address)})
    for n, name in enumerate(names):
        p.number(20 + n * 70, 30, f"liveengine-at-{name}", f"liveengine-at-{name}-show", low=1)
        p.text(20 + n * 70, 12, name)
    first = p.obj(20, 440, "loadbang")
    one = p.msg(20, 460, "1")
    p.wire(first, one)
    for n, name in enumerate(names):
        p.wire(one, p.obj(60 + n * 80, 460, f"s liveengine-at-{name}-show"))
    for n, (word, node) in enumerate(root.words.items()):
        p.inside(20 + n % 5 * 110, 70 + n // 5 * 30, word, _page(node))
    return p


def _page(node: Node) -> Patch:
    found = list(node.commands())
    p = Patch(760, min(900, 60 + 24 * len(found)))
    for n, one in enumerate(control(c) for c in found):
        y = 12 + 24 * n
        p.text(100, y, " ".join([one.address, *one.values, "--", one.summary]))
        _row(p, one, y)
    return p


def _row(p: Patch, one: Control, y: int) -> None:
    """Add a control that sends its command; its wiring lies far to the right."""
    x = 1400
    if one.values:
        drawn = p.words(12, y, 12)
    elif one.kind == "text":
        drawn = p.word(12, y, 12)
    elif one.kind == "button":
        drawn = p.button(12, y)
    elif one.kind == "switch":
        drawn = p.switch(12, y)
    else:
        drawn = p.number(12, y)
    words = one.address.strip("/").replace("/", " ")
    if not one.numbers:
        p.chain(drawn, p.obj(x, y, f"oscformat {words}"), p.obj(x + 400, y, "s liveengine-out"))
        return
    apart, chosen = p.obj(x, y, "t a b"), p.obj(x + 100, y, "pack " + " ".join("1" for _ in one.numbers))
    for n, name in enumerate(one.numbers):
        words = words.replace("{" + name + "}", f"${n + 1}")
        at = p.obj(x + 400 + 160 * n, y, f"r liveengine-at-{name}")
        kept = p.obj(x + 500 + 160 * n, y, "f 1")
        p.wire(at, kept, 0, 1)
        p.wire(kept, chosen, 0, n)
        p.wire(apart, kept, 1)
    format_, address = p.obj(x + 900, y, "oscformat"), p.msg(x + 300, y, f"set {words}")
    p.chain(drawn, apart, format_, p.obj(x + 1000, y, "s liveengine-out"))
    p.chain(chosen, address, format_)
