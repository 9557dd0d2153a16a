"""The search in Pd: words, what was found, what was launched or refused. Runs on: the developer's shell."""

from liveengine.cli.layouts.puredata.patch import Patch

MATCHES = 8


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


def answer(tracks: int) -> Patch:
    """Return a line that tells what was launched or swapped and when it sounds, and one with what was refused."""
    p = Patch(640, 420, (370, 44))
    shown = (("track", 4, 0), ("slot", 46, 0), ("name", 88, 22), ("seconds", 236, 0), ("fallback", 296, 9))
    for key, x, letters in shown:
        if letters:
            p.word(x, 2, letters, f"liveengine-answer-{key}-show")
        else:
            p.number(x, 2, receive=f"liveengine-answer-{key}-show")
    p.word(4, 24, 52, "liveengine-answer-error-show")
    verbs = [f"/track/{n + 1}/{verb}" for n in range(tracks) for verb in ("launch/prompt", "swap")]
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
    _refused(p)
    return p


def _refused(p: Patch) -> None:
    """Add what hands the sentence of a refusal on."""
    fault, why = p.obj(400, 85, "route error"), p.obj(400, 110, "list split 2")
    p.chain(p.obj(400, 60, "r liveengine-in"), fault, why)
    put = p.obj(400, 160, "list prepend set")
    p.wire(why, put, 1)
    p.chain(put, p.obj(400, 185, "list trim"), p.obj(400, 210, "s liveengine-answer-error-show"))


def search(p: Patch) -> None:
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
