import json
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveengine.stems import query
from liveengine.stems import understood as told

SCRAPS = [
    "zwischen",
    "120",
    "und",
    "130",
    "bpm",
    "um",
    "die",
    "unter",
    "über",
    "like",
    "wie",
    "dieser",
    "42",
    ":7",
    "#",
    "-vocal",
    "ohne",
    "nicht",
    "kein",
    "mit",
    "aber",
    "und",
    ",",
    "kick",
    "Bass",
    "dunkler",
    "a-Moll",
    "Am",
    "F#",
    "8A",
    "2",
    "bars",
    "vier",
    "Takte",
    "hundert",
    "eine",
    "halbe",
    "Sekunde",
    "500",
    "ms",
    "80s",
    "909",
    "0",
    "-1",
    "1e9",
    "1.5",
    "zorblax",
]


def understood(text: str) -> list[str]:
    return query.read(text).understood


@pytest.mark.parametrize(
    "form", ["dunkel", "dunkle", "dunkler", "dunklen", "dunklem", "dunkles", "Dunkler", "dark", "darker"]
)
def test_every_ending_is_the_same_word(form: str) -> None:
    assert understood(form) == ["dark"]


@pytest.mark.parametrize(
    ("spelling", "meaning"),
    [
        ("hypnotischer", "hypnotic"), ("treibenden", "driving"), ("industrieller", "industrial"), ("härter", "hard"),
        ("melancholische", "melancholic"), ("metallisches", "metallic"), ("Hihats", "hihat"), ("Flächen", "pad"),
        ("hi-hat", "hihat"), ("bass drum", "kick"), ("drum & bass", "drum_and_bass"), ("wärme", "warm"),
    ],
)  # fmt: skip
def test_german_and_english_forms_are_known(spelling: str, meaning: str) -> None:
    assert understood(spelling) == [meaning]


@pytest.mark.parametrize(
    ("compound", "parts"),
    [
        ("Technokick", ["techno", "kick"]),
        ("Techno-Kick", ["techno", "kick"]),
        ("Industriebass", ["industrial", "bass"]),
    ],
)
def test_a_compound_is_its_parts(compound: str, parts: list[str]) -> None:
    assert understood(compound) == parts


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("hypnotc", "hypnotic"), ("melanchloic", "melancholic"), ("indutrial", "industrial"), ("snrae", "snare")],
)
def test_a_small_typing_error_is_forgiven(typed: str, meant: str) -> None:
    assert understood(typed) == [meant]


def test_a_short_unknown_word_is_not_taken_for_a_known_one() -> None:
    read = query.read("bits kik zork")
    assert read.unknown == ["zork"]
    assert "zork" in read.names


def test_a_word_that_was_mended_is_looked_for_as_it_was_typed_too() -> None:
    assert query.read("explotion").names["explotion"] < query.read("explotion").names["explosion"]


def test_a_negation_turns_one_word_round_and_no_more() -> None:
    assert understood("ohne Hall, nicht zu hell, warm") == ["not wet", "not bright", "warm"]
    plain, negated = query.read("hell"), query.read("nicht hell")
    assert [(axis, round(1 - target, 6)) for axis, target, _ in plain.axes] == [
        (axis, round(target, 6)) for axis, target, _ in negated.axes
    ]
    assert query.read("synth without vocals").categories == {"synth": 1.0, "vocal": -1.0}


@pytest.mark.parametrize(
    ("text", "alone"),
    [("bass with dark atmosphere", "dark bass"), ("Bass mit dunkler Atmosphäre", "dunkler Bass")],
)
def test_what_is_said_of_a_thing_after_with_counts_less(text: str, alone: str) -> None:
    beside, own = ({axis: weight for axis, _, weight in query.read(one).axes} for one in (text, alone))
    assert beside["brightness"] == pytest.approx(query.ASIDE * own["brightness"])


def test_what_is_said_after_with_of_what_is_looked_for_counts_in_full() -> None:
    assert ("length", 0.9) in [axis[:2] for axis in query.read("kick with a long decay").axes]
    assert query.read("kick with a long decay").axes == query.read("long kick").axes
    assert query.read("with dark vocals").axes == query.read("dark vocals").axes


def test_what_follows_with_is_an_attribute() -> None:
    read = query.read("treibender Bass mit dunkler Atmosphäre")
    assert max(read.categories, key=lambda name: read.categories[name]) == "bass"
    assert read.categories["atmo"] < 0.3
    assert query.read("bass").categories == {"bass": 1.0}


def test_tempo_and_key_are_read_out_of_the_sentence() -> None:
    assert query.read("fast percussion loop 130bpm").tempo == 130.0
    assert query.read("techno 138,5 BPM").tempo == 138.5
    assert query.read("808 kick").tempo is None
    assert query.read("bass in F#m").key == 12 + 6
    assert query.read("pad in A minor").key == 12 + 9
    assert query.read("ich bin am Suchen").key == -1


def test_a_negation_goes_on_over_and_to_words_of_the_same_kind() -> None:
    assert understood("keine Vocals oder Hats, nur Bass") == ["not vocal", "not hihat", "bass"]
    assert understood("ohne Hall, Echo und Delay") == ["not wet", "not echo"]
    assert understood("kick without reverb and punchy") == ["kick", "not wet", "punchy"]
    assert understood("weder hell noch laut") == ["not bright", "not loud"]
    assert understood("not only dark but heavy") == ["dark", "heavy"]
    assert understood("hallfrei, delay-free snare") == ["not wet", "not echo", "snare"]


def test_a_minus_before_a_word_excludes_it_and_a_hyphen_does_not() -> None:
    read = query.read("pad -vocal -drums")
    assert read.excluded == ["vocal", "drums"]
    assert read.categories["vocal"] == -1.0
    assert query.read("Techno-Kick - dunkel").excluded == []


