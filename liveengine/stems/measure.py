"""How fast and how right the search is, on synthetic stems. Runs on: a shell (`liveengine bench search`)."""

import asyncio
import sys
import time
from typing import Any

import numpy as np

from liveengine.stems import columns, query, rank
from liveengine.stems.columns import CATEGORIES, SLOTS, Filter, Known
from liveengine.stems.finder import Finder
from liveengine.stems.vectors import Floats
from liveengine.stems.wishes import Wishes

QUERIES = 200
K = 10
SHOWN = 104  # what a search for ten looks at before it folds
JUDGED = 50  # queries that are compared with the exact answer
NEVER = sys.maxsize  # stems from which on a graph is built
ASKED = ("dark techno kick", "kurze helle Hihat 130bpm", "warm pad in Am", "noisy riser, not too bright")


def measure_search(n: int, dim: int = 512, seed: int = 0) -> dict[str, Any]:
    """Return {"n", "build_s", "p50_ms", "p99_ms", "filtered_p50_ms", "filtered_p99_ms", "recall_at_10", "bytes"}.

    n vectors in overlapping clusters (as embeddings lie, harder than white noise) with random facts; each query is a
    vector moved a little, with the wishes of a sentence. `filtered` looks at one category of eight. Recall is against
    the score computed exactly for every stem; bytes are those of vectors and columns per stem.
    """
    return asyncio.run(_measure(n, dim, seed))


async def _measure(n: int, dim: int, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    rows, known = _clusters(n, dim, rng), _known(n, rng)
    finder = Finder(dim, indexed=NEVER)
    began = time.perf_counter()
    await finder.fill(range(1, n + 1), rows, known)
    result: dict[str, Any] = {"n": n, "build_s": time.perf_counter() - began, "bytes": finder.memory / n}
    await finder.ready()
    moved = 0.5 / np.sqrt(dim) * rng.standard_normal((QUERIES, dim), np.float32)
    queries = _normalised(rows[rng.integers(0, n, QUERIES)] + moved)
    wishes = [rank.wishes(query.read(text), (0.0, 1.0), rank.ranking()) for text in ASKED]
    hits = 0
    for name, wanted in (("", Filter()), ("filtered_", Filter(category=CATEGORIES[0]))):
        times = []
        for number, asked in enumerate(queries):
            began = time.perf_counter()
            found = await finder.shortlist(asked, wishes[number % len(wishes)], wanted, SHOWN)
            times.append(time.perf_counter() - began)
            if number < JUDGED:
                exact = (await finder.exact(asked, wishes[number % len(wishes)], wanted, SHOWN)).first(K)
                hits += len({*exact.stems.tolist()} & {*found.stems[:K].tolist()}) + K - len(exact)
        result[f"{name}p50_ms"] = 1e3 * float(np.percentile(times, 50))
        result[f"{name}p99_ms"] = 1e3 * float(np.percentile(times, 99))
    await finder.close()
    return result | {"recall_at_10": hits / (2 * min(JUDGED, QUERIES) * K)}


def measure_graph(n: int, dim: int = 512, seed: int = 0) -> dict[str, float]:
    """Return {"build_s", "scan_p50_ms", "graph_p50_ms", "recall_at_10"} of searches in which only the cosine counts.

    The same searches with the scan and then with a graph of neighbours; recall is the graph's, against all cosines.
    """
    return asyncio.run(_graph(n, dim, seed))


async def _graph(n: int, dim: int, seed: int) -> dict[str, float]:
    rng = np.random.default_rng(seed)
    rows = _clusters(n, dim, rng)
    finder = Finder(dim, indexed=NEVER)
    await finder.fill(range(1, n + 1), rows, _known(n, rng))
    await finder.ready()
    moved = 0.5 / np.sqrt(dim) * rng.standard_normal((QUERIES, dim), np.float32)
    queries = _normalised(rows[rng.integers(0, n, QUERIES)] + moved)
    scan, _ = await _cosines(finder, queries)
    began = time.perf_counter()
    await finder.build()
    built = time.perf_counter() - began
    graph, recall = await _cosines(finder, queries)
    await finder.close()
    return {"build_s": built, "scan_p50_ms": scan, "graph_p50_ms": graph, "recall_at_10": recall}


async def _cosines(finder: Finder, queries: Floats) -> tuple[float, float]:
    """Return the median time of searches by the cosine alone, and how much of the exact answer came."""
    times, hits = [], 0
    for number, asked in enumerate(queries):
        began = time.perf_counter()
        found = await finder.shortlist(asked, Wishes(), Filter(), SHOWN)
        times.append(time.perf_counter() - began)
        if number < JUDGED:
            exact = await finder.exact(asked, Wishes(), Filter(), K)
            hits += len({*exact.stems.tolist()} & {*found.stems[:K].tolist()})
    return 1e3 * float(np.percentile(times, 50)), hits / (min(JUDGED, len(queries)) * K)


def _known(n: int, rng: np.random.Generator) -> list[Known]:
    """Return facts that differ from stem to stem, of eight categories in turn."""
    cells = rng.integers(0, 255, (n, columns.places().index("key")), np.uint8)
    names = np.zeros((n, SLOTS + 1), "<u4")
    names[:, 1:3] = rng.integers(1, 5_000, (n, 2))
    tempi = rng.uniform(80, 180, n)
    return [
        Known(
            CATEGORIES[i % 8],
            tempi[i],
            "Am" if i % 3 else "F#",
            i % 2 == 0,
            4.0,
            codes=bytes(cells[i]) + bytes(names[i]),
        )
        for i in range(n)
    ]


def _clusters(n: int, dim: int, rng: np.random.Generator) -> Floats:
    centres = rng.standard_normal((max(8, n // 500), dim), np.float32)
    rows = centres[rng.integers(0, len(centres), n)]
    for start in range(0, n, 10_000):
        rows[start : start + 10_000] += rng.standard_normal((min(10_000, n - start), dim), np.float32)
    return _normalised(rows)


def _normalised(rows: Any) -> Floats:
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    found: Floats = rows.astype(np.float32, copy=False)
    return found
