import numpy as np
import pytest

from liveengine.engine.bench import response
from liveengine.engine.ops import Tier

FREQUENCIES = np.linspace(0.0, 3.0, 301)


@pytest.mark.parametrize("tier", response.THEORIES)
def test_each_interpolator_has_the_response_of_its_theory(tier: Tier) -> None:
    assert response.difference(tier, FREQUENCIES) < -80.0


def test_straight_lines_give_a_triangle() -> None:
    times, values = response.curve(Tier.LINEAR)
    assert np.abs(values - np.maximum(1.0 - np.abs(times), 0.0)).max() < 1e-7


def test_cubics_pass_through_the_frames_with_the_slopes_of_their_neighbours() -> None:
    times, values = response.curve(Tier.CUBIC)
    at = dict(zip(times.tolist(), values.tolist(), strict=True))
    assert [at[n] for n in (-2.0, -1.0, 0.0, 1.0, 2.0)] == pytest.approx([0, 0, 1, 0, 0], abs=1e-7)
    assert at[0.5] == pytest.approx(9 / 16, abs=1e-7)
    assert at[1.5] == pytest.approx(-1 / 16, abs=1e-7)


def test_a_better_tier_leaves_less_that_is_not_the_sine() -> None:
    found = [response.sine(tier, 1.01, 0.1)[1] for tier in response.THEORIES]
    assert found == sorted(found, reverse=True)
    assert found[0] == pytest.approx(-36.2, abs=0.5)  # the images of straight lines: sinc(0.9)**2 to sinc(0.1)**2


def test_the_sinc_keeps_what_can_be_heard_and_lets_nothing_else_out() -> None:
    for step, frequency in ((0.75, 0.4), (1.01, 0.3), (1.5, 0.2), (2.0, 0.1)):
        gain, rest = response.sine(Tier.SINC, step, frequency)
        assert abs(gain) < 0.1
        assert rest < -75.0
    assert response.sine(Tier.SINC, 2.0, 0.4) < (-190.0, -70.0)  # it would come out above half the engine's rate


def test_the_limiter_lets_out_what_is_below_the_ceiling_and_nothing_above() -> None:
    levels = np.array([0.01, 0.5, 0.999, 1.0, 1.001, 2.0, 16.0])
    assert response.limited(levels) == pytest.approx(np.minimum(levels, 1.0), rel=1e-6)


def test_the_limiters_reduction_shrinks_to_a_third_within_a_tenth_of_a_second() -> None:
    _, found, wanted = response.release()
    assert np.abs(found - wanted).max() < 1e-6
    assert 1.0 - found[round(0.1 * response.RATE) - 1] == pytest.approx(0.75 / np.e, rel=1e-4)
