import pytest

from liveengine.control.midi.names import counterpart, foreign, plain


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("nanoKONTROL2:nanoKONTROL2 MIDI 1 20:0", "nanoKONTROL2:nanoKONTROL2 MIDI 1"),
        ("a2j:nanoKONTROL2 [20] (capture): nanoKONTROL2 MIDI 1", "a2j:nanoKONTROL2: nanoKONTROL2 MIDI 1"),
        ("APC MINI-01:MIDI 1", "APC MINI:MIDI 1"),
        ("APC40 mkII", "APC40 mkII"),
    ],
)
def test_a_name_loses_the_numbers_that_change(name: str, bare: str) -> None:
    assert plain(name) == bare


def test_our_own_ports_are_nobodys_controllers() -> None:
    assert foreign(["liveengine:control", "keys:out", "liveengine-02:APC MINI"]) == [(1, "keys:out")]


def anything(name: str) -> bool:
    return True


def test_an_output_belongs_to_the_input_of_its_name() -> None:
    outputs = ["system:out", "APC MINI-01:MIDI 1", "APC MINI-03:MIDI 1"]
    assert counterpart("APC MINI:MIDI 1", outputs, [], anything) == 1
    assert counterpart("APC MINI-02:MIDI 1", outputs, ["APC MINI-01:MIDI 1"], anything) == 2


def test_in_and_out_are_one_device_and_its_other_ports_are_not_for_us() -> None:
    outputs = ["Launchpad X:Launchpad X LPX DAW In", "Launchpad X:Launchpad X LPX MIDI In"]
    fits = lambda name: "DAW" not in name  # noqa: E731
    assert counterpart("Launchpad X:Launchpad X LPX MIDI Out 24:1", outputs, [], fits) == 1


def test_without_a_free_output_there_is_none() -> None:
    assert counterpart("keys:out", ["keys:out"], ["keys:out"], anything) is None
    assert counterpart("keys:out", ["other:in"], [], lambda name: False) is None