def test_beside_an_example_words_are_directions() -> None:
    read = query.read("like 42 but brighter and less reverb")
    assert read.like == (42,)
    assert read.axes == []
    ways = {axis: direction for axis, direction, _ in read.relative}
    assert ways["brightness"] > 0.5
    assert ways["space"] < -0.5
    darker = query.read("wie dieser, aber dunkler")
    assert darker.this
    assert darker.relative[0][1] < 0


def test_loop_and_one_shot_are_read_out_of_words_and_things() -> None:
    texts = ("kick", "kick loop", "one-shot kick", "amen", "2 bars", "kein Loop", "pad mit Beat")
    assert [query.read(text).loop for text in texts] == [None, True, False, True, True, False, None]


def test_texts_for_a_model_leave_out_what_is_excluded_and_the_numbers() -> None:
    read = query.read("räudiger Bass ohne Hall, 130 bpm, snrae")
    assert (read.positive, read.negative) == ("raeudiger bass snare", "hall")
    assert (read.english, read.english_negative) == ("dirty bass snare", "wet")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ich suche einen dunklen Bass", "de"), ("a dark bass", "en"), ("bass", None), ("räudig", "de"), ("", None),
        ("punchy kick without reverb", "en"), ("fetter bass", "de"),
    ],
)  # fmt: skip
def test_the_language_is_detected(text: str, language: str | None) -> None:
    assert query.read(text).language == language


def test_a_word_of_the_other_language_is_not_taken_for_a_concept() -> None:
    assert understood("kick from hell") == ["kick"]
    assert understood("fast wie 42, nur heller") == ["like 42", "bright"]
    assert understood("eine helle Kick") == ["bright", "kick"]


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", ",,,", "🎛️🔥", "'; DROP TABLE stems; --", 'NEAR("a" "b", 5) OR *', "\x00\x1b[31m\n", "a" * 2000,
        "ohne", "-", "NOT AND OR *", "1e999", "\ud800 kick", "like 999999999999999999", "wie", "in", "8", "- - -",
        "!!!", "kick\u2028snare", "ﬁlter", "İstanbul", "١٢٨ bpm", "²", "Ⅷ", "\u202ekick", "like:", "bpm",
        "between and", "ohne ohne ohne",
    ],
)  # fmt: skip
def test_any_text_can_be_read(text: str) -> None:
    query.read(text)


def test_a_hundred_kilobytes_are_read_up_to_a_bound() -> None:
    read = query.read("dark kick " * 10_000)
    assert read.understood == ["dark", "kick"]
    assert len(read.wanted) <= query.LONGEST


@settings(max_examples=300)
@given(st.text(max_size=300))
def test_whatever_is_typed_is_read_and_told(text: str) -> None:
    asked = query.read(text)
    assert all(-1.0 <= weight <= 1.0 for weight in asked.categories.values())
    assert all(0.0 <= target <= 1.0 for _, target, _ in asked.axes)
    assert all(told.sentence(asked, language) for language in ("en", "de"))
    json.dumps(told.told(asked))


@settings(max_examples=300)
@given(st.lists(st.sampled_from(SCRAPS), max_size=30).map(" ".join))
def test_words_of_grammar_and_numbers_in_any_order_are_read(text: str) -> None:
    asked = query.read(text)
    assert asked.tempo is None or 20.0 <= asked.tempo <= 999.0
    assert asked.length is None or 0.0 <= asked.length[0] <= asked.length[1]
    assert asked.bars is None or 0.0 < asked.bars <= 256.0
    assert -1 <= asked.key < 24


@pytest.mark.parametrize(
    "scrap", ["zwischen 1 und ", "hundert", "1 ", "one ", "ohne ", "like ", "a minor ", "xyzzyx ", "-", "über "]
)
def test_reading_takes_steps_that_grow_with_the_text(scrap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "LONGEST", 1_000_000)

    def steps(text: str) -> int:
        count = 0

        def step(*_: object) -> None:
            nonlocal count
            count += 1

        sys.setprofile(step)
        try:
            query.read(text)
        finally:
            sys.setprofile(None)
        return count

    steps(scrap * 50)
    short, long = steps(scrap * 50), steps(scrap * 500)
    assert long < 15 * short + 1000


def test_quite_is_a_weaker_word_and_not_one_to_look_for() -> None:
    for prompt in ("quite dark", "pretty dark", "recht dunkel"):
        read = query.read(prompt)
        assert (read.understood, read.unknown) == (["dark"], [])
    assert query.read("not quite dark").understood == ["not dark"]


def test_a_word_that_the_model_was_taught_is_no_slip_and_not_unknown() -> None:
    taught = frozenset({"snaere", "blorp"})
    plain, known = query.read("dark snaere"), query.read("dark snaere", taught=taught)
    assert (plain.positive, known.positive) == ("dark snare", "dark snaere")
    assert (known.unknown, known.taught) == ([], ["snaere"])
    assert "snaere" in known.understood
    assert query.read("dark kick", taught=frozenset({"kick"})).taught == []  # what the lexicon knows it keeps


def test_a_taught_word_can_be_denied_and_is_told_in_every_language() -> None:
    taught = frozenset({"blorp", "zwick"})
    asked = query.read("dunkler blorp ohne zwick", taught=taught)
    assert (asked.positive, asked.negative) == ("dunkler blorp", "zwick")
    assert (asked.english, asked.english_negative) == ("dark blorp", "zwick")
    assert "not zwick" in asked.understood
    assert asked.taught == ["blorp"]
    assert "blorp" in told.sentence(asked, "de")
