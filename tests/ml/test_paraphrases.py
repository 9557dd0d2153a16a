from typing import Any

import pytest

from liveengine.errors import BadInput
from liveengine.ml import labels, paraphrases
from tests.ml.test_labels import ASKED

OTHER: dict[str, Any] = {"kick": {"en": "bd", "de": "Bassdrum"}, "no tom": {"en": "toms no", "de": "bloß kein Tom"}}


def test_every_query_is_asked_once_more_in_other_words_and_the_same_sounds_are_right() -> None:
    for name in labels.names():
        known = labels.read(name)
        other = paraphrases.reworded(known)
        assert [query.verdicts for query in other.queries] == [query.verdicts for query in known.queries]
        assert len(other.sentences()) == 2 * len(known.queries)
        assert not {text.casefold() for text in other.sentences()} & {text.casefold() for text in known.sentences()}


def test_the_wordings_are_no_set_and_are_not_among_the_sentences_that_are_tuned_by() -> None:
    assert "paraphrases" not in labels.names()
    other = {text for wording in labels.asked("paraphrases").values() for text in wording.values()}
    assert not other & {text for name in labels.names() for text in labels.read(name).sentences()}


def test_a_query_without_another_wording_is_named_with_the_language() -> None:
    assert paraphrases.parse(ASKED, OTHER) == OTHER
    with pytest.raises(BadInput, match="'no tom' has no other wording in 'en'"):
        paraphrases.parse(ASKED, {"kick": OTHER["kick"]})
    with pytest.raises(BadInput, match="'no tom' has no other wording in 'de'"):
        paraphrases.parse(ASKED, {**OTHER, "no tom": {"en": "toms no", "de": " "}})


def test_a_wording_of_no_query_is_named() -> None:
    with pytest.raises(BadInput, match="'Kick' is the English sentence of no query"):
        paraphrases.parse(ASKED, {**OTHER, "Kick": OTHER["kick"]})


def test_a_wording_that_is_asked_already_is_named() -> None:
    with pytest.raises(BadInput, match="'KICK', for 'no tom', is asked already"):
        paraphrases.parse(ASKED, {**OTHER, "no tom": {"en": "KICK", "de": "Tom bloß nicht"}})
    with pytest.raises(BadInput, match="'bd', for 'no tom', is asked already"):
        paraphrases.parse(ASKED, {**OTHER, "no tom": {"en": "bd", "de": "Tom bloß nicht"}})
