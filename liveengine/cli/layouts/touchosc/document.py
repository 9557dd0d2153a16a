"""TouchOSC's documents: slots, mixer, search, every command, the connection. Runs on: the developer's shell.

The parts of a page are in panes.py, the script that moves them in surface.lua.
"""

from dataclasses import dataclass
from pathlib import Path

from liveengine.cli.layouts import shown
from liveengine.cli.layouts.control import control
from liveengine.cli.layouts.touchosc import panes
from liveengine.cli.layouts.touchosc.every import every
from liveengine.cli.layouts.touchosc.format import Node, pack
from liveengine.cli.layouts.touchosc.panes import Look, bar, page
from liveengine.cli.layouts.tree import Node as Place

TABBAR = 44
TRACKS, SCENES = 16, 16  # as the settings have it; /pong tells the document how many tracks there are


@dataclass(frozen=True)
class Screen:
    """A device that a document is made for."""

    name: str
    look: Look
    columns: int
    rows: int


SCREENS = (
    Screen("phone", Look(390, 844, bar=118, narrow=True), columns=4, rows=6),
    Screen("tablet", Look(1024, 768, bar=84, narrow=False), columns=8, rows=8),
)


def files(root: Place) -> dict[str, bytes]:
    """Return the documents, by path below `clients/`."""
    return {f"touchosc/{screen.name}.tosc": pack(surface(screen, root)) for screen in SCREENS}


def surface(screen: Screen, root: Place) -> Node:
    """Return the whole document for a screen."""
    look = screen.look
    commands = [control(command) for command in root.commands()]
    top = Node("GROUP", "liveengine", (0, 0, look.width, look.height), panes.PAPER)
    top.properties["script"] = script(screen, root)
    top.add(bar(look))
    pager = top.add(Node("PAGER", "pages", (0, look.bar, look.width, look.height - look.bar), panes.PAPER))
    pager.properties |= {"tabbarSize": TABBAR, "textSizeOff": 16, "textSizeOn": 16}
    box = (0, TABBAR, look.width, look.height - look.bar - TABBAR)
    pager.add(page("Live", box, panes.live(look, screen.columns, screen.rows)))
    pager.add(page("Mixer", box, panes.mixer(look, screen.columns)))
    pager.add(page("Find", box, panes.find(look, screen.columns)))
    pager.add(page("All", box, every(look, commands)))
    pager.add(page("Connect", box, panes.connect(look)))
    return top


def script(screen: Screen, root: Place) -> str:
    """Return the script of a document: its sizes, then what it does."""
    told = ", ".join(f"'{pattern}'" for pattern in patterns(root))
    head = (
        f"local COLUMNS, ROWS, TRACKS, SCENES, MATCHES = "
        f"{screen.columns}, {screen.rows}, {TRACKS}, {SCENES}, {panes.MATCHES}\n"
        f"local PATTERNS = {{ {told} }}\n"
    )
    return head + Path(__file__).with_name("surface.lua").read_text("utf-8")


def patterns(root: Place) -> list[str]:
    """Return what the documents subscribe to: the values of all tracks and buses, and what there is but once."""
    once = [one.address for one in map(control, root.commands()) if one.shows and not one.numbers]
    return [*once, *shown.patterns(root), "/track/*/send/*", "/track/*/clip/*/name", "/bus/*"]
