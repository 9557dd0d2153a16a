"""Pure Data's patches: door, strips, search, every command. Runs on: the developer's shell."""

import re

from liveengine.cli.layouts import shown
from liveengine.cli.layouts.control import Control, control
from liveengine.cli.layouts.patch import Patch
from liveengine.cli.layouts.tree import Node

TRACKS, SLOTS, MATCHES = 8, 8, 8
_PAGE = 1000  # messages of an answer that come at once
STRIP_WIDTH, SLOT, ROW = 126, 16, 20
_NUMBER = re.compile(r"\{(\w+)\}")
_LOOKS = {
    "empty": "#f4f4f0 #f4f4f0 #f4f4f0",
    "stopped": "#b8c4d0 #202020 #202020",
    "queued": "#f0c040 #202020 #202020",
    "playing": "#40b060 #202020 #202020",
    "stopping": "#d08060 #202020 #202020",
}


def files(root: Node) -> dict[str, bytes]:
    """Return the patches, by path below `clients/`."""
    made = {
        "door": door(shown.patterns(root, "transport", "master")),
        "slot": slot(),
        "match": match(),
        "strip": strip(root),
        "commands": commands(root),
    }
    made["answer"] = answer()
    made["liveengine"] = main(root)
    return {f"puredata/{name}.pd": patch.file() for name, patch in made.items()}


def door(patterns: list[str]) -> Patch:
    """Return what connects: sends what comes to [s liveengine-out], hands on what it hears to [r liveengine-in]."""
    p = Patch(640, 420, (200, 24))
    p.switch(4, 4, receive="liveengine-there")
    p.text(22, 3, "engine there")
    connect, apart = p.obj(20, 60, "r liveengine-connect"), p.obj(20, 85, "t a b")
    named, end = p.obj(20, 110, "list prepend connect"), p.msg(160, 110, "disconnect")
    net = p.obj(20, 200, "netsend -u -b")
    p.chain(connect, apart, named, p.obj(20, 135, "list trim"), net)
    p.wire(apart, end, 1)
    p.wire(end, net)
    start = p.obj(300, 60, "loadbang")
    p.chain(start, p.msg(300, 85, "127.0.0.1 9000"), p.obj(300, 110, "s liveengine-connect"))
    out = p.obj(160, 150, "r liveengine-out")
    p.chain(out, p.obj(160, 175, "list prepend send"), p.obj(300, 175, "list trim"), net)
    parse = p.obj(60, 230, "oscparse")
    p.wire(net, parse, 1)
    # oscparse makes symbols of an address's numbers; as text and back they are numbers that [route 3] knows.
    p.chain(parse, p.obj(60, 255, "list trim"), p.obj(140, 255, "fudiformat"), p.obj(140, 280, "fudiparse"),
            p.obj(60, 280, "s liveengine-in"))  # fmt: skip
    _watch(p, start, patterns)
    return p


def _watch(p: Patch, start: int, patterns: list[str]) -> None:
    """Ask every 2 s whether the engine is there; subscribe to what is shown when it has started anew.

    What tells a new one is the page of its answers: it is ours until the engine forgets us, then 0, which is "all".
    """
    asked = p.obj(300, 225, "metro 2000")
    p.chain(start, p.msg(300, 200, "1"), asked, p.obj(300, 250, "oscformat ping"), p.obj(300, 275, "s liveengine-out"))
    heard = p.obj(60, 310, "r liveengine-in")
    pong, both = p.obj(60, 335, "route pong"), p.obj(60, 360, "t b b")
    late, gone = p.obj(60, 385, "delay 5000"), p.msg(160, 385, "0")
    p.chain(heard, pong, both, late, gone)
    here, once = p.msg(220, 335, "1"), p.obj(220, 385, "change")
    p.wire(both, here, 1)
    p.wire(here, once)
    p.wire(gone, once)
    p.chain(once, p.obj(320, 360, "s liveengine-there"))
    _pair(p, asked, once)
    page, out = p.obj(480, 225, "oscformat reply page"), p.obj(480, 250, "s liveengine-out")
    p.chain(asked, page, out)
    wanted, formatted = p.obj(420, 335, "sel 0"), p.obj(420, 385, "oscformat subscribe")
    p.chain(
        p.obj(640, 200, "r liveengine-in"), p.obj(640, 225, "route reply"), p.obj(640, 250, "route /reply/page"), wanted
    )
    p.chain(wanted, p.msg(480, 200, str(_PAGE)), page)
    for n, pattern in enumerate(patterns):
        one = p.msg(520, 335 + 25 * n, f"symbol {pattern}")
        p.wire(wanted, one)
        p.wire(one, formatted)
    p.chain(formatted, p.obj(420, 410, "s liveengine-out"))


