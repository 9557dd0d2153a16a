"""How well sentences and sounds find what is meant, on labelled recordings (--audio DIR, --set NAME). Runs on: bench.

The sounds go through the real ingest under names that say nothing and are asked for through the real search. What
stands beside it: the model's vectors alone, measurements alone, names given, and other wordings, which nothing is tuned
by. `liveengine/ml/relevance.py` says what each figure is.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from liveengine.cli import shelf
from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Note, Table
from liveengine.errors import BadArgument
from liveengine.ml.labels import LANGUAGES, Labels, names, read
from liveengine.ml.paraphrases import reworded
from liveengine.ml.relevance import Answers, Judged, Verdict, evaluate

SECONDS = 120
ALL = False  # the audio is not shipped
WORST = 10
DEVELOPED = "sonic-pi"  # the set whose figures carry no name
PARAPHRASED = "paraphrased"  # the way that asks in other words
TOLD = ("p_at_10", "p_at_10.en", "p_at_10.de", "sat1", "sat5")  # of what is asked in other words


def run(task: Task) -> Iterator[Found]:
    """Yield the figures, beside what each part reaches alone; the worst queries; draw the picture."""
    labels = read(task.labels)
    if task.audio is None:
        sets = ", ".join(names())
        raise BadArgument(
            f"relevance needs --audio DIR, the folder with {labels.about}, from {labels.source}; sets: {sets}"
        )
    folder = task.audio.expanduser()
    shelf.check(labels, folder)
    prefix = "relevance" if labels.name == DEVELOPED else f"relevance.{labels.name}"
    found: dict[str, Verdict] = {}
    for ask in task.each("asking", (_hidden,) if task.quick else (_hidden, _told)):
        found |= asyncio.run(ask(labels, folder, task.quick))
    yield from figures(prefix, found["heard"])
    if PARAPHRASED in found:
        yield from paraphrased(prefix, found[PARAPHRASED])
    for way in (way for way in found if way not in ("heard", PARAPHRASED)):
        yield Figure(f"{prefix}.{way}.p_at_10", round(found[way].figures["p_at_10"], 4), "", "higher")
    yield beside(found)
    yield worst(found["heard"].judged)
    if task.output is not None:
        from liveengine.cli.relevance import draw

        draw(labels, found, task.output)
        yield Note(f"picture: {task.output}")


async def _hidden(labels: Labels, folder: Path, quick: bool) -> dict[str, Verdict]:
    """Return what came: by ear, by vectors or measurements alone, and, unless quick, in other words."""
    found = {}
    async with shelf.fill(labels, folder) as shelved:
        found["heard"] = evaluate(labels, await shelved.answers(labels))
        found["embedding"] = evaluate(labels, await shelved.embedding(labels))
        found["measured"] = evaluate(labels, await shelved.measured(labels))
        if not quick:
            other = reworded(labels)
            found[PARAPHRASED] = evaluate(other, Answers(await shelved.found(other), {}, {}))
    return found


async def _told(labels: Labels, folder: Path, quick: bool) -> dict[str, Verdict]:
    """Return what came where the files have their names."""
    async with shelf.fill(labels, folder, named=True) as shelved:
        return {"named": evaluate(labels, await shelved.answers(labels))}


def figures(prefix: str, verdict: Verdict) -> Iterator[Figure]:
    """Yield every figure of a verdict."""
    for name, value in verdict.figures.items():
        unit = "times chance" if name == "lift" else ""
        yield Figure(f"{prefix}.{name}", round(value, 4), unit, "lower" if name.endswith("chance") else "higher")


def paraphrased(prefix: str, verdict: Verdict) -> Iterator[Figure]:
    """Yield how the same queries are answered in words that nobody had in mind, as shares, 0..1.

    Nothing is tuned by these figures, and no sentence behind them is told: they are measured once per release. Left
    out with --quick.
    """
    for name in TOLD:
        yield Figure(f"{prefix}.{PARAPHRASED}.{name}", round(verdict.figures[name], 4), "", "higher")


def beside(found: Mapping[str, Verdict]) -> Table:
    """Return precision by group of queries, in both languages, for each way of asking."""
    ways = {way: verdict.groups() for way, verdict in found.items() if way != PARAPHRASED}
    columns = ["queries", "answered by", *LANGUAGES, "chance"]
    rows: list[list[str | float]] = [
        [group, way, *(round(ways[way][group][column], 3) for column in columns[2:])]
        for group in ways["heard"]
        for way in ways
    ]
    return Table("precision at ten by group", columns, rows)


def worst(judged: Sequence[Judged]) -> Table:
    """Return the sentences with the worst answers, and what came instead (+ right, ~ passed over)."""
    rows: list[list[str | float]] = []
    for one in sorted(judged, key=lambda one: one.precision)[:WORST]:
        marks = {0.0: "", 0.5: "~", 1.0: "+"}
        came = " ".join(f"{marks[verdict]}{name}" for name, verdict in one.top)
        rows.append([one.sentence, round(one.precision, 2), f"{one.hits} of {one.query.right}", came])
    return Table("worst answers", ["asked", "precision", "right", "came (+ right, ~ passed over)"], rows)
