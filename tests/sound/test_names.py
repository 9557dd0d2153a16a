from pathlib import Path

import pytest

from liveengine.config import BadConfig
from liveengine.sound import names
from liveengine.sound.names import Claim, parse


@pytest.mark.parametrize(
    ("path", "tempo", "key", "category"),
    [
        ("LABEL_PACK_100_electric_guitar_name_Dmaj.wav", 100, "D", "synth"),
        ("Deep House/124 BPM/Pads/A_warm_pad_F#min.wav", 124, "F#m", "synth"),
        ("synth lead 8A 174bpm.wav", 174, "Am", "synth"),
        ("Vocal Chop C# minor 140.wav", 140, "C#m", "vocal"),
        ("gesang_90,5bpm_Bb.wav", 90.5, "A#", "vocal"),
        ("Techno 128bpm Am/Kick_01.wav", 128, "Am", "kick"),
        ("BPM 92/Bass Drum 3.wav", 92, None, "kick"),
        ("808_kick_hard.wav", None, None, "kick"),
        ("openHatShort.wav", None, None, "hihat"),
        ("Fläche_Cm_tief.wav", None, "Cm", "synth"),
        ("treibender_Tiefbass_03.wav", None, None, "bass"),
        ("Rauschen.wav", None, None, "fx"),
        ("bass guitar 01.wav", None, None, "bass"),
        ("bass_kick.wav", None, None, "kick"),
        ("atmo_lush_pad.wav", None, None, "atmo"),
        ("drums_open_hat.wav", None, None, "hihat"),
        ("Claps/007.wav", None, None, "snare"),
        ("track 120 140.wav", None, None, None),
        ("A love song.wav", None, None, None),
        ("\ud800\n.wav", None, None, None),
    ],
)
def test_a_name_says_tempo_key_and_category(
    path: str, tempo: float | None, key: str | None, category: str | None
) -> None:
    found = parse(path)
    assert (found.tempo[0] if found.tempo else None) == tempo
    assert (found.key.value if found.key else None) == key
    assert (found.category.value if found.category else None) == category


def test_a_marked_number_counts_more_than_a_bare_one_and_a_file_more_than_its_folder() -> None:
    marked, bare, folder = (parse(path).tempo for path in ("x_128bpm.wav", "x_128.wav", "128bpm/x.wav"))
    assert marked == (128.0, 0.9)
    assert bare == (128.0, 0.5)
    assert folder == (128.0, 0.63)
    assert parse("120bpm/x_128bpm.wav").tempo == (128.0, 0.9)


def test_an_impossible_tempo_is_no_tempo() -> None:
    assert parse("x_999bpm.wav").tempo == (999.0, 0.9)
    assert parse("x_07bpm.wav").tempo is None


@pytest.mark.parametrize(
    ("path", "loop"),
    [("Drum Loop.wav", True), ("kick_oneshot.wav", False), ("One Shots/x.wav", False), ("x.wav", None)],
)
def test_a_name_says_loop_or_one_shot(path: str, loop: bool | None) -> None:
    assert parse(path).loop is loop


def test_the_camelot_wheel_turns_by_fifths() -> None:
    assert [names.camelot(n, "A") for n in (1, 5, 8, 12)] == ["G#m", "Cm", "Am", "C#m"]
    assert [names.camelot(n, "B") for n in (1, 5, 8, 12)] == ["B", "D#", "C", "E"]


def test_words_for_tags_have_no_numbers_and_no_umlauts() -> None:
    assert parse("Großer_Kick03-heavy.wav").words == ("grosser", "kick", "heavy")


def test_a_number_that_is_a_drum_machine_is_a_word() -> None:
    assert parse("Kick_808_03.wav").words == ("kick", "808")
    assert parse("128_909ride.wav").words == ("909", "ride")


def test_the_shipped_categories_know_the_words_of_the_user() -> None:
    known = names.categories()
    assert list(known) == [
        "kick",
        "snare",
        "hihat",
        "bass",
        "percussion",
        "fx",
        "synth",
        "vocal",
        "atmo",
        "drums",
        "other",
    ]
    for category, words in {"snare": ["clap", "rimshot"], "bass": ["sub", "lowend"], "fx": ["sweep", "riser"]}.items():
        assert set(words) <= set(known[category])


def test_a_user_replaces_and_adds_categories(tmp_path: Path) -> None:
    (tmp_path / "categories.toml").write_text('[kick]\naliases = ["wumms"]\n[Didgeridoo]\naliases = ["didge"]\n')
    known = names.categories(tmp_path)
    assert parse("wumms.wav", known).category == Claim("kick", 0.9)
    assert parse("bd.wav", known).category is None
    assert parse("didge_02.wav", known).category == Claim("didgeridoo", 0.9)


@pytest.mark.parametrize("text", ["[kick]\naliases = 3", "kick = [1]", "[kick"])
def test_a_broken_category_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "categories.toml").write_text(text)
    with pytest.raises(BadConfig, match=r"categories\.toml"):
        names.categories(tmp_path)
