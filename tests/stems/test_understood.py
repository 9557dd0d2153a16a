import json

from liveengine.stems import query, understood

SENTENCE = "einen treibenden 909-Bass wie 42, ohne Hall, nicht hell, 4 Takte, 130 bpm, in a-Moll, zorblax"


def test_what_was_understood_is_told_in_both_languages() -> None:
    asked = query.read(SENTENCE)
    german, english = understood.sentence(asked, "de"), understood.sentence(asked, "en")
    assert german == (
        "wie Stem 42, in Richtung treibend, 909, Bass, mit weniger Hall, nicht hell, 130 BPM, in a-Moll, 4 Takte, "
        "gesucht im Namen: zorblax"
    )
    assert english == (
        "like stem 42, towards driving, 909, bass, with less reverb, not bright, 130 BPM, in A minor, 4 bars, "
        "looking for the name: zorblax"
    )


def test_it_is_data_that_json_can_hold() -> None:
    told = understood.told(query.read(SENTENCE))
    assert json.loads(json.dumps(told)) == told
    assert told["things"] == ["bass"]
    assert told["words"] == ["driving"]
    assert told["machines"] == ["909"]
    assert told["without"] == ["wet", "bright"]
    assert told["categories"] == ["bass"]
    assert (told["tempo"], told["key"], told["bars"], told["loop"], told["like"]) == (130.0, "Am", 4.0, True, [42])
    assert told["unknown"] == ["zorblax"]
    assert told["language"] == "de"


def test_nothing_understood_is_said_so() -> None:
    assert understood.sentence(query.read(""), "en") == "nothing that is known"
    assert understood.sentence(query.read("???"), "de") == "nichts Bekanntes"


def test_lengths_and_forms_are_told() -> None:
    sentences = ("under 1 second", "over 5 s", "2-4 s", "amen", "C-Dur")
    told = [understood.sentence(query.read(text), "en") for text in sentences]
    assert told == ["under 1 s", "over 5 s", "2 to 4 s", "amen break, a loop", "in C major"]
