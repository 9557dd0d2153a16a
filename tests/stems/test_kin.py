"""The lineage of a stem: parents up, children down, generation by generation."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from liveengine.errors import UnknownStem
from liveengine.fabrik.entering import enter
from liveengine.stems.editing import EditCommands
from liveengine.stems.kin import LineageCommands, LineageInfo
from liveengine.stems.library import Library
from tests.fabrik.made import beep, made
from tests.stems.conftest import chosen, opened


@pytest_asyncio.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    async with opened(tmp_path, chosen(1), beep(tmp_path / "in" / "deep kick.wav", 48.0)) as library:
        yield library


async def child(library: Library, hertz: float, *parents: int) -> int:
    (stem,) = await enter(library, [made(beep(library.staging / "new.wav", hertz), *parents, title=f"{hertz:g} Hz")])
    return stem


async def told(library: Library, stem: int) -> LineageInfo:
    return await LineageCommands(library).lineage(stem)


async def test_generations_are_told_nearest_first_in_both_directions(library: Library) -> None:
    second = await child(library, 60, 1)
    third = await child(library, 70, second, 1)
    up = [(one.stem, one.of, one.generation, one.share) for one in (await told(library, third)).parents]
    assert up == [(1, third, 1, 0.5), (second, third, 1, 0.5)]
    down = (await told(library, 1)).children
    assert [(one.stem, one.of, one.generation) for one in down] == [(second, 1, 1), (third, 1, 1)]
    assert {(one.made_by, one.model, one.seed) for one in down} == {("generate", "vae-kick-0a", 7)}


async def test_a_stem_that_nobody_here_has_made_says_so(library: Library) -> None:
    line = await told(library, 1)
    assert (line.made_by, line.model, line.seed, line.latent, line.parents, line.children) == ("", "", None, [], [], [])
    with pytest.raises(UnknownStem):
        await told(library, 99)


async def test_parents_that_are_gone_are_told_by_their_titles(library: Library) -> None:
    second = await child(library, 60, 1)
    third = await child(library, 70, second)
    await library.delete(second)
    (gone,) = (await told(library, third)).parents
    assert (gone.stem, gone.title, gone.there, gone.category, gone.made_by) == (second, "60 Hz", False, "", "")
    fourth = await child(library, 80, second, 1)  # made from what was gone by then
    assert [(one.stem, one.share, one.there) for one in (await told(library, fourth)).parents] == [
        (1, 0.5, True), (second, 0.5, False),
    ]  # fmt: skip
    assert (await library.get(fourth)).parent == 1


async def test_a_ring_of_parents_ends(library: Library) -> None:
    second = await child(library, 60)
    third = await child(library, 70, 1, second)
    await EditCommands(library).parent(second, third)  # whose first parent is another one
    line = await told(library, second)
    assert sorted((one.stem, one.generation) for one in line.parents) == [(1, 2), (third, 1)]
    assert [one.stem for one in line.children] == [third]
