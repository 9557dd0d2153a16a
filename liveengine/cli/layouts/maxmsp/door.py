"""What connects: to the engine's OSC port, back to a port of ours, anew. Runs on: the developer's shell.

udpsend sends from a port that it does not listen on, so the engine is told where udpreceive listens: `/reply/port` for
answers, and the port behind each pattern of `/subscribe`. Every 2 s a `/ping` keeps the subscriptions; the port is told
only while no `/pong` comes. A daemon that starts anew knows nothing of it: its `/pong` stays away, and after 5 s all is
asked for again.
"""

from liveengine.cli.layouts.maxmsp.panel import IN, OUT
from liveengine.cli.layouts.maxmsp.patcher import Patcher

SIZE = (824, 26)
HOST, PORT, MINE = "127.0.0.1", 9000, 9010
_EVERY_MS, _LATE_MS = 2000, 5000


def door(patterns: list[str]) -> Patcher:
    """Return the door; what it shows is whether the engine is there, and where."""
    p = Patcher(*SIZE)
    p.comment("engine", (116, 4, 50, 18))
    p.comment("listens at", (330, 4, 66, 18))
    p.comment("token (other machines)", (470, 4, 140, 18))
    p.column()
    sent, send = p.obj(f"r {OUT}"), p.obj(f"udpsend {HOST} {PORT}")
    p.wire(sent, send)
    p.column()
    receive, heard = p.obj(f"udpreceive {MINE}"), p.obj(f"s {IN}")
    p.wire(receive, heard)
    p.column()
    gone = p.msg("0")
    _host(p, send, gone)
    mine = _mine(p, receive, gone)
    token = _token(p)
    there, gate = _beat(p, mine, token, gone)
    _subscribe(p, there, gate, mine, patterns)
    return p


def _host(p: Patcher, send: str, gone: str) -> None:
    """Add the line where the engine's host and port stand."""
    p.column()
    look = {"outputmode": 0, "hint": "host and port of the engine, then Enter", "varname": "engine"}
    line = p.words((168, 3, 150, 20), f"{HOST} {PORT}", **look)
    parts, apart = p.obj("t b l"), p.obj("unpack s 0")
    p.chain(line, p.obj("route text"), parts)
    p.wire(parts, apart, 1)
    p.chain(apart, p.obj("prepend host"), send)
    to = p.obj("prepend port")
    p.wire(apart, to, 1)
    p.wire(to, send)
    p.wire(parts, gone)


def _mine(p: Patcher, receive: str, gone: str) -> str:
    """Add the port that we listen at; return the box that holds its number, and sends it at a bang."""
    p.column()
    start, first = p.obj("loadbang"), p.msg(f"set {MINE}")
    hint = "where this patch listens; another number if something else on this machine has it"
    line = p.number((398, 3, 60, 20), whole=True, minimum=1024, maximum=65535, hint=hint, varname="port")
    apart, held, bound = p.obj("t b i i"), p.obj(f"int {MINE}"), p.obj("prepend port")
    p.chain(start, first, line, apart)
    p.wire(apart, bound, 2)
    p.wire(bound, receive)
    p.wire(apart, held, 1, 1)
    p.wire(apart, gone)
    return held


def _token(p: Patcher) -> str:
    """Add the line for the token of another machine; return the box that says hello again at a bang."""
    p.column()
    hint = "the token that `liveengine serve --lan` shows, then Enter; on the engine's own machine there is none"
    line, hello = p.words((612, 3, 204, 20), hint=hint, varname="token"), p.obj("prepend /hello")
    named, apart, kept, out = p.obj("append Max"), p.obj("t l l"), p.obj("zl reg"), p.obj(f"s {OUT}")
    p.chain(line, p.obj("route text"), hello, named, apart, out)
    p.wire(apart, kept, 1, 1)
    p.wire(kept, out)
    return kept


def _beat(p: Patcher, mine: str, token: str, gone: str) -> tuple[str, str]:
    """Add the heartbeat; return the box that says 1 and 0 as the engine comes and goes, and the gate of its absence."""
    p.column()
    out, gate = p.obj(f"s {OUT}"), p.obj("gate 1 1")
    tick = p.obj("t b b")
    p.chain(p.obj("loadbang"), p.msg("1"), p.obj(f"metro {_EVERY_MS}"), tick, p.msg("/ping"), out)
    p.wire(tick, gate, 1, 1)
    again, told = p.obj("t b b"), p.obj("prepend /reply/port")
    p.wire(gate, again)
    p.wire(again, token, 1)
    p.wire(again, mine)
    p.chain(mine, told, out)
    p.column()
    heard, late, here = p.obj(f"r {IN}"), p.obj(f"delay {_LATE_MS}"), p.msg("1")
    pong, both, there = p.obj("route /pong"), p.obj("t b b"), p.obj("change")
    p.chain(heard, pong, both, late, gone, there)
    p.wire(both, here, 1)
    p.wire(here, there)
    return there, gate


def _subscribe(p: Patcher, there: str, gate: str, mine: str, patterns: list[str]) -> None:
    """Add the light, and what is asked for when the engine is there anew."""
    p.column()
    look = {"texton": "engine there", "ignoreclick": 1, "varname": "there", "hint": "whether the engine answers"}
    light, put = p.switch((4, 3, 106, 20), "no engine", **look), p.obj("prepend set")
    p.chain(there, put, light)
    which, shut, opened = p.obj("sel 1 0"), p.msg("0"), p.msg("1")
    p.wire(there, which)
    asked = p.obj("t b b")
    p.wire(which, asked)
    p.wire(asked, shut, 1)
    p.wire(which, opened, 1)
    p.wire(shut, gate)
    p.wire(opened, gate)
    port, out = p.obj(f"int {MINE}"), p.obj(f"s {OUT}")
    p.wire(asked, port)
    p.wire(mine, port, 0, 1)
    p.column()
    for pattern in patterns:
        p.chain(port, p.obj(f"prepend /subscribe {pattern}"), out)
