import asyncio
import sqlite3
from pathlib import Path

import pytest

from liveengine.stems.connect import Damaged
from liveengine.stems.db import Database
from liveengine.stems.shown import Shown
from tests.stems.test_opinions import filled, opened


async def test_rows_are_those_of_the_last_commit_without_what_is_gone(tmp_path: Path) -> None:
    await filled(tmp_path, 5)
    db = await Database.open(tmp_path / "processed_database" / "stems.db")
    assert sorted(db.shown.among([5, 2, 99])) == [2, 5]
    assert db.shown.among([]) == {}
    async with db.transaction() as change:
        await change.mark(2, True)
        await change.delete_stem(5)
        assert sorted(db.shown.among([5, 2])) == [2, 5]  # not yet
    assert [(stem, row["favourite"]) for stem, row in db.shown.among([5, 2]).items()] == [(2, 1)]
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.shown._connection.execute("DELETE FROM stems")
    await db.close()


def test_a_file_that_is_no_library_is_told(tmp_path: Path) -> None:
    (tmp_path / "stems.db").write_bytes(b"no library" * 1000)
    shown = Shown(tmp_path / "stems.db")
    with pytest.raises(Damaged, match="put a backup in its place"):
        shown.among([1])
    shown.close()


async def test_searches_answer_with_what_is_there_while_stems_go_and_are_marked(tmp_path: Path) -> None:
    async with opened(tmp_path, 60) as library:
        gone, answers = set[int](), list[tuple[set[int], set[int]]]()

        async def search() -> None:
            for _ in range(40):
                before = set(gone)
                answers.append((before, {match.stem.id for match in await library.search("kick", 60)}))

        async def change() -> None:
            for stem in range(1, 31):
                await library.delete(stem)
                gone.add(stem)
                await library.favourite(stem + 30, True)

        await asyncio.gather(search(), search(), change())
        assert not any(before & found for before, found in answers)
        assert all(set(range(31, 61)) <= found for _, found in answers)
        assert all(match.stem.favourite for match in await library.search("kick", 60))
