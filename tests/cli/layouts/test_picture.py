import xml.etree.ElementTree as ET

from liveengine.cli.layouts.picture import Picture, cut, inner, width_of

SVG = "{http://www.w3.org/2000/svg}"


def marks(picture: Picture) -> list[ET.Element]:
    return list(ET.fromstring(picture.file()))


def test_a_picture_is_svg_as_large_as_it_was_made_on_its_paper() -> None:
    root = ET.fromstring(Picture(320, 200, paper="#101010").file())
    assert (root.tag, root.get("viewBox"), root.get("width")) == (f"{SVG}svg", "0 0 320 200", "320")
    assert root[0].get("fill") == "#101010"


def test_words_with_marks_of_xml_arrive_as_they_are() -> None:
    picture = Picture(100, 20)
    picture.text(0, 10, "a < b & c", 10)
    assert marks(picture)[1].text == "a < b & c"


def test_words_that_would_leave_their_box_are_cut_and_say_so() -> None:
    assert cut("dark", 10, 100) == "dark"
    shown = cut("a very long name of a stem", 10, 60)
    assert shown.endswith("…")
    assert width_of(shown, 10) <= 60


def test_an_upright_fader_fills_from_below_and_a_lying_one_from_the_left() -> None:
    picture = Picture(100, 100)
    picture.fader((0, 0, 10, 80), 0.25)
    picture.fader((0, 90, 40, 10), 0.25)
    _, _, upright, _, lying = marks(picture)
    assert (upright.get("y"), upright.get("height")) == ("60", "20")
    assert (lying.get("x"), lying.get("width")) == ("0", "10")


def test_buttons_switches_slots_arrows_and_dots_leave_their_marks() -> None:
    picture = Picture(100, 100)
    picture.button((0, 0, 40, 20), "play")
    picture.switch((0, 0, 40, 20), "mute", on=True)
    picture.slot(inner((0, 0, 44, 24), 2), "playing", "Thud")
    picture.arrow([(0, 0), (10, 0), (10, 10)])
    picture.line(0, 0, 1, 1)
    picture.dot(5, 5, 2, "red", "blue")
    kinds = [mark.tag.removeprefix(SVG) for mark in marks(picture)[1:]]
    assert kinds == ["rect", "text", "rect", "text", "rect", "text", "path", "path", "path", "circle"]
    assert [mark.text for mark in marks(picture) if mark.text and mark.text.strip()] == ["play", "mute", "Thud"]
