import pytest

from liveengine.stems import harmony, quantities


@pytest.mark.parametrize(
    ("sentence", "tempo", "span"),
    [
        ("loop 130bpm", 130.0, None), ("techno 138,5 BPM", 138.5, None), ("bpm: 174", 174.0, None),
        ("tempo 90", 90.0, None), ("um die 128", 128.0, None), ("around 95", 95.0, None),
        ("between 120 and 130", 125.0, (120.0, 130.0)), ("zwischen 120 und 130 BPM", 125.0, (120.0, 130.0)),
        ("120-130 bpm", 125.0, (120.0, 130.0)), ("drums 90-95", 92.5, (90.0, 95.0)),
        ("1-2", None, None), ("90-00", None, None), ("unter 100 bpm", 70.0, (40.0, 100.0)),
        ("over 140 bpm", 190.0, (140.0, 240.0)), ("hundertachtundzwanzig bpm", 128.0, None),
        ("one twenty eight bpm", 128.0, None), ("808 kick", None, None), ("80s synth", None, None),
        ("um die 5000", None, None), ("sh 101", None, None),
    ],
)  # fmt: skip
def test_a_tempo_is_a_number_or_a_range(sentence: str, tempo: float | None, span: tuple[float, float] | None) -> None:
    _, found = quantities.take(sentence)
    assert (found.tempo, found.tempo_range) == (tempo, span)


@pytest.mark.parametrize(
    ("sentence", "key"),
    [
        ("in a-Moll", "Am"), ("bass in Am", "Am"), ("F# minor", "F#m"), ("8A pad", "Am"), ("8B", "C"), ("C-Dur", "C"),
        ("cis-moll", "C#m"), ("Des-Dur", "C#"), ("As-Moll", "G#m"), ("es-moll", "D#m"), ("bass in E", "E"),
        ("key of G", "G"), ("H-Moll", "Bm"), ("Bb minor", "A#m"), ("Ebm pads", "D#m"), ("C# lead", "C#"),
        ("in f#m", "F#m"), ("pad in A minor", "Am"), ("a minor chord", None), ("A minor pad", None),
        ("ich bin am Suchen", None), ("in der key", None), ("a kick", None), ("C4", None), ("minor", None),
    ],
)  # fmt: skip
def test_a_key_is_told_from_an_article_and_a_preposition(sentence: str, key: str | None) -> None:
    assert harmony.key_name(quantities.take(sentence)[1].key) == key


@pytest.mark.parametrize(
    ("sentence", "length"),
    [
        ("under 1 second", (0.0, 1.0)), ("unter 2 Sekunden", (0.0, 2.0)), ("länger als 5 Sekunden", (5.0, 3600.0)),
        ("500 ms", (0.4, 0.6)), ("2-4 seconds", (2.0, 4.0)), ("between 2 and 4 s", (2.0, 4.0)),
        ("half a second", (0.4, 0.6)), ("eine Minute", (48.0, 72.0)), ("80s", None),
        ("808s", None), ("1990s", None), ("4s", (3.2, 4.8)), ("under 20 s", (0.0, 20.0)),
        ("kurz", None), ("one shot", None),
    ],
)  # fmt: skip
def test_a_length_is_a_range_of_seconds(sentence: str, length: tuple[float, float] | None) -> None:
    found = quantities.take(sentence)[1].length
    assert found == (pytest.approx(length) if length else None)


@pytest.mark.parametrize(
    ("sentence", "bars"),
    [
        ("2 bars", 2.0), ("vier Takte", 4.0), ("4-bar loop", 4.0), ("zweitaktig", 2.0), ("hats 16 beats", 4.0),
        ("909-Beat", None), ("four to the floor", None), ("100000 bars", None),
    ],
)  # fmt: skip
def test_bars_are_counted_and_beats_are_quarters_of_them(sentence: str, bars: float | None) -> None:
    assert quantities.take(sentence)[1].bars == bars


def test_an_example_is_named_by_its_number_and_a_machine_is_none() -> None:
    assert quantities.take("like:42 darker")[1].like == (42,)
    assert quantities.take("wie Stem 7 und wie #9")[1].like == (7, 9)
    assert quantities.take("like 808")[1].like == ()
    assert quantities.take("like #808")[1].like == (808,)
    assert quantities.take("wie dieser, aber dunkler")[1].this
    assert not quantities.take("wie diese in der Kirche")[1].this


def test_what_was_read_is_taken_out_of_the_text() -> None:
    rest, found = quantities.take("Räudiger Bass, 174 bpm, in F#m, 2 Takte")
    assert rest.replace(",", "").split() == ["raeudiger", "bass"]
    assert found.told() == ["174 bpm", "key F#m", "2 bars"]
