import sqlite3
from pathlib import Path

import pytest

from liveengine.caller import Caller, caller
from liveengine.command import Registry
from liveengine.errors import BadArgument, Forbidden, NotFound
from liveengine.stems.commands import StemCommands
from liveengine.stems.exploring import ExploreCommands
from liveengine.stems.library import Library
from tests.stems.test_opinions import opened


def registry(library: Library) -> Registry:
    found = Registry()
    found.add(StemCommands(library))
    found.add(ExploreCommands(library, found))
    return found


async def test_what_is_typed_is_completed_by_words_titles_and_earlier_searches(tmp_path: Path) -> None:
    async with opened(tmp_path, 12) as library:
        call = registry(library).call
        assert await call("/stems/suggest", "") == []
        await call("/stems/search", "kick, very dark")
        await call("/stems/search", "kick, very dark")
        await call("/stems/search", "kick with a click")
        await library.taste.flush()
        found = await call("/stems/suggest", "kic", 20)
        assert {"text": "Kick 1", "kind": "stem", "stem": 1} in found
        assert found[0] == {"text": "kick, very dark", "kind": "search", "stem": None}
        assert {"text": "kick", "kind": "word", "stem": None} in found
        assert [one["text"] for one in await call("/stems/suggest", "KICK 1", 20) if one["kind"] == "stem"] == [
            "Kick 1",
            "Kick 10",
            "Kick 11",
            "Kick 12",
        ]
        assert (await call("/stems/suggest", "", 1))[0]["text"] == "kick, very dark"
        assert await call("/stems/suggest", "'; DROP TABLE stems; --\x00%_") == []


async def test_titles_are_found_through_an_index(tmp_path: Path) -> None:
    async with opened(tmp_path, 2) as library:
        with sqlite3.connect(library.db.file) as connection:
            plan = connection.execute(
                "EXPLAIN QUERY PLAN SELECT id, title FROM stems WHERE title >= ?1 COLLATE NOCASE "
                "AND title < ?1 || ?3 COLLATE NOCASE ORDER BY title COLLATE NOCASE LIMIT ?2",
                ("k", 5, "z"),
            ).fetchall()
        connection.close()
        assert "INDEX stems_title" in plan[0][3]
        assert len(plan) == 1


async def test_searches_are_remembered_repeated_and_forgotten(tmp_path: Path) -> None:
    async with opened(tmp_path, 3) as library:
        call = registry(library).call
        first = await call("/stems/search", "dark kick", 2)
        await call("/stems/search", "bass", category="bass")
        bass, kick = await call("/stems/history")
        assert (bass["arguments"]["category"], bass["matches"]) == ("bass", 0)
        assert (kick["arguments"]["prompt"], kick["arguments"]["top_k"], kick["matches"]) == ("dark kick", 2, 2)
        assert await call(f"/stems/history/{kick['id']}/repeat") == first
        assert len(await call("/stems/history", 1, 1)) == 1
        assert await call("/stems/history/clear") == 3
        assert await call("/stems/history") == []
        with pytest.raises(NotFound, match="no search 1"):
            await call("/stems/history/1/repeat")
        with pytest.raises(BadArgument):
            await call("/stems/suggest", "x" * 513)


async def test_each_user_has_their_own_history(tmp_path: Path) -> None:
    async with opened(tmp_path, 3) as library:
        call = registry(library).call
        await call("/stems/search", "dark kick")
        (mine,) = await call("/stems/history")
        await library.taste.switch("anna")
        assert await call("/stems/history") == []
        assert "search" not in {one["kind"] for one in await call("/stems/suggest", "dark k")}
        with pytest.raises(NotFound, match=f"no search {mine['id']}"):
            await call(f"/stems/history/{mine['id']}/repeat")
        assert await call("/stems/history/clear") == 0
        await library.taste.switch("default")
        assert len(await call("/stems/history")) == 1
        assert "search" in {one["kind"] for one in await call("/stems/suggest", "dark k")}


async def test_a_search_that_needs_what_plays_is_not_repeated_without_a_daemon(tmp_path: Path) -> None:
    async with opened(tmp_path, 3) as library:
        call = registry(library).call
        library.answered("/stems/fitting", {"prompt": "kick"}, [])
        (search,) = await call("/stems/history")
        with pytest.raises(NotFound, match="/stems/fitting cannot be repeated here: it needs a running daemon"):
            await call(f"/stems/history/{search['id']}/repeat")


async def test_who_may_only_play_does_not_learn_which_files_this_machine_has(tmp_path: Path) -> None:
    async with opened(tmp_path, 2) as library:
        call = registry(library).call
        caller.set(Caller("play"))
        with pytest.raises(Forbidden, match="a file of this machine needs the role 'ingest'"):
            await call("/stems/mix", file="/etc/hostname")
        assert (await call("/stems/mix", like="1"))["matches"]
