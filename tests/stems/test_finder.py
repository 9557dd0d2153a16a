from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from liveengine.stems.finder import Finder
from liveengine.stems.index import Index, Stamp
from liveengine.stems.vectors import Entry, Filter, Vectors, best

DIM = 16
FLOATS = NDArray[np.float32]


def unit(number: int) -> FLOATS:
    vector = np.random.default_rng(number).standard_normal(DIM)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def entry(stem: int, category: str = "kick", tempo: float | None = None, key: str | None = None) -> Entry:
    return Entry(stem, unit(stem), category, tempo, key, loop=tempo is not None)


def filled(count: int) -> Vectors:
    vectors = Vectors(DIM)
    for stem in range(1, count + 1):
        vectors.put(entry(stem, "kick" if stem % 2 else "bass", 100.0 + stem, "Am" if stem % 3 else "F#"))
    return vectors


def found(vectors: Vectors, query: FLOATS, k: int, wanted: Filter) -> list[int]:
    count, masks = vectors.candidates(wanted)
    answer = [stem for stem, _ in vectors.exact(query, k, masks)]
    assert len(answer) == min(k, count)
    return answer


def test_the_nearest_of_all_is_the_vector_itself() -> None:
    vectors = filled(100)
    for stem in (1, 17, 64, 65, 100):
        assert found(vectors, unit(stem), 1, Filter()) == [stem]


def test_a_filter_lets_through_what_it_says() -> None:
    vectors = filled(40)
    assert all(stem % 2 == 0 for stem in found(vectors, unit(1), 50, Filter(category="bass")))
    assert found(vectors, unit(1), 50, Filter(category="nothing")) == []
    assert 1 not in found(vectors, unit(1), 50, Filter(exclude=frozenset({1})))
    assert found(vectors, unit(1), 50, Filter(loop=False)) == []
    fits = found(vectors, unit(1), 50, Filter(tempo=110.0))
    assert sorted(fits) == [stem for stem in range(1, 41) if abs((100 + stem) / 110 - 1) <= 0.08]
    keys = found(vectors, unit(1), 50, Filter(key="C"))  # the relative key of A minor; F sharp is far
    assert sorted(keys) == [stem for stem in range(1, 41) if stem % 3]


def test_half_and_double_time_fit_a_tempo() -> None:
    vectors = Vectors(DIM)
    for stem, tempo in enumerate((87.0, 174.0, 130.0), 1):
        vectors.put(entry(stem, tempo=tempo))
    vectors.put(entry(4))  # a one-shot fits every tempo
    assert sorted(found(vectors, unit(1), 9, Filter(tempo=174.0))) == [1, 2, 4]


def test_removal_and_replacement_leave_no_trace() -> None:
    vectors = filled(40)
    for stem in range(1, 41, 2):
        assert vectors.remove(stem)
        assert not vectors.remove(stem)
    vectors.put(entry(2, "fx"))
    assert sorted(found(vectors, unit(3), 99, Filter())) == list(range(2, 41, 2))
    assert found(vectors, unit(2), 9, Filter(category="fx")) == [2]
    assert found(vectors, unit(40), 1, Filter(category="bass")) == [40]


def test_ties_go_to_the_older_stem() -> None:
    ids = np.array([5, 3, 9, 1])
    scores = np.array([0.5, 0.5, 0.9, 0.5], np.float32)
    assert [stem for stem, _ in best(ids, scores, 3)] == [9, 1, 3]


def stamp(count: int) -> Stamp:
    return Stamp(model="m", checksum="c", dim=DIM, count=count, generation=3)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    index = Index(DIM)
    index.add(np.arange(1, 301), np.stack([unit(stem) for stem in range(1, 301)]))
    index.remove(7)
    index.save(tmp_path / "stems.hnsw", stamp(299))
    return tmp_path / "stems.hnsw"


def test_a_saved_index_comes_back_with_what_was_removed(saved: Path) -> None:
    index = Index.load(saved, stamp(299))
    assert index is not None
    assert 7 not in index.nearest(unit(7), 20)[0]
    assert index.nearest(unit(8), 1)[0].tolist() == [8]


