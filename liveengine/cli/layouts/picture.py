"""A client's picture as SVG: boxes, words, faders, slots, arrows. Runs on: the developer's shell.

A box is (x, y, width, height) in pixels from the top left. Words are cut where they would leave their box, by the
widths of a common sans-serif face, so that a picture looks the same wherever it is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

Box = tuple[float, float, float, float]

FONT = "Inter, 'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif"
# What a slot looks like in each state, in every picture.
STATES = {"empty": "#e6e6e0", "stopped": "#b8c4d0", "queued": "#f0c040", "playing": "#40b060", "stopping": "#d08060"}
_NARROW, _WIDE = frozenset("iljtfI.,:;'|!()[] "), frozenset("mwMW@%#")


def width_of(text: str, size: float) -> float:
    """Return about how wide words are, in pixels."""
    letters = (0.36 if letter in _NARROW else 0.92 if letter in _WIDE else 0.6 for letter in text)
    return size * sum(0.7 if letter.isupper() and w == 0.6 else w for letter, w in zip(text, letters, strict=True))


def cut(text: str, size: float, width: float) -> str:
    """Return words so that they are no wider than this."""
    if width_of(text, size) <= width:
        return text
    while text and width_of(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def inner(box: Box, by: float) -> Box:
    """Return a box that is smaller by so much at each side."""
    x, y, width, height = box
    return x + by, y + by, max(0.0, width - 2 * by), max(0.0, height - 2 * by)


@dataclass
class Picture:
    """A picture that grows mark by mark, later ones above earlier ones."""

    width: float
    height: float
    paper: str = "#f4f4f0"
    ink: str = "#202020"
    marks: list[str] = field(default_factory=list)

    def rect(self, box: Box, fill: str, edge: str = "none", round: float = 3.0) -> None:
        """Add a rectangle."""
        x, y, width, height = box
        line = "" if edge == "none" else f' stroke="{edge}"'
        self.marks.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{round:g}" fill="{fill}"{line}/>'
        )

    def dot(self, x: float, y: float, radius: float, fill: str, edge: str = "none") -> None:
        """Add a circle around (x, y)."""
        line = "" if edge == "none" else f' stroke="{edge}"'
        self.marks.append(f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}"{line}/>')

    def text(
        self, x: float, y: float, text: str, size: float = 11, align: str = "start",
        *, colour: str | None = None, bold: bool = False, mono: bool = False, width: float | None = None,
    ) -> None:  # fmt: skip
        """Add words whose middle line is at y; `align` start, middle or end of them lies at x."""
        shown = text if width is None else cut(text, size * (1.06 if bold else 1.0), width)
        if not shown.strip():
            return
        weight = ' font-weight="600"' if bold else ""
        face = " font-family=\"Menlo, Consolas, 'DejaVu Sans Mono', monospace\"" if mono else ""
        place = "" if align == "start" else f' text-anchor="{align}"'
        self.marks.append(
            f'<text x="{x:g}" y="{y + 0.35 * size:g}" font-size="{size:g}" fill="{colour or self.ink}"'
            f'{place}{weight}{face} xml:space="preserve">{escape(shown)}</text>'
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: str | None = None) -> None:
        """Add a line."""
        self.marks.append(f'<path d="M{x1:g} {y1:g}L{x2:g} {y2:g}" stroke="{colour or self.ink}" fill="none"/>')

    def arrow(self, points: Sequence[tuple[float, float]], colour: str | None = None) -> None:
        """Add a line through the points, with a head at the last."""
        ink = colour or self.ink
        way = "L".join(f"{x:g} {y:g}" for x, y in points)
        (x0, y0), (x1, y1) = points[-2:]
        length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 or 1.0
        ux, uy = (x1 - x0) / length, (y1 - y0) / length
        left, right = (
            (x1 - 8 * ux - 4 * uy, y1 - 8 * uy + 4 * ux),
            (x1 - 8 * ux + 4 * uy, y1 - 8 * uy - 4 * ux),
        )
        self.marks.append(f'<path d="M{way}" stroke="{ink}" stroke-width="1.5" fill="none"/>')
        head = "L".join(f"{x:g} {y:g}" for x, y in ((x1, y1), left, right))
        self.marks.append(f'<path d="M{head}Z" fill="{ink}"/>')

    def button(self, box: Box, text: str = "", fill: str = "#e0e0da", colour: str | None = None) -> None:
        """Add a button with its word in the middle."""
        x, y, width, height = box
        self.rect(box, fill, "#b0b0a8")
        size = min(12.0, height * 0.55)
        self.text(x + width / 2, y + height / 2, text, size, "middle", colour=colour, width=width - 4)

    def switch(self, box: Box, text: str = "", *, on: bool = False, lit: str = "#e8a020") -> None:
        """Add a switch: a button that is lit while it is on."""
        self.button(box, text, lit if on else "#e0e0da")

    def fader(
        self, box: Box, value: float, fill: str = "#607890", track: str = "#d8d8d2", edge: str = "#b0b0a8"
    ) -> None:
        """Add a fader at a value from 0 to 1, upright where it is higher than wide."""
        x, y, width, height = box
        self.rect(box, track, edge)
        if height > width:
            self.rect((x, y + height * (1 - value), width, height * value), fill)
        else:
            self.rect((x, y, width * value, height), fill)

    def slot(self, box: Box, state: str, name: str = "") -> None:
        """Add a slot in its state, with the name of what lies in it."""
        x, y, width, height = box
        self.rect(box, STATES[state], "#a8a8a0")
        self.text(x + 4, y + height / 2, name, min(10.0, height * 0.5), width=width - 8)

    def file(self) -> bytes:
        """Return the picture as a file."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {self.height:g}" '
            f'width="{self.width:g}" height="{self.height:g}" font-family="{FONT}">'
        )
        paper = f'<rect width="100%" height="100%" fill="{self.paper}"/>'
        return "\n".join([head, paper, *self.marks, "</svg>", ""]).encode()
