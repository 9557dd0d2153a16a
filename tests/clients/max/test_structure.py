"""The patch as Max reads it: boxes, lines, addresses, what is seen.

Beside the tables here, py2max's copy of Max's own reference judges it: which objects, ports and attributes there are.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from py2max import Patcher
from py2max.lint import lint
from py2max.maxref import get_object_info

from liveengine import config
from liveengine.cli.commands import registry
from liveengine.cli.layouts.control import control
from liveengine.command import Registry
from tests.clients.max.box import atoms
from tests.clients.max.machine import KINDS

PATCH = config.data("clients") / "max" / "liveengine.maxpat"
OWN = {"/ping": 0, "/reply/port": 1, "/hello": 1, "/subscribe": 2}  # OSC's own addresses, and how much each is sent
TOLD = {"/reply", "/error", "/pong"}  # what only comes in
# What each box has besides its attributes.
PLAIN = {
    "id", "maxclass", "text", "numinlets", "numoutlets", "outlettype", "patching_rect", "presentation",
    "presentation_rect", "varname", "hint", "fontsize", "ignoreclick", "parameter_enable", "patcher", "embed", "items",
    "viewvisibility",
}  # fmt: skip
_NUMBER = re.compile(r"%ld")


def patchers(inside: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Iterate over a patcher and all those within it."""
    yield path, inside
    for one in inside["boxes"]:
        box = one["box"]
        if "patcher" in box:
            yield from patchers(box["patcher"], f"{path}/{box.get('varname', box.get('text'))}")


ALL = list(patchers(json.loads(PATCH.read_text("utf-8"))["patcher"]))
BOXES = [(path, one["box"]) for path, inside in ALL for one in inside["boxes"]]


def words(box: dict[str, Any]) -> list[Any]:
    return atoms(box["text"]) if box["maxclass"] in ("newobj", "message") and "patcher" not in box else []


def ports(box: dict[str, Any]) -> tuple[int, int]:
    """Return how many inlets and outlets a box has in Max, counted from what stands in it."""
    fixed = {"bpatcher": (0, 0), "comment": (1, 0), "flonum": (1, 2), "message": (2, 1), "number": (1, 2)}
    fixed |= {"slider": (1, 1), "textbutton": (1, 3), "textedit": (1, 4), "umenu": (1, 3)}
    if (kind := box["maxclass"]) in fixed:
        return fixed[kind]
    if "patcher" in box:
        return 0, 0
    name, *given = box["text"].split()
    more = {"pack": (len(given), 1), "pak": (len(given), 1), "route": (len(given) + 1, len(given) + 1)}
    more |= {"sel": (len(given) + 1, len(given) + 1), "t": (1, len(given)), "unpack": (1, len(given))}
    more |= {"gate": (2, int(given[0])) if name == "gate" else (0, 0), "sprintf": (box["text"].count("%"), 1)}
    more |= {"append": (1, 1), "change": (1, 3), "delay": (2, 1), "int": (2, 1), "loadbang": (1, 1), "metro": (2, 1)}
    more |= {"prepend": (1, 1), "r": (0, 1), "s": (1, 0), "udpreceive": (1, 1), "udpsend": (1, 0), "zl": (2, 2)}
    return more[name]


def test_it_is_a_patch_of_max_8_that_opens_in_presentation() -> None:
    _, top = ALL[0]
    assert (top["fileversion"], top["appversion"]["major"], top["classnamespace"]) == (1, 8, "box")
    assert all(inside["openinpresentation"] == 1 for _, inside in ALL)
    assert [path for path, _ in ALL].count("/strip_8") == 1


def test_the_reference_of_max_knows_every_object_port_and_connection() -> None:
    found = lint(Patcher.from_file(PATCH))
    # While a patch is edited its wiring lies beside what presentation mode shows; only that is left to say.
    assert {one.code for one in found} <= {"W-OFFCANVAS"}, [str(one) for one in found if one.code != "W-OFFCANVAS"][:9]


def test_every_attribute_that_is_set_is_one_of_the_object() -> None:
    for path, box in BOXES:
        known = set((get_object_info(box["maxclass"]) or {}).get("attributes", {})) if "patcher" not in box else set()
        known |= {"border", "bgmode", "clickthrough", "enablehscroll", "enablevscroll", "lockeddragscroll", "offset"}
        assert set(box) <= PLAIN | known, (path, box["maxclass"], set(box) - PLAIN - known)


