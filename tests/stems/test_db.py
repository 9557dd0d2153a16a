import asyncio
import contextlib
import sqlite3
from pathlib import Path

import aiosqlite
import pytest

from liveengine.errors import DiskFull
from liveengine.stems import connect, packing, reader
from liveengine.stems.connect import Busy, Damaged
from liveengine.stems.db import Database
from liveengine.stems.migrate import Migration, OtherVersion, shipped

FIRST = Migration("0001_one", "CREATE TABLE a (x INTEGER); -- a remark; with a semicolon\nINSERT INTO a VALUES (1);")
SECOND = Migration("0002_two", "ALTER TABLE a ADD COLUMN y INTEGER; UPDATE a SET y = x + 1;")
BROKEN = Migration("0002_two", "UPDATE a SET x = 9; UPDATE nowhere SET x = 1;")


def stem(number: int) -> dict[str, connect.Value]:
    return {
        "path": b"stems/kick/%d.wav" % number,
        "source": b"/kits/\xff%d.wav" % number,
        "title": f"Kick {number}",
        "category": "kick",
        "tags": '["dark"]' if number % 2 else '["dark", "loop"]',
        "bpm": 128.0 if number % 2 else None,
        "key": None,
        "duration": 1.5,
        "rate": 44100,
        "channels": 1,
        "frames": 66150,
        "loop": 0,
        "bars": None,
        "loudness": -12.5,
        "peak": -1.0,
        "transients": b"",
        "peaks": b"\x00\x7f",
        "hash": number.to_bytes(16),
        "provenance": "original",
        "facts": packing.pack({}),
        "created_at": 1.0,
        "updated_at": 1.0,
    }


async def add(db: Database, rows: list[dict[str, connect.Value]], then: Exception | None = None) -> None:
    async with db.transaction() as change:
        for row in rows:
            await change.add_stem(row)
        if then is not None:
            raise then


@pytest.mark.parametrize(
    ("statement", "values", "index"),
    [
        (reader.ASKED_FOR, [None] * 100, "SEARCH f USING COVERING INDEX job_files_path (path=?)"),
        (reader.JOB_FILE_OF, [1, 1], "SEARCH job_files USING INDEX job_files_stem (stem=? AND job=?)"),
    ],
)
async def test_files_of_jobs_are_found_without_reading_them_all(
    tmp_path: Path, statement: str, values: list[object], index: str
) -> None:
    db = await Database.open(tmp_path / "stems.db")
    await db.close()
    with contextlib.closing(sqlite3.connect(tmp_path / "stems.db")) as connection:
        steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert index in steps
    assert not [step for step in steps if step.startswith("SCAN")]


async def test_the_path_of_a_file_that_became_a_stem_is_forgotten(tmp_path: Path) -> None:
    db = await Database.open(tmp_path / "stems.db")
    async with db.transaction() as change:
        job = await change.add_job("ingest", {}, 4)
        await change.add_job_files(job, 0, [b"/a", b"/b", b"/in/c", b"/in/d"])
        await change.watch([(b"/in/c", 1, 1)])
        for position, state in enumerate(("done", "failed", "duplicate", "done")):
            await change.end_file(job, position, state, None, None, watched=position > 1)
    assert set(await db.reading.asked_for([b"/a", b"/b", b"/in/c", b"/in/d"])) == {b"/b", b"/in/d"}
    async with db.transaction() as change:
        await change.watch([(b"/in/d", 1, 1)])
    assert set(await db.reading.asked_for([b"/b", b"/in/d"])) == {b"/b"}
    assert await db.reading.job_tally(job) == {"done": 2, "failed": 1, "duplicate": 1}
    await db.close()


