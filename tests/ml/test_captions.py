import re
from collections import Counter

import numpy as np
import pytest

from liveengine.lexicon.dictionary import dictionary
from liveengine.lexicon.reading import lexicon
from liveengine.lexicon.text import tokens
from liveengine.ml import wording
from liveengine.ml.captions import Caption, caption, rival

KICK = frozenset({"kick", "909", "techno", "punchy", "short", "deep", "one_shot", "dry"})
PAD = frozenset({"pad", "wet", "long", "soft", "dark", "wide", "tonal"})


def drawn(claims: frozenset[str], count: int = 300, seed: int = 0) -> list[Caption]:
    rng = np.random.default_rng(seed)
    return [caption(claims, rng) for _ in range(count)]


@pytest.mark.parametrize("claims", [KICK, PAD])
def test_a_caption_asks_only_for_what_is_true(claims: frozenset[str]) -> None:
    held = lexicon().closed(claims)
    for said in drawn(claims):
        assert said.asked
        assert said.asked <= held
        assert said.text.strip()


def test_what_is_asked_is_closed_under_implication() -> None:
    for said in drawn(frozenset({"crash", "bright"})):
        assert "crash" not in said.asked or "cymbal" in said.asked


def test_a_derived_word_is_asked_for_itself_alone() -> None:
    snappy = [c for c in drawn(KICK, 2000) if "snappy" in c.asked]
    assert snappy
    assert any("short" not in said.asked for said in snappy)


def test_both_languages_are_spoken_half_of_the_time() -> None:
    languages = Counter(said.language for said in drawn(KICK, 1000))
    assert set(languages) == {"en", "de"}
    assert 400 < languages["de"] < 600


def test_the_same_generator_gives_the_same_sentences() -> None:
    assert drawn(KICK, 50, 7) == drawn(KICK, 50, 7)
    assert drawn(KICK, 50, 7) != drawn(KICK, 50, 8)


def test_sentences_are_varied_and_some_are_single_words() -> None:
    texts = [said.text for said in drawn(PAD, 500)]
    assert len(set(texts)) > 350
    assert any(len(text.split()) == 1 for text in texts)
    assert any(len(text.split()) >= 5 for text in texts)


def test_the_dictionary_reads_most_of_what_is_written() -> None:
    known = dictionary()
    captioned = [said for said in drawn(frozenset({"kick"}), 200) if said.asked == {"kick"}]
    read = [any(found and found.name == "kick" for found in map(known.look_up, tokens(c.text))) for c in captioned]
    assert sum(read) > 0.6 * len(captioned)


def test_a_snare_is_now_and_then_called_a_drum_hit_and_mostly_a_snare() -> None:
    asked = [said.asked for said in drawn(frozenset({"snare", "one_shot"}), 400)]
    assert 5 < sum("drum_hit" in some for some in asked) < sum("snare" in some for some in asked) / 3


def test_what_imitates_a_sound_is_repeated_and_drawn_out_now_and_then() -> None:
    texts = [said.text.lower() for said in drawn(frozenset({"bleep"}), 600) if "bleep" in said.asked]
    assert sum("blip blip" in text for text in texts) > 3
    assert any(re.search(r"(.)\1\1", text) for text in texts)


def test_one_blow_is_said_before_and_behind_what_is_struck() -> None:
    texts = [said.text.lower() for said in drawn(frozenset({"tabla", "one_shot"}), 900)]
    assert any("of a tabla" in text for text in texts)
    assert any("von einer tabla" in text for text in texts)
    assert any("tabla hit" in text for text in texts)


def test_a_rival_is_nearly_true_but_not_true() -> None:
    rng, held = np.random.default_rng(3), lexicon().closed(KICK)
    rivals = [found for found in (rival(KICK, rng) for _ in range(600)) if found]
    assert len(rivals) > 450
    for other in rivals:
        assert not other.asked <= held
    assert any("808" in other.asked for other in rivals)
    assert any("long" in other.asked for other in rivals)


def test_a_rival_never_contradicts_itself() -> None:
    rng, known = np.random.default_rng(4), lexicon()
    for other in (rival(PAD, rng) for _ in range(200)):
        assert not other or not any(known.contradicts(a, b) for a in other.asked for b in other.asked)


@pytest.mark.parametrize(
    ("word", "ending", "form"),
    [
        ("dunkel", "er", "dunkler"), ("treibend", "en", "treibenden"), ("leise", "es", "leises"), ("hoch", "e", "hohe"),
        ("lofi", "er", "lofi"), ("Bunker", "e", "Bunker"), ("wie Glas", "e", "wie Glas"),
    ],
)  # fmt: skip
def test_german_adjectives_take_endings(word: str, ending: str, form: str) -> None:
    assert wording.inflected(word, ending) == form


def test_an_unknown_claim_is_an_error() -> None:
    with pytest.raises(KeyError):
        caption(frozenset({"no such thing"}), np.random.default_rng(0))
    with pytest.raises(ValueError, match="nothing can be said"):
        caption(frozenset(), np.random.default_rng(0))
