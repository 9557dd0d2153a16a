import numpy as np
import pytest

from liveengine.lexicon.dictionary import dictionary
from liveengine.stems import columns
from liveengine.stems.columns import Columns, Known


def test_every_column_has_a_name_of_its_own() -> None:
    assert len(set(columns.places())) == len(columns.places())
    made = Columns()
    made.put(np.arange(3), [[value] * 3 for value in Known("kick", duration=2.0)])
    for name in columns.places():
        assert len(made[name]) == 3


def test_words_of_a_name_leave_their_bits_in_the_signature() -> None:
    words = np.array([[columns.word_id(word)] for word in ("dark", "kick", "zorblax")], np.uint32)
    every = np.bitwise_or.reduce(columns.signatures(words[:2]))
    assert every & columns.signatures(words[0]) == columns.signatures(words[0])
    assert columns.signatures(np.zeros(1, np.uint32)) == 0


@pytest.mark.parametrize(("tempo", "cell"), [(16.0, 0), (32.0, 256), (64.0, 512), (0.0, 0), (np.nan, 0), (1e9, 0)])
def test_a_tempo_has_a_cell_and_what_is_none_has_the_first(tempo: float, cell: int) -> None:
    assert columns.tempo_cells(np.array([tempo], np.float32)).tolist() == [cell]


def test_a_place_is_one_of_255_and_what_is_unknown_the_last() -> None:
    assert columns.bytes_of([0.0, 0.25, 1.0, -0.1, 1.1, np.nan]).tolist() == [0, 64, 254, 0, 254, 255]


def test_names_that_differ_in_digits_are_one_family() -> None:
    assert columns.family("Kick 01") == columns.family("kick_2") != columns.family("snare 2")
    assert columns.family("01") == columns.family("") == 0


def code_of(likely: dict[str, float]) -> bytes:
    """Codes of a stem of which only the categories are known."""
    cells = columns.bytes_of([likely.get(name.removeprefix("category."), 0.0) for name in columns.places()])
    return cells[: columns.places().index("key")].tobytes() + bytes(4 * columns.SLOTS + 4)


def test_the_category_that_a_stem_is_filed_under_is_certain() -> None:
    made = Columns()
    code = code_of({"snare": 0.7, "kick": 0.3})
    made.put(np.arange(2), list(zip(Known("snare", codes=code), Known("fx", codes=code), strict=True)))
    assert made["category.snare"].tolist() == [178, 0]
    assert made["category.kick"].tolist() == [76, 0]
    assert made["category.fx"].tolist() == [0, 254]


def test_a_stem_that_is_as_likely_something_else_keeps_its_likelihoods() -> None:
    made = Columns()
    code = code_of({"kick": 0.4, "snare": 0.4})
    made.put(np.arange(2), list(zip(Known("snare", codes=code), Known("a kind of my own", codes=code), strict=True)))
    assert made["category.snare"].tolist() == [102, 0]
    assert made["category.kick"].tolist() == [102, 0]


def found(*spoken: str) -> list[str]:
    words = dictionary()
    return columns.looked_for(*columns.said(spoken, words), words)


def test_a_stem_is_found_by_what_its_name_means_and_by_what_that_is() -> None:
    assert found("crash", "dark", "zorblax") == ["crash", "zorblax", "cymbal"]
    assert found("bass", "drum") == ["kick"]
    assert found("acoustic_kick")[0] == "acoustic_kick"
