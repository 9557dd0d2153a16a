"""How well and how fast stems are found: in your own library (--library), and among 1,000 to 1,000,000. Runs on: bench.

The words of the names of your files and folders are hidden from the search, then asked for. Nothing is changed in the
library, but for the searches: they are kept in its history as any are.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean

import numpy as np

from liveengine import config
from liveengine.cli import connect, own, shelf
from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Note
from liveengine.ml.labels import Labels
from liveengine.ml.relevance import Judged, evaluate

SECONDS = 150
FEWEST = 20  # stems of a library from which on its figures mean something
PEAKS = 1024  # bytes of the waveform that each stem shows
ASKED = 200  # searches whose time is taken


def run(task: Task) -> Iterator[Found]:
    """Search among synthetic vectors, then in the user's library."""
    yield from _synthetic(task)
    yield from asyncio.run(_own(task))


def _synthetic(task: Task) -> Iterator[Figure]:
    from liveengine.stems.measure import measure_search

    sizes = {"1k": 1_000} if task.quick else {"1k": 1_000, "20k": 20_000, "100k": 100_000}
    for name in task.each("searching", list(sizes)):
        found = measure_search(sizes[name], seed=task.seed)
        yield Figure(f"search.p50_ms.{name}", round(found["p50_ms"], 3), "ms", "lower")
        yield Figure(f"search.filtered_p50_ms.{name}", round(found["filtered_p50_ms"], 3), "ms", "lower")
        yield Figure(f"search.recall_at_10.{name}", round(found["recall_at_10"], 4), "", "higher")


async def _own(task: Task) -> list[Found]:
    """Return the figures of the user's library, or a note where there is none."""
    root = config.library_root(task.library)
    database = root / "processed_database" / "stems.db"
    if not database.is_file():
        return [Note(f"no library at {root}: how well your own stems are found is not measured; give --library")]
    async with connect.commands(root) as call:
        count, sample = await own.stems(call, task.seed, FEWEST * 2 if task.quick else own.SAMPLE)
        labels = own.labels(sample)
        if len(sample) < FEWEST or not labels.queries:
            return [
                Note(f"{root} holds {count} stems whose names say too little of them to measure how they are found")
            ]
        found = await _asked(call, labels)
    size = database.stat().st_size - PEAKS * count
    found.append(Figure("search.own.database_mb_per_1000", round(size / 1e3 / count, 3), "MB without peaks", "lower"))
    return [Figure("search.own.stems", count, "stems", "higher"), *found, *await _heard(labels)]


async def _asked(call: connect.Call, labels: Labels) -> list[Found]:
    """Return how long searches in the library take and how much of what comes nobody has heard before."""
    sentences = labels.sentences()
    await call("/stems/search", prompt=sentences[0])  # the first one loads what the others find loaded
    times, came = [], dict[int, None]()
    for number in range(ASKED):
        began = time.perf_counter()
        matches = await call("/stems/search", prompt=sentences[number % len(sentences)])
        times.append(time.perf_counter() - began)
        came |= {match["id"]: None for match in matches}
    plays = [(await call(f"/stem/{stem}"))["plays"] for stem in came]
    return [
        Figure("search.own.p50_ms", round(1e3 * float(np.percentile(times, 50)), 2), "ms", "lower"),
        Figure("search.own.p99_ms", round(1e3 * float(np.percentile(times, 99)), 2), "ms", "lower"),
        Figure("search.own.discovery", round(fmean(not count for count in plays), 4), "of the matches", "higher"),
    ]


async def _heard(labels: Labels) -> list[Found]:
    """Return how well the library's words are found by ear, and what the model costs."""
    async with shelf.fill(labels, Path("/")) as shelved:
        verdict = evaluate(labels, await shelved.answers(labels))
    value = verdict.figures
    return [
        Figure("search.own.p_at_10", round(value["p_at_10"], 4), "", "higher"),
        Figure("search.own.chance", round(value["chance"], 4), "", "lower"),
        Figure("search.own.lift", round(value["lift"], 3), "times chance", "higher"),
        Figure("search.own.satisfied", round(value["sat1"], 4), "of the queries", "higher"),
        Figure("search.own.listens_saved", round(saved(verdict.judged), 4), "of the stems", "higher"),
        Figure("search.own.model_ready_s", round(shelved.first_s, 3), "s", "lower"),
        Figure("search.own.ingest_s_per_stem", round(shelved.seconds / len(labels.sounds), 4), "s", "lower"),
    ]


def saved(judged: Sequence[Judged]) -> float:
    """Return the share of stems that need not be heard until the first right one, against going through them all.

    Whoever listens in an order that tells nothing hears (n + 1) / (right + 1) of n stems, on average.
    """
    heard = fmean(one.first for one in judged)
    return 1.0 - heard / fmean((one.query.right + one.query.wrong + 1) / (one.query.right + 1) for one in judged)
