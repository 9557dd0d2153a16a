"""The page of TouchOSC's documents with a control for every command. Runs on: the developer's shell."""

import math
import re
from collections.abc import Sequence
from itertools import groupby

from liveengine.cli.layouts.control import Control
from liveengine.cli.layouts.touchosc import panes
from liveengine.cli.layouts.touchosc.format import Box, Node
from liveengine.cli.layouts.touchosc.panes import FAINT, Look, across, asks, down, label, sends, switch, wrapped

_NUMBER = re.compile(r"\{\w+\}")
ROW = 34
_PAGER = {"tabbar": False, "tabbarSize": 10, "outline": False}


def every(look: Look, commands: Sequence[Control]) -> list[Node]:
    """Return the numbers on top, a button for each page, the pages, below them the words and the answers."""
    names = sorted({name for one in commands for name in one.numbers})
    width, height, body = (
        look.width,
        look.height - look.bar - 44,
        panes.inset((0, 0, look.width, look.height - look.bar - 44), 6),
    )
    columns, wide = (1, 4) if look.narrow else (3, 8)
    fixed = ROW * math.ceil(len(names) / wide) + 90
    rows = (height - fixed - ROW * (6 if look.narrow else 1)) // ROW - 1
    sheets = pages(commands, rows * columns)
    choosers = math.ceil(len(sheets) / (4 if look.narrow else 12))
    parts = (math.ceil(len(names) / wide), choosers, rows, 0.8, 1.2)
    steppers, buttons, middle, line, answer = down(body, parts)
    made = _steppers(steppers, names, wide)
    for at, (title, cell) in enumerate(
        zip((t for t, _ in sheets), _grid(buttons, choosers, len(sheets)), strict=False)
    ):
        made += asks("page", str(at), cell, title, size=10 if look.narrow else 12)
    pager = Node("PAGER", "commands", middle, panes.PAPER, dict(_PAGER))
    inner = (0, 0, width - 12, middle[3])
    for title, found in sheets:
        cells = [cell for column in across(inner, columns, 10) for cell in down(column, rows, 3)]
        controls = [part for one, cell in zip(found, cells, strict=False) for part in row(one, cell)]
        pager.add(panes.page(title, inner, controls))
    return [*made, pager, label("line", line, "", 13, background=True), wrapped("answer", answer, "", 12)]


def pages(commands: Sequence[Control], room: int) -> list[tuple[str, list[Control]]]:
    """Return the commands page by page with a title each: by their first word, as many as there is room for."""
    found: list[tuple[str, list[Control]]] = []
    for word, group in groupby(commands, key=lambda one: one.address.split("/")[1]):
        members = list(group)
        pieces = [members[at : at + room] for at in range(0, len(members), room)]
        for number, piece in enumerate(pieces, 1):
            if found and len(pieces) == 1 and len(found[-1][1]) + len(piece) <= room:
                title, before = found.pop()
                found.append((f"{title.split('-')[0]}-{word}", before + piece))
            else:
                found.append((f"{word} {number}" if len(pieces) > 1 else word, piece))
    return found


def row(one: Control, box: Box) -> list[Node]:
    """Return a command's control with its words, and its value where it has one."""
    words = " ".join(_NUMBER.sub("", one.address).replace("/", " ").split())
    name, place, value = across(box, (5, 4, 2) if one.shows else (5, 5.7, 0.3))
    made = [label("command", name, words, 11, FAINT, textAlignH=1)]
    made += _act(one, place)
    return [*made, label(f"={one.address}", value, "", 11)] if one.shows else made


def _act(one: Control, box: Box) -> list[Node]:
    if one.kind == "switch":
        return switch(one.address, box)
    if one.kind == "fader":
        return [panes.fader(one.address, box, one.low, one.high)]
    if one.kind == "button":
        return sends(one.address, box, "ask" if one.reads else "do")
    kind = "several" if one.values else one.kind
    return asks("send", f"{kind} {one.address}", box, "send the number" if kind == "number" else "send the words")


def _steppers(box: Box, names: Sequence[str], wide: int) -> list[Node]:
    made: list[Node] = []
    cells = [cell for line in down(box, math.ceil(len(names) / wide)) for cell in across(line, wide)]
    for name, cell in zip(names, cells, strict=False):
        less, shown, more = across(cell, (0.8, 2.4, 0.8), 2)
        made += asks("step", f"{name} -1", less, "-", size=16)
        made += [label("number", shown, f"{name} 1", 10, tag=name)]
        made += asks("step", f"{name} 1", more, "+", size=16)
    return made


def _grid(box: Box, lines: int, count: int) -> list[Box]:
    wide = math.ceil(count / lines)
    return [cell for line in down(box, lines) for cell in across(line, wide)]