def test_every_object_is_one_that_the_stand_in_knows_and_has_the_ports_that_it_says() -> None:
    for path, box in BOXES:
        name = box["text"].split()[0] if box["maxclass"] == "newobj" else box["maxclass"]
        assert name in KINDS or "patcher" in box, (path, name)
        outlets = len(box.get("outlettype", ()))
        assert (box["numinlets"], box["numoutlets"], outlets) == (*ports(box), ports(box)[1]), (path, box)


def test_every_line_connects_ports_that_there_are_and_none_twice() -> None:
    for path, inside in ALL:
        boxes = {one["box"]["id"]: one["box"] for one in inside["boxes"]}
        assert len(boxes) == len(inside["boxes"])
        seen = [(*line["patchline"]["source"], *line["patchline"]["destination"]) for line in inside["lines"]]
        assert len(set(seen)) == len(seen), path
        for source, outlet, target, inlet in seen:
            assert outlet < boxes[source]["numoutlets"], (path, boxes[source])
            assert inlet < boxes[target]["numinlets"], (path, boxes[target])


def test_nothing_that_is_seen_lies_on_something_else_or_outside() -> None:
    for path, inside in ALL:
        _, _, width, height = inside["rect"]
        if path.startswith("/p commands/p "):
            height = float("inf")  # a long page is scrolled
        seen = [one["box"] for one in inside["boxes"] if one["box"].get("presentation")]
        rects = [box["presentation_rect"] for box in seen]
        for number, (x, y, w, h) in enumerate(rects):
            assert min(x, y, width - x - w, height - y - h) >= 0, (path, seen[number])
            for other, (ox, oy, ow, oh) in enumerate(rects[:number]):
                apart = x >= ox + ow or ox >= x + w or y >= oy + oh or oy >= y + h
                assert apart, (path, seen[number], seen[other])


def test_a_view_is_as_large_as_what_it_shows() -> None:
    for path, box in BOXES:
        if box["maxclass"] == "bpatcher":
            assert box["presentation_rect"][2:] == box["patcher"]["rect"][2:], path


@pytest.fixture(scope="module")
def commands() -> Registry:
    return registry()


def _addressed() -> Iterator[tuple[str, str, int]]:
    """Iterate over all that is sent: where, the address, and how many values stand behind it."""
    for path, box in BOXES:
        found = words(box)
        for place, word in enumerate(found):
            if isinstance(word, str) and word.startswith("/") and found[0] != "route":
                rest = 0 if found[0] == "sprintf" else len(found) - place - 1
                yield f"{path}: {box['text']}", _NUMBER.sub("1", word), rest


def test_every_address_that_is_sent_is_a_command_and_takes_what_is_sent_with_it(commands: Registry) -> None:
    sent = list(_addressed())
    assert len(sent) > 400
    for where, address, values in sent:
        one_more = int("prepend" in where or "sprintf" in where)  # the value that goes through the box, or behind it
        if address in OWN:
            assert values + one_more == OWN[address], where
        elif "*" not in address:
            command, _ = commands.find(address)
            required = 1 if control(command).values else sum(p.required for p in command.arguments)  # or as typed
            assert required <= values + one_more <= max(len(command.arguments), one_more), where


def test_every_address_that_is_waited_for_is_a_command_or_an_answer(commands: Registry) -> None:
    for path, box in BOXES:
        found = words(box)
        if found and found[0] == "route":
            for word in found[1:]:
                if isinstance(word, str) and word.startswith("/") and word not in TOLD:
                    assert commands.find(word), path


def test_every_command_of_the_registry_stands_on_a_page(commands: Registry) -> None:
    on_pages = {str(box.get("text")).partition(":")[0] for path, box in BOXES if path.startswith("/p commands/p ")}
    assert {command.address for command in commands} <= on_pages


def test_every_name_of_a_box_is_given_once_in_its_patcher() -> None:
    for path, inside in ALL:
        names = [one["box"]["varname"] for one in inside["boxes"] if "varname" in one["box"]]
        if not path.startswith("/p commands/p "):
            assert len(names) == len(set(names)), path
