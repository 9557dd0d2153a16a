"""Pure Data's file format: boxes, wires, what is shown on the parent. Runs on: the developer's shell."""

from dataclasses import dataclass, field

from liveengine.cli.layouts.wired import Wired

INK, PAPER, LIT = "#202020", "#f4f4f0", "#e8a020"


def escaped(text: str) -> str:
    """Return text as a patch holds it: dollars, commas and semicolons are escaped."""
    for one in "$,;":
        text = text.replace(one, "\\" + one)
    return text


@dataclass
class Patch(Wired[int]):
    """A patch that grows box by box; each call returns the box's number, for `wire`."""

    width: int
    height: int
    shown: tuple[int, int] | None = None  # width and height of what a parent shows
    lines: list[str] = field(default_factory=list)
    wires: list[str] = field(default_factory=list)
    boxes: int = 0

    def _add(self, line: str) -> int:
        self.lines.append(line)
        self.boxes += 1
        return self.boxes - 1

    def obj(self, x: int, y: int, text: str) -> int:
        """Add an object."""
        return self._add(f"#X obj {x} {y} {escaped(text)};")

    def msg(self, x: int, y: int, text: str) -> int:
        """Add a message."""
        return self._add(f"#X msg {x} {y} {escaped(text)};")

    def text(self, x: int, y: int, text: str) -> int:
        """Add a comment."""
        return self._add(f"#X text {x} {y} {escaped(text)};")

    def word(self, x: int, y: int, width: int, receive: str = "-", send: str = "-") -> int:
        """Add a box for a symbol."""
        return self._add(f"#X symbolatom {x} {y} {width} 0 0 0 - {escaped(receive)} {escaped(send)} 0;")

    def words(self, x: int, y: int, width: int, receive: str = "-", send: str = "-") -> int:
        """Add a box for a list of atoms."""
        return self._add(f"#X listbox {x} {y} {width} 0 0 0 - {escaped(receive)} {escaped(send)} 0;")

    def button(self, x: int, y: int, send: str = "empty", receive: str = "empty", *, size: int = 15) -> int:
        """Add a bang."""
        return self.obj(x, y, f"bng {size} 120 30 0 {send} {receive} empty 2 {size // 2} 0 8 {PAPER} {LIT} {INK}")

    def switch(self, x: int, y: int, send: str = "empty", receive: str = "empty", *, size: int = 15) -> int:
        """Add a toggle."""
        look = f"empty 2 {size // 2} 0 8 {PAPER} {LIT} {INK} 0 1"
        return self.obj(x, y, f"tgl {size} 0 {send} {receive} {look}")

    def slider(self, box: tuple[int, int, int, int], low: float, high: float, send: str, receive: str) -> int:
        """Add a slider, upright where it is higher than wide; `box` is x, y, width, height."""
        x, y, width, height = box
        kind = "vsl" if height > width else "hsl"
        look = f"empty 0 -8 0 8 {PAPER} {INK} {INK} 0 1"
        return self.obj(x, y, f"{kind} {width} {height} {low:g} {high:g} 0 0 {send} {receive} {look}")

    def number(
        self, x: int, y: int, send: str = "empty", receive: str = "empty", *, low: float = -1e37, high: float = 1e37
    ) -> int:
        """Add a number box."""
        look = f"empty 0 -8 0 10 {PAPER} {INK} {INK} 0 256"
        return self.obj(x, y, f"nbx 5 14 {low:g} {high:g} 0 0 {send} {receive} {look}")

    def wire(self, source: int, target: int, outlet: int = 0, inlet: int = 0) -> None:
        """Connect two boxes."""
        self.wires.append(f"#X connect {source} {outlet} {target} {inlet};")

    def inside(self, x: int, y: int, name: str, patch: "Patch") -> int:
        """Add a patch within this one."""
        body = [f"#N canvas 80 80 {patch.width} {patch.height} {escaped(name)} 0;", *patch.lines, *patch.wires]
        return self._add("\n".join([*body, f"#X restore {x} {y} pd {escaped(name)};"]))

    def file(self) -> bytes:
        """Return the patch as a file."""
        lines = [f"#N canvas 60 60 {self.width} {self.height} 10;", *self.lines, *self.wires]
        if self.shown is not None:
            lines.append(f"#X coords 0 0 1 1 {self.shown[0]} {self.shown[1]} 2 0 0;")
        return ("\n".join(lines) + "\n").encode("ascii", "replace")
