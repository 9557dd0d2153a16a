import asyncio
import shutil
import sys
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liveengine.stems import compiled, finder, shelf
from liveengine.stems.columns import PLACES, SLOTS, Columns, Filter, Known, bytes_of, places
from liveengine.stems.finder import Finder
from liveengine.stems.index import Index
from liveengine.stems.scan import Kernel, Plain
from liveengine.stems.shelf import Entry
from liveengine.stems.vectors import Floats, Vectors
from liveengine.stems.wishes import Again, Spread, Wishes

DIM = 16


def unit(number: int, dim: int = DIM) -> Floats:
    vector = np.random.default_rng(number).standard_normal(dim)
    found: Floats = (vector / np.linalg.norm(vector)).astype(np.float32)
    return found


def entry(stem: int, category: str = "kick", tempo: float | None = None, key: str | None = None) -> Entry:
    return Entry(stem, unit(stem), Known(category, tempo, key, loop=tempo is not None, duration=stem / 10))


@pytest_asyncio.fixture
async def made() -> AsyncIterator[Finder]:
    made = Finder(DIM)
    yield made
    await made.close()


async def fill(made: Finder, count: int) -> None:
    every = range(1, count + 1)
    await made.put([entry(n, "kick" if n % 2 else "bass", 100.0 + n, "Am" if n % 3 else "F#") for n in every])


async def found(made: Finder, query: Floats, most: int, wanted: Filter | None = None) -> list[int]:
    answer = await made.shortlist(query, Wishes(), wanted or Filter(), most)
    assert sorted(answer.scores.tolist(), reverse=True) == answer.scores.tolist()
    stems: list[int] = answer.stems.tolist()
    return stems


async def test_the_nearest_of_all_is_the_vector_itself(made: Finder) -> None:
    await fill(made, 200)
    for stem in (1, 17, 64, 65, 128, 200):
        assert await found(made, unit(stem), 1) == [stem]


async def test_at_the_second_look_the_darkest_of_all_is_no_dark_kick(made: Finder) -> None:
    names = places()

    def placed(stem: int, brightness: float, kick: float) -> Entry:
        cells = bytes_of([{"brightness": brightness, "category.kick": kick}.get(name, 0.0) for name in names])
        codes = cells[: names.index("key")].tobytes() + bytes(4 * SLOTS + 4)
        return Entry(stem, unit(stem), Known("kick" if kick else "other", codes=codes))

    await made.put([placed(1, 0.0, 0.0), placed(2, 0.3, 1.0), placed(3, 0.7, 1.0)])
    dark = (("brightness", np.append(1.0 - PLACES, 0.0).astype(np.float32)),)
    kept = (("category.kick", np.append(0.5 + 0.5 * PLACES, 0.5).astype(np.float32)),)
    for first, expected in ((0, [1, 2, 3]), (1, [2, 1, 3]), (3, [2, 1, 3])):
        wishes = Wishes(0.0, 0.0, dark, again=Again(first, dark, kept, 1.0))
        answer = await made.shortlist(unit(1), wishes, Filter(), 3)
        assert answer.stems.tolist() == expected
    assert answer.scores == pytest.approx([0.7, 0.5, 0.3], abs=0.01)


async def test_a_vector_comes_back_as_it_was(made: Finder) -> None:
    await fill(made, 100)
    vector = await made.vector(77)
    assert vector is not None
    assert np.abs(vector - unit(77)).max() < 1e-4
    assert await made.vector(101) is None


async def test_a_filter_lets_through_what_it_says(made: Finder) -> None:
    await fill(made, 40)
    assert await found(made, unit(1), 50, Filter(category="nothing")) == []
    assert await found(made, unit(1), 50, Filter(loop=False)) == []
    cases: list[tuple[Filter, Callable[[int], bool]]] = [
        (Filter(category="bass"), lambda n: n % 2 == 0),
        (Filter(exclude=frozenset({1, 7, 99})), lambda n: n not in (1, 7)),
        (Filter(tempo=110.0), lambda n: abs((100 + n) / 110 - 1) <= 0.08),
        (Filter(key="C"), lambda n: n % 3 != 0),  # the relative key of A minor; F sharp is far
        (Filter(length=(0.5, 1.05)), lambda n: 5 <= n <= 10),
        (Filter(category="kick", key="Am", length=(0, 1)), lambda n: n % 2 == 1 and n % 3 != 0 and n <= 10),
        (Filter(provenance="generated"), lambda n: False),
    ]
    for wanted, passes in cases:
        assert sorted(await found(made, unit(1), 50, wanted)) == [n for n in range(1, 41) if passes(n)]


