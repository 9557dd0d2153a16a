"""The pages of TouchOSC's documents, but for that of every command. Runs on: the developer's shell."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from liveengine.cli.layouts.touchosc.format import CENTRE, EAST, LEFT, NORTH, TOGGLE, Box, Colour, Message, Node, Part

MATCHES = 5
GAP = 4
PAPER, PANEL = (0.06, 0.065, 0.07, 1.0), (0.11, 0.115, 0.125, 1.0)
DARK = (0.5, 0.53, 0.57, 1.0)  # of a button, which is drawn dim until it is pressed
EMPTY, BLUE, AMBER = (0.15, 0.16, 0.18, 1.0), (0.36, 0.5, 0.66, 1.0), (0.91, 0.63, 0.13, 1.0)
GREEN, RED = (0.25, 0.69, 0.38, 1.0), (0.72, 0.2, 0.2, 1.0)
CLEAR, INK, FAINT = (0.0, 0.0, 0.0, 0.0), (1.0, 1.0, 1.0, 1.0), (0.66, 0.68, 0.72, 1.0)
X = Part("VALUE", "x", "FLOAT")
# Each button that asks the document's script for something tells it its name and its tag.
NOTIFY = """function onValueChanged(key)
  if key == 'x' and self.values.x > 0 then root:notify(self.name, self.tag) end
end
"""
WORDS = (
    ("dunkler", "hypnotischer", "treibender", "warmer", "harter", "weiter"),
    ("dark", "driving", "deep", "bright", "dry", "spacious"),
    ("Kick", "Snare", "Hihat", "Bass", "Percussion", "FX"),
    ("Synth", "Vocal", "Atmo", "loop", "analog", "acid"),
)
LETTERS = ("1234567890", "qwertzuiopü", "asdfghjklöä", "yxcvbnmß-,")
ADJECTIVES = ("darker", "brighter", "busier", "calmer")


@dataclass(frozen=True)
class Look:
    """The size of a screen, in points, and of the bar on top of it."""

    width: int
    height: int
    bar: int
    narrow: bool


# ── sizes ──


def across(box: Box, parts: int | Sequence[float], gap: int = GAP) -> list[Box]:
    """Return boxes side by side that fill a box, equally wide or by their shares."""
    x, y, width, height = box
    return [(x + at, y, size, height) for at, size in _cuts(width, parts, gap)]


def down(box: Box, parts: int | Sequence[float], gap: int = GAP) -> list[Box]:
    """Return boxes one below the other that fill a box, equally high or by their shares."""
    x, y, width, height = box
    return [(x, y + at, width, size) for at, size in _cuts(height, parts, gap)]


def _cuts(length: int, parts: int | Sequence[float], gap: int) -> list[tuple[int, int]]:
    shares = [1.0] * parts if isinstance(parts, int) else list(parts)
    room, whole = length - gap * (len(shares) - 1), sum(shares)
    edges = [round(room * sum(shares[:n]) / whole) for n in range(len(shares) + 1)]
    return [(low + n * gap, high - low) for n, (low, high) in enumerate(pairwise(edges))]


def inset(box: Box, by: int = GAP) -> Box:
    """Return a box that is smaller by so much at each side."""
    x, y, width, height = box
    return x + by, y + by, width - 2 * by, height - 2 * by


# ── controls ──


def group(name: str, box: Box, *parts: list[Node], colour: Colour = CLEAR) -> Node:
    """Return a group of controls, whose boxes are within it."""
    return Node(
        "GROUP", name, box, colour, {"background": colour != CLEAR}, children=[n for part in parts for n in part]
    )


def page(label: str, box: Box, controls: list[Node]) -> Node:
    """Return a page of a pager."""
    made = group(f"page {label}", box, controls, colour=PAPER)
    made.properties["tabLabel"] = label
    return made


def label(name: str, box: Box, text: str = "", size: int = 13, ink: Colour = INK, **more: object) -> Node:
    """Return words that nobody touches; `=/an/address` as its name shows the value of that address."""
    back = more.get("background", False)
    given = {"textSize": size, "textColor": ink, "background": back, **more}
    return Node("LABEL", name, box, PANEL if back else CLEAR, given, {"text": text})


def wrapped(name: str, box: Box, text: str = "", size: int = 13) -> Node:
    """Return words over several lines."""
    given = {"textSize": size, "textColor": INK, "textAlignH": LEFT, "textAlignV": 1}
    return Node("TEXT", name, box, PANEL, given, {"text": text})


def caption(box: Box, text: str, size: int = 13, ink: Colour = INK) -> Node:
    """Return the words on a button."""
    return label("caption", box, text, size, ink)


def asks(name: str, tag: str, box: Box, text: str = "", *, colour: Colour = DARK, size: int = 13) -> list[Node]:
    """Return a button that asks the document's script for something."""
    button = Node("BUTTON", name, box, colour, {"script": NOTIFY, "tag": tag})
    return [button, caption(box, text, size)] if text else [button]