def _pair(p: Patch, asked: int, once: int) -> None:
    """Say hello with the token of another machine: when it comes, and again as long as no engine answers."""
    token, apart, kept = p.obj(900, 60, "r liveengine-token"), p.obj(900, 85, "t b a"), p.obj(900, 185, "list")
    absent, gone = p.obj(1000, 110, "== 0"), p.obj(900, 160, "spigot 1")
    known, hello = p.obj(900, 210, "route bang"), p.obj(900, 235, "oscformat hello")
    p.chain(token, apart, kept, known)
    p.wire(apart, kept, 1, 1)
    p.chain(asked, gone, kept)
    p.chain(once, absent)
    p.wire(absent, gone, 0, 1)
    p.wire(known, hello, 1)
    p.chain(hello, p.obj(900, 260, "s liveengine-out"))


def slot() -> Patch:
    """Return a slot: pressed it plays, its colour tells what it does."""
    p = Patch(420, 360, (SLOT, SLOT))
    p.button(0, 0, "/track/$1/clip/$2/press", "/track/$1/clip/$2/look", size=SLOT - 1)
    heard = p.obj(20, 60, "r /track/$1/clip/$2/state/is")
    states = p.obj(20, 85, "route " + " ".join(_LOOKS))
    look = p.obj(20, 300, "s /track/$1/clip/$2/look")
    p.chain(heard, states)
    for n, colours in enumerate(_LOOKS.values()):
        shown = p.msg(20 + 40 * n, 120 + 25 * n, f"color {colours}")
        p.wire(states, shown, n)
        p.wire(shown, look)
    pressed, formatted = (
        p.obj(220, 60, "r /track/$1/clip/$2/press"),
        p.obj(220, 260, "oscformat track $1 clip $2 press"),
    )
    p.chain(pressed, p.msg(220, 85, "1"), formatted, p.obj(220, 285, "s liveengine-out"))
    p.chain(pressed, p.obj(320, 85, "delay 150"), p.msg(320, 110, "0"), formatted)  # a finger that lets go
    return p


def match() -> Patch:
    """Return a row of the search: what was found, hear it, load it into the chosen slot."""
    p = Patch(560, 420, (330, 18))
    p.button(0, 2, "liveengine-hear-$1", size=13)
    p.button(16, 2, "liveengine-load-$1", size=13)
    p.word(34, 0, 40, "liveengine-title-$1")
    rows = p.obj(20, 60, "r liveengine-matches")
    mine, facts = p.obj(20, 85, "route $1"), p.obj(20, 110, "list split 1")
    p.chain(rows, mine, facts)
    pairs = p.obj(20, 135, "s liveengine-pairs-$1")
    p.wire(facts, pairs, 1)
    again, cut = p.obj(20, 160, "r liveengine-pairs-$1"), p.obj(20, 185, "list split 2")
    pair, known = p.obj(20, 210, "list trim"), p.obj(20, 235, "route id title")
    p.chain(again, cut, pair, known)
    p.wire(cut, p.obj(160, 210, "s liveengine-pairs-$1"), 1)
    p.wire(known, p.obj(160, 260, "s liveengine-found-$1"))
    named = p.obj(320, 235, "list prepend set")
    p.wire(known, named, 1)
    p.chain(named, p.obj(320, 260, "list trim"), p.obj(320, 285, "s liveengine-title-$1"))
    hear, stem = p.obj(20, 290, "r liveengine-hear-$1"), p.obj(20, 320, "f")
    p.chain(hear, stem, p.obj(20, 355, "oscformat cue audition"), p.obj(20, 380, "s liveengine-out"))
    load, loaded = p.obj(300, 310, "r liveengine-load-$1"), p.obj(300, 335, "f")
    p.chain(load, loaded, p.obj(300, 360, "s liveengine-load"))
    found = p.obj(160, 290, "r liveengine-found-$1")
    p.wire(found, stem, 0, 1)
    p.wire(found, loaded, 0, 1)
    return p


