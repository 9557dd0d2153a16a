"""TouchOSC's documents as pictures. Runs on: the developer's shell."""

from collections.abc import Mapping

from liveengine.cli.layouts.picture import Picture, width_of
from liveengine.cli.layouts.touchosc.format import EAST, Colour, Node

Known = Mapping[str, object]


def draw(picture: Picture, node: Node, at: tuple[float, float], page: str, known: Known) -> None:
    """Draw a control and what is in it, pagers at this page, with the colours and words that are known.

    `known` has by a control's name: a colour as "#rrggbb" or True (lit) for what is pressed, a number from 0 to 1 for
    faders, words for labels.
    """
    x, y, width, height = node.box
    box = (at[0] + x, at[1] + y, float(width), float(height))
    given = known.get(f"{node.name} {node.properties['tag']}" if "tag" in node.properties else node.name)
    if node.kind in ("LABEL", "TEXT"):
        _words(picture, node, box, str(node.values.get("text", "") if given is None else given))
    elif node.kind == "FADER":
        _fader(picture, node, box, float(given) if isinstance(given, int | float) else 0.5)
    elif node.kind in ("BUTTON", "BOX"):
        _button(picture, node, box, given)
    elif node.properties.get("background", True):
        picture.rect(box, hexed(node.colour), round=0)
    children = node.children
    if node.kind == "PAGER":
        if node.properties.get("tabbar", True):
            _tabs(picture, node, box, page)
        children = [one for one in children if one.properties["tabLabel"] == page] or children[:1]
    for child in children:
        draw(picture, child, box[:2], page, known)


def wrap(text: str, size: float, width: float) -> list[str]:
    """Return words as lines that are no wider than this."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and width_of(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def hexed(colour: Colour, shade: float = 1.0) -> str:
    """Return a colour as SVG has it."""
    return "#" + "".join(f"{round(255 * min(1.0, part * shade)):02x}" for part in colour[:3])


def _tabs(picture: Picture, node: Node, box: tuple[float, float, float, float], page: str) -> None:
    x, y, width, _ = box
    wide, high = width / len(node.children), float(node.all_properties["tabbarSize"])
    for at, child in enumerate(node.children):
        name = child.properties["tabLabel"]
        picture.rect((x + at * wide, y, wide, high), "#52575f" if name == page else "#292b30", "#111214", round=0)
        picture.text(x + (at + 0.5) * wide, y + high / 2, name, 15, "middle", colour="#ffffff")


def _words(picture: Picture, node: Node, box: tuple[float, float, float, float], text: str) -> None:
    if not node.properties.get("visible", True):
        return
    x, y, width, height = box
    look = node.all_properties
    if look["background"]:
        picture.rect(box, hexed(node.colour))
    size, ink = float(look["textSize"]), hexed(look["textColor"])
    align = {1: "start", 2: "middle", 3: "end"}[look["textAlignH"]]
    at = {"start": x + 4, "middle": x + width / 2, "end": x + width - 4}[align]
    if node.kind == "TEXT":
        lines = [part for line in text.split("\n") for part in wrap(line, size * 0.85, width - 8)]
        for row, line in enumerate(lines):
            picture.text(at, y + size + row * size * 1.3, line, size * 0.85, align, colour=ink)
    else:
        middle = {1: y + size * 0.7, 2: y + height / 2, 3: y + height - size * 0.7}[look["textAlignV"]]
        picture.text(at, middle, text, size, align, colour=ink, width=width - 2)


def _fader(picture: Picture, node: Node, box: tuple[float, float, float, float], value: float) -> None:
    x, y, width, height = box
    edge = hexed(node.colour, 0.55)
    picture.rect(box, hexed(node.colour, 0.25), edge)
    lying = node.properties.get("orientation") == EAST
    start = 0.5 if node.properties.get("centered") else 0.0
    low, high = min(start, value), max(start, value)
    if lying:
        picture.rect((x + low * width, y, (high - low) * width, height), hexed(node.colour, 0.7), round=1)
    else:
        picture.rect((x, y + (1 - high) * height, width, (high - low) * height), hexed(node.colour, 0.7), round=1)
    if node.properties.get("cursor", True):
        if lying:
            picture.rect((x + value * (width - 6), y, 6, height), hexed(node.colour, 1.15), round=1)
        else:
            picture.rect((x, y + (1 - value) * (height - 6), width, 6), hexed(node.colour, 1.15), round=1)


def _button(picture: Picture, node: Node, box: tuple[float, float, float, float], given: object) -> None:
    if node.properties.get("shape") == 2:
        x, y, width, height = box
        picture.dot(x + width / 2, y + height / 2, min(width, height) / 2, str(given or hexed(node.colour)))
    elif isinstance(given, str):
        picture.rect(box, given)
    elif node.kind == "BOX":
        picture.rect(box, hexed(node.colour))
    elif node.colour[3]:  # the application dims a button that is not pressed
        picture.rect(box, hexed(node.colour, 1.0 if given else 0.35), hexed(node.colour, 1.0))
