"""What the user did: statements on opinions, searches, and what searches have found. Runs on: event loop.

The base of `db.Transaction` and of the reading side; values travel as parameters, as everywhere.
"""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from liveengine.stems.connect import Value, translated
from liveengine.stems.reader import Reader, Row


class Past(Reader):
    """Questions about what the user did."""

    async def opinions(self, user: str, most: int | None = None, category: str | None = None) -> list[Row]:
        """Return (stem, kind, count, seconds, category, title) of the stems that a user has an opinion of, newest
        first: of one category or all, of at most `most` stems.

        Those of which something was said come before those that were kept or swapped, and these before what was only
        played: a long evening must not push a like out.
        """
        return await self._all(
            "SELECT o.stem, o.kind, o.count, o.seconds, s.category, s.title FROM opinions o "
            "JOIN stems s ON s.id = o.stem WHERE o.user = ?1 AND (?3 IS NULL OR s.category = ?3) AND o.stem IN ("
            "  SELECT stem FROM opinions WHERE user = ?1 GROUP BY stem ORDER BY max(kind IN ('like', 'reject')) DESC,"
            "  max(kind IN ('kept', 'swapped')) DESC, max(at) DESC LIMIT ?2) "
            "ORDER BY o.at DESC",
            user,
            -1 if most is None else most,
            category,
        )

    async def heard_seconds(self, user: str) -> float:
        """Return how many seconds of stems a user has heard."""
        row = await self._one("SELECT total(seconds) AS seconds FROM opinions WHERE user = ?", user)
        return float(row["seconds"]) if row else 0.0

    async def opinion_counts(self, user: str) -> dict[str, int]:
        """Return of how many stems a user has each kind of opinion."""
        rows = await self._all("SELECT kind, count(*) AS n FROM opinions WHERE user = ? GROUP BY kind", user)
        return {row["kind"]: row["n"] for row in rows}

    async def opinion(self, user: str, stem: int, kind: str) -> int:
        """Return how often a user has said or shown this of a stem."""
        row = await self._one("SELECT count FROM opinions WHERE user = ? AND stem = ? AND kind = ?", user, stem, kind)
        return int(row["count"]) if row else 0

    async def users(self) -> list[str]:
        """Return the users that have opinions, by name."""
        return [row["user"] for row in await self._all("SELECT DISTINCT user FROM opinions ORDER BY user")]

    async def some_vectors(self, model: str, checksum: str, category: str, most: int) -> list[Row]:
        """Return (vector) of exactly this model for at most `most` stems of a category, spread over all of them."""
        return await self._all(
            "SELECT vector FROM embeddings WHERE model = (SELECT id FROM models WHERE model = ?1 AND checksum = ?2) "
            "AND stem IN ("
            "  SELECT id FROM stems WHERE category = ?3 AND provenance < 3 "
            "  ORDER BY id * 2654435761 % 4294967296 LIMIT ?4)",
            model,
            checksum,
            category,
            most,
        )

    async def heard(self) -> list[int]:
        """Return the stems that were ever played."""
        return [row["stem"] for row in await self._all("SELECT stem FROM taste WHERE plays > 0")]

    async def unfound(self, category: str | None, limit: int, offset: int) -> list[Row]:
        """Return the stems that no search has ever answered with, oldest first."""
        return await self._all(
            "SELECT s.* FROM stems_told s LEFT JOIN taste t ON t.stem = s.id "
            "WHERE coalesce(t.found, 0) = 0 AND s.provenance <> 'proposed' AND (?1 IS NULL OR s.category = ?1) "
            "ORDER BY s.id LIMIT ?2 OFFSET ?3",
            category,
            limit,
            offset,
        )

    async def found_counts(self) -> tuple[int, int]:
        """Return how many stems there are, and how many of them no search has ever answered with."""
        row = await self._one(
            "SELECT count(*) AS n, sum(coalesce(t.found, 0) = 0) AS never FROM stems s "
            "LEFT JOIN taste t ON t.stem = s.id WHERE s.provenance < 3"
        )
        return (int(row["n"]), int(row["never"] or 0)) if row else (0, 0)

    async def searches(self, user: str, limit: int, offset: int = 0) -> list[Row]:
        """Return the searches of a user, newest first."""
        return await self._all(
            "SELECT * FROM searches WHERE user = ? ORDER BY id DESC LIMIT ? OFFSET ?", user, limit, offset
        )

    async def search(self, user: str, search: int) -> Row | None:
        """Return one search of a user."""
        return await self._one("SELECT * FROM searches WHERE user = ? AND id = ?", user, search)

    async def keeps(self) -> list[Row]:
        """Return (at, keep) of every search (0) and of every stem that was liked or kept (1), in order."""
        return await self._all(
            "SELECT at, 0 AS keep FROM searches "
            "UNION ALL SELECT at, 1 FROM opinions WHERE kind IN ('like', 'kept') ORDER BY at"
        )

    async def prompts(self, user: str, beginning: str, limit: int) -> list[Row]:
        """Return (prompt, count) of a user's searches whose sentence begins so: the most frequent, then the newest."""
        return await self._all(
            "SELECT json_extract(arguments, '$.prompt') AS prompt, count(*) AS count FROM searches "
            "WHERE user = ?3 AND substr(lower(prompt), 1, length(?1)) = lower(?1) GROUP BY prompt "
            "ORDER BY count DESC, max(id) DESC LIMIT ?2",
            beginning,
            limit,
            user,
        )

    async def titles(self, beginning: str, limit: int) -> list[Row]:
        """Return (id, title) of stems whose title begins so, whatever the case of Latin letters, by title."""
        return await self._all(
            "SELECT id, title FROM stems WHERE title >= ?1 COLLATE NOCASE AND title < ?1 || ?3 COLLATE NOCASE "
            "AND provenance < 3 ORDER BY title COLLATE NOCASE LIMIT ?2",
            beginning,
            limit,
            "\U0010ffff",
        )

    async def setting(self, key: str) -> Any:
        """Return a stored value, None where there is none."""
        row = await self._one("SELECT value FROM settings WHERE key = ?", key)
        return None if row is None else json.loads(row["value"])


