from liveengine.cli.layouts.control import Control
from liveengine.cli.layouts.touchosc.every import pages, row
from liveengine.cli.layouts.touchosc.format import Node


def commands(*addresses: str) -> list[Control]:
    return [Control(address, "button", "") for address in addresses]


def made(one: Control) -> Node:
    return next(node for node in row(one, (0, 0, 300, 34)) if node.kind in ("BUTTON", "FADER"))


def test_small_families_share_a_page_and_its_title_says_from_where_to_where() -> None:
    found = pages(commands("/cue/stop", "/jobs", "/jobs/counts", "/kit"), room=4)
    assert [(title, len(page)) for title, page in found] == [("cue-kit", 4)]


def test_a_family_that_is_too_large_has_numbered_pages_of_its_own() -> None:
    found = pages(commands("/cue/stop", "/stem/a", "/stem/b", "/stem/c", "/stop"), room=2)
    assert [(title, len(page)) for title, page in found] == [("cue", 1), ("stem 1", 2), ("stem 2-stop", 2)]


def test_no_command_is_lost_and_none_stands_twice() -> None:
    asked = commands(*(f"/{word}/{n}" for word in "abcde" for n in range(7)))
    assert [one for _, page in pages(asked, room=5) for one in page] == asked


def test_each_kind_of_command_has_its_control() -> None:
    fader = made(Control("/a", "fader", "", -6.0, 6.0, shows=True))
    assert (fader.kind, fader.messages[0].arguments[0].low, fader.messages[0].receive) == ("FADER", -6.0, True)
    switch = made(Control("/a", "switch", "", shows=True))
    assert (switch.properties["buttonType"], switch.messages[0].receive) == (2, True)
    button = made(Control("/a", "button", ""))
    assert (button.messages[0].condition, button.messages[0].arguments) == ("RISE", ())
    assert made(Control("/a/{track}", "text", "")).properties["tag"] == "text /a/{track}"
    assert made(Control("/a", "number", "")).properties["tag"] == "number /a"
    assert made(Control("/a", "number", "", values=("start", "end"))).properties["tag"] == "several /a"


def test_a_value_that_is_told_is_shown_beside_its_control() -> None:
    assert "=/a" in [node.name for node in row(Control("/a", "text", "", shows=True), (0, 0, 300, 34))]
    assert "=/a" not in [node.name for node in row(Control("/a", "text", ""), (0, 0, 300, 34))]
