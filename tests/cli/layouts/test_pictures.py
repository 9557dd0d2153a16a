import xml.etree.ElementTree as ET

import pytest

from liveengine.cli.commands import registry
from liveengine.cli.layouts import patched, pictures
from liveengine.cli.layouts.picture import Picture
from liveengine.cli.layouts.puredata import strip as track
from liveengine.cli.layouts.puredata import surface
from liveengine.cli.layouts.tree import grow


@pytest.fixture(scope="module")
def drawn() -> dict[str, ET.Element]:
    return {path: ET.fromstring(content) for path, content in pictures.files(grow(registry())).items()}


def words(picture: ET.Element) -> list[str]:
    return [mark.text or "" for mark in picture if mark.tag.endswith("text")]


def test_every_picture_shows_the_same_session(drawn: dict[str, ET.Element]) -> None:
    for client in ("touchosc", "max", "puredata"):
        assert {"Kick", "Bass", "138"} <= set(words(drawn[f"{client}/picture.svg"])), client
    assert {"Night Stab", "Grey Rain"} <= set(words(drawn["touchosc/picture.svg"]))
    assert {"Night Stab", "Grey Rain"} <= set(words(drawn["max/picture.svg"]))


def test_nothing_is_drawn_beside_the_paper(drawn: dict[str, ET.Element]) -> None:
    for path, picture in drawn.items():
        width, height = float(picture.attrib["width"]), float(picture.attrib["height"])
        for mark in picture[1:]:
            if mark.tag.endswith("rect"):
                x, y, w, h = (float(mark.attrib[side]) for side in ("x", "y", "width", "height"))
                assert x >= 0 <= y, path
                assert x + w <= width, path
                assert y + h <= height, path


def test_the_slots_of_pd_have_the_colours_of_their_states(drawn: dict[str, ET.Element]) -> None:
    fills = [mark.get("fill") for mark in drawn["puredata/picture.svg"]]
    assert fills.count("#40b060") == len(pictures.PLAYING)
    assert fills.count("#f0c040") == len(pictures.QUEUED)


def test_a_patch_shows_what_a_patch_in_it_shows_and_not_what_it_hides() -> None:
    patches = {
        "outer": b"#N canvas 0 0 200 100 12;\n#X obj 10 10 inner 3;\n"
        b"#X text 10 60 below\\, here;\n#X obj 900 10 r hidden;\n",
        "inner": b"#N canvas 0 0 400 300 12;\n#X obj 2 2 nbx 5 14 0 9 0 0 a at\\$1/show e 0 -8 0 10 #f #f #f 0 256;\n"
        b"#X obj 20 10 route 1;\n#X coords 0 0 1 1 80 20 2 0 0;\n",
    }
    picture = Picture(200, 100)
    patched.draw(picture, patches, "outer", (0, 0), {"at3/show": 7})
    assert words(ET.fromstring(picture.file())) == ["7", "below, here"]
    assert patched.shown_of(patches["inner"]) == (80, 20)
    assert patched.shown_of(patches["outer"]) is None


def test_labels_in_pd_s_strips_stay_within_them() -> None:
    strip = surface.files(grow(registry()))["puredata/strip.pd"]
    for line in patched.statements(strip):
        kind, x, _, *text = line.split()[1:]
        if kind == "text":
            assert int(x) + 6 * len(" ".join(text)) <= track.WIDTH, line