def answer() -> Patch:
    """Return a line that tells what was launched or swapped and when it sounds, and one with what was refused."""
    p = Patch(640, 420, (370, 44))
    shown = (("track", 4, 0), ("slot", 46, 0), ("name", 88, 22), ("seconds", 236, 0), ("fallback", 296, 9))
    for key, x, letters in shown:
        if letters:
            p.word(x, 2, letters, f"liveengine-answer-{key}-show")
        else:
            p.number(x, 2, receive=f"liveengine-answer-{key}-show")
    p.word(4, 24, 52, "liveengine-answer-error-show")
    verbs = [f"/track/{n + 1}/{verb}" for n in range(TRACKS) for verb in ("launch/prompt", "swap")]
    known = p.obj(20, 110, "route " + " ".join(verbs))
    p.chain(p.obj(20, 60, "r liveengine-in"), p.obj(20, 85, "route reply"), known)
    pairs = p.obj(20, 135, "s liveengine-answer-pairs")
    for n in range(len(verbs)):
        p.wire(known, pairs, n)
    again, cut = p.obj(20, 160, "r liveengine-answer-pairs"), p.obj(20, 185, "list split 2")
    keys = p.obj(20, 235, "route " + " ".join(key for key, _, _ in shown))
    p.wire(cut, p.obj(160, 210, "s liveengine-answer-pairs"), 1)
    p.chain(again, cut, p.obj(20, 210, "list trim"), keys)
    for n, (key, _, _) in enumerate(shown):
        x, apart = 20 + 120 * n, p.obj(20 + 120 * n, 260, "t a a")
        p.wire(keys, apart, n)
        p.wire(apart, p.obj(x, 285, f"s liveengine-answer-{key}"), 1)
        p.chain(apart, p.obj(x, 310, "list prepend set"), p.obj(x, 335, "list trim"),
                p.obj(x, 360, f"s liveengine-answer-{key}-show"))  # fmt: skip
    fault, why = p.obj(400, 85, "route error"), p.obj(400, 110, "list split 2")
    p.chain(p.obj(400, 60, "r liveengine-in"), fault, why)
    put = p.obj(400, 160, "list prepend set")
    p.wire(why, put, 1)
    p.chain(put, p.obj(400, 185, "list trim"), p.obj(400, 210, "s liveengine-answer-error-show"))
    return p


def strip(root: Node) -> Patch:
    """Return a track: every control of the registry that needs no more than its number, and its slots."""
    node = root.words["track"].number
    assert node is not None
    found = [control(c) for c in node.commands()]
    mine = [c for c in found if c.numbers == ("track",) and not c.reads]
    p = Patch(900, 900, (STRIP_WIDTH, _height(mine)))
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
    small = sum(c.label not in ("gain", "name") for c in mine) + sum(c.label == "launch prompt" for c in mine)
    return 24 + 130 + small * ROW + (SLOTS + 3) // 4 * (SLOT + 4)


