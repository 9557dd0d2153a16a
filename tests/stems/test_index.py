from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from liveengine.stems.index import Index, Stamp

DIM = 16
FLOATS = NDArray[np.float32]


def unit(number: int) -> FLOATS:
    vector = np.random.default_rng(number).standard_normal(DIM)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


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
