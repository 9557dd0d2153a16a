"""Max's patch: door, search, transport and master, the strips, every command. Runs on: the developer's shell."""

from liveengine.cli.layouts import shown
from liveengine.cli.layouts.control import Control, control
from liveengine.cli.layouts.maxmsp.commands import commands
from liveengine.cli.layouts.maxmsp.door import SIZE as DOOR
from liveengine.cli.layouts.maxmsp.door import door
from liveengine.cli.layouts.maxmsp.panel import Panel
from liveengine.cli.layouts.maxmsp.patcher import Patcher
from liveengine.cli.layouts.maxmsp.search import SIZE as SEARCH
from liveengine.cli.layouts.maxmsp.search import search
from liveengine.cli.layouts.maxmsp.strip import WIDTH, height, strip
from liveengine.cli.layouts.tree import Node

TRACKS = 8
TOP = ("transport", "master", "cue", "metronome")
ALWAYS = ("panic", "stop")
_EDGE, _GAP = 8, 4
_COLUMNS, _CELL, _LABEL = 2, 190, 124


def files(root: Node) -> dict[str, bytes]:
    """Return the patch, by its path below `clients/`."""
    return {"max/liveengine.maxpat": surface(root).file()}


def surface(root: Node) -> Patcher:
    """Return the whole patch: one file, in which everything is embedded."""
    mine = shown.strip(root)
    top = DOOR[1] + 2 * _EDGE
    below = top + SEARCH[1] + _EDGE
    p = Patcher(2 * _EDGE + TRACKS * (WIDTH + _GAP), below + height(mine) + _EDGE)
    p.view((_EDGE, _EDGE, *DOOR), door([*shown.patterns(root, *TOP), "/track/*/clip/*/name"]), "door")
    p.view((_EDGE, top, *SEARCH), search(TRACKS), "search")
    across = _COLUMNS * _CELL
    p.view((_EDGE + SEARCH[0] + _EDGE, top, across, SEARCH[1]), above(root), "top")
    p.go(1)
    for track in range(TRACKS):
        where = (_EDGE + track * (WIDTH + _GAP), below, WIDTH, height(mine))
        p.view(where, strip(track + 1, mine), f"strip_{track + 1}")
        p.column()
    p.column()
    p.inside("commands", commands(root), (p.width - _EDGE - 92, _EDGE + 2, 88, 22))
    return p


def above(root: Node) -> Patcher:
    """Return what there is once: transport, master, cue bus, metronome, panic."""
    p = Patcher(_COLUMNS * _CELL, SEARCH[1])
    panel = Panel(p)
    for place, one in enumerate(_once(root)):
        x, y = place % _COLUMNS * _CELL, place // _COLUMNS * 22
        label = one.address.strip("/").replace("/", " ")
        if one.kind in ("button", "switch"):
            panel.draw(one, one.address, (x + 2, y + 2, _CELL - 6, 18), label)
            continue
        p.comment(label, (x + 2, y + 2, _LABEL, 18))
        panel.draw(one, one.address, (x + 2 + _LABEL, y + 2, _CELL - _LABEL - 6, 18), label)
    panel.listen()
    return p


def _once(root: Node) -> list[Control]:
    nodes = [root.words[word] for word in (*ALWAYS, *TOP)]
    found = [control(command) for node in nodes for command in node.commands()]
    return [one for one in found if not one.reads and not one.numbers]
