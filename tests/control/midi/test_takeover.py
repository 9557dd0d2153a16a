import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveengine.control.midi.takeover import NEAR, Takeover

SHARE = st.integers(0, 127).map(lambda step: step / 127)
WAY = st.lists(SHARE, min_size=1, max_size=40)


def follow(takeover: Takeover, way: list[float], value: float) -> list[float]:
    """Return the property's values while a control is moved."""
    values = []
    for position in way:
        found = takeover.move(position, value)
        value = value if found is None else found
        values.append(value)
    return values


def test_a_fader_waits_until_it_meets_the_value() -> None:
    fader = Takeover("pickup")
    assert follow(fader, [0.0, 0.2, 0.45, 0.49, 0.3], 0.5) == [0.5, 0.5, 0.5, 0.49, 0.3]


def test_a_fader_that_crosses_the_value_in_one_go_has_met_it() -> None:
    assert follow(Takeover("pickup"), [0.1, 0.9], 0.5) == [0.5, 0.9]
    assert follow(Takeover("pickup"), [0.9, 0.1], 0.5) == [0.5, 0.1]


def test_a_fader_that_lets_go_waits_anew() -> None:
    fader = Takeover("pickup")
    assert follow(fader, [0.5, 0.6], 0.5) == [0.5, 0.6]
    fader.release()
    assert follow(fader, [0.61, 0.62], 0.1) == [0.1, 0.1]


def test_a_fader_told_to_jump_never_waits_also_after_it_let_go() -> None:
    fader = Takeover("jump")
    assert fader.move(0.0, 1.0) == 0.0
    fader.release()
    assert fader.move(1.0, 0.0) == 1.0


def test_a_scaled_fader_takes_the_value_along_by_the_share_of_its_way() -> None:
    fader = Takeover("scale")
    assert follow(fader, [0.0, 0.5, 1.0], 0.5) == [0.5, 0.75, 1.0]
    assert fader.caught
    assert follow(fader, [0.2], 1.0) == [0.2]


@given(SHARE, WAY)
def test_picking_up_never_moves_the_value_further_than_the_hand_or_a_hair(value: float, way: list[float]) -> None:
    fader = Takeover("pickup")
    before, last = value, way[0]
    for position, now in zip(way, follow(fader, way, value), strict=True):
        assert abs(now - before) <= abs(position - last) + NEAR + 1e-9
        before, last = now, position


@given(SHARE, WAY)
def test_a_scaled_value_goes_the_hands_way_and_stays_in_range(value: float, way: list[float]) -> None:
    fader = Takeover("scale")
    before, last = value, way[0]
    for position, now in zip(way, follow(fader, way, value), strict=True):
        assert 0.0 <= now <= 1.0
        assert (now - before) * (position - last) >= -1e-9 or abs(now - before) <= 1 / 127
        before, last = now, position


@pytest.mark.parametrize("kind", ["pickup", "scale"])
@pytest.mark.parametrize("end", [0.0, 1.0])
@given(value=SHARE, start=SHARE)
def test_a_fader_that_goes_all_the_way_ends_there(kind: str, end: float, value: float, start: float) -> None:
    fader = Takeover(kind)  # type: ignore[arg-type]
    assert follow(fader, [start, 1.0 - end, end], value)[-1] == pytest.approx(end)
    assert fader.caught
