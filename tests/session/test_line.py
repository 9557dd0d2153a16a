"""What is prepared for a clip that mutates, without an engine."""

from liveengine.session.clip import Clip
from liveengine.session.line import TRIES, Terms, begin, source_of


def test_what_failed_before_a_step_by_hand_takes_none_of_its_tries() -> None:
    clip = Clip(1, "bass", "bass", segment=0, key=1, frames=8, loop_end=8, beats=4.0)
    line = begin(clip, source_of(clip, 4), Terms("slices", 0.2, 0, 0), 0, 120.0, 4)
    for number in range(TRIES - 1):
        line.fail(float(number))
    line.ask(Terms("walk", 0.5, 0, 0), 0)
    for number in range(TRIES - 1):
        line.fail(float(number))
    assert line.by_hand == 0.5
    line.fail(9.0)
    assert line.by_hand is None


def test_a_step_by_hand_that_cannot_be_made_is_given_up_and_the_settings_count_again() -> None:
    clip = Clip(1, "bass", "bass", segment=0, key=1, frames=8, loop_end=8, beats=4.0)
    line = begin(clip, source_of(clip, 4), Terms("slices", 0.2, 0, 0), 0, 120.0, 4)
    line.ask(Terms("walk", 0.5, 0, 0), 0)
    for number in range(1, TRIES + 1):
        assert line.by_hand == 0.5
        line.fail(float(number))
    assert line.by_hand is None
    assert line.wants
