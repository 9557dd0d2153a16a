"""The search in Max: words, what was found, and what the engine has answered. Runs on: the developer's shell."""

from liveengine.cli.layouts.maxmsp.panel import IN, OUT
from liveengine.cli.layouts.maxmsp.patcher import Patcher

MATCHES = 8
SIZE = (520, 256)
_FACTS = {"title": (146, 236), "category": (384, 76), "bpm": (462, 54)}  # where they stand, and how wide
_VERBS = ("launch/prompt", "swap")


def search(tracks: int) -> Patcher:
    """Return the search; a match is heard on the cue bus, loaded into the slot that is chosen, or liked."""
    p = Patcher(*SIZE)
    out = p.obj(f"s {OUT}")
    load = _target(p, out)
    matches = [_match(p, number, out, load) for number in range(MATCHES)]
    _words(p, out, [title for _, titles in matches for title in titles])
    _found(p, [entrance for entrance, _ in matches])
    _answers(p, tracks)
    return p


def _words(p: Patcher, out: str, titles: list[str]) -> None:
    """Add the line where one says what to find; what was found before is wiped."""
    p.column()
    line = p.words((4, 4, 290, 20), hint="say what you want to hear, then Enter", varname="search")
    apart, asked, wiped = p.obj("t l b"), p.obj(f"append {MATCHES}"), p.msg("set")
    p.chain(line, p.obj("route text"), apart, asked, p.obj("prepend /stems/search"), out)
    p.wire(apart, wiped, 1)
    for title in titles:
        p.wire(wiped, title)


def _target(p: Patcher, out: str) -> str:
    """Add the numbers of the slot that a match goes to; return where the number of a stem goes in."""
    p.column()
    p.comment("load into track, slot", (298, 5, 130, 18))
    track = p.number((430, 4, 42, 20), whole=True, minimum=1, maximum=64, varname="track")
    slot = p.number((474, 4, 42, 20), whole=True, minimum=1, maximum=64, varname="slot")
    pair, address = p.obj("pak 1 1"), p.obj("sprintf /track/%ld/clip/%ld/load")
    load = p.obj("prepend /track/1/clip/1/load")
    p.wire(track, pair)
    p.wire(slot, pair, 0, 1)
    p.chain(pair, address, p.obj("prepend set"), load, out)
    p.column()
    start, one = p.obj("loadbang"), p.msg("set 1")
    p.chain(start, one, track)
    p.wire(one, slot)
    return load


def _match(p: Patcher, number: int, out: str, load: str) -> tuple[str, list[str]]:
    """Add a row; return where its keys and values go in, and the texts that it shows."""
    y = 32 + 22 * number
    p.column()
    pairs, known = p.obj("zl iter 2"), p.obj("route id " + " ".join(_FACTS))
    p.wire(pairs, known)
    for place, word in enumerate(("hear", "load", "like")):
        p.column()
        name = {"varname": f"{word}_{number + 1}"}
        pressed, stem = p.button((4 + 46 * place, y, 44, 18), word, **name), p.obj("int")
        p.wire(pressed, stem)
        p.wire(known, stem, 0, 1)
        if word == "load":
            p.wire(stem, load)
        elif word == "hear":
            p.chain(stem, p.obj("prepend /cue/audition"), out)
        else:
            p.chain(stem, p.obj("sprintf /stem/%ld/like"), p.obj("append 1"), out)
    p.column()
    titles = []
    for place, (fact, (x, width)) in enumerate(_FACTS.items()):
        put, text = p.obj("prepend set"), p.comment("", (x, y, width, 18), varname=f"{fact}_{number + 1}")
        p.wire(known, put, 1 + place)
        p.wire(put, text)
        titles.append(text)
    return pairs, titles


def _found(p: Patcher, entrances: list[str]) -> None:
    """Add what leads each match to its row: its number, how many there are, then its keys and values."""
    p.column()
    rows = p.obj("route " + " ".join(str(number + 1) for number in range(len(entrances))))
    p.chain(p.obj(f"r {IN}"), p.obj("route /reply"), p.obj("route /stems/search"), rows)
    p.column()
    for number, entrance in enumerate(entrances):
        without = p.obj("zl slice 1")
        p.wire(rows, without, number)
        p.wire(without, entrance, 1)


def _answers(p: Patcher, tracks: int) -> None:
    """Add two lines: what was launched or swapped and when it will sound; why the engine has refused something."""
    p.column()
    verbs = [f"/track/{track + 1}/{verb}" for track in range(tracks) for verb in _VERBS]
    heard, reply, mine = p.obj(f"r {IN}"), p.obj("route /reply"), p.obj("route " + " ".join(verbs))
    pairs, known = p.obj("zl iter 2"), p.obj("route fallback track slot name seconds")
    p.chain(heard, reply, mine)
    for number in range(len(verbs)):
        p.wire(mine, pairs, number)
    p.wire(pairs, known)
    p.column()
    last, kept = p.obj("t b s"), p.obj("pack 0 0 s 0. s")
    p.wire(known, last)
    p.wire(last, kept, 1, 4)
    p.wire(last, kept)
    for number in range(4):
        p.wire(known, kept, number + 1, number)
    said = p.comment("", (4, 212, 512, 18), varname="answer")
    p.chain(kept, p.obj("sprintf set track %ld slot %ld: %s in %.1f s (fallback: %s)"), said)
    p.column()
    fault, put = p.obj("route /error"), p.obj("prepend set")
    p.chain(p.obj(f"r {IN}"), fault, put, p.comment("", (4, 232, 512, 18), varname="error"))
