"""A patcher with controls: what each sends, and how each is told its value. Runs on: the developer's shell."""

from dataclasses import dataclass, field

from liveengine.cli.layouts.control import Control
from liveengine.cli.layouts.maxmsp.patcher import Patcher, Rect

OUT, IN = "liveengine.out", "liveengine.in"  # what the patchers send to and receive from


@dataclass
class Panel:
    """A patcher; what its controls send goes to the door, and what the door hears goes to them."""

    p: Patcher
    out: str = field(init=False)
    _told: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.out = self.p.obj(f"s {OUT}")

    def draw(self, one: Control, address: str, shown: Rect, label: str) -> str:
        """Add the control of a command and what it sends; return its box."""
        self.p.column()
        drawn = self.drawn(one, shown, label, f"{address}: {one.summary}")
        if one.kind == "button":
            self.p.chain(drawn, self.p.msg(address), self.out)
        else:
            self.p.chain(drawn, *self.plain(one), self.p.obj(f"prepend {address}"), self.out)
        if one.shows:
            self._told.append((address, drawn))
        return drawn

    def drawn(self, one: Control, shown: Rect, label: str, hint: str) -> str:
        """Add what is seen of a control."""
        name = {"hint": hint, "varname": label.replace(" ", "_")}
        if one.kind == "button":
            return self.p.button(shown, label, **name)
        if one.kind == "switch":
            return self.p.switch(shown, label, **name)
        if one.values:  # as they stand there, one behind the other
            return self.p.words(shown, outputmode=0, **name | {"hint": f"{hint} ({' '.join(one.values)})"})
        if one.kind == "text":
            return self.p.words(shown, **name)
        if one.kind == "fader" and one.address.endswith(("/gain", "/pan")):
            return self.p.slider(shown, one.low, one.high, **name)
        span = {"minimum": one.low, "maximum": one.high} if one.kind == "fader" else {}
        ends = {key: int(end) for key, end in span.items()} if one.whole else span
        return self.p.number(shown, whole=one.whole, **ends, **name)

    def plain(self, one: Control) -> list[str]:
        """Add what makes a plain value of what a control sends."""
        return [self.p.obj("route text")] if one.values or one.kind == "text" else []

    def listen(self) -> None:
        """Add what tells each control its value; call it when all are drawn."""
        self.p.column()
        heard = self.p.obj(f"r {IN}")
        split = self.p.obj("route " + " ".join(address for address, _ in self._told))
        self.p.wire(heard, split)
        for number, (_, drawn) in enumerate(self._told):
            put = self.p.obj("prepend set")
            self.p.wire(split, put, number)
            self.p.wire(put, drawn)
