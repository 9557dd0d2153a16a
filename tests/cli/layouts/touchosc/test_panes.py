from itertools import combinations

import pytest

from liveengine.cli.layouts.touchosc import panes
from liveengine.cli.layouts.touchosc.document import SCREENS, Screen
from liveengine.cli.layouts.touchosc.format import Box, Node


def apart(one: Box, other: Box) -> bool:
    return (
        one[0] + one[2] <= other[0]
        or other[0] + other[2] <= one[0]
        or one[1] + one[3] <= other[1]
        or other[1] + other[3] <= one[1]
    )


def test_a_box_is_cut_into_whole_points_without_a_rest() -> None:
    assert panes.across((10, 5, 100, 20), 3, 5) == [(10, 5, 30, 20), (45, 5, 30, 20), (80, 5, 30, 20)]
    assert panes.down((0, 0, 10, 31), (1, 2), 1) == [(0, 0, 10, 10), (0, 11, 10, 20)]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_no_two_things_that_are_touched_lie_above_each_other(screen: Screen) -> None:
    look = screen.look
    for made in (
        panes.live(look, screen.columns, screen.rows),
        panes.mixer(look, screen.columns),
        panes.find(look, screen.columns),
        panes.connect(look),
        panes.bar(look).children,
    ):
        touched = [node for node in made if node.all_properties["interactive"]]
        assert len(touched) >= 2
        assert all(apart(one.box, other.box) for one, other in combinations(touched, 2))


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_what_is_played_is_large_enough_for_a_finger(screen: Screen) -> None:
    pads = [node for node in panes.live(screen.look, screen.columns, screen.rows) if node.name.endswith("/press")]
    assert len(pads) == screen.columns * screen.rows
    assert all(min(pad.box[2:]) >= 44 for pad in pads)
    strips = panes.mixer(screen.look, screen.columns)
    assert all(node.box[2] >= 44 for node in strips if node.name.endswith("/gain") and node.box[3] > 100)


def test_a_pad_says_pressed_and_let_go_and_a_button_only_pressed() -> None:
    pad, (button, caption) = panes.holds("/p", (0, 0, 9, 9)), panes.sends("/b", (0, 0, 9, 9), "go", word="x")
    assert [part.value for part in pad.messages[0].arguments] == ["x"]
    assert (pad.messages[0].condition, button.messages[0].condition) == ("ANY", "RISE")
    assert [(part.kind, part.value) for part in button.messages[0].arguments] == [("CONSTANT", "x")]
    assert isinstance(caption, Node)
    assert not caption.all_properties["interactive"]
