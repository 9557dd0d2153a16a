"""Questions to the library, each one constant statement; values travel as parameters. Runs on: event loop."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import aiosqlite

from liveengine.stems.connect import Damaged, Value, seal, translated
from liveengine.stems.stored import number

Row = sqlite3.Row

TOGETHER = 100  # paths in one question
_PLACES = ", ".join("?" * TOGETHER)
FOLDERS = "SELECT id, path FROM folders WHERE path IN (?)".replace("?", _PLACES)
ASKED_FOR = (
    "SELECT f.path, max(j.created_at) AS at FROM job_files f JOIN jobs j ON j.id = f.job "
    "WHERE f.path <> x'' AND f.path IN (?) GROUP BY f.path"
).replace("?", _PLACES)
ASKED_FOR_TRACKS = (
    "SELECT json_extract(payload, '$.path') AS track, max(created_at) AS at FROM jobs "
    "WHERE kind = 'separate' AND track IN (SELECT value FROM json_each(?)) GROUP BY track"
)
SEPARATED = "SELECT part, stem, left_out FROM separations WHERE track = ? AND model = ? AND checksum = ?"
STEMS_AMONG = "SELECT * FROM stems_told WHERE id IN (SELECT value FROM json_each(?))"
# Of those that are analysed, not generated, no loop without a tempo: the one at each place, counted round and round.
DRAWN = (
    "SELECT c.id FROM json_each(?3) d JOIN ("
    "  SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS many FROM stems "
    "  WHERE category = ?1 AND provenance < 2 AND hash IS NOT NULL AND (loop OR NOT ?2)"
    "  AND (NOT loop OR coalesce(bars, 0) > 0 OR coalesce(bpm, 0) > 0)"
    ") c ON c.place = d.value % c.many ORDER BY d.key"
)
JOB_FILE_OF = "SELECT * FROM job_files WHERE job = ? AND stem = ? AND state = 'named'"


class Reader:
    """Questions to the library; each sees the last commit."""

    def __init__(self, connection: aiosqlite.Connection, file: Path) -> None:
        self._connection = connection
        self._file = file

    async def _all(self, statement: str, *values: Value) -> list[Row]:
        with translated(self._file):
            return list(await self._connection.execute_fetchall(statement, values))

    async def _one(self, statement: str, *values: Value) -> Row | None:
        rows = await self._all(statement, *values)
        return rows[0] if rows else None

    async def _each(self, statement: str, paths: Sequence[bytes]) -> list[Row]:
        """Return what a statement for TOGETHER paths finds of all these."""
        found: list[Row] = []
        for at in range(0, len(paths), TOGETHER):
            some = paths[at : at + TOGETHER]
            found += await self._all(statement, *some, *[None] * (TOGETHER - len(some)))
        return found

    # --- stems

    async def stem(self, stem: int) -> Row | None:
        """Return one stem with the user's marks."""
        return await self._one("SELECT * FROM stems_told WHERE id = ?", stem)

    async def stems_among(self, ids: Iterable[int]) -> list[Row]:
        """Return the stems with these ids, in no order."""
        return await self._all(STEMS_AMONG, json.dumps(list(ids)))

    async def stems(
        self, category: str | None, tags: Sequence[str], limit: int, offset: int, favourite: bool = False
    ) -> list[Row]:
        """Return stems by id, of one category or all, that carry every tag; not what is merely proposed."""
        return await self._all(
            "SELECT * FROM stems_told s WHERE (?1 IS NULL OR category = ?1) AND (NOT ?5 OR favourite) "
            "AND provenance <> 'proposed' AND NOT EXISTS ("
            "  SELECT 1 FROM json_each(?2) w WHERE w.value NOT IN (SELECT value FROM json_each(s.tags))) "
            "ORDER BY id LIMIT ?3 OFFSET ?4",
            category,
            json.dumps(list(tags)),
            limit,
            offset,
            int(favourite),
        )

    async def edits(self, stem: int) -> dict[str, Row]:
        """Return what the user corrected of a stem: field -> (value, analysed, edited_at)."""
        return {row["field"]: row for row in await self._all("SELECT * FROM edits WHERE stem = ?", stem)}

    async def last_batch(self) -> int:
        """Return the number of the newest batch of edits that can be undone; 0 if there is none."""
        row = await self._one("SELECT max(batch) AS n FROM edit_log")
        return (row["n"] if row else None) or 0

    async def batch(self, batch: int, most: int) -> list[Row]:
        """Return what a batch of edits replaced for its first `most` stems: stem, field, before."""
        return await self._all(
            "SELECT stem, field, before FROM edit_log WHERE batch = ?1 AND stem IN ("
            "  SELECT DISTINCT stem FROM edit_log WHERE batch = ?1 ORDER BY stem LIMIT ?2)",
            batch,
            most,
        )

    async def batch_size(self, batch: int) -> int:
        """Return how many stems a batch of edits has changed."""
        row = await self._one("SELECT count(DISTINCT stem) AS n FROM edit_log WHERE batch = ?", batch)
        return row["n"] if row else 0

    async def counts(self) -> dict[str, int]:
        """Return how many stems each category holds, without what is merely proposed."""
        rows = await self._all("SELECT category, count(*) AS n FROM stems WHERE provenance < 3 GROUP BY category")
        return {row["category"]: row["n"] for row in rows}

    async def learnable(self) -> dict[str, int]:
        """Return how many stems of each category can be learnt from: analysed, and not generated."""
        rows = await self._all(
            "SELECT category, count(*) AS n FROM stems WHERE provenance < 2 AND hash IS NOT NULL GROUP BY category"
        )
        return {row["category"]: row["n"] for row in rows}

    async def drawn(self, category: str, loops: bool, numbers: Sequence[int]) -> list[int]:
        """Return a stem of a category for each number: any that new ones can begin with, only loops if asked for.

        None where there is none.
        """
        rows = await self._all(DRAWN, category, int(loops), json.dumps(list(numbers)))
        return [row["id"] for row in rows]

    async def analysed(self, category: str) -> list[tuple[int, bool]]:
        """Return (id, whether it was generated) of the analysed stems of a category, by id."""
        rows = await self._all(
            "SELECT id, provenance FROM stems WHERE category = ? AND provenance < 3 AND hash IS NOT NULL ORDER BY id",
            category,
        )
        return [(row["id"], row["provenance"] == 2) for row in rows]

    async def stem_with(self, mark: str, digest: bytes) -> int | None:
        """Return the id of the stem made from a file with this fingerprint and these bytes."""
        row = await self._one("SELECT id FROM stems WHERE mark = ? AND hash = ?", number(mark), digest)
        return row["id"] if row else None

    async def children(self, stem: int) -> list[int]:
        """Return the stems that were made from a stem."""
        rows = await self._all(
            "SELECT id FROM stems WHERE parent = ?1 UNION SELECT stem FROM parents WHERE parent = ?1 ORDER BY 1", stem
        )
        return [row["id"] for row in rows]

    async def stems_at(self, paths: Iterable[bytes]) -> list[Row]:
        """Return (id, path) of the stems whose files lie at these paths; reads every row."""
        return await self._all(
            "SELECT id, path FROM stems_told WHERE hex(path) IN (SELECT value FROM json_each(?))",
            json.dumps([path.hex().upper() for path in paths]),
        )

    async def proposed(self) -> list[Row]:
        """Return what is proposed and not kept, newest first."""
        return await self._all("SELECT * FROM stems_told WHERE provenance = 'proposed' ORDER BY id DESC")

    async def stems_behind(self, after: int, limit: int) -> list[Row]:
        """Return analysed stems behind id `after`, in order."""
        return await self._all(
            "SELECT * FROM stems_told WHERE id > ? AND hash IS NOT NULL ORDER BY id LIMIT ?", after, limit
        )

    async def stems_with_marks(self, marks: Sequence[str]) -> list[Row]:
        """Return (id, mark, state, path) of the stems whose source has one of these fingerprints."""
        return await self._all(
            "SELECT id, mark, state, path FROM stems_told WHERE id IN ("
            "  SELECT id FROM stems WHERE mark IN (SELECT value FROM json_each(?)))",
            json.dumps([number(mark) for mark in marks]),
        )

    async def named(self, after: int, limit: int) -> list[Row]:
        """Return stems behind id `after` that are known by name only."""
        return await self._all(
            "SELECT id, source, category, bpm, key, loop, duration, provenance, favourite, plays FROM stems_told "
            "WHERE hash IS NULL AND id > ? ORDER BY id LIMIT ?",
            after,
            limit,
        )

    async def quarantined(self, digest: bytes) -> Row | None:
        """Return code and reason if a file with these bytes was set aside before."""
        return await self._one("SELECT code, reason FROM quarantine WHERE hash = ? LIMIT 1", digest)

    async def quarantine(self, limit: int, offset: int) -> list[Row]:
        """Return the files set aside, newest first."""
        return await self._all("SELECT * FROM quarantine ORDER BY id DESC LIMIT ? OFFSET ?", limit, offset)

    # --- embeddings

    async def embeddings(self, model: str, checksum: str, lexicon: int) -> list[Row]:
        """Return all vectors of exactly this model with what the search knows of their stems, in order of the stems.

        Columns: stem, vector, then those of `columns.Known`; codes is NULL where it is of another lexicon.
        """
        return await self._all(
            "SELECT e.stem, e.vector, s.category, s.bpm, s.key, s.loop, s.duration, s.provenance, s.favourite, "
            "s.plays, c.codes FROM embeddings e JOIN stems_searched s ON s.id = e.stem "
            "LEFT JOIN codes c ON c.stem = e.stem AND c.lexicon = ?3 "
            "WHERE e.model = (SELECT id FROM models WHERE model = ?1 AND checksum = ?2) ORDER BY e.stem",
            model,
            checksum,
            lexicon,
        )

    async def without_vector(self, model: str, checksum: str, lexicon: int) -> list[Row]:
        """Return the same, vector NULL, of the analysed stems that have none of exactly this model."""
        return await self._all(
            "SELECT s.id AS stem, NULL AS vector, s.category, s.bpm, s.key, s.loop, s.duration, s.provenance, "
            "s.favourite, s.plays, c.codes FROM stems_searched s LEFT JOIN codes c ON c.stem = s.id AND c.lexicon = ?3 "
            "WHERE s.id NOT IN (SELECT id FROM stems WHERE hash IS NULL) AND NOT EXISTS ("
            "  SELECT 1 FROM embeddings e WHERE e.stem = s.id AND e.model = ("
            "    SELECT id FROM models WHERE model = ?1 AND checksum = ?2)) ORDER BY s.id",
            model,
            checksum,
            lexicon,
        )

    async def count_ready(self) -> int:
        """Return how many stems are analysed; a millisecond for 100,000."""
        row = await self._one(
            "SELECT (SELECT count(*) FROM stems) - (SELECT count(*) FROM stems WHERE hash IS NULL) AS n"
        )
        return row["n"] if row else 0

    async def without_codes(self, model: str, checksum: str, lexicon: int, after: int, limit: int) -> list[Row]:
        """Return stems behind `after` that have a vector of exactly this model and no codes of this lexicon."""
        return await self._all(
            "SELECT e.stem FROM embeddings e LEFT JOIN codes c ON c.stem = e.stem AND c.lexicon = ?3 "
            "WHERE e.model = (SELECT id FROM models WHERE model = ?1 AND checksum = ?2) AND e.stem > ?4 "
            "AND c.stem IS NULL ORDER BY e.stem LIMIT ?5",
            model,
            checksum,
            lexicon,
            after,
            limit,
        )

    async def known(self, stems: Iterable[int]) -> list[Row]:
        """Return (id, then the columns of `columns.Known` without codes) of these stems, in no order."""
        return await self._all(
            "SELECT * FROM stems_searched WHERE id IN (SELECT value FROM json_each(?))",
            json.dumps(list(stems)),
        )

    async def stems_without(self, model: str, checksum: str, after: int, limit: int) -> list[Row]:
        """Return stems behind id `after` that have no vector of exactly this model."""
        return await self._all(
            "SELECT * FROM stems_told s WHERE s.id > ?3 AND s.hash IS NOT NULL AND NOT EXISTS ("
            "  SELECT 1 FROM embeddings e WHERE e.stem = s.id AND e.model = ("
            "    SELECT id FROM models WHERE model = ?1 AND checksum = ?2)) ORDER BY s.id LIMIT ?4",
            model,
            checksum,
            after,
            limit,
        )

    async def count_without(self, model: str, checksum: str) -> int:
        """Return how many stems have no vector of exactly this model."""
        row = await self._one(
            "SELECT (SELECT count(*) FROM stems) - (SELECT count(*) FROM stems WHERE hash IS NULL) - ("
            "SELECT count(*) FROM embeddings WHERE model = (SELECT id FROM models WHERE model = ?1 AND checksum = ?2)"
            ") AS n",
            model,
            checksum,
        )
        return row["n"] if row else 0

    async def models(self) -> dict[str, int]:
        """Return how many vectors each model has."""
        rows = await self._all(
            "SELECT m.model, count(*) AS n FROM embeddings e JOIN models m ON m.id = e.model GROUP BY m.model"
        )
        return {row["model"]: row["n"] for row in rows}

    # --- jobs

    async def job_files(self, job: int, state: str, after: int, limit: int) -> list[Row]:
        """Return the files of an ingest job that are in `state`, in order, behind position `after`."""
        return await self._all(
            "SELECT * FROM job_files WHERE job = ? AND state = ? AND position > ? ORDER BY position LIMIT ?",
            job,
            state,
            after,
            limit,
        )

    async def job_file_of(self, job: int, stem: int) -> Row | None:
        """Return the file of an ingest job that stands for this named stem and waits for its analysis."""
        return await self._one(JOB_FILE_OF, job, stem)

    async def folders(self, paths: Sequence[bytes]) -> dict[bytes, int]:
        """Return the ids of these folders, as far as sources of stems lie in them."""
        return {row["path"]: row["id"] for row in await self._each(FOLDERS, paths)}

    async def watched(self) -> dict[bytes, tuple[int, int]]:
        """Return size and time of change (ns) of each file that a watched folder has brought."""
        return {row["path"]: (row["size"], row["changed"]) for row in await self._all("SELECT * FROM watched")}

    async def asked_for(self, paths: Sequence[bytes]) -> dict[bytes, float]:
        """Return when each of these files was queued last, by whatever job; those that never were are left out."""
        return {row["path"]: row["at"] for row in await self._each(ASKED_FOR, paths)}

    async def asked_for_tracks(self, paths: Sequence[str]) -> dict[str, float]:
        """Return when each of these files was to be separated last; those that never were are left out."""
        return {row["track"]: row["at"] for row in await self._all(ASKED_FOR_TRACKS, json.dumps(list(paths)))}

    async def separated(self, digest: str, model: str, checksum: str) -> tuple[dict[str, int], dict[str, str]]:
        """Return what a separator has made of the track with this hash: stems by part, and why a part is none.

        Both are empty as long as it was not taken apart, and again as soon as one of its stems is deleted.
        """
        rows = await self._all(SEPARATED, digest, model, checksum)
        if any(row["stem"] is None and not row["left_out"] for row in rows):
            return {}, {}
        stems = {row["part"]: row["stem"] for row in rows if row["stem"] is not None}
        return stems, {row["part"]: row["left_out"] for row in rows if row["left_out"]}

    async def job_faults(self, job: int, limit: int) -> list[Row]:
        """Return the files of an ingest job that could not be used, in order."""
        return await self._all(
            "SELECT * FROM job_files WHERE job = ? AND state IN ('quarantined', 'failed', 'vanished') "
            "ORDER BY position LIMIT ?",
            job,
            limit,
        )

    async def job_tally(self, job: int) -> dict[str, int]:
        """Return how many files of an ingest job are in each state."""
        rows = await self._all("SELECT state, count(*) AS n FROM job_files WHERE job = ? GROUP BY state", job)
        return {row["state"]: row["n"] for row in rows}

    # --- session, settings, tracks

    async def session(self) -> dict[str, Any] | None:
        """Return the session record; raise Damaged if it is not what was written."""
        row = await self._one("SELECT * FROM session WHERE id = 1")
        if row is None:
            return None
        if seal(dict(row)) != row["row_hash"]:
            raise Damaged(f"the session record in {self._file} has changed on disk; it is not used")
        record: dict[str, Any] = json.loads(row["record"])
        return record

    async def tracks(self, limit: int, offset: int) -> list[Row]:
        """Return the generated tracks, newest first, without their plans."""
        return await self._all(
            "SELECT id, path, prompt, duration, created_at FROM tracks ORDER BY id DESC LIMIT ? OFFSET ?", limit, offset
        )

    async def track(self, track: int) -> Row | None:
        """Return a generated track."""
        return await self._one("SELECT * FROM tracks WHERE id = ?", track)

    async def track_stems(self, track: int) -> list[Row]:
        """Return the stems of a generated track in their order."""
        return await self._all("SELECT * FROM track_stem WHERE track = ? ORDER BY position", track)

    async def scrub(self) -> dict[str, list[int]]:
        """Return per table the ids of the rows whose hash no longer fits: what has rotted."""
        tables = {
            "stems": "SELECT * FROM stems",
            "folders": "SELECT * FROM folders",
            "embeddings": "SELECT *, stem AS at FROM embeddings",
            "lineage": "SELECT *, stem AS at FROM lineage",
            "parents": "SELECT *, stem AS at FROM parents",
            "session": "SELECT * FROM session",
            "tracks": "SELECT * FROM tracks",
        }
        rotten: dict[str, list[int]] = {}
        for table, statement in tables.items():
            with translated(self._file):
                async with self._connection.execute(statement) as cursor:
                    bad = [row async for row in cursor if _rotten(row)]
            if bad:
                rotten[table] = [row["at"] if "at" in row.keys() else row["id"] for row in bad]  # noqa: SIM118 - a Row iterates over its values
        return rotten


def _rotten(row: Row) -> bool:
    values = {name: row[name] for name in row.keys() if name != "at"}  # noqa: SIM118 - a Row iterates over its values
    return bool(seal(values) != values["row_hash"])