def sends(
    address: str, box: Box, text: str = "", *, colour: Colour = DARK, word: str | None = None, size: int = 13
) -> list[Node]:
    """Return a button that sends its address when it is pressed, with a word if there is one."""
    arguments = () if word is None else (Part("CONSTANT", word, "STRING"),)
    button = Node("BUTTON", address, box, colour, messages=[Message(arguments, "RISE")])
    return [button, caption(box, text, size)] if text else [button]


def holds(address: str, box: Box) -> Node:
    """Return a pad that sends 1 when it is pressed and 0 when it is let go; a box below it has the colour."""
    return Node("BUTTON", address, box, CLEAR, messages=[Message((X,))])


def switch(address: str, box: Box, text: str = "", *, colour: Colour = AMBER, size: int = 13) -> list[Node]:
    """Return a switch that follows its address."""
    made = Node("BUTTON", address, box, colour, {"buttonType": TOGGLE}, messages=[Message((X,), receive=True)])
    return [made, caption(box, text, size)] if text else [made]


def fader(address: str, box: Box, low: float = 0.0, high: float = 1.0, colour: Colour = BLUE, **more: object) -> Node:
    """Return a fader that follows its address; it grows upwards where it is higher than wide."""
    given = {"orientation": EAST if box[2] > box[3] else NORTH, **more}
    value = Part("VALUE", "x", "FLOAT", low, high)
    return Node("FADER", address, box, colour, given, messages=[Message((value,), receive=True)])


# ── pages ──


