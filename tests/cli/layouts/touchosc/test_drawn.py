import xml.etree.ElementTree as ET

from liveengine.cli.layouts.picture import Picture
from liveengine.cli.layouts.touchosc import panes
from liveengine.cli.layouts.touchosc.drawn import draw, hexed, wrap
from liveengine.cli.layouts.touchosc.format import Node


def marks(node: Node, known: dict[str, object], page: str = "") -> list[ET.Element]:
    picture = Picture(200, 200)
    draw(picture, node, (10.0, 0.0), page, known)
    return list(ET.fromstring(picture.file()))[1:]


def test_a_label_shows_what_is_known_and_else_its_own_words() -> None:
    label = panes.label("=/tempo", (0, 0, 60, 20), "120")
    assert marks(label, {})[0].text == "120"
    assert marks(label, {"=/tempo": "138"})[0].text == "138"


def test_a_switch_is_dim_until_it_is_on_and_a_pad_has_its_state_s_colour() -> None:
    switch = panes.switch("/mute", (0, 0, 20, 20))[0]
    dim, lit = marks(switch, {})[0].get("fill"), marks(switch, {"/mute": True})[0].get("fill")
    assert (lit, dim) == (hexed(panes.AMBER), hexed(panes.AMBER, 0.35))
    assert marks(Node("BOX", "/look", (0, 0, 20, 20)), {"/look": "#2f9e54"})[0].get("fill") == "#2f9e54"
    assert not marks(panes.holds("/pad", (0, 0, 20, 20)), {})


def test_a_centred_fader_grows_from_its_middle() -> None:
    fader = panes.fader("/pan", (0, 0, 100, 20), -1.0, 1.0, centered=True)
    bar = marks(fader, {"/pan": 0.75})[1]
    assert (bar.get("x"), bar.get("width")) == ("60", "25")  # it stands at 10


def test_of_a_pager_one_page_is_drawn_below_its_tabs() -> None:
    pager = Node("PAGER", "p", (0, 0, 100, 100), panes.PAPER)
    for name in ("One", "Two"):
        pager.add(panes.page(name, (0, 40, 100, 60), [panes.label("l", (0, 0, 90, 20), f"inside {name}")]))
    words = [mark.text for mark in marks(pager, {}, "Two") if mark.tag.endswith("text")]
    assert words == ["One", "Two", "inside Two"]


def test_words_are_broken_between_words() -> None:
    assert wrap("a bb ccc", 10, 30) == ["a bb", "ccc"]
