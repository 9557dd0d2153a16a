import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveengine.arrange import styles
from liveengine.arrange.prompt import Wish, parse
from liveengine.errors import LiveEngineError, OutOfRange

STYLES = styles.load()


def wish(text: str) -> Wish:
    return parse(text, STYLES)


def test_the_reference_prompt_is_understood_whole() -> None:
    found = wish("driving industrial techno 138 bpm")
    assert (found.genre, found.bpm, found.key.name) == ("industrial_techno", 138, "Am")
    assert found.moods == ("driving", "industrial")
    assert found.bars == pytest.approx(6 * 138 / 4)
    assert found.said == {"genre", "tempo"}


@pytest.mark.parametrize(
    ("text", "bpm"),
    [
        ("techno 138 bpm", 138),
        ("138bpm dark techno", 138),
        ("Techno bei 138 Schlägen", 138),
        ("tempo: 92", 92),
        ("techno 127,6 BPM", 128),
        ("techno 140", 140),
        ("909 techno", 132),
        ("house for 100 seconds", 124),
        ("house, 64 bars", 124),
        ("house", 124),
        ("liquid drum and bass", 174),
    ],
)
def test_tempo_is_read_or_comes_from_the_genre(text: str, bpm: int) -> None:
    assert wish(text).bpm == bpm


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("techno in A minor", "Am"),
        ("techno in f# minor", "F#m"),
        ("techno, B flat major", "A#"),
        ("dunkler Techno in a-Moll", "Am"),
        ("Techno in h-Moll", "Bm"),
        ("Techno in b-Moll", "A#m"),
        ("Techno in fis-moll", "F#m"),
        ("House in Es-Dur", "D#"),
        ("House in C-Dur", "C"),
        ("house in Dm", "Dm"),
        ("house F#m 124 bpm", "F#m"),
    ],
)
def test_keys_are_read_in_english_and_german(text: str, key: str) -> None:
    found = wish(text)
    assert (found.key.name, "key" in found.said) == (key, True)


@pytest.mark.parametrize("text", ["Am Abend wird es dunkler", "something in a minor key", "acid"])
def test_words_that_look_like_keys_are_none(text: str) -> None:
    assert "key" not in wish(text).said


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("techno 6 minutes", 360),
        ("techno, 7 Minuten", 420),
        ("ein 5-minütiger Track", 300),
        ("a two-minute house tune", 120),
        ("anderthalb Minuten Ambient", 90),
        ("techno 4:30", 270),
        ("techno 1 minute 30 seconds", 90),
        ("45 Sekunden Techno", 45),
        ("2,5 min trance", 150),
    ],
)
def test_lengths_are_read_in_english_and_german(text: str, seconds: float) -> None:
    found = wish(text)
    assert found.bars * 240 / found.bpm == pytest.approx(seconds)


def test_a_length_in_bars_stays_exact() -> None:
    assert wish("techno 64 Takte").bars == pytest.approx(64)


def test_moods_are_read_in_both_languages() -> None:
    assert wish("dunkler, hypnotischer Techno").moods == wish("dark hypnotic techno").moods == ("dark", "hypnotic")
    assert wish("melancholischer Bass mit Wärme").moods == ("melancholic", "warm")


def test_categories_can_be_wanted_and_excluded() -> None:
    found = wish("deep house mit Vocals, ohne Hihats")
    assert found.wanted == ("vocal",)
    assert found.unwanted == ("hihat",)
    assert wish("techno without any bass").unwanted == ("bass",)
    assert wish("liquid drum and bass").wanted == ()


@pytest.mark.parametrize("text", ["techno 2000 bpm", "techno 5 bpm", "90 minutes of techno", "3 seconds of house"])
def test_what_no_track_can_have_is_refused(text: str) -> None:
    with pytest.raises(OutOfRange):
        wish(text)


@given(st.text(max_size=200))
def test_any_text_gives_a_wish_or_a_readable_error(text: str) -> None:
    try:
        found = wish(text)
    except LiveEngineError:
        return
    assert 20 <= found.bpm <= 999
    assert found == wish(text)


@given(st.integers(60, 220), st.sampled_from(sorted(STYLES.moods)), st.integers(1, 12))
def test_what_is_said_is_kept(bpm: int, mood: str, minutes: int) -> None:
    found = wish(f"{mood} trance, {bpm} bpm, {minutes} minutes, in E minor")
    assert (found.genre, found.bpm, found.key.name) == ("trance", bpm, "Em")
    assert found.bars == pytest.approx(minutes * bpm / 4)
