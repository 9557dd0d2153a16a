from liveengine.stems.suggest import Suggestion, Vocabulary, completed, merged, vocabulary

EN, DE = frozenset({"en"}), frozenset({"de"})
WORDS = Vocabulary(
    ["dark", "darkness", "dub", "dub techno", "duester", "techno"],
    ["dark", "darkness", "dub", "dub techno", "düster", "techno"],
    [0, 4, 0, 0, 1, 0],
    [EN, EN, EN | DE, EN | DE, DE, EN | DE],
)


def test_a_beginning_is_completed_the_most_usual_and_shortest_first() -> None:
    assert WORDS.complete("d", 10) == ["dub", "dark", "dub techno", "düster", "darkness"]
    assert WORDS.complete("dub", 2) == ["dub", "dub techno"]
    assert WORDS.complete("x", 10) == []


def test_the_last_word_of_a_sentence_is_completed_and_the_rest_stays_as_it_is() -> None:
    assert completed("Deep da", WORDS, 10) == ["Deep dark", "Deep darkness"]
    assert completed("a dub te", WORDS, 10) == ["a dub techno"]
    assert completed("dü", WORDS, 10) == ["düster"]
    assert completed("dark", WORDS, 10) == ["darkness"]
    assert completed("dark ", WORDS, 10) == []
    assert completed("", WORDS, 10) == []


def test_words_of_the_language_that_is_spoken_come_first() -> None:
    assert WORDS.language(["dark"]) == "en"
    assert WORDS.language(["dub", "nothing"]) is None
    assert completed("düster d", WORDS, 3) == ["düster dub", "düster dub techno", "düster düster"]
    assert completed("dark d", WORDS, 2) == ["dark dub", "dark dark"]


def test_kinds_take_turns_and_no_sentence_comes_twice() -> None:
    searched = [Suggestion("dark kick", "search"), Suggestion("dark", "search")]
    words = [Suggestion("Dark", "word"), Suggestion("darkness", "word")]
    titles = [Suggestion("Dark Kick 01", "stem", 7)]
    assert [one.text for one in merged([searched, words, titles], 4)] == [
        "dark kick",
        "Dark",
        "Dark Kick 01",
        "darkness",
    ]
    assert merged([], 4) == []


def test_the_lexicon_completes_in_both_languages() -> None:
    words = vocabulary()
    assert "kick" in words.complete("ki", 5)
    assert any(word.lower().startswith("dunk") for word in words.complete("dunk", 5))
    assert list(words.plain) == sorted(words.plain)
