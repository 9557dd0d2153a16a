import json

import pytest

from liveengine.cli.layouts.maxmsp.patcher import Patcher


def test_boxes_stand_in_columns_without_touching_each_other() -> None:
    patcher = Patcher(200, 100)
    patcher.chain(patcher.obj("loadbang"), patcher.msg("a long message that is wide"))
    patcher.column()
    patcher.obj("metro 500")
    rects = [one["box"]["patching_rect"] for one in patcher.content()["boxes"]]
    assert [rect[1] for rect in rects] == [12.0, 46.0, 12.0]
    assert rects[0][0] == rects[1][0] == 12.0
    assert rects[2][0] == rects[1][0] + rects[1][2] + 12.0


@pytest.mark.parametrize(
    ("text", "inlets", "types"),
    [
        ("route 1 /track/1/gain", 3, ["", "", ""]),
        ("t b i l 7", 1, ["bang", "int", "", "int"]),
        ("sprintf /track/%ld/clip/%ld", 2, [""]),
        ("unpack s 0", 1, ["", "int"]),
        ("gate 3", 2, ["", "", ""]),
        ("s somewhere", 1, None),
    ],
)
def test_an_object_has_the_ports_that_its_words_ask_for(text: str, inlets: int, types: list[str] | None) -> None:
    patcher = Patcher(1, 1)
    patcher.obj(text)
    made = patcher.content()["boxes"][0]["box"]
    assert (made["numinlets"], made["numoutlets"], made.get("outlettype")) == (inlets, len(types or ()), types)


def test_the_file_is_json_with_a_line_for_each_box_and_each_line() -> None:
    inside = Patcher(10, 10)
    inside.chain(inside.obj("r a"), inside.obj("s b"))
    patcher = Patcher(20, 20)
    patcher.view((1, 2, 10, 10), inside, "view")
    text = patcher.file().decode()
    assert json.loads(text) == {"patcher": patcher.content()}
    assert sum('"maxclass"' in line or '"patchline"' in line for line in text.splitlines()) == 4