def bar(look: Look) -> Node:
    """Return what stays on top: the connection, the transport, tempo, panic, what was said last."""
    box = (0, 0, look.width, look.bar)
    rows = down(inset(box, 6), (1, 1, 0.5) if look.narrow else (1, 0.36))
    if look.narrow:
        cells = across(rows[0], (0.7, 1.5, 1, 0.62, 0.62, 0.62, 0.62)) + across(rows[1], (1, 1, 1, 1.4))
    else:
        cells = across(rows[0], (0.35, 1.25, 0.9, 0.55, 0.55, 0.55, 0.55, 0.9, 0.9, 1, 1.3))
    light, tempo, beat, *steps = cells[:7]
    play, tap, halt, panic = cells[7:]
    parts = [
        [
            Node("BOX", "light", inset(light, 6), RED, {"shape": 2}),
            label("status", tempo, "no engine", 11, FAINT, textAlignV=3),
        ],
        [label("=/transport/tempo", (tempo[0], tempo[1], tempo[2], tempo[3] * 2 // 3), "120", 20)],
        [label("beat", beat, "1.1", 20, FAINT)],
        *(asks("tempo", by, cell, by) for by, cell in zip(("-1", "-0.1", "+0.1", "+1"), steps, strict=True)),
        switch("/transport/running", play, "Play", colour=GREEN, size=15),
        sends("/transport/tap", tap, "Tap", size=15),
        sends("/stop", halt, "Stop all", size=15),
        sends("/panic", panic, "PANIC", colour=RED, size=15),
        [label("said", rows[-1], "", 11, FAINT)],
    ]
    return group("bar", box, *parts, colour=PANEL)


def live(look: Look, columns: int, rows: int) -> list[Node]:
    """Return the window over tracks and scenes: a pad for each slot, scenes at the right, stops below."""
    body = _body(look)
    heights = [0.55, *[1.0] * rows, 0.7, 0.7]
    lines = down(body, heights)
    shares = [*[1.0] * columns, 0.55 if look.narrow else 0.45]
    made: list[Node] = []
    for column, cell in enumerate(across(lines[0], shares)[:-1], 1):
        made += [label(f"=/track/{{c{column}}}/name", cell, f"Track {column}", 12, FAINT)]
    for row, line in enumerate(lines[1:-2], 1):
        *cells, last = across(line, shares)
        for column, cell in enumerate(cells, 1):
            at = f"/track/{{c{column}}}/clip/{{r{row}}}"
            made += [
                Node("BOX", f"{at}/look", cell, EMPTY),
                holds(f"{at}/press", cell),
                label(f"={at}/name", inset(cell, 3), "", 11),
            ]
        made += sends(f"/scene/{{r{row}}}/launch", last, ">")
    *cells, last = across(lines[-2], shares)
    for column, cell in enumerate(cells, 1):
        made += sends(f"/track/{{c{column}}}/stop", cell, "stop", size=11)
    made += sends("/stop", last, "all", colour=RED, size=11)
    return made + _moves(lines[-1])


def mixer(look: Look, columns: int) -> list[Node]:
    """Return a strip for each track of the window, and the master's."""
    body, moves = down(_body(look), (12, 1))
    *strips, last = across(body, columns + 1)
    made: list[Node] = []
    for column, box in enumerate(strips, 1):
        made += _strip(column, box)
    return made + _master(last) + _moves(moves)


def _strip(column: int, box: Box) -> list[Node]:
    at = f"/track/{{c{column}}}"
    name, pan, fade, level, switches, opinion = down(inset(box, 2), (0.6, 0.7, 7, 0.6, 1, 1))
    meter, gain = across(fade, (0.22, 1))
    mute, solo, cue = across(switches, 3, 2)
    like, reject = across(opinion, 2, 2)
    return [
        Node("BOX", "strip", box, PANEL),
        label(f"={at}/name", name, f"Track {column}", 11, FAINT),
        fader(f"{at}/pan", pan, -1.0, 1.0, FAINT, centered=True),
        Node("FADER", f"/meter/{{c{column}}}", meter, GREEN, {"interactive": False, "cursor": False, "outline": False}),
        fader(f"{at}/gain", gain, grid=True),
        label(f"={at}/level", level, "0.0 dB", 11),
        *switch(f"{at}/mute", mute, "M", colour=RED, size=12),
        *switch(f"{at}/solo", solo, "S", colour=AMBER, size=12),
        *switch(f"{at}/cue", cue, "C", colour=BLUE, size=12),
        *sends(f"{at}/like", like, "+", size=15),
        *sends(f"{at}/reject", reject, "-", size=15),
    ]


def _master(box: Box) -> list[Node]:
    name, cue, fade, level, click, record = down(inset(box, 2), (0.6, 0.7, 7, 0.6, 1, 1))
    return [
        Node("BOX", "strip", box, EMPTY),
        label("title", name, "Master", 11),
        fader("/cue/gain", cue, colour=FAINT),
        label("title", cue, "cue", 10),
        fader("/master/gain", fade, colour=AMBER, grid=True),
        label("=/master/level", level, "0.0 dB", 11),
        *switch("/metronome", click, "Click", colour=BLUE, size=11),
        *sends("/record/retro", record, "Keep 5 min", colour=RED, size=10),
    ]


def find(look: Look, columns: int) -> list[Node]:
    """Return the search: words, what is done with them, matches, and what is changed in the chosen track."""
    body = _body(look)
    left, right = (body, body) if look.narrow else across(body, 2, 12)
    if look.narrow:
        lines = down(body, (1.1, *[0.85] * len(WORDS), 1.2, 0.9, *[0.85] * MATCHES, 0.9, *[0.85] * len(LETTERS)))
        line, chips, does = lines[0], lines[1:5], lines[5]
        choice, rows, swaps, keys = lines[6], lines[7 : 7 + MATCHES], lines[7 + MATCHES], lines[8 + MATCHES :]
    else:
        line, *rest = down(left, (1, *[0.8] * (len(WORDS) + len(LETTERS)), 1.1))
        chips, keys, does = rest[: len(WORDS)], rest[len(WORDS) : -1], rest[-1]
        choice, *rows, swaps = down(right, (0.8, *[1.0] * MATCHES, 0.9))
    made = [label("line", line, "", 17, background=True, outline=True)]
    for words, cells in zip(WORDS, chips, strict=True):
        for word, cell in zip(words, across(cells, [max(5, len(word)) for word in words]), strict=True):
            made += asks("word", word, cell, word, size=12 if not look.narrow else 10)
    three = (("hear", "Hear on cue"), ("find", "Search"), ("launch", "Launch"))
    for (name, text), cell, colour in zip(three, across(does, 3), (DARK, BLUE, GREEN), strict=True):
        made += asks(name, "", cell, text, colour=colour, size=15)
    made += _choice(choice, columns) + _rows(rows) + _swaps(swaps) + _keys(keys)
    return made


def _choice(box: Box, columns: int) -> list[Node]:
    made: list[Node] = []
    title, *cells = across(box, (1.3, *[1.0] * columns))
    made += [label("title", title, "into track", 12, FAINT)]
    for column, cell in enumerate(cells, 1):
        made += [
            *asks("choose", str(column), cell),
            Node("LABEL", "column", cell, CLEAR, _faint(column), {"text": str(column)}),
        ]
    return made


def _faint(tag: int) -> dict[str, object]:
    return {"tag": str(tag), "textSize": 14, "textColor": INK, "background": False}


def _rows(rows: Sequence[Box]) -> list[Node]:
    made: list[Node] = []
    for place, box in enumerate(rows, 1):
        hear, title, load = across(box, (0.8, 4, 0.8))
        made += asks("listen", str(place), hear, "hear", size=12)
        made += [label(f"match{place}", title, "", 13, background=True, textAlignH=CENTRE)]
        made += asks("load", str(place), load, "load", size=12)
    return made


def _swaps(box: Box) -> list[Node]:
    made: list[Node] = []
    for word, cell in zip(("", *ADJECTIVES), across(box, 1 + len(ADJECTIVES)), strict=True):
        if word:
            made += sends("/track/{track}/swap", cell, word, word=word, size=12)
        else:
            made += [label("title", cell, "swap it for", 12, FAINT)]
    return made


def _keys(rows: Sequence[Box]) -> list[Node]:
    made: list[Node] = []
    wide = {0: (("delete", "", "del"),), 3: (("key", " ", "space"), ("clear", "", "clear"))}
    for number, (letters, row) in enumerate(zip(LETTERS, rows, strict=True)):
        more = wide.get(number, ())
        cells = across(row, [*[1.0] * len(letters), *[1.6 if number == 3 else 1.0] * len(more)], 3)
        for letter, cell in zip(letters, cells, strict=False):
            made += asks("key", letter, cell, letter, size=15)
        for (name, tag, text), cell in zip(more, cells[len(letters) :], strict=True):
            made += asks(name, tag, cell, text, size=12)
    return made


def connect(look: Look) -> list[Node]:
    """Return the connection: how it is made, the token of a machine that lets only paired ones in."""
    how = (
        "1. In TouchOSC's Connections, OSC, Connection 1: type TCP Client, the host's address, port 9000, "
        "framing OSC 1.0.\n\n"
        "2. The light on top turns green. On the machine of the engine itself that is all.\n\n"
        "3. Over a network: start `liveengine serve --lan`, type the token that it shows under Find, then touch "
        "Pair. The document says it again at each connection; save the document, and it is kept.\n\n"
        "4. UDP instead of TCP: send port 9000, receive port 9001, and touch the button below."
    )
    text, line, pair, answers, _ = down(_body(look), (6.2, 1, 1, 1, 2) if look.narrow else (3.4, 0.8, 0.8, 0.8, 1.6))
    token, role = across(pair, 2)
    by, udp = across(answers, 2)
    return [
        wrapped("how", text, how, 16),
        label("line", line, "", 15, background=True),
        *asks("hello", "", token, "Pair with these words", colour=GREEN, size=15),
        label("role", role, "", 13, FAINT),
        label("answers", by, "answers: same connection", 13, FAINT),
        *asks("port", "9001", udp, "UDP, answers to 9001", size=13),
        Node("LABEL", "token", (0, 0, 1, 1), CLEAR, {"visible": False}, kept=True),
    ]


def _moves(box: Box) -> list[Node]:
    made: list[Node] = []
    names = (("left", "< tracks"), ("right", "tracks >"), ("window", ""), ("up", "scenes -"), ("down", "scenes +"))
    for (name, text), cell in zip(names, across(box, 5), strict=True):
        made += asks(name, "", cell, text, size=11) if text else [label(name, cell, "", 12, FAINT)]
    return made


def _body(look: Look) -> Box:
    """Return the box of what is on a page, below the tabs."""
    return inset((0, 0, look.width, look.height - look.bar - 44), 6)
