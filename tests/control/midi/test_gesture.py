import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveengine.control.midi.gesture import Detector, Gesture
from liveengine.control.midi.mapping import Key
from liveengine.control.midi.message import Turn


def moved(*values: int, buttons: bool = False, number: int = 7) -> Gesture | None:
    """Return what is known after a controller has sent these values; it must not be known sooner."""
    detector = Detector(buttons)
    found = None
    for value in values:
        assert found is None, "known too soon"
        found = detector.take(Turn("cc", 1, number, value))
    return found


CC = Key("cc", 1, 7)


@pytest.mark.parametrize("values", [(10, 11, 12), (90, 80), (0, 5), (127, 126, 125), (64, 65, 66)])
def test_a_fader_moves_on(values: tuple[int, ...]) -> None:
    assert moved(*values) == Gesture(CC, "fader")


@pytest.mark.parametrize(
    ("values", "encoder"),
    [
        ((127, 127, 127), "twos"),
        ((1, 1, 127), "twos"),
        ((1, 1, 65), "sign"),
        ((65, 65, 63), "offset"),
        ((63, 63, 63), "offset"),
        ((1,) * 12, "twos"),
        ((65,) * 12, "offset"),
    ],
)
def test_an_encoder_repeats_small_steps(values: tuple[int, ...], encoder: str) -> None:
    assert moved(*values) == Gesture(CC, "encoder", encoder)


def test_a_button_knows_two_values() -> None:
    assert moved(127, 0, buttons=True) == Gesture(CC, "button")
    assert moved(0, 127, buttons=True) == Gesture(CC, "button")


def test_a_key_is_a_button_when_it_goes_down() -> None:
    detector = Detector(buttons=True)
    assert detector.take(Turn("note", 10, 36, 0)) is None
    assert detector.take(Turn("note", 10, 36, 80)) == Gesture(Key("note", 10, 36), "button")


def test_a_control_that_touches_the_table_is_not_meant() -> None:
    assert moved(64) is None
    assert moved(64, 65) is None


@pytest.mark.parametrize("buttons", [True, False])
def test_what_is_of_the_other_sort_is_passed_over(buttons: bool) -> None:
    detector = Detector(buttons)
    values = range(0, 60, 5) if buttons else (127, 0) * 6
    assert all(detector.take(Turn("cc", 1, 7, value)) is None for value in values)
    if not buttons:
        assert detector.take(Turn("note", 1, 7, 100)) is None


def test_a_control_of_14_bits_sends_its_lower_half_after_the_upper_one() -> None:
    detector = Detector(buttons=False)
    turns = [(3, 10), (35, 90), (3, 20), (35, 5)]
    found = [detector.take(Turn("cc", 2, number, value)) for number, value in turns]
    assert found == [None, None, None, Gesture(Key("cc14", 2, 3), "fader")]


def test_a_button_32_above_a_fader_is_a_button() -> None:
    detector = Detector(buttons=True)
    for number, value in ((0, 64), (32, 127), (32, 0)):
        found = detector.take(Turn("cc", 1, number, value))
    assert found == Gesture(Key("cc", 1, 32), "button")


def test_a_parameter_is_chosen_before_it_is_set() -> None:
    detector = Detector(buttons=False)
    found = [
        detector.take(Turn("cc", 1, number, value))
        for upper in (10, 20)
        for number, value in ((99, 2), (98, 44), (6, upper), (38, 1))
    ]
    assert [gesture for gesture in found if gesture] == [Gesture(Key("nrpn", 1, 300), "fader")]


def test_a_bend_is_a_fader_with_fine_steps() -> None:
    detector = Detector(buttons=False)
    assert detector.take(Turn("bend", 1, 0, 8192)) is None
    assert detector.take(Turn("bend", 1, 0, 8193)) is None
    assert detector.take(Turn("bend", 1, 0, 9000)) == Gesture(Key("bend", 1, 0), "fader")


@given(st.integers(0, 120), st.sampled_from([1, -1]))
def test_a_fader_is_known_after_three_messages_or_four_steps_wherever_it_stands(start: int, way: int) -> None:
    detector = Detector(buttons=False)
    values = [start + 6 * (way < 0) + way * step for step in range(5)]
    found = [detector.take(Turn("cc", 1, 7, value)) for value in values]
    assert any(gesture == Gesture(CC, "fader") for gesture in found[:4])


@given(st.lists(st.tuples(st.integers(0, 127), st.integers(0, 127)), max_size=60), st.booleans())
def test_anything_may_come(turns: list[tuple[int, int]], buttons: bool) -> None:
    detector = Detector(buttons)
    for number, value in turns:
        found = detector.take(Turn("cc", 1, number, value))
        assert found is None or (found.sort == "button") == buttons
