"""The library's one road to SQL: a transaction object whose methods are the statements. Runs on: event loop.

Two connections, each on its own thread of aiosqlite: one writer (one transaction at a time) and one reader, which sees
what is committed; a third one is the search's. All statements are constants; values travel as parameters.
"""

import asyncio
import contextlib
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import aiosqlite

from liveengine.stems import migrate
from liveengine.stems.connect import Value, connect, seal, translated
from liveengine.stems.queued import Queued, Queueing
from liveengine.stems.shown import Shown
from liveengine.stems.stored import INSERT, UPDATE, split, stored
from liveengine.stems.whole import whole


class Transaction(Queueing):
    """Changes that happen together or not at all."""

    # --- stems

    async def add_stem(self, values: Mapping[str, Value]) -> int:
        """Store what is said of a stem (what `stems_told` has and may not be NULL) and return its id."""
        (row,) = await self._stored([values])
        return await self._insert(INSERT, {**row, "id": None})

    async def add_named(self, rows: Sequence[Mapping[str, Value]]) -> list[int | None]:
        """Store stems that are known by name only; return the id of each, None for one whose path is a stem's already.

        All in one statement: thousands of files per second come through here.
        """
        last = await self._one("SELECT seq FROM sqlite_sequence WHERE name = 'stems'")
        first = (int(last["seq"]) if last else 0) + 1
        sealed = [{**row, "id": at} for at, row in enumerate(await self._stored(rows), first)]
        with translated(self._file):
            await self._connection.executemany(INSERT.replace("INSERT", "INSERT OR IGNORE"), sealed)
        there = {row["id"] for row in await self._all("SELECT id FROM stems WHERE id >= ?", first)}
        return [first + at if first + at in there else None for at in range(len(rows))]

    async def _stored(self, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Value]]:
        """Return rows of the table `stems`; folders that are new to the library are stored."""
        folders = [split(row["source"])[0] for row in rows]
        known = await self._folders(list(dict.fromkeys(folders)))
        found = [stored(row, known[folder]) for row, folder in zip(rows, folders, strict=True)]
        return [{**row, "row_hash": seal(row)} for row in found]

    async def _folders(self, paths: Sequence[bytes]) -> dict[bytes, int]:
        """Return the ids of folders, of new ones as well."""
        found = await self.folders(paths)
        if new := [path for path in paths if path not in found]:
            rows = ((path, seal({"path": path})) for path in new)
            await self._many("INSERT INTO folders (path, row_hash) VALUES (?, ?)", rows)
            found |= await self.folders(new)
        return found

    async def drop_named(self, stem: int) -> bool:
        """Forget a stem that is known by name only; False if it is more by now, or not there."""
        return await self._run("DELETE FROM stems WHERE id = ? AND hash IS NULL", stem) > 0

    async def change_stem(self, stem: int, changes: Mapping[str, Value]) -> bool:
        """Store what is said of a stem (what `stems_told` has, but id and created_at); False if it is not there."""
        told = await self.stem(stem)
        if told is None:
            return False
        (row,) = await self._stored([{**dict(told), **changes, "updated_at": time.time()}])
        await self._insert(UPDATE, {**row, "id": stem})
        return True

    async def delete_stem(self, stem: int) -> bool:
        """Forget a stem, its vectors and marks, and that its file waits for analysis; False if it is not there."""
        await self._run("UPDATE job_files SET state = 'deleted', stem = NULL WHERE stem = ? AND state = 'named'", stem)
        return await self._run("DELETE FROM stems WHERE id = ?", stem) > 0

    async def mark(self, stem: int, favourite: bool) -> None:
        """Set or clear the favourite mark."""
        await self._run(
            "INSERT INTO taste (stem, favourite) VALUES (?, ?) "
            "ON CONFLICT (stem) DO UPDATE SET favourite = excluded.favourite",
            stem,
            int(favourite),
        )

    async def rate(self, stem: int, stars: int | None) -> None:
        """Give a stem 0 to 5 stars, or take them back."""
        await self._run(
            "INSERT INTO taste (stem, rating) VALUES (?, ?) ON CONFLICT (stem) DO UPDATE SET rating = excluded.rating",
            stem,
            stars,
        )

    async def put_edit(self, stem: int, field: str, value: str, analysed: str) -> None:
        """Store what the user says of a field, and what the analysis says (both JSON)."""
        await self._run(
            "INSERT OR REPLACE INTO edits (stem, field, value, analysed, edited_at) VALUES (?, ?, ?, ?, ?)",
            stem,
            field,
            value,
            analysed,
            time.time(),
        )

    async def drop_edit(self, stem: int, field: str) -> None:
        """Forget what the user said of a field."""
        await self._run("DELETE FROM edits WHERE stem = ? AND field = ?", stem, field)

    async def log_edits(self, batch: int, replaced: Iterable[tuple[int, str, str | None]]) -> None:
        """Remember what a batch of edits replaced (stem, field, JSON or None), and forget all but the last 100."""
        rows = ((batch, *one) for one in replaced)
        await self._many("INSERT OR IGNORE INTO edit_log (batch, stem, field, before) VALUES (?, ?, ?, ?)", rows)
        await self._run("DELETE FROM edit_log WHERE batch <= ?", batch - 100)

    async def forget_batch(self, batch: int, stems: Iterable[int]) -> None:
        """Forget what a batch of edits replaced of these stems."""
        await self._many("DELETE FROM edit_log WHERE batch = ? AND stem = ?", ((batch, stem) for stem in stems))

    async def played(self, stem: int) -> None:
        """Count one play of a stem, if it still is there."""
        await self._run(
            "INSERT INTO taste (stem, plays, played_at) SELECT id, 1, ? FROM stems WHERE id = ? "
            "ON CONFLICT (stem) DO UPDATE SET plays = plays + 1, played_at = excluded.played_at",
            time.time(),
            stem,
        )

    async def put_aside(self, source: bytes, digest: bytes | None, code: str, reason: str, copy: bytes | None) -> None:
        """Record a file in quarantine."""
        await self._run(
            "INSERT INTO quarantine (source, hash, code, reason, copy, created_at) VALUES (?, ?, ?, ?, ?, ?)",
            source,
            digest,
            code,
            reason,
            copy,
            time.time(),
        )

    async def release(self, digest: bytes | None, source: bytes) -> None:
        """Forget that a file was put aside: it is to be tried again. `digest` is None for one that cannot be read."""
        await self._run("DELETE FROM quarantine WHERE hash = ?1 OR (?1 IS NULL AND source = ?2)", digest, source)

    async def redeem(self, source: bytes) -> list[bytes | None]:
        """Forget that a file was put aside: it is a stem now. Returns the hashes of what was put aside of it."""
        rows = await self._all("DELETE FROM quarantine WHERE source = ? RETURNING hash", source)
        return [row["hash"] for row in rows]

    # --- embeddings

    async def add_embeddings(self, model: str, checksum: str, vectors: Mapping[int, bytes]) -> None:
        """Store or replace the vectors (float16 little-endian) of these stems."""
        await self._run("INSERT OR IGNORE INTO models (model, checksum) VALUES (?, ?)", model, checksum)
        known = await self._one("SELECT id FROM models WHERE model = ? AND checksum = ?", model, checksum)
        assert known is not None
        rows = [{"stem": stem, "model": known["id"], "vector": vector} for stem, vector in vectors.items()]
        await self._many(
            "INSERT OR REPLACE INTO embeddings (stem, model, vector, row_hash) VALUES (?, ?, ?, ?)",
            [(*row.values(), seal(row)) for row in rows],
        )

    async def put_codes(self, lexicon: int, codes: Mapping[int, bytes]) -> None:
        """Store what the search reads of these stems."""
        rows = ((stem, lexicon, value) for stem, value in codes.items())
        await self._many("INSERT OR REPLACE INTO codes (stem, lexicon, codes) VALUES (?, ?, ?)", rows)

    async def drop_superseded(self, model: str, checksum: str) -> None:
        """Forget the vectors of other versions of this model; those of other models stay."""
        await self._run(
            "DELETE FROM embeddings WHERE model IN (SELECT id FROM models WHERE model = ? AND checksum <> ?)",
            model,
            checksum,
        )

    # --- files of jobs

    async def add_job_files(self, job: int, first: int, paths: Sequence[bytes]) -> None:
        """Queue the files of an ingest job, in order, from position `first` on."""
        rows = ((job, position, path) for position, path in enumerate(paths, first))
        await self._many("INSERT INTO job_files (job, position, path, state) VALUES (?, ?, ?, 'queued')", rows)

    async def watch(self, states: Iterable[tuple[bytes, int, int]]) -> None:
        """Remember (path, size, time of change in ns) of files that a watched folder has brought."""
        found = list(states)
        await self._many("INSERT OR REPLACE INTO watched (path, size, changed) VALUES (?, ?, ?)", found)
        await self._many(
            "UPDATE job_files SET path = x'' WHERE path <> x'' AND path = ? AND state IN ('done', 'duplicate')",
            ((path,) for path, _, _ in found),
        )

    async def unwatch(self, paths: Iterable[bytes]) -> None:
        """Forget files of watched folders: they are gone."""
        await self._many("DELETE FROM watched WHERE path = ?", ((path,) for path in paths))

    async def name_files(self, job: int, named: Sequence[tuple[int, int | None]]) -> None:
        """Store which stem stands for each file (position, stem) until it is analysed; None: it has to be looked at."""
        rows = ((stem, job, position) for position, stem in named)
        await self._many(
            "UPDATE job_files SET state = 'named', stem = ? WHERE job = ? AND position = ? AND state = 'queued'", rows
        )

    async def unname_files(self, job: int) -> list[int]:
        """Forget the names of an ingest job that nobody will analyse; return the stems that are gone.

        What another job waits for, and what the user has edited, marked or said something of, stays.
        """
        rows = await self._all(
            "DELETE FROM stems WHERE hash IS NULL AND id IN ("
            "  SELECT stem FROM job_files WHERE job = ?1 AND state = 'named' AND stem IS NOT NULL) "
            "AND id NOT IN (SELECT f.stem FROM job_files f JOIN jobs j ON j.id = f.job WHERE f.state = 'named' "
            "  AND f.stem IS NOT NULL AND f.job <> ?1 AND j.state IN ('queued', 'running')) "
            "AND id NOT IN (SELECT stem FROM edits) AND id NOT IN (SELECT stem FROM opinions) AND id NOT IN ("
            "  SELECT stem FROM taste WHERE favourite OR rating IS NOT NULL OR plays > 0) RETURNING id",
            job,
        )
        await self._run("UPDATE job_files SET state = 'queued', stem = NULL WHERE job = ? AND state = 'named'", job)
        return [row["id"] for row in rows]

    async def end_file(
        self, job: int, position: int, state: str, stem: int | None, reason: str | None, *, watched: bool = False
    ) -> None:
        """Store how one file of an ingest job ended.

        Its path is forgotten once it is a stem's, unless it lies in a `watched` folder that has yet to find it.
        """
        await self._run(
            # Replaced, not updated: only what is deleted lets SQLite merge pages that are no longer full.
            "INSERT OR REPLACE INTO job_files (job, position, state, stem, reason, attempts, path) "
            "SELECT job, position, ?1, ?2, ?3, attempts + 1, CASE "
            "WHEN ?1 IN ('done', 'duplicate') AND NOT (?6 AND path NOT IN (SELECT path FROM watched)) "
            "THEN x'' ELSE path END FROM job_files WHERE job = ?4 AND position = ?5",
            state,
            stem,
            reason,
            job,
            position,
            int(watched),
        )

    # --- session, settings, tracks

    async def save_session(self, record: Mapping[str, Any]) -> None:
        """Store the session record in place of the last one."""
        row: dict[str, Value] = {"record": json.dumps(record), "saved_at": time.time()}
        await self._run(
            "INSERT OR REPLACE INTO session (id, record, saved_at, row_hash) VALUES (1, ?, ?, ?)",
            row["record"],
            row["saved_at"],
            seal(row),
        )

    async def add_track(
        self, path: bytes, prompt: str, plan: Mapping[str, Any], duration: float, stems: Sequence[tuple[int, str]]
    ) -> int:
        """Store a generated track with its (stem, section) pairs in order; return its id."""
        row: dict[str, Value] = {
            "path": path,
            "prompt": prompt,
            "plan": json.dumps(plan),
            "duration": duration,
            "created_at": time.time(),
        }
        track = await self._insert(
            "INSERT INTO tracks (path, prompt, plan, duration, created_at, row_hash) "
            "VALUES (:path, :prompt, :plan, :duration, :created_at, :row_hash)",
            {**row, "row_hash": seal(row)},
        )
        await self._many(
            "INSERT INTO track_stem (track, position, stem, section) VALUES (?, ?, ?, ?)",
            ((track, position, stem, section) for position, (stem, section) in enumerate(stems)),
        )
        return track

    async def delete_track(self, track: int) -> bool:
        """Remove a generated track and what it was made of; return whether there was one."""
        return await self._run("DELETE FROM tracks WHERE id = ?", track) > 0


