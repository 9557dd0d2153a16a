from dataclasses import replace
from pathlib import Path

from liveengine.stems.model import Stem
from liveengine.stems.query import read
from liveengine.stems.reasons import reasons

STEM = Stem(
    id=1, path=Path("a.wav"), filename="a.wav", title="a", category="kick", tags=("drum_loop",), bpm=136.884, key=None,
    duration=1.0, rate=48_000, channels=1, frames=48_000, loop=True, bars=None, loudness=None, peak=None, hash="",
    provenance="original", favourite=False, plays=0, created_at=0.0, updated_at=0.0, source=Path("a.wav"),
)  # fmt: skip


def test_a_reason_says_how_far_a_sound_goes_towards_what_was_asked() -> None:
    dark = reasons(read("dark kick"), STEM, {"category.kick": 0.93, "brightness": 0.03, "air": 0.3})
    assert dark[:2] == ["kick 93%", "dark: top 3%"]
    assert reasons(read("bright kick"), STEM, {"brightness": 0.97}) == ["bright: top 3%"]
    assert reasons(read("bright kick"), STEM, {"brightness": 1.0}) == ["bright: top 1%"]


def test_who_is_not_even_in_the_half_that_is_asked_for_has_no_such_reason() -> None:
    asked = replace(read("kick"), axes=[("brightness", 0.45, 1.0)])  # as a thing usually measures
    assert reasons(asked, STEM, {"brightness": 0.46}) == ["dark: top 46%"]
    assert reasons(asked, STEM, {"brightness": 0.6}) == []  # and not "dark: top 60%"


def test_a_tempo_is_told_to_a_tenth() -> None:
    assert "136.9 BPM, asked 138" in reasons(read("kick 138 bpm"), STEM, {})


def test_what_does_not_fit_is_no_reason() -> None:
    assert "136.9 BPM, asked 70" in reasons(read("kick 70 bpm"), STEM, {})  # half time
    assert not any("BPM" in reason for reason in reasons(read("kick 110 bpm"), STEM, {}))
    assert "key Am, asked C" in reasons(read("kick in C"), replace(STEM, key="Am"), {})
    assert not any("key" in reason for reason in reasons(read("kick in C"), replace(STEM, key="F#"), {}))


def test_a_name_is_told_by_the_word_that_people_use() -> None:
    drum = replace(STEM, title="tiefe membrane")  # the concept of everything with a skin
    assert "named drum" in reasons(read("tiefe Trommel"), drum, {})


def test_a_tempo_within_the_range_asked_for_is_told_with_the_range() -> None:
    assert "136.9 BPM, asked 130 to 140" in reasons(read("kick 130-140 bpm"), STEM, {})
    assert not any("BPM" in reason for reason in reasons(read("kick 140-150 bpm"), STEM, {}))


def test_beside_an_example_a_reason_says_what_is_more_than_there() -> None:
    axes = [("brightness", 0.45, 1.0)]
    asked = replace(read("like 42 but brighter"), stands={"brightness": 0.1}, than="stem 42", axes=axes)
    assert reasons(asked, STEM, {"brightness": 0.2}) == ["brighter than stem 42"]  # and not "dark: top 20%"
    assert reasons(asked, STEM, {"brightness": 0.12}) == []  # nobody hears that
    darker = replace(asked, relative=[("brightness", -1.0, 1.0)])
    assert reasons(darker, STEM, {"brightness": 0.02}) == ["darker than stem 42"]
