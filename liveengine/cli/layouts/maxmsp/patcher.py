"""Max's file format: boxes in columns, lines, what presentation mode shows. Runs on: the developer's shell."""

import itertools
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from liveengine.cli.layouts.wired import Wired

Rect = tuple[int, int, int, int]  # x, y, width, height in pixels
Colour = tuple[float, float, float]
Ports = tuple[int, tuple[str, ...]]  # inlets, and the type of each outlet as the file names it

PAPER: Colour = (0.15, 0.16, 0.17)
INK: Colour = (0.9, 0.9, 0.87)
IDLE: Colour = (0.25, 0.27, 0.29)
LIT: Colour = (0.9, 0.62, 0.13)
_TYPES = {"b": "bang", "i": "int", "f": "float", "l": "", "s": ""}
_FONT = 11.0
_LETTER = 7  # pixels that a letter takes at most
_GAP = 12  # pixels between two boxes
_PORTS: dict[str, Callable[[list[str]], Ports]] = {
    "append": lambda _: (1, ("",)),
    "change": lambda _: (1, ("", "int", "int")),
    "delay": lambda _: (2, ("bang",)),
    "gate": lambda given: (2, ("",) * int(given[0])),
    "int": lambda _: (2, ("int",)),
    "loadbang": lambda _: (1, ("bang",)),
    "metro": lambda _: (2, ("bang",)),
    "pack": lambda given: (len(given), ("",)),
    "pak": lambda given: (len(given), ("",)),
    "prepend": lambda _: (1, ("",)),
    "r": lambda _: (0, ("",)),
    "route": lambda given: (len(given) + 1, ("",) * (len(given) + 1)),
    "s": lambda _: (1, ()),
    "sel": lambda given: (len(given) + 1, ("bang",) * len(given) + ("",)),
    "sprintf": lambda given: (max(1, " ".join(given).count("%")), ("",)),
    "t": lambda given: (1, tuple(_TYPES.get(one, "int") for one in given)),
    "udpreceive": lambda _: (1, ("",)),
    "udpsend": lambda _: (1, ()),
    "unpack": lambda given: (1, tuple("" if one == "s" else "int" for one in given)),
    "zl": lambda _: (2, ("", "")),
}


def rgba(colour: Colour) -> list[float]:
    """Return a colour as the file holds it."""
    return [*colour, 1.0]