class Database:
    """The open library file: `reading` for questions, `transaction()` for changes, `shown` for the search thread."""

    def __init__(self, file: Path, writer: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        self.file = file
        self.shown = Shown(file)
        self.reading = Queued(reader, file)
        self._writer = writer
        self._reader = reader
        self._lock = asyncio.Lock()

    @classmethod
    async def open(cls, file: Path, migrations: Sequence[migrate.Migration] | None = None) -> Self:
        """Open or create the library file and bring it up to date.

        Raises OtherVersion, Damaged, Busy or DiskFull, each with its remedy.
        """
        file.parent.mkdir(parents=True, exist_ok=True)
        writer = await connect(file, writer=True)
        try:
            with translated(file):
                await migrate.migrate(writer, file, migrate.shipped() if migrations is None else migrations)
            reader = await connect(file, writer=False)
        except BaseException:
            await writer.close()
            raise
        return cls(file, writer, reader)

    async def close(self) -> None:
        """Close both connections; what is committed is on disk already."""
        async with self._lock:
            self.shown.close()
            await self._reader.close()
            await self._writer.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Run the body's changes as one transaction: committed (and on disk) at the end, undone if it raises."""
        async with self._lock:
            try:
                with translated(self.file):
                    await whole(self._writer.execute("BEGIN IMMEDIATE"))
                yield Transaction(self._writer, self.file)
                with translated(self.file):
                    await whole(self._writer.execute("COMMIT"))
            except BaseException:
                with contextlib.suppress(sqlite3.OperationalError):  # it is over: rolled back by itself, or committed
                    await whole(self._writer.execute("ROLLBACK"))
                raise
