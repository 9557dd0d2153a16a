"""What connects a Pd patch: to the engine, and anew when it returns. Runs on: the developer's shell."""

from liveengine.cli.layouts.puredata.patch import Patch

_PAGE = 1000  # messages of an answer that come at once


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
