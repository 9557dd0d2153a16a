"""The semantic profile in a small library of the kit: five axes, each with its percentile."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from liveengine.command import Registry
from liveengine.stems.commands import StemCommands
from liveengine.stems.five import FIVE
from liveengine.stems.library import Library
from tests.stems.conftest import chosen, opened, write_recipes

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def library(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Library]:
    folder = tmp_path_factory.mktemp("profile")
    kit: Path = folder / "Nadja - Nacht Werk"
    write_recipes(kit, 1)
    (kit / "LICENSE").write_text("CC0 1.0 Universal")
    async with opened(folder / "library", chosen(2), kit) as library:
        yield library


async def test_a_stem_tells_its_profile_quality_and_origin(library: Library) -> None:
    registry = Registry()
    registry.add(StemCommands(library))
    known = await registry.call("/stem/1")
    assert set(known["profile"]) == set(FIVE)
    assert all(0.0 <= value <= 1.0 for axis in known["profile"].values() for value in axis.values())
    assert 0.0 < known["quality"] <= 1.0
    assert {reason["name"] for reason in known["reasons"]} >= {"clipping", "mono", "movement"}
    assert (known["creator"], known["pack"], known["licence"]) == ("Nadja", "Nacht Werk", "CC0")
    assert {claim["source"] for claim in known["facts"]["key_candidates"]} <= {"name", "chroma"}


async def test_the_percentiles_of_an_axis_are_spread_over_the_library(library: Library) -> None:
    found = [(await library.profile(stem.id))["energy"] for stem in await library.stems()]
    assert sum(axis.percentile for axis in found) / len(found) == pytest.approx(0.5, abs=0.01)
    assert max(found, key=lambda axis: axis.place).percentile > 0.9


async def test_a_stem_that_was_not_embedded_has_no_profile(library: Library) -> None:
    assert await library.profile(99) == {}
