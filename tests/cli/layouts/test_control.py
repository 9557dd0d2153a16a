import pytest

from liveengine.cli.commands import registry
from liveengine.cli.layouts import shown
from liveengine.cli.layouts.control import Control, control
from liveengine.cli.layouts.tree import grow


def found(address: str) -> Control:
    return next(control(command) for command in registry() if command.address == address)


@pytest.mark.parametrize(
    ("address", "kind", "shows"),
    [
        ("/track/{track}/gain", "fader", True),
        ("/track/{track}/mute", "switch", True),
        ("/track/{track}/name", "text", True),
        ("/track/{track}/stop", "button", False),
        ("/track/{track}/like", "button", False),
        ("/track/{track}/launch/prompt", "text", False),
        ("/cue/audition", "number", False),
    ],
)
def test_a_command_is_shown_as_what_its_first_argument_asks_for(address: str, kind: str, shows: bool) -> None:
    assert (found(address).kind, found(address).shows) == (kind, shows)


def test_a_control_knows_whether_its_value_is_whole_and_what_several_values_are() -> None:
    assert found("/metronome/beats").whole
    assert not found("/metronome/gain").whole
    assert found("/stems/path").values == ("start", "end")
    assert found("/stems/search").values == ()


def test_a_surface_subscribes_to_the_slots_and_to_each_property_of_its_tracks() -> None:
    patterns = shown.patterns(grow(registry()), "transport")
    assert {"/transport/*", "/track/*/clip/*/state", "/track/*/gain", "/track/*/mute"} <= set(patterns)
    assert not {"/track/*/like", "/track/*/stop", "/track/*/playing", "/track/*/send/{bus}"} & set(patterns)
