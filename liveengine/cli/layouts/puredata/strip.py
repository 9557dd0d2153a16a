"""A track in Pd: its controls, its slots, what it is told. Runs on: the developer's shell."""

from liveengine.cli.layouts.control import Control, control
from liveengine.cli.layouts.puredata.patch import Patch
from liveengine.cli.layouts.puredata.slot import SIZE as SLOT
from liveengine.cli.layouts.tree import Node

SLOTS = 8
WIDTH, ROW = 126, 20
SAID = "launch prompt"


def strip(root: Node) -> Patch:
    """Return a track: each control of the registry that needs no more than its number, and its slots.

    What has a name of two words, a setting of something else, is on the page of all commands.
    """
    node = root.words["track"].number
    assert node is not None
    found = [control(c) for c in node.commands()]
    mine = [c for c in found if c.numbers == ("track",) and not c.reads and (" " not in c.label or c.label == SAID)]
    p = Patch(900, 900, (WIDTH, _height(mine)))
    p.word(4, 2, 10, "/track/$1/name/show", "/track/$1/name")
    y = _place(p, [c for c in mine if c.label != "name"])
    for n in range(SLOTS):
        p.obj(4 + n % 4 * (SLOT + 4), y + n // 4 * (SLOT + 4), f"slot $1 {n + 1}")
    for n, one in enumerate(mine):
        _sent(p, one, 120 + n % 3 * 300, 500 + n // 3 * 150)
    _dispatch(p, node, found)
    return p


def _sent(p: Patch, one: Control, x: int, y: int) -> None:
    """Send what comes to a control's name; of a text's words, however they come, it makes one text."""
    path = one.address.replace("{track}", "$1")
    came, out = p.obj(x, y, f"r {path}"), p.obj(x, y + 120, f"oscformat{path.replace('/', ' ')}")
    p.chain(out, p.obj(x, y + 140, "s liveengine-out"))
    if one.kind != "text" and one.label != "swap":
        p.wire(came, out)
        return
    kind, many = p.obj(x, y + 24, "route bang symbol"), p.obj(x + 90, y + 48, "fudiformat -u")
    p.wire(came, kind)
    p.wire(kind, out)
    p.wire(kind, out, 1)
    p.wire(kind, many, 2)
    p.chain(many, p.obj(x + 90, y + 72, "list tosymbol"), out)


def _height(mine: list[Control]) -> int:
    small = sum(c.label not in ("gain", "name") for c in mine) + sum(c.label == SAID for c in mine)
    return 24 + 130 + small * ROW + (SLOTS + 3) // 4 * (SLOT + 4)


def _place(p: Patch, mine: list[Control]) -> int:
    """Put the controls below each other, the fader first; return where the next goes."""
    y = 24
    for one in sorted(mine, key=lambda c: c.label != "gain"):
        path = one.address.replace("{track}", "$1")
        if one.label == "gain":
            p.slider((4, y + 4, 18, 118), one.low, one.high, path, f"{path}/show")
            y += 130
        elif one.label == SAID:  # two rows: a sentence is long
            p.text(2, y - 1, "play what I say:")
            p.word(4, y + ROW, 16, send=path)
            y += 2 * ROW
        else:
            _small(p, one, path, y)
            y += ROW
    return y


def _small(p: Patch, one: Control, path: str, y: int) -> None:
    """Put a control into a row, with its word behind it."""
    shown, label = f"{path}/show", one.label.replace(" ", "_")
    if label == "swap":  # for another one like it, or for the word: darker, brighter, busier
        p.button(4, y, path)
        p.text(18, y - 1, label)
        p.word(48, y, 5, send=path)
    elif one.kind in ("button", "switch"):
        draw = p.button if one.kind == "button" else p.switch
        draw(4, y, path, shown)
        p.text(22, y - 1, label)
    elif one.kind == "text":
        p.word(4, y, 6, shown, path)
        p.text(48, y - 1, label)
    elif label in ("pan", "mutation"):
        p.slider((4, y, 60, 14), one.low, one.high, path, shown)
        p.text(66, y - 1, label)
    else:
        bounds = (one.low, one.high) if one.kind == "fader" else (-1e37, 1e37)
        p.number(4, y, path, shown, low=bounds[0], high=bounds[1])
        p.text(48, y - 1, label)


def _dispatch(p: Patch, node: Node, found: list[Control]) -> None:
    """Hand what is heard of this track on: to [r /track/1/gain/is] and, as the same without a send, to its control."""
    heard = p.obj(120, 200, "r liveengine-in")
    track, mine = p.obj(120, 220, "route track"), p.obj(120, 240, "route $1")
    p.chain(heard, track, mine)
    words = sorted({c.address.split("/")[3] for c in found if c.numbers == ("track",) and c.shows})
    split = p.obj(120, 260, "route " + " ".join([*words, "clip"]))
    p.wire(mine, split)
    for n, word in enumerate(words):
        x, apart = 120 + n * 110, p.obj(120 + n * 110, 290, "t a a")
        if any(c.address.startswith(f"/track/{{track}}/{word}/") for c in found):  # the rest is of its settings
            value = p.obj(x, 275, "route float")
            p.wire(split, value, n)
            p.wire(value, apart)
        else:
            p.wire(split, apart, n)
        p.wire(apart, p.obj(x, 315, f"s /track/$1/{word}/is"), 1)
        put = p.obj(x, 340, "list prepend set")
        p.chain(apart, put, p.obj(x, 365, "list trim"), p.obj(x, 390, f"s /track/$1/{word}/show"))
    numbered = p.obj(120, 420, "route " + " ".join(str(n + 1) for n in range(SLOTS)))
    p.wire(split, numbered, len(words))
    for n in range(SLOTS):
        state = p.obj(120 + n * 90, 445, "route state")
        p.wire(numbered, state, n)
        p.chain(state, p.obj(120 + n * 90, 470, f"s /track/$1/clip/{n + 1}/state/is"))