async def test_half_and_double_time_fit_a_tempo(made: Finder) -> None:
    await made.put([entry(stem, tempo=tempo) for stem, tempo in enumerate((87.0, 174.0, 130.0), 1)])
    await made.put([entry(4)])  # a one-shot fits every tempo
    assert sorted(await found(made, unit(1), 9, Filter(tempo=174.0))) == [1, 2, 4]


async def test_marks_are_filtered_by(made: Finder) -> None:
    await fill(made, 10)
    await made.mark(3, "favourite", True)
    await made.mark(99, "favourite", True)  # not there
    await made.played([1, 2, 2, 99])
    assert await found(made, unit(1), 50, Filter(favourite=True)) == [3]
    assert sorted(await found(made, unit(1), 50, Filter(unheard=True))) == list(range(3, 11))


async def test_removal_and_replacement_leave_no_trace(made: Finder) -> None:
    await fill(made, 40)
    for stem in range(1, 41, 2):
        await made.remove(stem)
        await made.remove(stem)
    await made.put([entry(2, "fx")])
    assert sorted(await found(made, unit(3), 99)) == list(range(2, 41, 2))
    assert await found(made, unit(2), 9, Filter(category="fx")) == [2]
    assert await found(made, unit(40), 1, Filter(category="bass")) == [40]


async def test_ties_go_to_the_older_stem(made: Finder) -> None:
    await made.put([Entry(stem, unit(1), Known("kick")) for stem in (5, 3, 9, 1)])
    assert await found(made, unit(1), 3) == [1, 3, 5]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 90)), max_size=120))
def test_adding_and_removing_never_loses_a_stem(steps: list[tuple[bool, int]]) -> None:
    async def play() -> None:
        made, there = Finder(DIM), set[int]()
        for add, stem in steps:
            if add:
                await made.put([entry(stem, tempo=float(stem + 60))])
                there.add(stem)
            else:
                await made.remove(stem)
                there.discard(stem)
        assert len(made) == len(there)
        assert set(await found(made, unit(1), 1000)) == there
        for stem in there:
            assert await found(made, unit(stem), 1) == [stem]
            assert stem in await found(made, unit(stem), 100, Filter(length=(stem / 10 - 0.01, stem / 10 + 0.01)))
        await made.close()

    asyncio.run(play())


def pack_words(word: int) -> bytes:
    names = np.zeros(SLOTS + 1, "<u4")
    names[1] = word
    return bytes(places().index("key")) + names.tobytes()


KERNELS: list[Kernel] = [Plain(), compiled.Compiled()]


