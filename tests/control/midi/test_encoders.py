import pytest

from liveengine.control.midi.encoders import Encoder, steps


@pytest.mark.parametrize(
    ("encoder", "right", "left", "far"),
    [("twos", 1, 127, (63, 65)), ("offset", 65, 63, (127, 1)), ("sign", 1, 65, (63, 127))],
)
def test_one_step_and_the_furthest(encoder: Encoder, right: int, left: int, far: tuple[int, int]) -> None:
    assert (steps(right, encoder), steps(left, encoder)) == (1, -1)
    assert tuple(steps(value, encoder) for value in far) == (63, -63)


@pytest.mark.parametrize("encoder", ["twos", "offset", "sign"])
def test_every_value_means_some_steps(encoder: Encoder) -> None:
    found = [steps(value, encoder) for value in range(128)]
    assert all(-64 <= step <= 63 for step in found)
    assert found.count(0) == (2 if encoder == "sign" else 1)
