import numpy as np
from hypothesis import given, strategies

from liveengine.lexicon import tokens


def test_umlauts_and_accents_are_spelt_out() -> None:
    assert tokens.words("Düstere Fläche, très schön!") == ["duestere", "flaeche", "tres", "schoen"]


def test_numbers_stand_apart_from_letters() -> None:
    assert tokens.words("808kick 130bpm") == ["808", "kick", "130", "bpm"]


def test_the_pieces_of_a_word_know_where_it_begins_and_ends() -> None:
    assert tokens.pieces("hat") == ["<ha", "hat", "at>", "<hat", "hat>", "<hat>"]


def test_a_word_has_its_own_number_and_those_of_its_pieces() -> None:
    row = tokens.encode("hat")[0]
    assert 0 < row[0] < tokens.WORDS
    assert np.count_nonzero(row[1:]) == 6
    assert row[1:7].min() >= tokens.WORDS
    assert row[1:7].max() < tokens.WORDS + tokens.PIECES


def test_words_spelt_alike_share_pieces() -> None:
    kick, kicks, snare = (set(tokens.encode(word)[0][1:]) - {0} for word in ("kick", "kicks", "snare"))
    assert len(kick & kicks) >= 5
    assert not kick & snare


def test_a_sentence_that_says_nothing_is_one_empty_word() -> None:
    assert tokens.encode("!?").shape == (1, tokens.MOST_PIECES)


@given(strategies.text(max_size=2_000))
def test_every_text_has_numbers_within_the_table(text: str) -> None:
    ids = tokens.encode(text)
    assert 1 <= len(ids) <= tokens.MOST_WORDS
    assert ids.min() >= 0
    assert ids.max() < tokens.WORDS + tokens.PIECES
