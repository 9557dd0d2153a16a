"""Max's patch as a picture: what its presentation shows. Runs on: the developer's shell."""

from collections.abc import Mapping, Sequence
from typing import Any

from liveengine.cli.layouts.picture import Box, Picture

Known = Mapping[str, object]

_EDGE, _FIELD, _INK = "#4c5054", "#1c1e20", "#e6e6de"


def draw(picture: Picture, patcher: dict[str, Any], at: tuple[float, float], known: Known, path: str = "") -> None:
    """Draw a patcher at a place, with what is known by the names of its boxes.

    A name is `strip_1/gain` for the box `gain` in the view `strip_1`: words for texts, a number for sliders and number
    boxes, true for a switch that is on, `#rrggbb name` for a slot.
    """
    for entry in patcher["boxes"]:
        box = entry["box"]
        if not box.get("presentation"):
            continue
        x, y, width, height = box["presentation_rect"]
        place = (at[0] + x, at[1] + y, float(width), float(height))
        name = f"{path}{box.get('varname', '')}"
        if box["maxclass"] == "bpatcher":
            picture.rect(place, "#26282b", _EDGE)
            draw(picture, box["patcher"], place[:2], known, f"{name}/")
        else:
            _one(picture, box, place, known.get(name))


def _one(picture: Picture, box: dict[str, Any], place: Box, given: object) -> None:
    x, y, width, height = place
    kind, middle = box["maxclass"], y + height / 2
    if kind == "comment":
        picture.text(x + 3, middle, str(given or box["text"]), 11, colour=_INK, width=width - 4)
    elif kind == "textbutton":
        _button(picture, box, place, given)
    elif kind == "slider":
        value = (float(given) if isinstance(given, int | float) else 0.0) - box["min"]
        picture.fader(place, value / box["size"], "#8fa0b4", _FIELD, _EDGE)
    elif kind == "newobj":
        picture.button(place, box["text"], "#33363a", _INK)
    else:
        shown = given if given is not None else box.get("text", 0 if kind in ("number", "flonum") else "")
        picture.rect(place, _FIELD, _EDGE)
        if kind == "umenu":
            shown = box["items"][0]
            picture.text(x + width - 5, middle, "v", 9, "end", colour="#9a9a94")
        number = isinstance(shown, int | float)
        words = f"{shown:g}" if number else str(shown)
        picture.text(x + 5, middle, words, 11, colour="#e8a020" if number else _INK, width=width - 10)


def _button(picture: Picture, box: dict[str, Any], place: Box, given: object) -> None:
    x, y, width, height = place
    fill, ink, text = hexed(box["bgcolor"]), hexed(box["textcolor"]), box["text"]
    if given is True:
        fill, ink, text = hexed(box["bgoncolor"]), hexed(box["textoncolor"]), box["texton"]
    elif isinstance(given, str):
        fill, _, text = given.partition(" ")
        red, green, blue = bytes.fromhex(fill[1:])
        ink = "#202020" if 0.3 * red + 0.59 * green + 0.11 * blue > 126 else ink
    picture.rect(place, fill, _EDGE)
    picture.text(x + width / 2, y + height / 2, text, 11, "middle", colour=ink, width=width - 4)


def hexed(colour: Sequence[float]) -> str:
    """Return a colour as SVG has it."""
    return "#" + "".join(f"{round(255 * part):02x}" for part in colour[:3])
