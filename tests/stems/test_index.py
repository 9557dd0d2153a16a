import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from liveengine.stems.columns import Filter, Known
from liveengine.stems.finder import Finder
from liveengine.stems.index import Index, Stamp
from liveengine.stems.shelf import Entry
from liveengine.stems.vectors import Floats
from liveengine.stems.wishes import Wishes

DIM = 16


def unit(number: int) -> Floats:
    """Return a vector as embeddings are: they differ much in a few directions and little in many."""
    vector = np.random.default_rng(number).standard_normal(DIM) * 0.8 ** np.arange(DIM)
    found: Floats = (vector / np.linalg.norm(vector)).astype(np.float32)
    return found


def units(count: int) -> Floats:
    return np.stack([unit(stem) for stem in range(1, count + 1)])


def entries(first: int, last: int) -> list[Entry]:
    return [Entry(stem, unit(stem), Known("kick" if stem % 2 else "bass")) for stem in range(first, last + 1)]


def stamp(count: int) -> Stamp:
    return Stamp(model="m", checksum="c", dim=DIM, count=count, digest="d")


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    index = Index.over(units(300))
    index.add(np.arange(1, 301), units(300))
    index.remove(7)
    index.save(tmp_path / "stems.hnsw", stamp(299))
    return tmp_path / "stems.hnsw"


def test_a_saved_index_comes_back_with_what_was_removed(saved: Path) -> None:
    index = Index.load(saved, stamp(299))
    assert index is not None
    assert 7 not in index.nearest(unit(7), 50)
    assert 8 in index.nearest(unit(8), 5)


@pytest.mark.parametrize(
    "changed", [{"model": "other"}, {"checksum": "x"}, {"dim": 32}, {"count": 300}, {"digest": "e"}]
)
def test_an_index_of_something_else_is_not_loaded(saved: Path, changed: dict[str, Any]) -> None:
    assert Index.load(saved, replace(stamp(299), **changed)) is None


def test_a_damaged_index_is_never_loaded(saved: Path) -> None:
    for file in (saved, saved.with_name(saved.name + ".json")):
        whole = file.read_bytes()
        for at in (0, 8, 40, len(whole) // 3, len(whole) // 2, len(whole) - 2):
            file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            assert Index.load(saved, stamp(299)) is None
        for length in (0, 10, len(whole) - 1):
            file.write_bytes(whole[:length])
            assert Index.load(saved, stamp(299)) is None
        file.write_bytes(whole)
        assert Index.load(saved, stamp(299)) is not None
    saved.with_name(saved.name + ".json").write_text("[]")
    assert Index.load(saved, stamp(299)) is None


SAVING = """
import sys
from pathlib import Path
import numpy as np
from liveengine.stems.index import Index
from tests.stems.test_index import stamp, units
index = Index.over(units(300))
index.add(np.arange(1, 301), units(300))
print("ready", flush=True)
while True:
    index.save(Path(sys.argv[1]), stamp(300))
    index._basis = -index._basis  # another file each time
"""


def test_a_kill_while_it_is_saved_leaves_a_pair_that_fits_or_is_not_loaded(tmp_path: Path) -> None:
    file, whole = tmp_path / "stems.hnsw", 0
    rng = np.random.default_rng(0)
    for _ in range(8):
        with subprocess.Popen([sys.executable, "-c", SAVING, str(file)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(rng.uniform(0.0, 0.05))
            process.kill()
        index = Index.load(file, stamp(300))
        if index is not None:
            whole += 1
            assert index.count == 300
    assert whole < 8 or file.exists()


def test_an_index_grows_and_never_fails_for_want_of_neighbours() -> None:
    index = Index.over(units(50))
    assert index.nearest(unit(1), 5).tolist() == []
    index.add(np.array([1]), unit(1)[None])
    index.add(np.arange(2, 3001), units(3000)[1:])
    for stem in (1, 1, 99_999):
        index.remove(stem)
    assert index.count == 2999
    assert len(index.nearest(unit(5), 10_000)) == 2999


async def test_where_only_the_cosine_counts_the_graph_names_whom_to_compare() -> None:
    made = Finder(DIM, indexed=1000)
    await made.put(entries(1, 6000))
    await made.ready()
    assert made._shelf.index is not None
    hits = 0
    for number in range(30):
        query, wanted = unit(10_000 + number), Filter(exclude=frozenset({number}))
        exact = await made.exact(query, Wishes(), wanted, 10)
        answer = await made.shortlist(query, Wishes(), wanted, 10)
        assert number not in answer.stems.tolist()
        hits += len({*exact.stems.tolist()} & {*answer.stems.tolist()})
        bass = await made.shortlist(query, Wishes(), Filter(category="bass"), 10)
        assert all(stem % 2 == 0 for stem in bass.stems.tolist())
    assert hits >= 0.98 * 300
    assert len(await made.shortlist(unit(1), Wishes(), Filter(), 6000)) == 6000
    await made.close()


async def test_what_changes_while_the_index_is_built_is_in_it() -> None:
    made = Finder(DIM, indexed=100)
    await made.put(entries(1, 2000))
    await made.remove(3)
    await made.put(entries(5000, 5000))
    await made.ready()
    assert made._shelf.index is not None
    assert made._shelf.index.count == 2000
    await made.put(entries(5001, 5001))
    for stem, there in ((5000, True), (5001, True), (3, False)):
        found = await made.shortlist(unit(stem), Wishes(), Filter(), 1)
        assert (found.stems.tolist() == [stem]) is there
    await made.renew([(one.stem, one.vector.astype("<f2").tobytes(), *one.known) for one in entries(1, 50)])  # type: ignore[misc]
    assert len(await made.shortlist(unit(1), Wishes(), Filter(), 99)) == 50
    await made.close()


async def library(entries_: list[Entry], file: Path, model: str = "m") -> tuple[Finder, bool]:
    """Open what was saved, as a start does."""
    rows = [(one.stem, one.vector.astype("<f2").tobytes(), *one.known) for one in entries_]
    made = Finder(DIM, indexed=100)
    return made, await made.load(rows, file, model, "c")  # type: ignore[arg-type]


async def test_an_index_file_that_does_not_fit_is_built_again_and_searched_without_meanwhile(tmp_path: Path) -> None:
    file, stock = tmp_path / "stems.hnsw", entries(1, 200)
    first, taken = await library(stock, file)
    assert not taken
    await first.ready()
    await first.save(file, "m", "c")
    await first.close()
    whole = file.read_bytes()
    for number, (damage, expected) in enumerate(
        [(whole, True), (whole[:-1], False), (whole[:100] + b"?" + whole[101:], False), (b"", False), (whole, False)]
    ):
        file.write_bytes(damage)
        again, taken = await library(stock if number < 4 else stock[:-1], file)
        assert taken is expected
        assert (await again.shortlist(unit(9), Wishes(), Filter(), 1)).stems.tolist() == [9]
        await again.ready()
        assert again._shelf.index is not None
        assert (await again.shortlist(unit(9), Wishes(), Filter(), 1)).stems.tolist() == [9]
        await again.close()
    other, taken = await library(stock, file, "another model")
    assert not taken
    await other.save(file, "m", "c")  # a build under way is given up
    await other.close()
