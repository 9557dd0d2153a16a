import pytest

from liveengine.lexicon import text


def test_a_word_is_compared_without_case_umlauts_and_accents() -> None:
    assert text.plain("  Räudige   KICK ") == "raeudige kick"
    assert text.plain("gru\u0308n") == "gruen"
    assert text.plain("Djembé") == "djembe"
    assert text.plain("großer") == "grosser"


def test_a_sentence_falls_into_words_numbers_and_commas() -> None:
    assert text.tokens("Techno-Kick, 138,5 BPM!") == ["techno", "kick", ",", "138,5", "bpm", ","]
    assert text.tokens("drum & bass") == ["drum", "and", "bass"]
    assert text.phrase("TR-808") == text.phrase("tr808") == "tr 808"


def test_the_edit_distance_counts_a_swap_as_one() -> None:
    assert text.edits("snrae", "snare", 2) == 1
    assert text.edits("kick", "kick", 1) == 0
    assert text.edits("kick", "clicks", 1) == 2


@pytest.mark.parametrize(("more", "word"), [("busier", "busy"), ("drier", "dry"), ("heavier", "heavy")])
def test_a_comparative_leads_to_its_adjective(more: str, word: str) -> None:
    assert word in text.forms(more)


def test_verbs_lead_to_their_participles() -> None:
    assert "treibend" in text.forms("treibt")
    assert "scheppernd" in text.forms("scheppert")
    assert "pumpend" in text.forms("pumpen")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("snrae", "snare"), ("hihatt", "hihat"), ("cymbl", "cymbal"), ("snsre", "snare"), ("explotion", "explosion")],
)
def test_a_slip_is_a_letter_missing_added_swapped_or_beside_the_right_one(typed: str, meant: str) -> None:
    assert text.likely_slip(typed, meant, False)


@pytest.mark.parametrize(
    ("typed", "other"), [("ferry", "furry"), ("snake", "snare"), ("broom", "boom"), ("heiss", "hiss")]
)
def test_a_short_word_is_no_slip_of_every_word_that_is_near(typed: str, other: str) -> None:
    assert not text.likely_slip(typed, other, False)


def test_a_drawn_out_word_is_shortened_to_two_letters_and_to_one() -> None:
    assert text.relaxed("tsssss") == ["tss", "ts"]
    assert text.relaxed("boooom") == ["boom", "bom"]
    assert text.relaxed("boom") == []