async def test_a_transaction_that_is_broken_off_at_any_moment_holds_up_no_other(tmp_path: Path) -> None:
    async with contextlib.AsyncExitStack() as stack:
        db = await Database.open(tmp_path / "stems.db")
        stack.push_async_callback(db.close)
        for number in range(1, 120, 2):
            broken = asyncio.create_task(add(db, [stem(number)]))
            for _ in range(number // 4):
                await asyncio.sleep(0.00005)
            broken.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await broken
            await add(db, [stem(number + 1)])
            assert await db.reading.stem_with("0", (number + 1).to_bytes(16)) is not None


def look(file: Path, statement: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(file) as connection:
        rows = connection.execute(statement).fetchall()
    connection.close()
    return rows


async def test_migrations_run_once_in_order_and_are_recorded(tmp_path: Path) -> None:
    file = tmp_path / "stems.db"
    await (await Database.open(file, [FIRST])).close()
    await (await Database.open(file, [FIRST, SECOND])).close()
    await (await Database.open(file, [FIRST, SECOND])).close()
    assert look(file, "SELECT x, y FROM a") == [(1, 2)]
    assert look(file, "SELECT name FROM migrations") == [("0001_one",), ("0002_two",)]


async def test_a_library_of_another_schema_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "stems.db"
    await (await Database.open(file, [Migration("0001_schema_0badcafe", FIRST.script)])).close()
    with pytest.raises(OtherVersion, match=r"another version .*0001_schema_0badcafe.*--library"):
        await Database.open(file)


async def test_a_copy_is_made_before_a_library_in_use_is_changed(tmp_path: Path) -> None:
    file = tmp_path / "stems.db"
    await (await Database.open(file, [FIRST])).close()
    await (await Database.open(file, [FIRST, SECOND])).close()
    assert look(tmp_path / "stems.db.before-0002_two", "SELECT * FROM a") == [(1,)]
    assert not list(tmp_path.glob("*.part"))


async def test_a_migration_that_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "stems.db"
    await (await Database.open(file, [FIRST])).close()
    with pytest.raises(sqlite3.OperationalError):
        await Database.open(file, [FIRST, BROKEN])
    assert look(file, "SELECT * FROM a") == [(1,)]
    await (await Database.open(file, [FIRST, SECOND])).close()


async def test_a_library_of_another_version_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "stems.db"
    await (await Database.open(file, [FIRST, SECOND])).close()
    with pytest.raises(OtherVersion, match="0002_two"):
        await Database.open(file, [FIRST])


async def test_a_file_that_is_no_library_is_named_as_damaged(tmp_path: Path) -> None:
    file = tmp_path / "stems.db"
    file.write_bytes(b"<html>not a library</html>" * 100)
    with pytest.raises(Damaged, match="backup"):
        await Database.open(file)


async def test_a_transaction_happens_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    db = await Database.open(tmp_path / "stems.db")
    with pytest.raises(ZeroDivisionError):
        await add(db, [stem(1)], ZeroDivisionError())
    async with db.transaction() as change:
        number = await change.add_stem(stem(2))
        assert await db.reading.stem(number) is None  # a reader sees only what is committed
    row = await db.reading.stem(number)
    assert row is not None
    assert row["source"] == b"/kits/\xff2.wav"
    assert await db.reading.counts() == {"kick": 1}
    await db.close()


async def test_any_stem_that_new_ones_can_begin_with_is_drawn_however_many_there_are(tmp_path: Path) -> None:
    db = await Database.open(tmp_path / "stems.db")
    usable = [stem(number) for number in range(1, 1_201)]
    usable[5] |= {"loop": 1, "bpm": 120.0}
    await add(
        db,
        [
            *usable,
            stem(2_001) | {"loop": 1, "bpm": None},  # without a tempo
            stem(2_002) | {"provenance": "generated"},
            stem(2_003) | {"provenance": "proposed"},
            stem(2_004) | {"category": "snare"},
            stem(2_005) | {"provenance": "separated"},
        ],
    )
    assert await db.reading.drawn("kick", False, [0, 1_199, 1_200, 1_201, 2**53]) == [
        1,
        1_200,
        1_205,
        1,
        2**53 % 1_201 + 1,
    ]
    assert await db.reading.drawn("kick", True, [7, 8]) == [6, 6]
    assert await db.reading.drawn("snare", True, [7]) == []
    await db.close()


async def test_ids_are_never_used_twice(tmp_path: Path) -> None:
    db = await Database.open(tmp_path / "stems.db")
    async with db.transaction() as change:
        first = await change.add_stem(stem(1))
        await change.delete_stem(first)
        assert await change.add_stem(stem(2)) > first
    await db.close()


async def test_stems_are_found_by_category_and_every_tag(tmp_path: Path) -> None:
    db = await Database.open(tmp_path / "stems.db")
    async with db.transaction() as change:
        for number in range(1, 7):
            await change.add_stem(stem(number))
    rows = await db.reading.stems("kick", ["dark", "loop"], 2, 1)
    assert [row["title"] for row in rows] == ["Kick 4", "Kick 6"]
    assert await db.reading.stems("'; DROP TABLE stems; --", [], 10, 0) == []
    assert len(await db.reading.stems(None, [], 10, 0)) == 6
    await db.close()


async def test_scrub_finds_each_changed_row_and_no_other(tmp_path: Path) -> None:
    file = tmp_path / "stems.db"
    db = await Database.open(file)
    async with db.transaction() as change:
        for number in range(1, 4):
            await change.add_stem(stem(number))
        await change.add_embeddings("m", "c", {1: b"\x01\x02", 2: b"\x03\x04"})
        await change.save_session({"tempo": 128})
    assert await db.reading.scrub() == {}
    await db.close()
    look(file, "UPDATE stems SET peak = -101 WHERE id = 2")
    look(file, "UPDATE embeddings SET vector = x'0305' WHERE stem = 2")
    look(file, "UPDATE session SET record = replace(record, '128', '129')")
    db = await Database.open(file)
    assert await db.reading.scrub() == {"stems": [2], "embeddings": [2], "session": [1]}
    with pytest.raises(Damaged):
        await db.reading.session()
    await db.close()


async def test_a_whole_number_in_a_column_of_fractions_is_no_rot(tmp_path: Path) -> None:
    db = await Database.open(tmp_path / "stems.db")
    await add(db, [stem(1) | {"bpm": 128, "bars": 4, "peak": -0.0, "loudness": -12, "duration": 2}])
    assert await db.reading.scrub() == {}
    await db.close()


async def test_an_edit_keeps_the_row_whole(tmp_path: Path) -> None:
    db = await Database.open(tmp_path / "stems.db")
    async with db.transaction() as change:
        await change.add_stem(stem(1))
        assert await change.change_stem(1, {"bpm": 174.0, "category": "drums"})
        assert not await change.change_stem(99, {"bpm": 174.0})
    assert await db.reading.scrub() == {}
    assert await db.reading.counts() == {"drums": 1}
    await db.close()


async def test_a_full_disk_is_a_clear_error_and_reading_goes_on(tmp_path: Path) -> None:
    db = await Database.open(tmp_path / "stems.db")
    async with db.transaction() as change:
        await change.add_stem(stem(1))
    await db._writer.execute("PRAGMA max_page_count = 1")  # SQLite's own way to say: no more pages
    with pytest.raises(DiskFull, match="make room"):
        await add(db, [stem(number) | {"peaks": bytes(4096)} for number in range(2, 200)])
    assert await db.reading.counts() == {"kick": 1}
    await db.close()


async def test_a_lock_of_another_process_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "BUSY_MS", 50)
    db = await Database.open(tmp_path / "stems.db")
    async with aiosqlite.connect(tmp_path / "stems.db", isolation_level=None) as other:
        await other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy):
            async with db.transaction():
                pytest.fail("the other process has the lock")
        await other.execute("ROLLBACK")
    async with db.transaction() as change:
        await change.add_stem(stem(1))
    await db.close()


async def test_the_session_record_and_a_tracks_stems_come_back(tmp_path: Path) -> None:
    db = await Database.open(tmp_path / "stems.db")
    assert await db.reading.session() is None
    async with db.transaction() as change:
        await change.save_session({"tempo": 128.5, "slots": [1, None], "name": "Nacht ☾"})
        track = await change.add_track(b"generated_tracks/track.wav", "techno", {"bpm": 138}, 300.0, [(1, "Intro")])
    assert await db.reading.session() == {"tempo": 128.5, "slots": [1, None], "name": "Nacht ☾"}
    assert [row["section"] for row in await db.reading.track_stems(track)] == ["Intro"]
    await db.close()


def test_the_shipped_schema_is_the_first_migration() -> None:
    names = [step.name for step in shipped()]
    assert names[0].startswith("0001_schema_")
    assert names == sorted(names)
