"""Pure Data's patches as pictures: what Pd shows of them. Runs on: the developer's shell."""

import re
from collections.abc import Mapping

from liveengine.cli.layouts.picture import Picture
from liveengine.cli.layouts.puredata.patch import INK, LIT, PAPER

Known = Mapping[str, object]

_SHOWN = re.compile(r"^#X coords 0 0 1 1 (\d+) (\d+) 2 0 0$")
_EDGE = "#a0a098"
_SEEN = ("bng", "tgl", "nbx", "vsl", "hsl")


def size_of(patch: bytes) -> tuple[int, int]:
    """Return the width and height of a patch's window."""
    return int(patch.split()[4]), int(patch.split()[5])


def draw(picture: Picture, patches: Mapping[str, bytes], name: str, at: tuple[float, float], known: Known) -> None:
    """Draw a patch of these at a place, with what stands in its window.

    `known` has by what a box receives: a number for sliders and number boxes, true for a switch that is on, a colour
    for a bang, words for a symbol.
    """
    inside = size_of(patches[name])
    _draw(picture, patches, (name,), at, inside, known)


def _draw(  # noqa: PLR0917  # one step of the walk through patches in patches
    picture: Picture,
    patches: Mapping[str, bytes],
    call: tuple[str, ...],
    at: tuple[float, float],
    inside: tuple[int, int],
    known: Known,
) -> None:
    hides = inside == shown_of(patches[call[0]])
    for line in statements(patches[call[0]]):
        words = [_filled(word, call) for word in line.split()]
        if words[0] != "#X" or words[1] not in ("obj", "text", "symbolatom", "restore"):
            continue
        if hides and words[1] in ("obj", "restore") and words[4] not in (*_SEEN, *patches):
            continue  # what a patch shows on another are its controls and comments alone
        x, y = int(words[2]), int(words[3])
        if x >= inside[0] or y >= inside[1]:
            continue
        place = (at[0] + x, at[1] + y)
        if words[1] == "obj" and words[4] in patches:
            shown = shown_of(patches[words[4]])
            if shown is None:
                _box(picture, place, " ".join(words[4:]))
            else:
                picture.rect((*place, *shown), PAPER, _EDGE, round=0)
                _draw(picture, patches, tuple(words[4:]), place, shown, known)
        else:
            _one(picture, words, place, known)


def shown_of(patch: bytes) -> tuple[int, int] | None:
    """Return the width and height of what a patch shows on another, None if it is a box there."""
    for line in statements(patch):
        if found := _SHOWN.match(line):
            return int(found[1]), int(found[2])
    return None


def statements(patch: bytes) -> list[str]:
    """Return the lines of a patch without those of the patches within it, and without its wires."""
    lines: list[str] = []
    depth = 0
    for line in patch.decode("ascii").replace(";\n", "\0").split("\0"):
        depth += line.startswith("#N canvas") - line.startswith("#X restore")
        if depth <= 1 and line.strip() and not line.startswith(("#X connect", "#N canvas")):
            lines.append(line)
    return lines


def _filled(word: str, call: tuple[str, ...]) -> str:
    for number, argument in enumerate(call[1:], 1):
        word = word.replace(f"\\${number}", argument)
    return word.replace("\\", "")


def _one(picture: Picture, words: list[str], place: tuple[float, float], known: Known) -> None:
    x, y = place
    kind, rest = (words[4], words[5:]) if words[1] == "obj" else (words[1], words[4:])
    if kind == "text":
        picture.text(x + 3, y + 8, " ".join(rest), 10)
    elif kind == "symbolatom":
        width = 6.3 * int(rest[0]) + 6
        picture.rect((x, y, width, 17), "#ffffff", _EDGE, round=0)
        picture.text(x + 3, y + 8.5, str(known.get(rest[5], known.get(rest[6], ""))), 10, width=width - 4)
    elif kind in ("vsl", "hsl"):
        _slider(picture, place, rest, known)
    elif kind in ("bng", "tgl"):
        _round(picture, kind, place, rest, known)
    elif kind == "nbx":
        value = known.get(rest[7], 0)
        picture.rect((x, y, 9.0 * int(rest[0]) - 5, 14), PAPER, _EDGE, round=0)
        picture.text(x + 4, y + 7, f"{value:g}" if isinstance(value, int | float) else "", 9)
    elif words[1] == "restore" or kind.isalpha():
        _box(picture, place, " ".join(words[4:]))


def _slider(picture: Picture, place: tuple[float, float], rest: list[str], known: Known) -> None:
    x, y = place
    width, height, low, high = (float(word) for word in rest[:4])
    value = known.get(rest[7], low)
    share = ((value if isinstance(value, int | float) else low) - low) / (high - low)
    picture.rect((x, y, width, height), "#ffffff", _EDGE, round=0)
    if height > width:
        picture.rect((x + 1, y + (height - 4) * (1 - share), width - 2, 4), INK, round=0)
    else:
        picture.rect((x + (width - 4) * share, y + 1, 4, height - 2), INK, round=0)


def _round(picture: Picture, kind: str, place: tuple[float, float], rest: list[str], known: Known) -> None:
    x, y = place
    size, receive = float(rest[0]), rest[5] if kind == "bng" else rest[3]
    value = known.get(receive)
    picture.rect((x, y, size, size), value if isinstance(value, str) else PAPER, _EDGE, round=0)
    if kind == "bng":
        picture.dot(x + size / 2, y + size / 2, size / 2 - 1, "none", _EDGE)
    elif value:
        picture.line(x + 3, y + 3, x + size - 3, y + size - 3, INK)
        picture.line(x + 3, y + size - 3, x + size - 3, y + 3, INK)


def _box(picture: Picture, place: tuple[float, float], text: str) -> None:
    picture.rect((*place, 7.0 * len(text) + 10, 18), "#ffffff", LIT, round=0)
    picture.text(place[0] + 5, place[1] + 9, text, 10)