@dataclass
class Patcher(Wired[str]):
    """A patcher that grows box by box, down a column; each call returns the box's name, for `wire`."""

    width: int
    height: int
    boxes: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    _cells: list[tuple[int, int]] = field(default_factory=list)
    _cell: tuple[int, int] = (0, 0)

    def go(self, column: int, row: int = 0) -> None:
        """Put the next boxes into this column, from this row down."""
        self._cell = (column, row)

    def column(self) -> None:
        """Put the next boxes into a new column at the right."""
        self.go(max((column for column, _ in self._cells), default=-1) + 1)

    def box(self, kind: str, extent: tuple[int, int], ports: Ports, shown: Rect | None = None, **look: Any) -> str:
        """Add a box of any kind; `shown` is where presentation mode has it."""
        inlets, outlets = ports
        made: dict[str, Any] = {"id": f"obj-{len(self.boxes) + 1}", "maxclass": kind}
        made |= {"numinlets": inlets, "numoutlets": len(outlets)}
        if outlets:
            made["outlettype"] = list(outlets)
        made["patching_rect"] = [0, 0, *extent]
        if shown is not None:
            made |= {"presentation": 1, "presentation_rect": list(shown)}
        self.boxes.append(made | look)
        self._cells.append(self._cell)
        self._cell = (self._cell[0], self._cell[1] + 1)
        return str(made["id"])

    # ── what computes ──

    def obj(self, text: str) -> str:
        """Add an object."""
        name, *given = text.split()
        return self.box("newobj", _size(text), _PORTS[name](given), text=text)

    def msg(self, text: str) -> str:
        """Add a message."""
        return self.box("message", _size(text), (2, ("",)), text=text)

    def wire(self, source: str, target: str, outlet: int = 0, inlet: int = 0) -> None:
        """Connect two boxes."""
        self.lines.append({"patchline": {"source": [source, outlet], "destination": [target, inlet]}})

    # ── what is seen ──

    def comment(self, text: str, shown: Rect | None = None, **attributes: Any) -> str:
        """Add a text that `set` changes."""
        size = shown[2:] if shown else _size(text)
        return self.box("comment", size, (1, ()), shown, text=text, **attributes)

    def slider(self, shown: Rect, low: float, high: float, **attributes: Any) -> str:
        """Add a slider, upright where it is higher than wide."""
        flat = int(shown[2] > shown[3])
        span = {"floatoutput": 1, "min": low, "size": high - low, "orientation": flat}
        return self.box("slider", shown[2:], (1, ("",)), shown, parameter_enable=0, **span, **attributes)

    def button(self, shown: Rect, text: str, **attributes: Any) -> str:
        """Add a button; it sends a bang when it is pressed."""
        look = {"text": text, "fontsize": _FONT, "bgcolor": rgba(IDLE), "textcolor": rgba(INK), "rounded": 2.0}
        look |= {"outputmode": 0, "parameter_enable": 0}
        return self.box("textbutton", shown[2:], (1, ("", "", "int")), shown, **look | attributes)

    def switch(self, shown: Rect, text: str, **attributes: Any) -> str:
        """Add a button that stays down: it sends 1 and 0."""
        look = {"mode": 1, "texton": text, "usebgoncolor": 1, "bgoncolor": rgba(LIT), "textoncolor": rgba(PAPER)}
        return self.button(shown, text, **look | attributes)

    def number(self, shown: Rect, *, whole: bool = False, **attributes: Any) -> str:
        """Add a number box."""
        kind = "number" if whole else "flonum"
        look = {"fontsize": _FONT, "parameter_enable": 0}
        return self.box(kind, shown[2:], (1, ("", "bang")), shown, **look | attributes)

    def words(self, shown: Rect, text: str = "", **attributes: Any) -> str:
        """Add a line of text; at Enter it sends the word text and what it holds, as one symbol."""
        look = {"text": text, "fontsize": _FONT, "keymode": 1, "outputmode": 1, "nosymquotes": 1}
        look |= {"lines": 1, "parameter_enable": 0}
        return self.box("textedit", shown[2:], (1, ("", "int", "", "")), shown, **look | attributes)

    def menu(self, shown: Rect, items: list[str], **attributes: Any) -> str:
        """Add a menu; its second outlet sends the item's words."""
        parted = [part for item in items for part in (item, ",")][:-1]
        look = {"items": parted, "fontsize": _FONT, "parameter_enable": 0}
        return self.box("umenu", shown[2:], (1, ("int", "", "")), shown, **look | attributes)

    def view(self, shown: Rect, inside: "Patcher", name: str) -> str:
        """Show a patcher within this one."""
        frame: dict[str, Any] = {
            "embed": 1,
            "bgmode": 0,
            "border": 0,
            "clickthrough": 0,
            "enablehscroll": 0,
            "enablevscroll": 0,
        }
        frame |= {"lockeddragscroll": 0, "offset": [0.0, 0.0], "viewvisibility": 1, "varname": name}
        return self.box("bpatcher", shown[2:], (0, ()), shown, patcher=inside.content(), **frame)

    def inside(self, name: str, inside: "Patcher", shown: Rect | None = None) -> str:
        """Add a patcher within this one, which opens by a double-click."""
        text = f"p {name}"
        return self.box("newobj", _size(text), (0, ()), shown, text=text, patcher=inside.content())

    # ── the file ──

    def content(self) -> dict[str, Any]:
        """Return the patcher as the file holds it."""
        version = {"major": 8, "minor": 0, "revision": 0, "architecture": "x64", "modernui": 1}
        look = {"default_fontsize": _FONT, "default_fontface": 0, "default_fontname": "Arial"}
        return {
            "fileversion": 1,
            "appversion": version,
            "classnamespace": "box",
            "rect": [60.0, 90.0, float(self.width), float(self.height)],
            "openinpresentation": 1,
            **look,
            "boxes": [{"box": box} for box in self._placed()],
            "lines": self.lines,
        }

    def _placed(self) -> list[dict[str, Any]]:
        """Return the boxes where they stand while the patch is edited: no two in one place."""
        across: dict[int, int] = defaultdict(int)
        down: dict[int, int] = defaultdict(int)
        for (column, row), box in zip(self._cells, self.boxes, strict=True):
            _, _, width, height = box["patching_rect"]
            across[column], down[row] = max(across[column], width), max(down[row], height)
        left = _starts(across)
        top = _starts(down)
        return [
            box | {"patching_rect": [float(left[column]), float(top[row]), *map(float, box["patching_rect"][2:])]}
            for (column, row), box in zip(self._cells, self.boxes, strict=True)
        ]

    def file(self) -> bytes:
        """Return the patch as a file, a line for each box."""
        return ("".join(_written({"patcher": self.content()})) + "\n").encode()


def _size(text: str) -> tuple[int, int]:
    return max(30, _LETTER * len(text) + 14), 22


def _starts(sizes: dict[int, int]) -> dict[int, int]:
    """Return where each column (or row) begins."""
    ordered = sorted(sizes)
    starts = itertools.accumulate((sizes[one] + _GAP for one in ordered[:-1]), initial=_GAP)
    return dict(zip(ordered, starts, strict=False))


def _written(value: Any) -> list[str]:
    """Return a value as JSON, each box and each line of the patch on a line of its own."""
    if isinstance(value, dict) and ("patcher" in value or "boxes" in value):
        parts = [[f"{json.dumps(key)}:", *_written(inner)] for key, inner in value.items()]
        return ["{", *_joined(parts, ","), "}"]
    if isinstance(value, dict) and isinstance(value.get("box"), dict):
        return ['{"box":', *_written(value["box"]), "}"]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return ["[\n", *_joined([_written(one) for one in value], ",\n"), "\n]"]
    return [json.dumps(value, separators=(",", ":"))]


def _joined(parts: list[list[str]], between: str) -> list[str]:
    return [text for number, part in enumerate(parts) for text in ([between] if number else []) + part]
