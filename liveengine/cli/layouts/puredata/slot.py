"""A slot of a track in Pd. Runs on: the developer's shell."""

from liveengine.cli.layouts.puredata.patch import Patch

SIZE = 16
_LOOKS = {
    "empty": "#f4f4f0 #f4f4f0 #f4f4f0",
    "stopped": "#b8c4d0 #202020 #202020",
    "queued": "#f0c040 #202020 #202020",
    "playing": "#40b060 #202020 #202020",
    "stopping": "#d08060 #202020 #202020",
}


def slot() -> Patch:
    """Return a slot: pressed it plays, its colour tells what it does."""
    p = Patch(420, 360, (SIZE, SIZE))
    p.button(0, 0, "/track/$1/clip/$2/press", "/track/$1/clip/$2/look", size=SIZE - 1)
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
