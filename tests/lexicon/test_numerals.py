import re

import pytest

from liveengine.lexicon import numerals


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("128", 128.0), ("1,5", 1.5), ("138.5", 138.5), ("hundertachtundzwanzig", 128.0), ("zweihundert", 200.0),
        ("einhundertdreissig", 130.0), ("hundertfuenf", 105.0), ("achtundzwanzig", 28.0), ("vier", 4.0),
        ("eine halbe", 0.5), ("half a", 0.5), ("one hundred twenty eight", 128.0), ("a hundred and ten", 110.0),
        ("one twenty-five", 125.0), ("ninety", 90.0), ("eine", 1.0), ("a", 1.0),
    ],
)  # fmt: skip
def test_numbers_are_read_in_digits_and_in_words(text: str, number: float) -> None:
    assert numerals.value(text) == number
    assert re.fullmatch(numerals.PATTERN, text)


@pytest.mark.parametrize("text", ["", "blah", "hundertblah", "and", "kick", "hundred kicks"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert numerals.value(text) is None
