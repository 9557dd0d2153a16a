"""What the user corrects: kept apart from what is measured, in batches that can be undone. Runs on: event loop.

The columns of a stem hold what counts. An edit remembers what the analysis says, so that taking it away brings that
back, and a new analysis goes there and never over the user.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from liveengine.errors import BadArgument, NotFound, OutOfRange
from liveengine.stems.connect import Value
from liveengine.stems.db import Database, Transaction
from liveengine.stems.harmony import NO_KEY, key_name, key_number
from liveengine.stems.reader import Row
from liveengine.stems.rows import there
from liveengine.units import TEMPO_MAX, TEMPO_MIN

FIELDS = (
    "title", "category", "tags", "bpm", "key", "loop", "bars", "root", "downbeat", "licence", "pack", "creator",
    "provenance", "parent",
)  # fmt: skip
MARKS = ("favourite", "rating")  # of the user's taste: no analysis knows them
LONGEST_TAG = 40  # characters
MOST_TAGS = 40

Replaced = tuple[int, str, str | None]
Then = Callable[[Transaction, int], Awaitable[None]]


class Edits:
    """The user's edits of a library; `category` gives a category's own name or raises BadArgument."""

    def __init__(self, db: Database, category: Callable[[str], str]) -> None:
        self._db = db
        self._category = category

    async def of(self, stem: int) -> dict[str, Any]:
        """Return what the user corrected of a stem, by field."""
        found = {name: json.loads(row["value"]) for name, row in (await self._db.reading.edits(stem)).items()}
        return {name: json.loads(value) if name == "tags" else value for name, value in found.items()}

    async def change(
        self, stems: Sequence[int], wanted: Mapping[str, Any], batch: int | None = None, then: Then | None = None
    ) -> None:
        """Change all these stems as one batch, or none of them.

        `wanted`: FIELDS and MARKS by name, and `factor`, by which the tempo is multiplied. Tags that all begin with +
        or - are added to and taken from those that are there. `batch` is one that this adds to, `then` hears of it
        within the transaction. Raises UnknownStem, BadArgument or OutOfRange.
        """
        async with self._db.transaction() as change:
            batch = batch or await change.last_batch() + 1
            replaced: list[Replaced] = []
            for stem in dict.fromkeys(stems):
                row = await _row(change, stem)
                await _check_line(change, stem, wanted.get("parent"))
                replaced += await _mark(change, row, {name: wanted[name] for name in MARKS if name in wanted})
                replaced += await _edit(change, row, self._columns(row, wanted))
            await change.log_edits(batch, replaced)
            if then is not None:
                await then(change, batch)

    async def reset(self, stems: Sequence[int], fields: Iterable[str]) -> None:
        """Take edits of these fields away, as one batch: what the analysis says counts again."""
        if unknown := set(fields) - set(FIELDS):
            raise BadArgument(f"{min(unknown)!r} is no field that can be edited; there are {', '.join(FIELDS)}")
        async with self._db.transaction() as change:
            batch = await change.last_batch() + 1
            replaced: list[Replaced] = []
            for stem in dict.fromkeys(stems):
                await _row(change, stem)
                known = await change.edits(stem)
                replaced += [(stem, name, known[name]["value"]) for name in fields if name in known]
                await _restore(change, stem, {name: None for name in fields if name in known})
            await change.log_edits(batch, replaced)

    async def newest(self) -> tuple[int, int]:
        """Return the newest batch of edits and how many stems are in it. Raises NotFound when there is none."""
        batch = await self._db.reading.last_batch()
        if not batch:
            raise NotFound("no edit can be undone: the library remembers the last 100, and all are taken back")
        return batch, await self._db.reading.batch_size(batch)

    async def undo(self, batch: int, most: int) -> dict[int, dict[str, str | None]]:
        """Take a batch of edits back, for at most so many stems; return what their fields were before, as JSON."""
        stems: dict[int, dict[str, str | None]] = {}
        async with self._db.transaction() as change:
            for row in await change.batch(batch, most):
                stems.setdefault(row["stem"], {})[row["field"]] = row["before"]
            for stem, before in stems.items():
                await _restore(change, stem, before)
            await change.forget_batch(batch, list(stems))
        return stems

    def _columns(self, row: Row, wanted: Mapping[str, Any]) -> dict[str, Value]:
        """Return the columns that change, as they are stored."""
        found: dict[str, Value] = {name: wanted[name] for name in FIELDS if wanted.get(name) is not None}
        if "category" in found:
            found["category"] = self._category(str(wanted["category"]))
        if "tags" in found:
            found["tags"] = json.dumps(tags(json.loads(row["tags"]), wanted["tags"]), ensure_ascii=False)
        if "key" in found:
            found["key"] = key(str(wanted["key"]))
        if "loop" in found:
            found["loop"] = int(wanted["loop"])
        if (factor := wanted.get("factor")) is not None:
            if row["bpm"] is None:
                raise BadArgument(f"stem {row['id']} has no tempo to multiply; set one with /stem/{row['id']}/bpm")
            found["bpm"] = round(row["bpm"] * factor, 4)
        if "bpm" in found:
            found |= _tempo(row, float(found["bpm"] or 0.0), bool(found.get("loop", row["loop"])))
        return found


def _tempo(row: Row, bpm: float, loop: bool) -> dict[str, Value]:
    if not TEMPO_MIN <= bpm <= TEMPO_MAX:
        raise OutOfRange(f"a tempo of {bpm:g} beats per minute: {TEMPO_MIN:g} to {TEMPO_MAX:g} are possible")
    return {"bpm": bpm, "bars": round(row["duration"] * bpm / 240.0, 4) if loop else row["bars"]}


def tags(known: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Return the tags as they are to be: `wanted`, or the known ones with each +word and without each -word."""
    words = [" ".join(word.split()) for word in wanted if word.strip()]
    if words and all(word[0] in "+-" for word in words):
        gone = {word[1:].strip() for word in words if word[0] == "-"}
        words = [word for word in known if word not in gone] + [word[1:].strip() for word in words if word[0] == "+"]
    if long := [word for word in words if not 1 <= len(word) <= LONGEST_TAG]:
        raise BadArgument(f"the tag {long[0][:60]!r} has {len(long[0])} characters; 1 to {LONGEST_TAG} are possible")
    found = list(dict.fromkeys(words))
    if len(found) > MOST_TAGS:
        raise OutOfRange(f"{len(found)} tags; {MOST_TAGS} are the most")
    return found


