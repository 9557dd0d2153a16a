"""The documents for TouchOSC, held against the format that the application writes, and a library that reads it."""

import re
import xml.etree.ElementTree as ET
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from lupa import lua51

from liveengine import config
from liveengine.cli.commands import registry
from liveengine.cli.layouts.control import control
from liveengine.cli.layouts.touchosc.document import SCREENS, surface
from liveengine.cli.layouts.touchosc.format import Node, document
from liveengine.cli.layouts.tree import grow

FOLDER = config.data("clients") / "touchosc"
DOCUMENTS = [f"{screen.name}.tosc" for screen in SCREENS]


def kinds(**names: str) -> dict[str, str]:
    return {name: kind for kind, several in names.items() for name in several.split()}


# What the application writes: the type of each property, by the types of control that have it.
COMMON = kinds(
    b="background grabFocus interactive locked outline visible", c="color", f="cornerRadius", r="frame", s="name",
    i="orientation outlineStyle pointerPriority shape",
)  # fmt: skip
TEXTS = kinds(i="font textAlignH textAlignV textSize", b="textClip", c="textColor")
MAY = kinds(s="script tag")
OF_A_PAGE = kinds(c="tabColorOff tabColorOn textColorOff textColorOn", s="tabLabel")
OWN: dict[str, dict[str, str]] = {
    "GROUP": {},
    "PAGER": kinds(b="tabLabels tabbar tabbarDoubleTap", i="tabbarSize textSizeOff textSizeOn"),
    "BOX": {},
    "BUTTON": kinds(i="buttonType", b="press release"),
    "LABEL": TEXTS | kinds(i="textLength"),
    "TEXT": TEXTS | kinds(b="textWrap"),
    "FADER": kinds(b="bar centered cursor grid", i="barDisplay cursorDisplay gridSteps response responseFactor"),
}
VALUES = {
    **{kind: {"touch"} for kind in ("GROUP", "BOX")},
    **{kind: {"touch", "x"} for kind in ("BUTTON", "FADER")},
    **{kind: {"touch", "text"} for kind in ("LABEL", "TEXT")},
    "PAGER": {"touch", "page"},
}
OSC = ["enabled", "send", "receive", "feedback", "connections", "triggers", "path", "arguments"]
PART = ["type", "conversion", "value", "scaleMin", "scaleMax"]


def nodes(name: str) -> Iterator[ET.Element]:
    return ET.fromstring(zlib.decompress((FOLDER / name).read_bytes())).iter("node")


def properties(node: ET.Element) -> dict[str, tuple[str, ET.Element]]:
    found = node.findall("properties/property")
    return {str(one.findtext("key")): (one.attrib["type"], one[1]) for one in found}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_control_has_the_properties_and_values_that_the_application_writes(name: str) -> None:
    for node in nodes(name):
        kind, has = node.attrib["type"], properties(node)
        page = OF_A_PAGE if "tabLabel" in has else {}
        assert has.keys() - MAY.keys() == COMMON.keys() | OWN[kind].keys() | page.keys(), (
            kind,
            ET.tostring(node)[:200],
        )
        assert {key: given for key, (given, _) in has.items()} == {
            key: (COMMON | OWN[kind] | OF_A_PAGE | MAY)[key] for key in has
        }
        assert {str(v.findtext("key")) for v in node.findall("values/value")} == VALUES[kind]
        assert [part.tag for part in node] in (
            ["properties", "values"], ["properties", "values", "messages"], ["properties", "values", "children"],
        )  # fmt: skip


@pytest.mark.parametrize("name", DOCUMENTS)
def test_frames_are_whole_points_and_lie_within_their_parent_and_colours_are_shares(name: str) -> None:
    for node in nodes(name):
        width, height = (int(node.findtext("properties/property[@type='r']/value/" + side) or 0) for side in "wh")
        for child in node.findall("children/node"):
            frame = properties(child)["frame"][1]
            x, y, w, h = (int(side.text or "") for side in frame)
            assert w > 0 < h
            assert x >= 0 <= y
            assert x + w <= width
            assert y + h <= height
        for kind, value in properties(node).values():
            assert kind != "c" or all(0 <= float(part.text or "") <= 1 for part in value)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_messages_go_to_the_control_s_own_address_and_every_id_is_unlike_the_others(name: str) -> None:
    seen = Counter(node.attrib["ID"] for node in nodes(name))
    assert seen.most_common(1)[0][1] == 1
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", one) for one in seen)
    messages = [(node, osc) for node in nodes(name) for osc in node.findall("messages/osc")]
    assert len(messages) > 100
    for node, osc in messages:
        assert [part.tag for part in osc] == OSC
        assert osc.findtext("connections") == "00001"
        assert osc.findtext("triggers/trigger/condition") in ("ANY", "RISE")
        assert [(p.findtext("type"), p.findtext("value")) for p in osc.findall("path/partial")] == [("PROPERTY", "tag")]
        assert all([part.tag for part in partial] == PART for partial in osc.iter("partial"))
        assert str(properties(node)["name"][1].text).startswith("/")


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_every_command_of_the_registry_has_a_control_of_its_kind(screen: object) -> None:
    commands = [control(command) for command in registry()]
    made = surface(screen, grow(registry()))  # type: ignore[arg-type]
    named = {node.name: node for node in made.below()}
    asked = {node.all_properties.get("tag") for node in made.below() if node.name == "send"}
    for one in commands:
        assert one.address in named or asked & {f"{one.kind} {one.address}", f"several {one.address}"}, one.address
    assert named["/transport/nudge"].messages[0].arguments[0].low == -500.0


def test_the_scripts_are_lua_5_1() -> None:
    lua = lua51.LuaRuntime()
    check = lua.eval("function(script) return loadstring(script) end")
    for name in DOCUMENTS:
        scripts = {str(properties(node)["script"][1].text) for node in nodes(name) if "script" in properties(node)}
        assert len(scripts) == 2  # the document's, and the one of the buttons that ask it
        for script in scripts:
            made = check(script)
            assert callable(made), made


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_library_for_such_documents_reads_them(name: str) -> None:
    tosclib = pytest.importorskip("tosclib", reason="tosclib is not installed")
    root = tosclib.ElementTOSC.fromFile(str(FOLDER / name))
    assert root.getID()
    assert root.getW() in (390, 1024)
    pager = tosclib.ElementTOSC(root.findChildByName("pages"))
    assert pager.isControlType(tosclib.ControlType.PAGER)
    assert len(list(pager.children)) == 5


def test_text_that_would_end_its_data_arrives_whole_and_the_same_tree_is_the_same_file() -> None:
    node = Node("LABEL", "a", (0, 0, 1, 1), values={"text": "x]]>y<&"})
    assert ET.fromstring(document(node)).findtext(".//values/value[2]/default") == "x]]>y<&"
    assert document(node) == document(node)


def test_a_file_that_was_packed_differently_is_not_out_of_date(tmp_path: Path) -> None:
    from liveengine.cli.layouts.__main__ import readable

    assert readable("a.tosc", zlib.compress(b"<x/>", 1)) == readable("a.tosc", zlib.compress(b"<x/>", 9)) == b"<x/>"
