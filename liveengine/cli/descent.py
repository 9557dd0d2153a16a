"""The lineage of a stem as a picture: ancestors left, what came of it right. Runs on: the user's shell."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from liveengine.cli import paper
from liveengine.cli.paper import Palette

MOST = 12  # stems of a generation that are drawn; the others are a number
_WIDE, _HIGH, _APART, _BETWEEN = 2.6, 0.94, 0.22, 0.95  # inches: a box, from box to box, from generation to generation
_MARGIN, _HEAD = 0.35, 0.85
_LETTERS, _TITLE = 34, 31  # of a line in a box; of a line of its title, which is bold
_COLOURS = {  # light and dark paper
    "original": ("#475569", "#94a3b8"),
    "separated": ("#0f766e", "#2dd4bf"),
    "generated": ("#7c3aed", "#b794ff"),
    "proposed": ("#b45309", "#fbbf24"),
    "": ("#9ca3af", "#6b7280"),
}
_VERBS = {
    "separate": "separated",
    "generate": "generated",
    "mutate": "mutated",
    "propose": "proposed",
    "dream": "dreamt",
}


@dataclass(frozen=True)
class Box:
    """A stem on the paper: the inches of its left edge and its middle."""

    stem: int
    title: tuple[str, ...]
    lines: tuple[str, ...]
    kind: str  # its provenance
    x: float
    y: float
    here: bool  # the stem that was asked for


def draw(told: Mapping[str, Any], path: Path, *, dark: bool = False) -> None:
    """Write the picture as SVG or PNG. Raises Unavailable without matplotlib."""
    on = paper.DARK if dark else paper.LIGHT
    boxes = placed(told)
    width = max(box.x for box in boxes.values()) + _WIDE + _MARGIN
    height = max(box.y for box in boxes.values()) + _HIGH / 2 + _MARGIN
    look = paper.Look((max(width, 5.0), height), on, kinds=(".svg", ".png"))
    room = {"left": 0.0, "right": 1.0, "top": 1.0, "bottom": 0.0}
    with paper.sheet(path, 1, 1, look, **room) as (_, at):
        axis = at[0, 0]
        axis.set_xlim(0.0, max(width, 5.0))
        axis.set_ylim(height, 0.0)
        axis.axis("off")
        axis.text(_MARGIN, 0.36, f"Lineage of stem {told['stem']}", fontsize=15, fontweight="bold", va="center")
        for box in boxes.values():
            _box(axis, box, on, dark)
        for parent, child, share in _edges(told, boxes):
            _edge(axis, parent, child, share, on)
        _beyond(axis, told, boxes, on)


def placed(told: Mapping[str, Any]) -> dict[int, Box]:
    """Return a box for each stem that is drawn: generations side by side, each next to those it belongs to."""
    generations = {0: [told["stem"]]}
    related: dict[int, Mapping[str, Any]] = {told["stem"]: told}
    for line, way in ((told["parents"], -1), (told["children"], 1)):
        for one in line:
            if one["stem"] not in related:
                related[one["stem"]] = one
                generations.setdefault(way * one["generation"], []).append(one["stem"])
    shown = {at: stems[:MOST] for at, stems in generations.items()}
    tallest = max(map(len, shown.values()))
    first = min(shown)
    found: dict[int, Box] = {}
    for at, stems in sorted(shown.items()):
        top = _HEAD + (tallest - len(stems)) * (_HIGH + _APART) / 2 + _HIGH / 2
        for row, stem in enumerate(stems):
            x = _MARGIN + (at - first) * (_WIDE + _BETWEEN)
            one = related[stem]
            found[stem] = Box(stem, _title(one), _lines(one), _kind(one), x, top + row * (_HIGH + _APART), at == 0)
    return found


def _kind(one: Mapping[str, Any]) -> str:
    return str(one["provenance"]) if one.get("there", True) else ""


def _lines(one: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what stands in a box below the title: what it is, how it was made."""
    if not one.get("there", True):
        return ("deleted",)
    terms = one.get("terms") or {}
    mode = str(terms.get("mode") or terms.get("kind") or "")
    done = _VERBS.get(one["made_by"]) or one["provenance"]
    seed = "" if one.get("seed") is None else f"seed {one['seed']}"
    what = " · ".join(part for part in (one["category"], f"{done} {mode}".strip()) if part)
    how = " · ".join(part for part in (one.get("model") or "", seed) if part)
    return tuple(_cut(line) for line in (what, how) if line)


def _title(one: Mapping[str, Any]) -> tuple[str, ...]:
    """Return number and title, in two lines at most; a whole track has no number."""
    number = "" if one["stem"] < 0 else f"{one['stem']}  "
    return tuple(textwrap.wrap(f"{number}{one['title']}", _TITLE, max_lines=2, placeholder="…"))


def _cut(text: str) -> str:
    return text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1].rstrip()}…"


def _edges(told: Mapping[str, Any], boxes: Mapping[int, Box]) -> list[tuple[Box, Box, float]]:
    """Return (parent, child, share) of those that are drawn."""
    pairs = [(one["stem"], one["of"], one["share"]) for one in told["parents"]]
    pairs += [(one["of"], one["stem"], one["share"]) for one in told["children"]]
    return [(boxes[parent], boxes[child], share) for parent, child, share in pairs if {parent, child} <= boxes.keys()]


def _box(axis: Any, box: Box, on: Palette, dark: bool) -> None:
    from matplotlib.patches import FancyBboxPatch

    colour = _COLOURS.get(box.kind, _COLOURS[""])[dark]
    low, edge = (box.x, box.y - _HIGH / 2), 2.6 if box.here else 1.2
    for paint in (on.paper, f"{colour}22"):
        axis.add_patch(
            FancyBboxPatch(
                low, _WIDE, _HIGH, "round,pad=0,rounding_size=0.09", facecolor=paint, edgecolor=colour, linewidth=edge
            )
        )
    step = 0.2
    lines = [*box.title, *box.lines]
    top = box.y - step * (len(lines) - 1) / 2
    for row, line in enumerate(lines):
        below = row - len(box.title)
        weight, tint = ("bold", on.ink) if below < 0 else ("normal", on.pale if below else colour)
        axis.text(box.x + 0.12, top + row * step, line, fontsize=8.4, fontweight=weight, color=tint, va="center")


def _edge(axis: Any, parent: Box, child: Box, share: float, on: Palette) -> None:
    """Draw a curve from parent to child, as thick as the share."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Curve

    start, end = (parent.x + _WIDE, parent.y), (child.x, child.y)
    bend = (end[0] - start[0]) / 2
    points = [start, (start[0] + bend, start[1]), (end[0] - bend, end[1]), end]
    codes = [Curve.MOVETO, Curve.CURVE4, Curve.CURVE4, Curve.CURVE4]
    axis.add_patch(
        PathPatch(Curve(points, codes), facecolor="none", edgecolor=on.pale, linewidth=0.8 + 2.2 * share, zorder=0)
    )
    at = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    axis.text(
        *at, f"{share:.0%}", fontsize=8, color=on.pale, ha="center", va="center",
        bbox={"facecolor": on.paper, "edgecolor": "none", "pad": 1.5},
    )  # fmt: skip


def _beyond(axis: Any, told: Mapping[str, Any], boxes: Mapping[int, Box], on: Palette) -> None:
    """Tell how many are not drawn."""
    relatives: Sequence[Mapping[str, Any]] = [*told["parents"], *told["children"]]
    left = len({one["stem"] for one in relatives} - boxes.keys())
    if left:
        axis.text(_MARGIN, 0.64, f"and {left} more", fontsize=9, color=on.pale, va="center")