class Noting(Past):
    """Changes of what the user did, and how a change is made."""

    async def _run(self, statement: str, *values: Value) -> int:
        """Run one statement and return how many rows it changed."""
        with translated(self._file):
            async with self._connection.execute(statement, values) as cursor:
                return cursor.rowcount

    async def _insert(self, statement: str, values: Mapping[str, Value]) -> int:
        with translated(self._file):
            async with self._connection.execute(statement, values) as cursor:
                return cursor.lastrowid or 0

    async def _many(self, statement: str, rows: Iterable[Sequence[Value]]) -> None:
        with translated(self._file):
            await self._connection.executemany(statement, rows)

    async def note(self, user: str, stem: int, kind: str) -> None:
        """Count an opinion of a user, if the stem still is there."""
        await self._run(
            "INSERT INTO opinions (user, stem, kind, count, at) SELECT ?1, id, ?3, 1, ?4 FROM stems WHERE id = ?2 "
            "ON CONFLICT (user, stem, kind) DO UPDATE SET count = count + 1, at = excluded.at",
            user,
            stem,
            kind,
            time.time(),
        )

    async def note_heard(self, user: str, stem: int, seconds: float) -> None:
        """Add to how long a user has heard a stem that was played, if it still is there."""
        await self._run(
            "INSERT INTO opinions (user, stem, kind, count, seconds, at) "
            "SELECT ?1, id, 'played', 1, ?3, ?4 FROM stems WHERE id = ?2 "
            "ON CONFLICT (user, stem, kind) DO UPDATE SET seconds = seconds + excluded.seconds, at = excluded.at",
            user,
            stem,
            seconds,
            time.time(),
        )

    async def unnote(self, user: str, stem: int | None = None, kind: str | None = None) -> int:
        """Forget a user's opinions: all, of one stem, or of one kind; return how many there were."""
        return await self._run(
            "DELETE FROM opinions WHERE user = ?1 AND (?2 IS NULL OR stem = ?2) AND (?3 IS NULL OR kind = ?3)",
            user,
            stem,
            kind,
        )

    async def add_found(self, counts: Mapping[int, int]) -> None:
        """Count in how many answers stems were; those that are gone are left out."""
        now = time.time()
        await self._many(
            "INSERT INTO taste (stem, found, found_at) SELECT id, ?2, ?3 FROM stems WHERE id = ?1 "
            "ON CONFLICT (stem) DO UPDATE SET found = found + excluded.found, found_at = excluded.found_at",
            ((stem, count, now) for stem, count in counts.items()),
        )

    async def add_searches(self, rows: Iterable[tuple[str, str, str, int, float]], most: int) -> None:
        """Store searches (user, address, arguments as JSON, matches, time) and forget all but the newest `most`."""
        await self._many("INSERT INTO searches (user, address, arguments, matches, at) VALUES (?, ?, ?, ?, ?)", rows)
        await self._run("DELETE FROM searches WHERE id <= (SELECT max(id) FROM searches) - ?", most)

    async def clear_searches(self, user: str) -> int:
        """Forget a user's searches; return how many there were."""
        return await self._run("DELETE FROM searches WHERE user = ?", user)

    async def set_setting(self, key: str, value: Any) -> None:
        """Store a value."""
        await self._run(
            "INSERT OR REPLACE INTO settings (key, value, updated_at) VALUES (?, ?, ?)",
            key,
            json.dumps(value),
            time.time(),
        )
