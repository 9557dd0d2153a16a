"""Statements on lineages: of what a stem was made, what was made of it. Runs on: event loop.

A part of `db.Transaction` and of the reading side; values travel as parameters, as everywhere.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace

from liveengine.stems.connect import seal
from liveengine.stems.lineage import Known, Lineage
from liveengine.stems.past import Noting, Past
from liveengine.stems.reader import Row

# What the user names as a parent counts as one, too.
PARENTS = (
    "SELECT p.stem, p.parent, p.share, p.title FROM parents p WHERE p.stem IN (SELECT value FROM json_each(?1)) "
    "UNION ALL SELECT s.id, s.parent, 1.0, '' FROM stems s WHERE s.id IN (SELECT value FROM json_each(?1)) "
    "AND s.parent IS NOT NULL AND NOT EXISTS (SELECT 1 FROM parents q WHERE q.stem = s.id AND q.parent = s.parent) "
    "ORDER BY 1, 3 DESC, 2"
)
CHILDREN = (
    "SELECT p.stem, p.parent, p.share, p.title FROM parents p WHERE p.parent IN (SELECT value FROM json_each(?1)) "
    "UNION ALL SELECT s.id, s.parent, 1.0, '' FROM stems s WHERE s.parent IN (SELECT value FROM json_each(?1)) "
    "AND NOT EXISTS (SELECT 1 FROM parents q WHERE q.stem = s.id AND q.parent = s.parent) ORDER BY 2, 1"
)
RELATED = (
    "SELECT s.id, s.title, s.category, s.provenance, l.made_by, l.model, l.seed, l.terms FROM stems_told s "
    "LEFT JOIN lineage l ON l.stem = s.id WHERE s.id IN (SELECT value FROM json_each(?))"
)


class Descent(Past):
    """Questions about lineages."""

    async def lineage(self, stem: int) -> Row | None:
        """Return how a stem came to be; None for one that the Fabrik has not made."""
        return await self._one("SELECT * FROM lineage WHERE stem = ?", stem)

    async def parents(self, stems: Iterable[int]) -> list[Row]:
        """Return (stem, parent, share, title) of what these stems were made from, the greatest share first."""
        return await self._all(PARENTS, json.dumps(list(stems)))

    async def born(self, stems: Iterable[int]) -> list[Row]:
        """Return (stem, parent, share, title) of what was made from these stems, oldest first."""
        return await self._all(CHILDREN, json.dumps(list(stems)))

    async def related(self, stems: Iterable[int]) -> list[Row]:
        """Return those of these stems that are there, with what the Fabrik made them with if it did, in no order."""
        return await self._all(RELATED, json.dumps(list(stems)))

    async def dreamt(self) -> int:
        """Return how many dreamt stems there are that nobody has liked or kept."""
        row = await self._one(
            "SELECT count(*) AS n FROM lineage l WHERE l.made_by = 'dream' AND NOT EXISTS ("
            "  SELECT 1 FROM opinions o WHERE o.stem = l.stem AND o.kind IN ('like', 'kept'))"
        )
        return int(row["n"]) if row else 0


class Descending(Noting, Descent):
    """Changes of lineages."""

    async def untag(self, stem: int, tag: str) -> None:
        """Take a tag from those that the Fabrik gave to what it has made, which a new analysis would bring back."""
        row = await self.lineage(stem)
        if row is None:
            return
        known = Known.read(row["known"])
        known = replace(known, tags=tuple(one for one in known.tags if one != tag))
        text = json.dumps(asdict(known), ensure_ascii=False)
        await self._run(
            "UPDATE lineage SET known = ?, row_hash = ? WHERE stem = ?", text, seal({**row, "known": text}), stem
        )

    async def put_separation(
        self, track: str, model: str, checksum: str, stems: Mapping[str, int], left_out: Mapping[str, str]
    ) -> None:
        """Store what a separator has made of the track with this hash: stems by part, and why a part is none."""
        rows = [(track, model, checksum, part, stem, "") for part, stem in stems.items()]
        await self._many(
            "INSERT OR REPLACE INTO separations (track, model, checksum, part, stem, left_out) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [*rows, *((track, model, checksum, part, None, why) for part, why in left_out.items())],
        )

    async def add_lineage(self, stem: int, lineage: Lineage, known: Known) -> None:
        """Store how a stem came to be, with the titles of its parents: of one that is gone the title that is given."""
        row = lineage.row(stem, known)
        await self._insert(
            "INSERT INTO lineage (stem, made_by, model, checksum, seed, latent, terms, known, row_hash) "
            "VALUES (:stem, :made_by, :model, :checksum, :seed, :latent, :terms, :known, :row_hash)",
            {**row, "row_hash": seal(row)},
        )
        there = {row["id"]: row["title"] for row in await self.related(parent for parent, _ in lineage.parents)}
        rows = [
            {"stem": stem, "parent": parent, "share": share, "title": there.get(parent) or _gone(lineage, parent)}
            for parent, share in dict(lineage.parents).items()
        ]
        await self._many(
            "INSERT INTO parents (stem, parent, share, title, row_hash) VALUES (?, ?, ?, ?, ?)",
            [(*row.values(), seal(row)) for row in rows],
        )


def _gone(lineage: Lineage, parent: int) -> str:
    """Return what a parent that was deleted is called."""
    return lineage.titles.get(parent) or f"stem {parent}"
