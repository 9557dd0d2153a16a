"""The file format of TouchOSC: a tree of controls as XML, packed by zlib. Runs on: the developer's shell.

As version 3 of the format has it, which every TouchOSC since 1.1 opens. A control has properties (how it looks), values
(what it holds now), messages (what it sends and receives) and children.
"""

import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

VERSION = 3
MOMENTARY, TOGGLE = 0, 2
LEFT, CENTRE, RIGHT = 1, 2, 3
NORTH, EAST = 0, 1  # where a control's value grows to

Box = tuple[int, int, int, int]  # x, y, width, height within the parent
Colour = tuple[float, float, float, float]  # red, green, blue, opacity, each 0 to 1

_SPACE = uuid.UUID("8f6f0b62-6d0c-5a3c-9b53-5b0f6a3fd7a1")
_TEXT = {
    "font": 0,
    "textSize": 14,
    "textAlignH": CENTRE,
    "textAlignV": 2,
    "textColor": (1.0, 1.0, 1.0, 1.0),
    "textClip": True,
}
_COMMON = {
    "background": True, "cornerRadius": 1.0, "grabFocus": True, "interactive": True, "locked": False,
    "orientation": NORTH, "outline": True, "outlineStyle": 0, "pointerPriority": 0, "shape": 1, "visible": True,
}  # fmt: skip
# The properties that each type has besides the common ones.
_PROPERTIES: dict[str, dict[str, Any]] = {
    "GROUP": {"grabFocus": False, "interactive": False, "outline": False},
    "PAGER": {
        "grabFocus": False, "tabLabels": True, "tabbar": True, "tabbarDoubleTap": False, "tabbarSize": 40,
        "textSizeOff": 14, "textSizeOn": 14,
    },
    "BOX": {"grabFocus": False, "interactive": False},
    "BUTTON": {"buttonType": MOMENTARY, "press": True, "release": True},
    "LABEL": {"interactive": False, "grabFocus": False, "outline": False, "textLength": 0, **_TEXT},
    "TEXT": {"interactive": False, "grabFocus": False, "outline": False, "textWrap": True, **_TEXT},
    "FADER": {
        "bar": True, "barDisplay": 0, "centered": False, "cursor": True, "cursorDisplay": 0, "grid": False,
        "gridSteps": 10, "response": 1, "responseFactor": 100,
    },
}  # fmt: skip
_PAGE = {
    "tabColorOff": (0.16, 0.17, 0.19, 1.0), "tabColorOn": (0.32, 0.34, 0.38, 1.0),
    "textColorOff": (0.8, 0.8, 0.8, 1.0), "textColorOn": (1.0, 1.0, 1.0, 1.0),
}  # fmt: skip
_VALUES: dict[str, dict[str, Any]] = {
    "BUTTON": {"x": 0.0}, "FADER": {"x": 0.0}, "LABEL": {"text": ""}, "TEXT": {"text": ""}, "PAGER": {"page": 0},
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A piece of a message: a constant, or a property or value of the control."""

    kind: str  # CONSTANT, PROPERTY, VALUE
    value: str
    conversion: str = "STRING"  # BOOLEAN, INTEGER, FLOAT, STRING
    low: float = 0.0  # what 0 and 1 of a value become
    high: float = 1.0


@dataclass(frozen=True)
class Message:
    """An OSC message of a control to its own address, which is in its tag."""

    arguments: tuple[Part, ...] = ()
    condition: str = "ANY"  # ANY, RISE or FALL of the value x sends it
    receive: bool = False
    path: tuple[Part, ...] = (Part("PROPERTY", "tag"),)


@dataclass
class Node:
    """A control; `properties` and `values` hold what differs from what its type has."""

    kind: str
    name: str
    box: Box
    colour: Colour = (0.0, 0.0, 0.0, 0.0)
    properties: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)
    kept: bool = False  # its text is saved with the document

    def add(self, child: "Node") -> "Node":
        """Add a child above those that are there, and return it."""
        self.children.append(child)
        return child

    def below(self) -> Iterator["Node"]:
        """Iterate over this control and all below it."""
        yield self
        for child in self.children:
            yield from child.below()

    @property
    def all_properties(self) -> dict[str, Any]:
        """Return every property, in the order in which they are written."""
        page = _PAGE if "tabLabel" in self.properties else {}
        own = {"color": self.colour, "frame": self.box, "name": self.name}
        return dict(sorted({**_COMMON, **_PROPERTIES[self.kind], **page, **own, **self.properties}.items()))

    @property
    def all_values(self) -> dict[str, Any]:
        """Return every value with what it holds at first."""
        return {"touch": False, **_VALUES.get(self.kind, {}), **self.values}


def pack(root: Node) -> bytes:
    """Return the document of a tree as a .tosc file."""
    return zlib.compress(document(root).encode(), 9)


def document(root: Node) -> str:
    """Return the document of a tree as XML."""
    return f'<?xml version="1.0" encoding="UTF-8"?><lexml version="{VERSION}">{_node(root, "")}</lexml>'


def _node(node: Node, path: str) -> str:
    here = f"{path}/{node.kind}:{node.name}"
    children = "".join(_node(child, f"{here}.{at}") for at, child in enumerate(node.children))
    return (
        f'<node ID="{uuid.uuid5(_SPACE, here)}" type="{node.kind}">'
        f"<properties>{''.join(_property(*item) for item in node.all_properties.items())}</properties>"
        f"<values>{''.join(_value(*item, kept=node.kept) for item in node.all_values.items())}</values>"
        + (f"<messages>{''.join(map(_osc, node.messages))}</messages>" if node.messages else "")
        + (f"<children>{children}</children>" if children else "")
        + "</node>"
    )


def _property(key: str, value: Any) -> str:
    kind, text = _typed(key, value)
    return f'<property type="{kind}"><key>{_data(key)}</key><value>{text}</value></property>'


def _typed(key: str, value: Any) -> tuple[str, str]:
    if isinstance(value, tuple):
        names = "xywh" if key == "frame" else "rgba"
        return "r" if key == "frame" else "c", "".join(f"<{n}>{v:g}</{n}>" for n, v in zip(names, value, strict=True))
    if isinstance(value, bool):
        return "b", str(int(value))
    if isinstance(value, str):
        return "s", _data(value)
    return ("i", str(value)) if isinstance(value, int) else ("f", f"{value:g}")


def _value(key: str, value: Any, *, kept: bool) -> str:
    first = str(value).lower() if isinstance(value, bool) else value if isinstance(value, str) else f"{value:g}"
    return (
        f"<value><key>{_data(key)}</key><locked>0</locked><lockedDefaultCurrent>{int(kept and key == 'text')}"
        f"</lockedDefaultCurrent><default>{_data(first)}</default><defaultPull>0</defaultPull></value>"
    )


def _osc(message: Message) -> str:
    trigger = f"<trigger><var>{_data('x')}</var><condition>{message.condition}</condition></trigger>"
    return (
        f"<osc><enabled>1</enabled><send>1</send><receive>{int(message.receive)}</receive><feedback>0</feedback>"
        f"<connections>00001</connections><triggers>{trigger}</triggers>"
        f"<path>{''.join(map(_part, message.path))}</path>"
        f"<arguments>{''.join(map(_part, message.arguments))}</arguments></osc>"
    )


def _part(part: Part) -> str:
    return (
        f"<partial><type>{part.kind}</type><conversion>{part.conversion}</conversion><value>{_data(part.value)}</value>"
        f"<scaleMin>{part.low:g}</scaleMin><scaleMax>{part.high:g}</scaleMax></partial>"
    )


def _data(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>" if text else escape(text)