def key(name: str) -> str:
    """Return a key's own name; raise BadArgument for what is none."""
    number = key_number(name)
    if number == NO_KEY:
        raise BadArgument(f"key {name!r} is none; write it as Am, C, F#m or Bb")
    return key_name(number) or ""


async def reanalysed(change: Transaction, stem: int, values: Mapping[str, Value]) -> None:
    """Store what a new analysis says of a stem: fields that the user has edited stay as they are."""
    known = await change.edits(stem)
    for name, edit in known.items():
        if name in values:
            await change.put_edit(stem, name, edit["value"], json.dumps(values[name]))
    await change.change_stem(stem, {name: value for name, value in values.items() if name not in known})


async def _row(change: Transaction, stem: int) -> Row:
    return there(await change.stem(stem), stem)


async def _check_line(change: Transaction, stem: int, parent: int | None) -> None:
    """Raise BadArgument where a stem would descend from itself, UnknownStem where its parent is none."""
    while parent is not None:
        if parent == stem:
            raise BadArgument(f"stem {stem} cannot descend from itself; name the stem that it was made from")
        parent = (await _row(change, parent))["parent"]


async def _mark(change: Transaction, row: Row, wanted: Mapping[str, Any]) -> list[Replaced]:
    """Set the marks; return what they replace."""
    stem: int = row["id"]
    if wanted.get("favourite") is not None:
        await change.mark(stem, bool(wanted["favourite"]))
    if wanted.get("rating") is not None:
        await change.rate(stem, int(wanted["rating"]))
    return [(stem, name, json.dumps(row[name])) for name in wanted if wanted[name] is not None]


async def _edit(change: Transaction, row: Row, columns: Mapping[str, Value]) -> list[Replaced]:
    """Store the edits of one stem; return what they replace."""
    if not columns:
        return []
    stem: int = row["id"]
    known = await change.edits(stem)
    for name, value in columns.items():
        analysed = known[name]["analysed"] if name in known else json.dumps(row[name])
        await change.put_edit(stem, name, json.dumps(value), analysed)
    await change.change_stem(stem, columns)
    return [(stem, name, known[name]["value"] if name in known else None) for name in columns]


async def _restore(change: Transaction, stem: int, before: Mapping[str, str | None]) -> None:
    """Put fields back to an earlier edit (JSON), or to what the analysis says (None)."""
    known = await change.edits(stem)
    columns: dict[str, Value] = {}
    for name, value in before.items():
        if name == "favourite":
            await change.mark(stem, bool(json.loads(value or "0")))
        elif name == "rating":
            await change.rate(stem, json.loads(value or "null"))
        elif value is None and name in known:
            columns[name] = json.loads(known[name]["analysed"])
            await change.drop_edit(stem, name)
        elif value is not None:
            columns[name] = json.loads(value)
            analysed = known[name]["analysed"] if name in known else json.dumps((await _row(change, stem))[name])
            await change.put_edit(stem, name, value, analysed)
    if columns:
        await change.change_stem(stem, columns)
