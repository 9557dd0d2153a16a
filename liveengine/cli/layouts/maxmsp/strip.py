"""A track in Max: its controls, its slots, what it is told to play. Runs on: the developer's shell."""

from liveengine.cli.layouts.control import Control
from liveengine.cli.layouts.maxmsp.panel import Panel
from liveengine.cli.layouts.maxmsp.patcher import INK, PAPER, Colour, Patcher, Rect, rgba

WIDTH, SLOTS = 112, 8
SLOT_HEIGHT = 20
ADJECTIVES = ["darker", "brighter", "busier", "calmer"]
_SLOTS_AT = 158
_BELOW = _SLOTS_AT + SLOTS * SLOT_HEIGHT
_PRESSED_MS = 150
_PLACES: dict[str, Rect] = {
    "name": (4, 4, 104, 18),
    "gain": (4, 26, 24, 126),
    "mute": (32, 26, 76, 18),
    "solo": (32, 47, 76, 18),
    "cue": (32, 68, 76, 18),
    "pan": (32, 89, 76, 16),
    "level": (32, 108, 76, 20),
    "stop": (32, 132, 76, 18),
    "launch prompt": (4, _BELOW + 18, 104, 20),
    "swap": (4, _BELOW + 42, 38, 20),
    "like": (4, _BELOW + 66, 50, 20),
    "reject": (58, _BELOW + 66, 50, 20),
}
_MENU: Rect = (44, _BELOW + 42, 64, 20)
_REST = _BELOW + 92
_LOOKS: dict[str, tuple[Colour, Colour]] = {  # by state: ground and letters
    "empty": ((0.2, 0.21, 0.22), INK),
    "stopped": ((0.42, 0.47, 0.52), INK),
    "queued": ((0.94, 0.75, 0.25), PAPER),
    "playing": ((0.25, 0.69, 0.38), PAPER),
    "stopping": ((0.82, 0.5, 0.38), PAPER),
}


def height(mine: list[Control]) -> int:
    """Return the height of a strip with these controls."""
    return _REST + 22 * sum(one.label not in _PLACES for one in mine) + 4


def strip(track: int, mine: list[Control]) -> Patcher:
    """Return a track's strip; a control of which nobody has said where it goes stands at its end."""
    p = Patcher(WIDTH, height(mine))
    panel = Panel(p)
    y = _REST
    for one in mine:
        shown = _PLACES.get(one.label)
        if shown is None:
            p.comment(one.label, (4, y, 44, 18))
            shown, y = (50, y, 58, 20), y + 22
        panel.draw(one, one.at(track=track), shown, one.label)
    _words(p)
    _swap(panel, track)
    panel.listen()
    _slots(panel, track)
    return p


def _words(p: Patcher) -> None:
    p.column()
    p.comment("play what I say:", (4, _BELOW + 1, 104, 16))


def _swap(panel: Panel, track: int) -> None:
    """Add the menu of what the swapped clip shall be more of."""
    p = panel.p
    p.column()
    hint = f"/track/{track}/swap: swap what plays for something darker, brighter ..."
    menu, sent = p.menu(_MENU, ADJECTIVES, hint=hint, varname="swap_for"), p.obj(f"prepend /track/{track}/swap")
    p.wire(menu, sent, 1)
    p.wire(sent, panel.out)


def _slots(panel: Panel, track: int) -> None:
    """Add the slots: a press goes out as 1, and 150 ms later as 0; the colour tells the state, the word is the clip."""
    p = panel.p
    p.column()
    heard = p.obj("r liveengine.in")
    addresses = [f"/track/{track}/clip/{slot + 1}/{fact}" for fact in ("state", "name") for slot in range(SLOTS)]
    split = p.obj("route " + " ".join(addresses))
    p.wire(heard, split)
    states, which = _looks(p)
    for slot in range(SLOTS):
        address = f"/track/{track}/clip/{slot + 1}"
        p.column()
        shown = (4, _SLOTS_AT + slot * SLOT_HEIGHT, 104, SLOT_HEIGHT - 2)
        look = {"bgcolor": rgba(_LOOKS["empty"][0]), "hint": f"{address}/press", "varname": f"slot_{slot + 1}"}
        drawn = p.button(shown, "", **look)
        p.chain(drawn, p.msg(f"{address}/press 1"), panel.out)
        p.chain(drawn, p.obj(f"delay {_PRESSED_MS}"), p.msg(f"{address}/press 0"), panel.out)
        apart, name = p.obj(f"t l {slot + 1}"), p.obj("prepend text")
        p.wire(split, apart, slot)
        p.wire(apart, which, 1)
        p.wire(apart, states)
        p.wire(split, name, SLOTS + slot)
        p.wire(name, drawn)
        p.wire(which, drawn, slot)


def _looks(p: Patcher) -> tuple[str, str]:
    """Add what turns a state into colours and a name; return its entrance, and the gate to the slots."""
    p.column()
    states, which = p.obj("route " + " ".join(_LOOKS)), p.obj(f"gate {SLOTS}")
    for number, colours in enumerate(_LOOKS.values()):
        for key, colour in zip(("bgcolor", "textcolor"), colours, strict=True):
            look = p.msg(f"{key} {' '.join(f'{part:g}' for part in rgba(colour))}")
            p.wire(states, look, number)
            p.wire(look, which, 0, 1)
    nameless, loaded, name = p.msg("text"), p.obj("unpack 0 s"), p.obj("prepend text")
    p.wire(states, nameless, list(_LOOKS).index("empty"))
    p.wire(nameless, which, 0, 1)
    p.wire(states, loaded, list(_LOOKS).index("stopped"))  # what was loaded: its number and its name
    p.wire(loaded, name, 1)
    p.wire(name, which, 0, 1)
    return states, which
