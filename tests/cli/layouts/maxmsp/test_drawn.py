import xml.etree.ElementTree as ET

from liveengine.cli.layouts.maxmsp.drawn import draw, hexed
from liveengine.cli.layouts.maxmsp.patcher import INK, LIT, Patcher, rgba
from liveengine.cli.layouts.picture import Picture


def marks(patcher: Patcher, known: dict[str, object]) -> list[ET.Element]:
    picture = Picture(400, 200)
    draw(picture, patcher.content(), (0, 0), known)
    return list(ET.fromstring(picture.file()))[1:]


def test_only_what_is_presented_is_drawn() -> None:
    p = Patcher(300, 100)
    p.obj("r liveengine.in")
    p.comment("seen", (4, 4, 80, 18))
    assert [mark.text for mark in marks(p, {})] == ["seen"]


def test_a_switch_that_is_on_has_its_lit_colour_and_a_slot_the_one_of_its_state() -> None:
    p = Patcher(300, 100)
    p.switch((0, 0, 60, 18), "mute", varname="mute")
    p.button((0, 30, 60, 18), "", varname="slot_1")
    switch, _, slot, name = marks(p, {"mute": True, "slot_1": "#40b061 Thud"})
    assert switch.get("fill") == hexed(rgba(LIT))
    assert (slot.get("fill"), name.text) == ("#40b061", "Thud")
    assert name.get("fill") != hexed(rgba(INK))  # dark on a light ground


def test_what_is_in_a_view_stands_where_the_view_is_and_has_its_name_before_its_own() -> None:
    inside, p = Patcher(100, 50), Patcher(300, 100)
    inside.number((10, 5, 60, 18), varname="tempo")
    p.view((100, 20, 100, 50), inside, "top")
    view, field, number = marks(p, {"top/tempo": 138})
    assert (view.get("x"), field.get("x"), field.get("y"), number.text) == ("100", "110", "25", "138")
