"""How fast and how right the vector search is, on synthetic vectors. Runs on: a shell (`liveengine bench search`)."""

import asyncio
import time
from typing import Any

import numpy as np

from liveengine.stems.finder import EXACT_LIMIT, Finder
from liveengine.stems.vectors import Entry, Filter, Floats

CATEGORIES = ("kick", "snare", "hihat", "bass", "percussion", "fx", "synth", "vocal")
QUERIES = 200
K = 10


def measure_search(n: int, dim: int = 512, seed: int = 0) -> dict[str, Any]:
    """Return {"n", "build_s", "p50_ms", "p99_ms", "filtered_p50_ms", "filtered_p99_ms", "recall_at_10", "index"}.

    n vectors in overlapping clusters (as embeddings lie, harder than white noise); each query is a vector moved a
    little; `filtered` looks at one category of eight. Recall is against the exact search over the same rows.
    """
    return asyncio.run(_measure(n, dim, seed))


async def _measure(n: int, dim: int, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    rows = _clusters(n, dim, rng)
    finder = Finder(dim)
    began = time.perf_counter()
    await finder.put([Entry(i + 1, rows[i], CATEGORIES[i % len(CATEGORIES)], None, None, loop=False) for i in range(n)])
    await finder.built()
    build = time.perf_counter() - began
    queries = _normalised(rows[rng.integers(0, n, QUERIES)] + 0.5 / np.sqrt(dim) * rng.standard_normal((QUERIES, dim)))
    result: dict[str, Any] = {"n": n, "build_s": build, "index": "hnsw" if n > EXACT_LIMIT else "exact"}
    hits = 0
    for name, wanted in (("", Filter()), ("filtered_", Filter(category=CATEGORIES[0]))):
        times = []
        for query in queries:
            began = time.perf_counter()
            found = await finder.search(query, K, wanted)
            times.append(time.perf_counter() - began)
            if not name:
                exact = finder.vectors.exact(query, K, finder.vectors.candidates(wanted)[1])
                hits += len({stem for stem, _ in exact} & {stem for stem, _ in found})
        result[f"{name}p50_ms"] = 1e3 * float(np.percentile(times, 50))
        result[f"{name}p99_ms"] = 1e3 * float(np.percentile(times, 99))
    await finder.close()
    return result | {"recall_at_10": hits / (QUERIES * min(K, n))}


def _clusters(n: int, dim: int, rng: np.random.Generator) -> Floats:
    centres = rng.standard_normal((max(8, n // 500), dim))
    return _normalised(centres[rng.integers(0, len(centres), n)] + rng.standard_normal((n, dim)))


def _normalised(rows: Any) -> Floats:
    result: Floats = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return result
