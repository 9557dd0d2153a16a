import pytest

from liveengine.stems import query


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


def test_a_negation_turns_one_word_round_and_no_more() -> None:
    assert understood("ohne Hall, nicht zu hell, warm") == ["not wet", "not bright", "warm"]
    plain, negated = query.read("hell"), query.read("nicht hell")
    assert [(axis, round(1 - target, 6)) for axis, target, _ in plain.axes] == [
        (axis, round(target, 6)) for axis, target, _ in negated.axes
    ]
    assert query.read("synth without vocals").categories == {"synth": 1.0, "vocal": -1.0}


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


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        ",,,",
        "🎛️🔥",
        "'; DROP TABLE stems; --",
        "\x00\x1b[31m\n",
        "a" * 2000,
        "ohne",
        "-",
        "NOT AND OR *",
        "1e999",
    ],
)
def test_any_text_can_be_read(text: str) -> None:
    query.read(text)
