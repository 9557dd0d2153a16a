from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from liveengine.stems.db import Database
from liveengine.stems.usage import first_keeps


def test_the_time_runs_from_the_first_search_of_a_sitting_to_what_is_kept() -> None:
    assert first_keeps([(0, False), (40, False), (60, True), (70, True)]) == [60]
    assert first_keeps([(0, False), (60, True), (100, False), (130, True)]) == [60, 30]


def test_half_an_hour_without_a_search_ends_the_sitting() -> None:
    assert first_keeps([(0, False), (1800, False), (1810, True)]) == [10]
    assert first_keeps([(0, False), (1800, True)]) == []


def test_what_is_kept_without_a_search_tells_nothing() -> None:
    assert first_keeps([(5, True), (6, True)]) == []
    assert first_keeps([]) == []


async def test_searches_and_keeps_come_from_the_library_in_order(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "stems.db")
    try:
        async with database.transaction() as change:
            await change.add_searches(
                [("me", "/stems/search", "{}", 3, 20.0), ("me", "/stems/search", "{}", 3, 10.0)], 9
            )
        found = [(row["at"], row["keep"]) for row in await database.reading.keeps()]
    finally:
        await database.close()
    assert found == [(10.0, 0), (20.0, 0)]


@given(st.lists(st.tuples(st.floats(0, 1e6), st.booleans())))
def test_no_time_is_negative_and_there_are_no_more_than_keeps(events: list[tuple[float, bool]]) -> None:
    found = first_keeps(sorted(events))
    assert all(seconds >= 0 for seconds in found)
    assert len(found) <= sum(keep for _, keep in events)
