from liveengine.stems.columns import Filter
from liveengine.stems.named import CERTAINTY, Card, Named

KICK = Card("kick", None, None, False)
BASS = Card("bass", 128.0, "Am", True)


def shelf() -> Named:
    named = Named()
    named.put(1, KICK, "Dark_Kick_01.wav")
    named.put(2, KICK, "bright kick.wav")
    named.put(3, BASS, "RollingBass Am 128bpm.wav")
    return named


def test_a_stem_is_found_by_the_share_of_the_words_that_its_name_holds() -> None:
    assert shelf().search("dark kick", 10, Filter()) == [(1, CERTAINTY), (2, CERTAINTY / 2)]
    assert shelf().search("dark kick", 1, Filter()) == [(1, CERTAINTY)]


def test_the_beginning_of_a_word_is_enough() -> None:
    assert shelf().search("roll", 10, Filter()) == [(3, CERTAINTY)]
    assert shelf().search("ro", 10, Filter()) == []


def test_less_than_half_of_the_words_is_no_match() -> None:
    assert shelf().search("dark choir from space", 10, Filter()) == []


def test_the_filter_holds_for_what_the_name_says() -> None:
    named = shelf()
    assert named.search("kick", 10, Filter(category="bass")) == []
    assert named.search("bass", 10, Filter(tempo=130.0, key="Em")) == [(3, CERTAINTY)]
    assert named.search("bass", 10, Filter(tempo=100.0)) == []
    assert named.search("bass", 10, Filter(key="C#")) == []
    assert named.search("bass", 10, Filter(loop=False)) == []
    assert named.search("kick", 10, Filter(exclude=frozenset({1}))) == [(2, CERTAINTY)]


def test_what_is_removed_is_found_no_more() -> None:
    named = shelf()
    named.remove(1)
    named.remove(1)
    assert named.search("dark", 10, Filter()) == []
    assert (len(named), 1 in named, 2 in named) == (2, False, True)


def test_nonsense_finds_nothing() -> None:
    for text in ("", " ", "\0", "🥁", "' OR 1=1 --", "%_*?"):
        assert shelf().search(text, 10, Filter()) == []
