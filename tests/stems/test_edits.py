from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from liveengine.bus import Event
from liveengine.command import Registry
from liveengine.config import Config
from liveengine.errors import BadArgument, NotFound, OutOfRange, UnknownStem
from liveengine.events import Changed, StemsEdited
from liveengine.stems import edits
from liveengine.stems.editing import EditCommands
from liveengine.stems.library import Library
from tests.stems.conftest import opened
from tests.stems.test_db import stem as row


@pytest_asyncio.fixture
async def library(tmp_path: Path, settings: Config) -> AsyncIterator[Library]:
    """Three stems without files: 1, 2 and 3, loops of 8 s at 120."""
    async with opened(tmp_path, settings) as library:
        async with library.db.transaction() as change:
            for number in (1, 2, 3):
                await change.add_stem(row(number) | {"bpm": 120.0, "loop": 1, "frames": 8 * 44_100, "bars": 4.0})
        yield library


@pytest.fixture
def registry(library: Library) -> Registry:
    registry = Registry()
    registry.add(EditCommands(library))
    return registry


async def test_half_and_double_change_tempo_and_bars(library: Library, registry: Registry) -> None:
    assert await registry.call("/stem/1/half") == 60.0
    assert (await library.get(1)).bars == 2.0
    assert await registry.call("/stem/1/double") == 120.0
    assert (await library.get(1)).bars == 4.0


async def test_a_set_property_is_read_back_and_published(library: Library, registry: Registry) -> None:
    events: list[Event] = []
    library.bus.subscribe(events.append)
    assert await registry.call("/stem/1/key", "Bb") == "A#"
    assert await registry.call("/stem/1/key") == "A#"
    assert await registry.call("/stem/1/rating", 4) == 4
    assert await registry.call("/stem/1/tags", "warm, dark") == ["warm", "dark"]
    assert await registry.call("/stem/1/tags", "+deep,-warm") == ["dark", "deep"]
    assert events[:2] == [Changed("/stem/1/key", "A#"), Changed("/stem/1/rating", 4)]


async def test_a_reset_brings_back_what_the_analysis_says(library: Library, registry: Registry) -> None:
    await registry.call("/stem/1/bpm", 90)
    await registry.call("/stem/1/bpm", 99)
    await registry.call("/stem/1/title", "Mine")
    assert await library.edits.of(1) == {"bpm": 99.0, "bars": 3.3, "title": "Mine"}
    await registry.call("/stem/1/reset", "bpm")
    known = await library.get(1)
    assert (known.bpm, known.bars, known.title) == (120.0, 4.0, "Mine")
    await registry.call("/stem/1/reset")
    assert await library.edits.of(1) == {}


async def test_a_range_that_runs_backwards_is_refused(registry: Registry) -> None:
    with pytest.raises(BadArgument, match="write 3-5"):
        await registry.call("/stems/edit", "5-3", rating=1)


async def test_a_favourite_is_liked_through_either_door(library: Library, registry: Registry) -> None:
    await registry.call("/stems/edit", "1", favourite=True)
    await library.favourite(2, True)
    assert (await library.taste.counts())["like"] == 2
    await registry.call("/stems/undo")
    await library.favourite(1, False)
    assert (await library.taste.counts())["like"] == 0
    assert [stem.favourite for stem in await library.stems()] == [False] * 3


async def test_a_new_analysis_never_overwrites_the_user(library: Library) -> None:
    await library.edit([1], bpm=90.0)
    async with library.db.transaction() as change:
        await edits.reanalysed(change, 1, {"bpm": 128.0, "key": "Em"})
    known = await library.get(1)
    assert (known.bpm, known.key) == (90.0, "Em")
    await library.reset([1], "bpm")
    assert (await library.get(1)).bpm == 128.0


async def test_many_are_edited_in_one_step_and_undone_in_one(library: Library, registry: Registry) -> None:
    events: list[Event] = []
    library.bus.subscribe(events.append)
    await registry.call("/stem/2/rating", 1)
    assert await registry.call("/stems/edit", "1-2, 3", rating=5, licence="CC0", factor=0.5) == {
        "stems": 3,
        "job": None,
    }
    assert [(s.rating, s.licence, s.bpm) for s in await library.stems()] == [(5, "CC0", 60.0)] * 3
    assert events[-1] == StemsEdited(3)
    assert await registry.call("/stems/undo") == {"stems": 3, "job": None}
    assert [(s.rating, s.licence, s.bpm) for s in await library.stems()] == [
        (None, None, 120.0), (1, None, 120.0), (None, None, 120.0),
    ]  # fmt: skip
    await registry.call("/stems/undo")
    assert (await library.get(2)).rating is None
    with pytest.raises(NotFound, match="no edit"):
        await registry.call("/stems/undo")


async def test_of_a_bulk_edit_with_one_bad_stem_nothing_happens(library: Library, registry: Registry) -> None:
    with pytest.raises(UnknownStem, match="99"):
        await registry.call("/stems/edit", "1,99", rating=5)
    assert (await library.get(1)).rating is None
    with pytest.raises(BadArgument, match="nothing to change"):
        await registry.call("/stems/edit", "1")
    with pytest.raises(BadArgument, match="more than"):
        await registry.call("/stems/edit", "1-999999999", rating=5)


async def test_what_is_impossible_is_refused_with_the_value(library: Library, registry: Registry) -> None:
    await registry.call("/stem/1/bpm", 20)
    with pytest.raises(OutOfRange, match="10 beats"):
        await registry.call("/stem/1/half")
    with pytest.raises(BadArgument, match="H2O"):
        await registry.call("/stem/1/key", "H2O")
    with pytest.raises(BadArgument, match="tagtag"):
        await registry.call("/stem/1/tags", "tag" * 20)
    with pytest.raises(BadArgument, match="no field"):
        await registry.call("/stem/1/reset", "size")


async def test_edited_rows_are_sealed(library: Library) -> None:
    await library.edit([1], title="Mine", tags=["a"], loop=False, root=36, downbeat=0.5, pack="P", creator="C")
    assert await library.scrub() == {}


async def test_a_stem_has_a_parent_and_children_and_never_descends_from_itself(registry: Registry) -> None:
    assert await registry.call("/stem/2/parent", 1) == 1
    assert await registry.call("/stem/3/parent", 2) == 2
    assert await registry.call("/stem/3/provenance", "separated") == "separated"
    assert await registry.call("/stem/1/children") == [2]
    with pytest.raises(BadArgument, match="itself"):
        await registry.call("/stem/1/parent", 3)
    with pytest.raises(UnknownStem):
        await registry.call("/stem/1/parent", 99)
    await registry.call("/stem/2/reset", "parent")
    assert await registry.call("/stem/1/children") == []
