import threading
from collections.abc import Sequence

import pytest

from liveengine.stems import query
from liveengine.stems.columns import Filter, Known
from liveengine.stems.finder import Finder
from liveengine.stems.named import CERTAINTY, Name, Named

KICK = Known("kick", duration=0.5)
BASS = Known("bass", 128.0, "Am", True, 7.5)


def shelf() -> Named:
    named = Named()
    named.put(
        [
            Name(1, "Dark_Kick_01.wav", KICK),
            Name(2, "bright kick.wav", KICK),
            Name(3, "RollingBass Am 128bpm.wav", BASS),
        ]
    )
    return named


def found(named: Named, text: str, most: int = 10, wanted: Filter = Filter()) -> list[tuple[int, float]]:  # noqa: B008
    return [(stem, round(similarity, 6)) for stem, similarity in named.search(query.read(text), most, wanted)]


def test_a_stem_is_found_by_the_share_of_the_words_that_its_name_holds() -> None:
    assert found(shelf(), "dark kick") == [(1, CERTAINTY), (2, CERTAINTY / 2)]
    assert found(shelf(), "dark kick", 1) == [(1, CERTAINTY)]


def test_the_beginning_of_a_word_is_enough() -> None:
    assert found(shelf(), "roll") == [(3, CERTAINTY)]
    assert found(shelf(), "rolli") == [(3, CERTAINTY)]
    assert found(shelf(), "ro") == []


def test_less_than_half_of_the_words_is_no_match() -> None:
    assert found(shelf(), "dark choir from space") == []


def test_names_are_found_in_the_other_language_and_fillers_do_not_count() -> None:
    assert found(shelf(), "ein dunkler Kick")[0] == (1, CERTAINTY)
    assert found(shelf(), "eine dunkle Basstrommel")[0] == (1, CERTAINTY)
    named = Named()
    named.put([Name(1, "Basstrommel dumpf.wav", Known("other")), Name(2, "Crash_07.wav", Known("hihat"))])
    assert found(named, "muffled kick") == [(1, CERTAINTY)]
    assert found(named, "Becken") == [(2, CERTAINTY)]
    assert found(named, "crash 07") == [(2, CERTAINTY)]


def test_what_is_excluded_is_not_found() -> None:
    named = shelf()
    assert found(named, "kick -bright") == [(1, CERTAINTY)]
    assert found(named, "Kick, nicht hell") == [(1, CERTAINTY)]
    assert found(named, "ein dunkler techno kick ohne hall") == [(1, round(CERTAINTY * 2 / 3, 6))]
    named.put([Name(4, "kick flumpo.wav", KICK)])
    assert {stem for stem, _ in found(named, "kick")} == {1, 2, 4}
    assert {stem for stem, _ in found(named, "kick -flumpo")} == {1, 2}


def test_tempo_and_key_are_compared_as_numbers() -> None:
    assert found(shelf(), "bass 128 bpm") == [(3, CERTAINTY)]
    assert found(shelf(), "bass in A minor, 127 to 130 bpm") == [(3, CERTAINTY)]
    assert found(shelf(), "bass in C minor, 90 bpm") == []


def test_the_filter_is_that_of_all_stems() -> None:
    named = shelf()
    assert found(named, "kick", wanted=Filter(category="bass")) == []
    assert found(named, "bass", wanted=Filter(tempo=130.0, key="Em")) == [(3, CERTAINTY)]
    assert found(named, "bass", wanted=Filter(tempo=100.0)) == []
    assert found(named, "bass", wanted=Filter(key="C#")) == []
    assert found(named, "bass", wanted=Filter(loop=False)) == []
    assert found(named, "kick", wanted=Filter(exclude=frozenset({1}))) == [(2, CERTAINTY)]
    assert found(named, "kick", wanted=Filter(length=(1.0, 9.0))) == []
    assert found(named, "bass", wanted=Filter(length=(1.0, 9.0), provenance="original")) == [(3, CERTAINTY)]
    assert found(named, "bass", wanted=Filter(provenance="separated")) == []


def test_marks_count_as_in_stems_that_are_analysed() -> None:
    named = shelf()
    assert found(named, "kick", wanted=Filter(favourite=True)) == []
    named.mark(2, "favourite", True)
    assert found(named, "kick", wanted=Filter(favourite=True)) == [(2, CERTAINTY)]
    named.played(1)
    assert found(named, "kick", wanted=Filter(unheard=True)) == [(2, CERTAINTY)]
    named.mark(77, "favourite", True)
    named.played(77)


def test_what_is_removed_is_found_no_more() -> None:
    named = shelf()
    named.remove(1)
    named.remove(1)
    assert found(named, "dark") == []
    assert len(named) == 2
    for stem in (2, 3):
        named.remove(stem)
    assert found(named, "kick") == []
    named.put([Name(9, "dark kick.wav", KICK)])
    assert found(named, "kick") == [(9, CERTAINTY)]


def test_an_edit_of_a_named_stem_counts() -> None:
    named = shelf()
    named.put([Name(1, "Dark_Kick_01.wav", Known("snare"))])
    assert found(named, "dark", wanted=Filter(category="snare")) == [(1, CERTAINTY)]
    assert len(named) == 3


def test_the_few_that_are_left_of_many_are_still_found() -> None:
    named = Named()
    named.put([Name(stem, f"kick {stem}.wav", KICK) for stem in range(1, 6_001)])
    for stem in range(1, 5_999):
        named.remove(stem)
    assert found(named, "kick") == [(5_999, CERTAINTY), (6_000, CERTAINTY)]
    named.put([Name(7_000, "kick.wav", KICK)])
    assert [stem for stem, _ in found(named, "kick")] == [5_999, 6_000, 7_000]


def test_nonsense_finds_nothing() -> None:
    for text in ("", " ", "\0", "🥁", "' OR 1=1 --", "%_*?", "ohne", "x" * 2_000):
        assert found(shelf(), text) == []


async def test_names_are_read_and_searched_beside_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []
    put, search = Named.put, Named.search

    def watched_put(named: Named, names: Sequence[Name]) -> None:
        threads.append(threading.current_thread().name)
        put(named, names)

    def watched_search(named: Named, asked: query.Query, most: int, wanted: Filter) -> list[tuple[int, float]]:
        threads.append(threading.current_thread().name)
        return search(named, asked, most, wanted)

    monkeypatch.setattr(Named, "put", watched_put)
    monkeypatch.setattr(Named, "search", watched_search)
    finder = Finder(8)
    await finder.name([Name(1, "kick.wav", KICK)])
    asked = query.read("kick")
    assert await finder.ask(lambda shelf: shelf.named.search(asked, 5, Filter())) == [(1, CERTAINTY)]
    assert threads == ["search_0", "search_0"]
    await finder.close()