@settings(max_examples=25)
@given(
    st.sampled_from(range(2)), st.integers(200, 3000), st.integers(1, 50), st.sampled_from([None, 0.0, 0.03, 0.5, 1.0]),
    st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_the_scan_is_a_plain_reference_for_any_mask(
    which: int, count: int, most: int, share: float | None, seed: int
) -> None:
    kernel, rng = KERNELS[which], np.random.default_rng(seed)
    vectors = Vectors(512)
    rows = rng.standard_normal((count, 512)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    vectors.put(np.arange(count), rows)
    query, column = rows[0] + 0.1 * rows[-1], rng.integers(0, 256, count).astype(np.uint8)
    table, mask = rng.standard_normal(256).astype(np.float32), None if share is None else rng.random(count) < share
    columns = Columns()
    known = [Known("kick", codes=pack_words(number % 3)) for number in range(count)]
    columns.put(np.arange(count), list(zip(*known, strict=True)))
    columns.set(np.arange(count), "brightness", column)
    scores = np.empty(count, np.float32)
    wishes = Wishes(0.5, 0.25, (("brightness", table), ("tempo", np.full(2048, 0.125, np.float32))), ((2, 0.5),))
    kernel.estimate(vectors, columns, (vectors.ask(query, kernel.bits), wishes), scores)
    facts = 0.375 + table[column] + 0.5 * (np.arange(count) % 3 == 2)
    assert np.abs(scores - facts - 0.5 * rows @ query).max() < 0.15  # five standard deviations of the estimate
    assert abs(float(np.mean(scores - facts - 0.5 * rows @ query))) < 0.01
    best, passing = kernel.best(scores, mask, most), np.arange(count) if mask is None else np.flatnonzero(mask)
    reference = passing[np.argsort(-scores[passing], kind="stable")][:most]
    assert set(reference.tolist()) <= set(best.tolist()) <= set(passing.tolist())
    assert np.allclose(kernel.cosines(vectors, query, best), rows[best] @ query, atol=1e-5)


def test_a_thread_that_gets_no_processor_holds_nothing_up() -> None:
    kernel, rows, busy = compiled.Compiled(), np.arange(40_000, dtype=np.int32), threading.Event()
    kernel._threads = 4
    fine = Vectors(64)
    fine.put(np.arange(40_000), np.ones((40_000, 64), np.float32))
    waiting = [kernel._others.submit(busy.wait, 20.0) for _ in range(kernel._threads)]
    found = kernel.cosines(fine, np.ones(64, np.float32), rows)
    assert not any(one.done() for one in waiting)
    assert found == pytest.approx(np.full(40_000, 64.0))
    scores = np.arange(400_000, dtype=np.float32)
    assert kernel.best(scores, None, 3000).tolist() == list(range(397_000, 400_000))
    busy.set()


@pytest.mark.parametrize("repeated", [3, 30, 45])
def test_a_library_that_repeats_itself_is_sampled_as_well_as_any(repeated: int) -> None:
    kernel, count = compiled.Compiled(), 200_000
    scores = (np.arange(count) % repeated).astype(np.float32) + np.random.default_rng(1).random(count, np.float32)
    looked, sampled = list[int](), kernel._reaching

    def watched(scores: Floats, mask: Any, most: float, step: int) -> Any:
        looked.append(step)
        return sampled(scores, mask, most, step)

    kernel._reaching = watched  # type: ignore[method-assign]
    best = kernel.best(scores, None, 2048)
    assert set(np.argsort(-scores)[:2048].tolist()) <= set(best.tolist())
    assert 2048 <= len(best) <= 2060
    assert looked == [12]  # once


@pytest.mark.parametrize("kernel", KERNELS)
async def test_a_scan_with_an_estimate_finds_what_the_exact_one_finds(kernel: Kernel, monkeypatch: Any) -> None:
    monkeypatch.setattr(shelf, "EXACT", 400)
    rng, made = np.random.default_rng(5), Finder(512)
    centres = rng.standard_normal((40, 512))
    rows = (centres[rng.integers(0, 40, 8000)] + rng.standard_normal((8000, 512))).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    known = [Known("kick" if n % 2 else "bass", 80.0 + n % 100) for n in range(8000)]
    await made.fill(range(8000), rows, known)
    made._shelf.kernel = kernel
    tempo = np.linspace(0, 0.2, 2048).astype(np.float32)
    hits = 0
    for number in range(40):
        wishes = Wishes(0.7, 0.1, (("tempo", tempo),), (), (("bass", 0.05),) if number % 4 else ())
        wanted = Filter(category="bass") if number % 2 else Filter()
        exact = await made.exact(rows[number], wishes, wanted, 10)
        answer = await made.shortlist(rows[number], wishes, wanted, 10)
        hits += len({*exact.stems.tolist()} & {*answer.stems.tolist()})
    assert hits >= 0.99 * 400
    await made.close()


async def test_the_mean_is_taken_anew_as_the_library_grows(made: Finder) -> None:
    far = [replace_vector(entry(stem), 3.0) for stem in range(1, 300)]
    await made.put(far[:10])
    await made.put(far[10:])
    assert np.allclose(made._shelf.vectors.mean, np.mean([one.vector for one in far], axis=0), atol=0.3)
    assert await found(made, far[150].vector, 1) == [151]


def replace_vector(one: Entry, offset: float) -> Entry:
    vector = one.vector + np.float32(offset)
    return one._replace(vector=(vector / np.linalg.norm(vector)).astype(np.float32))


async def test_a_large_library_goes_over_to_compiled_loops(monkeypatch: Any) -> None:
    monkeypatch.setattr(finder, "LARGE", 100)
    made = Finder(DIM)
    await fill(made, 120)
    assert await found(made, unit(5), 1) == [5]
    await made.ready()
    assert isinstance(made._shelf.kernel, compiled.Compiled)
    assert await found(made, unit(5), 1) == [5]
    await made.close()


async def test_where_the_loops_cannot_be_compiled_beside_they_are_not_on_the_search_thread(monkeypatch: Any) -> None:
    monkeypatch.setattr(finder, "LARGE", 100)
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    made = Finder(DIM)
    await fill(made, 120)
    await made.ready()
    assert not isinstance(made._shelf.kernel, compiled.Compiled)
    assert await found(made, unit(5), 1) == [5]
    await made.close()


async def test_a_graph_that_cannot_be_built_is_tried_again_only_after_a_rest(monkeypatch: Any) -> None:
    tries, over = list[int](), Index.over

    def broken(sample: Floats) -> Index:
        tries.append(len(sample))
        raise MemoryError

    monkeypatch.setattr(Index, "over", broken)
    made = Finder(DIM, indexed=10)
    for number in range(20, 25):
        await fill(made, number)
        await made.ready()
    assert tries == [20]
    monkeypatch.setattr(finder, "REST_S", 0.0)
    await made.build()
    await fill(made, 25)
    await made.ready()
    assert len(tries) == 3  # the one that was asked for, and one more
    monkeypatch.setattr(Index, "over", over)
    await fill(made, 26)
    await made.ready()
    assert made._shelf.index is not None
    assert made._shelf.index.count == 26
    await made.close()


async def test_places_are_what_was_packed(made: Finder) -> None:
    await made.put([entry(1), entry(2, key="Am")])
    asked = ["loop", "key", "brightness"]
    looked = await made.look([2, 1, 7], asked)
    assert looked.stems.tolist() == [2, 1]
    assert looked.places[0, :2].tolist() == [0.0, pytest.approx(21 / 254)]
    assert np.isnan(looked.places[:, 2]).all()
    found = await made.shortlist(unit(1), Wishes(), Filter(), 2, asked)
    assert np.array_equal(found.told, (await made.look(found.stems, asked)).places, equal_nan=True)
    assert (await made.look([1], [])).places.shape == (1, 0)


async def test_a_place_is_told_among_the_stems_of_a_category(made: Finder) -> None:
    packed = places().index("key")
    entries = []
    for stem in range(1, 101):
        cells = [0.6 + 0.3 * stem / 100.0 if name == "brightness" else np.nan for name in places()[:packed]]
        codes = bytes_of(cells).tobytes() + bytes(4 * (SLOTS + 1))
        entries.append(Entry(stem, unit(stem), Known("hihat", codes=codes)))
    await made.put(entries)

    async def spread(category: str) -> Spread:
        return await made.ask(lambda shelf: shelf.spread(category))

    among = (await spread("hihat"))["brightness"]
    assert among[round(254 * 0.62)] < 0.12  # bright for a sound, dark for these hi-hats
    assert among[round(254 * 0.75)] == pytest.approx(0.5, abs=0.03)
    assert among[254] > 0.95
    assert (np.diff(among) >= 0.0).all()
    assert (await spread("snare"))["brightness"] == pytest.approx(np.arange(255) / 254.0)  # none: as everywhere
    await made.put([entry(101)])
    assert (await spread("hihat"))["brightness"] == pytest.approx(among)
    await made.remove(100)
    assert (await spread("hihat"))["brightness"][254] == pytest.approx((99 + 5) / 104)