def _place(p: Patch, mine: list[Control]) -> int:
    """Put the controls below each other, the fader first; return where the next goes."""
    y = 24
    for one in sorted(mine, key=lambda c: c.label != "gain"):
        path = one.address.replace("{track}", "$1")
        shown, label = f"{path}/show", one.label.replace(" ", "_")
        if label == "gain":
            p.slider((4, y + 4, 18, 118), one.low, one.high, path, shown)
            y += 130
            continue
        if label == "swap":  # for another one like it, or for the word: darker, brighter, busier
            p.button(4, y, path)
            p.text(18, y - 1, label)
            p.word(48, y, 5, send=path)
        elif one.kind in ("button", "switch"):
            draw = p.button if one.kind == "button" else p.switch
            draw(4, y, path, shown)
            p.text(22, y - 1, label)
        elif label == "launch_prompt":  # two rows: a sentence is long
            p.text(2, y - 1, "play what I say:")
            y += ROW
            p.word(4, y, 16, send=path)
        elif one.kind == "text":
            p.word(4, y, 6, shown, path)
            p.text(48, y - 1, label)
        elif label == "pan":
            p.slider((4, y, 60, 14), one.low, one.high, path, shown)
        else:
            bounds = (one.low, one.high) if one.kind == "fader" else (-1e37, 1e37)
            p.number(4, y, path, shown, low=bounds[0], high=bounds[1])
            p.text(48, y - 1, label)
        y += ROW
    return y


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


def main(root: Node) -> Patch:
    """Return the surface: door, search, transport and master, the strips."""
    p = Patch(60 + TRACKS * (STRIP_WIDTH + 6), 760)
    p.obj(20, 16, "door")
    p.obj(240, 16, "commands")
    p.text(400, 232, "launched: track, slot, name, in seconds")
    p.obj(400, 250, "answer")
    _search(p)
    here = [control(c) for word in ("transport", "master") for c in root.words[word].commands()]
    top = [c for c in here if not c.reads] + [control(root.words[w].command) for w in ("panic", "stop")]  # type: ignore[arg-type]
    for n, one in enumerate(top):
        x, y = 400 + n % 3 * 152, 20 + n // 3 * 24
        _global(p, one, x, y, 1200 + n * 120)
    for n in range(TRACKS):
        p.obj(20 + n * (STRIP_WIDTH + 6), 300, f"strip {n + 1}")
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


def _search(p: Patch) -> None:
    """Add the search: words as a symbol or as a list, the matches below, the slot that a match is loaded into."""
    p.text(20, 50, "search: words, then Enter")
    p.word(20, 68, 44, send="liveengine-search")
    for n in range(MATCHES):
        p.obj(20, 92 + n * 20, f"match {n + 1}")
    said, kind = p.obj(1200, 400, "r liveengine-search"), p.obj(1200, 425, "route symbol")
    words, joined = p.obj(1300, 450, "fudiformat -u"), p.obj(1300, 475, "list tosymbol")
    asked = p.obj(1200, 500, f"list append {MATCHES}")
    p.chain(said, kind, asked, p.obj(1200, 525, "oscformat stems search"), p.obj(1200, 550, "s liveengine-out"))
    p.wire(kind, words, 1)
    p.chain(words, joined, asked)
    answer = p.obj(1200, 600, "r liveengine-in")
    p.chain(answer, p.obj(1200, 625, "route reply"), p.obj(1200, 650, "route /stems/search"),
            p.obj(1200, 675, "s liveengine-matches"))  # fmt: skip
    p.text(20, 258, "a match goes to track, slot:")
    track, slot = p.number(210, 258, low=1), p.number(260, 258, low=1)
    stem, all_of = p.obj(1500, 400, "r liveengine-load"), p.obj(1500, 450, "t f b b")
    where = p.obj(1500, 500, "pack 1 1")
    left, right = p.obj(1500, 475, "f 1"), p.obj(1600, 475, "f 1")
    p.chain(stem, all_of)
    p.wire(all_of, right, 2)
    p.wire(right, where, 0, 1)
    p.wire(all_of, left, 1)
    p.wire(left, where)
    p.wire(track, left, 0, 1)
    p.wire(slot, right, 0, 1)
    formatted = p.obj(1500, 560, "oscformat")
    p.chain(where, p.msg(1500, 530, "set track $1 clip $2 load"), formatted, p.obj(1500, 590, "s liveengine-out"))
    p.wire(all_of, formatted)
