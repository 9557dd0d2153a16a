"""How well and how fast stems are found: in your own library (--library), and among 1,000 to 1,000,000. Runs on: bench.

The words of the names of your files and folders are hidden from the search, then asked for. The library is copied
first, so nothing is changed in it, and a daemon may be at work on it.
"""

import asyncio
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING

import numpy as np

from liveengine import config
from liveengine.cli import own, shelf, stocked
from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Note
from liveengine.lexicon.reading import lexicon
from liveengine.ml.labels import Labels
from liveengine.ml.relevance import Judged, evaluate

if TYPE_CHECKING:
    from liveengine.stems.library import Library

SECONDS = 300
FEWEST = 20  # stems of a library from which on its figures mean something
EACH = 5  # sounds of each category of the starter kit that a large library is made of
ALONE = 12  # files that are embedded and ingested one by one
ASKED = 200  # searches whose time is taken


def run(task: Task) -> Iterator[Found]:
    """Search among synthetic stems, then in the user's library."""
    yield from _finder(task)
    for part in task.each("searching", (_stocked, users)):
        yield from asyncio.run(part(task))


def _finder(task: Task) -> Iterator[Figure]:
    """Yield what the ranking alone takes and how right it is, on vectors and facts without a database."""
    from liveengine.stems.measure import measure_graph, measure_search

    sizes = {"1k": 1_000} if task.quick else {"1k": 1_000, "20k": 20_000, "100k": 100_000, "1m": 1_000_000}
    for name in task.each("ranking", list(sizes)):
        found = measure_search(sizes[name], seed=task.seed)
        for what in ("p50_ms", "p99_ms", "filtered_p50_ms", "filtered_p99_ms"):
            yield Figure(f"search.ranking_{what}.{name}", round(found[what], 3), "ms", "lower")
        yield Figure(f"search.bytes_per_stem.{name}", round(found["bytes"]), "B", "lower")
        yield Figure(f"search.recall_at_10.{name}", round(found["recall_at_10"], 4), "", "higher")
    name = "1k" if task.quick else "100k"
    roads = measure_graph(sizes[name], seed=task.seed)
    yield Figure(f"search.cosine_by_scan_p50_ms.{name}", round(roads["scan_p50_ms"], 3), "ms", "lower")
    yield Figure(f"search.cosine_by_graph_p50_ms.{name}", round(roads["graph_p50_ms"], 3), "ms", "lower")
    yield Figure(f"search.graph_recall_at_10.{name}", round(roads["recall_at_10"], 4), "", "higher")
    yield Figure(f"search.graph_build_s.{name}", round(roads["build_s"], 1), "s", "lower")


async def _stocked(task: Task) -> list[Found]:
    """Return what a search takes from the sentence to the answer, in libraries of copied stems."""
    sizes = {"1k": 1_000} if task.quick else {"1k": 1_000, "20k": 20_000, "100k": 100_000}
    return [figure async for figure in stocked.measure(sizes, task.seed, 1 if task.quick else EACH)]


async def users(task: Task) -> list[Found]:
    """Return the figures of the user's library, or a note where there is none."""
    from liveengine.stems.replica import DATABASE

    root = config.library_root(task.library)
    if not (root / DATABASE).is_file():
        return [Note(f"no library at {root}: how well your own stems are found is not measured; give --library")]
    async with shelf.replica(root) as library:
        count = sum((await library.counts()).values())
        named = await own.sample(library, root, task.seed, FEWEST * 2 if task.quick else own.SAMPLE)
        labels = own.labels(named, lexicon(root))
        if len(named) < FEWEST or not labels.queries:
            return [Note(f"the names of the {count} stems in {root} say too little to measure how well they are found")]
        size = (library.root / DATABASE).stat().st_size - stocked.PEAKS * count
        found: list[Found] = [
            Figure("search.own.stems", count, "stems", "higher"),
            Figure("search.own.database_mb_per_1000", round(size / 1e3 / count, 3), "MB without waveforms", "lower"),
            *await _asked(library, labels),
        ]
    return [*found, *await _heard(named, root, 2 if task.quick else ALONE)]


async def _asked(library: "Library", labels: Labels) -> list[Found]:
    """Return how long searches take, how much of what comes was never heard before, and when something is kept."""
    from liveengine.stems.usage import first_keeps

    sentences = labels.sentences()
    await library.search(sentences[0])  # the first one loads what the others find loaded
    times, shares = [], []
    for number in range(ASKED):
        began = time.perf_counter()
        matches = await library.search(sentences[number % len(sentences)])
        times.append(time.perf_counter() - began)
        shares.append(1.0 - float(library.taste.heard(match.stem.id for match in matches).mean()))
    keeps = first_keeps((row["at"], bool(row["keep"])) for row in await library.db.reading.keeps())
    return [
        Figure("search.own.p50_ms", round(1e3 * float(np.percentile(times, 50)), 2), "ms", "lower"),
        Figure("search.own.p99_ms", round(1e3 * float(np.percentile(times, 99)), 2), "ms", "lower"),
        Figure("search.own.discovery", round(fmean(shares), 4), "of the matches", "higher"),
        Figure("search.own.first_keep_s", round(median(keeps), 1), "s", "lower")
        if keeps
        else Note("nothing was liked or kept after a search yet: how long that takes is not measured"),
    ]


async def _heard(named: Mapping[str, frozenset[str]], root: Path, alone: int) -> list[Found]:
    """Return how well the words of the names (path -> concepts) are found by ear, and what the model costs."""
    known = lexicon(root)
    async with shelf.fill(own.labels(named, known), Path("/"), whole=False, words=root) as shelved:
        labels = own.labels({path: named[path] for path in shelved.stems.values()}, known)
        verdict = evaluate(labels, await shelved.answers(labels))
        embed, preprocess = await shelved.embed_s(alone), await shelved.preprocess_s(alone)
    value = verdict.figures
    return [
        Figure("search.own.p_at_10", round(value["p_at_10"], 4), "", "higher"),
        Figure("search.own.chance", round(value["chance"], 4), "", "lower"),
        Figure("search.own.lift", round(value["lift"], 3), "times chance", "higher"),
        Figure("search.own.satisfied", round(value["sat1"], 4), "of the queries", "higher"),
        Figure("search.own.listens_saved", round(saved(verdict.judged), 4), "of the stems", "higher"),
        Figure("search.own.model_ready_s", round(shelved.first_s, 3), "s", "lower"),
        Figure("search.own.embed_s_per_file", round(embed, 4), "s", "lower"),
        Figure("search.own.preprocess_s_per_stem", round(preprocess, 3), "s for one alone", "lower"),
        Figure("search.own.ingest_s_per_stem", round(shelved.seconds / len(named), 4), "s", "lower"),
        *_memory(),
    ]


def _memory() -> list[Found]:
    """Return the most memory that this process and the largest of its workers took, where the system tells."""
    if sys.platform == "win32":
        return []
    import resource

    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10  # macOS counts bytes, Linux kB
    own, worker = (resource.getrusage(who).ru_maxrss / unit for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return [
        Figure("search.own.memory_mib", round(own), "MiB", "lower"),
        Figure("search.own.worker_memory_mib", round(worker), "MiB", "lower"),
    ]


def saved(judged: Sequence[Judged]) -> float:
    """Return the share of stems that need not be heard until the first right one, against going through them all.

    Whoever listens in an order that tells nothing hears (n + 1) / (right + 1) of n stems, on average.
    """
    heard = fmean(one.first for one in judged)
    return 1.0 - heard / fmean((one.query.right + one.query.wrong + 1) / (one.query.right + 1) for one in judged)