@pytest.mark.parametrize(
    "changed", [{"model": "other"}, {"checksum": "x"}, {"dim": 32}, {"count": 300}, {"generation": 4}]
)
def test_an_index_of_something_else_is_not_loaded(saved: Path, changed: dict[str, Any]) -> None:
    assert Index.load(saved, replace(stamp(299), **changed)) is None


def test_a_damaged_index_is_never_loaded(saved: Path) -> None:
    whole = saved.read_bytes()
    for at in (0, 8, 40, len(whole) // 2, len(whole) - 1):
        saved.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert Index.load(saved, stamp(299)) is None
    for length in (0, 10, len(whole) - 1):
        saved.write_bytes(whole[:length])
        assert Index.load(saved, stamp(299)) is None
    saved.write_bytes(whole)
    assert Index.load(saved, stamp(299)) is not None
    saved.with_name(saved.name + ".json").write_text("[]")
    assert Index.load(saved, stamp(299)) is None


def test_an_index_grows_and_never_fails_for_want_of_neighbours() -> None:
    index = Index(DIM)
    assert index.nearest(unit(1), 5)[0].tolist() == []
    index.add(np.array([1]), unit(1)[None])
    index.add(np.arange(2, 3001), np.stack([unit(stem) for stem in range(2, 3001)]))
    index.remove(1)
    index.remove(1)
    index.remove(99_999)
    assert index.count == 2999
    assert len(index.nearest(unit(5), 10_000)[0]) == 2999


async def test_beyond_the_exact_limit_the_index_answers_the_same() -> None:
    finder = Finder(DIM, exact_limit=200)
    await finder.put([entry(stem, "kick" if stem % 2 else "bass") for stem in range(1, 1001)])
    await finder.built()
    assert finder.index is not None
    hits = 0
    for number in range(50):
        query = unit(10_000 + number)
        for wanted in (Filter(), Filter(category="bass")):
            exact = finder.vectors.exact(query, 10, finder.vectors.candidates(wanted)[1])
            answer = await finder.search(query, 10, wanted)
            assert len(answer) == 10
            assert all(stem % 2 == 0 for stem, _ in answer) or wanted.open
            hits += len({stem for stem, _ in exact} & {stem for stem, _ in answer})
    assert hits >= 0.98 * 1000
    await finder.close()


async def test_a_filter_with_fewer_matches_than_asked_for_gives_them_all() -> None:
    finder = Finder(DIM, exact_limit=10)
    await finder.put([entry(stem) for stem in range(1, 301)])
    await finder.built()
    assert len(await finder.search(unit(1), 1000, Filter())) == 300
    assert len(await finder.search(unit(1), 10, Filter(exclude=frozenset(range(4, 301))))) == 3
    assert await finder.search(unit(1), 10, Filter(category="vocal")) == []
    await finder.close()


async def test_what_changes_while_the_index_is_built_is_in_it() -> None:
    finder = Finder(DIM, exact_limit=100)
    await finder.put([entry(stem) for stem in range(1, 2001)])
    await finder.remove(3)
    await finder.put([entry(5000)])
    await finder.built()
    assert finder.index is not None
    assert finder.index.count == 2000
    assert (await finder.search(unit(5000), 1, Filter()))[0][0] == 5000
    assert (await finder.search(unit(3), 1, Filter()))[0][0] != 3
    await finder.close()


async def test_a_stale_index_file_is_built_again(tmp_path: Path) -> None:
    finder = Finder(DIM, exact_limit=100)
    await finder.put([entry(stem) for stem in range(1, 201)])
    await finder.save(tmp_path / "i", stamp(200))
    await finder.close()
    for expected, fits in ((stamp(200), True), (replace(stamp(200), generation=4), False)):
        again = Finder(DIM, exact_limit=100)
        await again.fill([entry(stem) for stem in range(1, 201)])
        assert await again.load(tmp_path / "i", expected) is fits
        assert (await again.search(unit(9), 1, Filter()))[0][0] == 9
        await again.built()
        assert again.index is not None
        await again.close()
