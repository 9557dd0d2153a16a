"""Pure Data's patches: door, search, transport and master, the strips. Runs on: the developer's shell."""

from liveengine.cli.layouts import shown
from liveengine.cli.layouts.control import Control, control
from liveengine.cli.layouts.puredata.commands import commands
from liveengine.cli.layouts.puredata.door import door
from liveengine.cli.layouts.puredata.patch import Patch
from liveengine.cli.layouts.puredata.search import answer, match, search
from liveengine.cli.layouts.puredata.slot import slot
from liveengine.cli.layouts.puredata.strip import WIDTH, strip
from liveengine.cli.layouts.tree import Node

TRACKS = 8


def files(root: Node) -> dict[str, bytes]:
    """Return the patches, by path below `clients/`."""
    made = {
        "door": door(shown.patterns(root, "transport", "master")),
        "slot": slot(),
        "match": match(),
        "strip": strip(root),
        "commands": commands(root),
    }
    made["answer"] = answer(TRACKS)
    made["liveengine"] = main(root)
    return {f"puredata/{name}.pd": patch.file() for name, patch in made.items()}


def main(root: Node) -> Patch:
    """Return the surface: door, search, transport and master, the strips."""
    p = Patch(60 + TRACKS * (WIDTH + 6), 800)
    p.obj(20, 16, "door")
    p.obj(240, 16, "commands")
    p.text(400, 232, "launched: track, slot, name, in seconds")
    p.obj(400, 250, "answer")
    search(p)
    here = [control(c) for word in ("transport", "master") for c in root.words[word].commands()]
    top = [c for c in here if not c.reads] + [control(root.words[w].command) for w in ("panic", "stop")]  # type: ignore[arg-type]
    for n, one in enumerate(top):
        x, y = 400 + n % 3 * 152, 20 + n // 3 * 24
        _global(p, one, x, y, 1200 + n * 120)
    for n in range(TRACKS):
        p.obj(20 + n * (WIDTH + 6), 300, f"strip {n + 1}")
    return p


def _global(p: Patch, one: Control, x: int, y: int, hidden: int) -> None:
    """Add a control with one address, its sending and, where it is a property, what the engine says of it."""
    path, shown = one.address, f"{one.address}/show"
    if one.kind in ("button", "switch"):
        (p.button if one.kind == "button" else p.switch)(x, y, path, shown)
    else:
        p.number(x, y, path, shown)
    p.text(x + 46, y - 1, path.strip("/").replace("/", " "))
    words = path.strip("/").replace("/", " ")
    p.chain(p.obj(hidden, 20, f"r {path}"), p.obj(hidden, 45, f"oscformat {words}"),
            p.obj(hidden, 70, "s liveengine-out"))  # fmt: skip
    if one.shows:
        routes = [p.obj(hidden, 120 + 25 * n, f"route {word}") for n, word in enumerate(words.split())]
        apart = p.obj(hidden, 200, "t a a")
        p.chain(p.obj(hidden, 100, "r liveengine-in"), *routes, apart, p.obj(hidden, 225, "list prepend set"),
                p.obj(hidden, 250, "list trim"), p.obj(hidden, 275, f"s {shown}"))  # fmt: skip
        p.wire(apart, p.obj(hidden, 300, f"s {path}/is"), 1)
