import pytest
from hypothesis import given
from hypothesis import strategies as some

from liveengine.stems.counts import LARGEST, LONGEST, Counts, written


def test_a_number_below_128_is_one_byte_and_the_largest_has_five() -> None:
    assert written([0, 1, 127, 128]) == b"\x00\x01\x7f\x80\x01"
    assert len(written([LARGEST])) == LONGEST


@given(some.lists(some.integers(0, LARGEST), max_size=9))
def test_numbers_come_back_in_their_order(numbers: list[int]) -> None:
    counts = Counts(written(numbers))
    assert [counts.next() for _ in numbers] == numbers
    assert counts.at == len(written(numbers))


@pytest.mark.parametrize("cut", [b"", b"\x80", b"\x80" * 9])
def test_a_number_without_an_end_is_refused(cut: bytes) -> None:
    with pytest.raises(ValueError, match="no end"):
        Counts(cut).next()
