"""What is proposed and not kept is a stem like any other that nobody sees who does not ask for it."""

from pathlib import Path

import numpy as np

from liveengine.command import Registry
from liveengine.stems.columns import Filter
from liveengine.stems.commands import StemCommands
from liveengine.stems.judging import TasteCommands
from liveengine.stems.library import Library
from liveengine.stems.wishes import Wishes
from tests.stems.test_opinions import opened, unit


async def propose(library: Library, stem: int) -> None:
    async with library.db.transaction() as change:
        assert await change.change_stem(stem, {"provenance": "proposed"})
    await library.refresh([stem])


async def test_a_proposal_is_found_by_who_asks_for_proposals_alone(tmp_path: Path) -> None:
    async with opened(tmp_path, 4) as library:
        await propose(library, 2)
        registry = Registry()
        registry.add(StemCommands(library))
        found = await registry.call("/stems/search", prompt="kick")
        assert {match["id"]: match["proposed"] for match in found} == {1: False, 3: False, 4: False}
        found = await registry.call("/stems/find", prompt="kick", proposals=True)
        assert {match["id"]: match["proposed"] for match in found["matches"]} == {1: False, 2: True, 3: False, 4: False}
        assert [match["id"] for match in await registry.call("/stem/1/similar")].count(2) == 0
        assert [stem["id"] for stem in await registry.call("/stems/list")] == [1, 3, 4]
        assert await registry.call("/stems/categories") == {"kick": 3}
        assert (await registry.call("/stem/2"))["provenance"] == "proposed"


async def test_a_proposal_counts_in_no_sum_and_teaches_no_centre(tmp_path: Path) -> None:
    async with opened(tmp_path, 3) as library:
        await propose(library, 2)
        registry = Registry()
        registry.add(TasteCommands(library))
        unfound = await registry.call("/stems/unfound")
        assert (unfound["stems"], unfound["never"], [stem["id"] for stem in unfound["some"]]) == (2, 2, [1, 3])
        assert [row["title"] for row in await library.db.reading.titles("Kick", 10)] == ["Kick 1", "Kick 3"]
        model = library.embedder
        assert len(await library.db.reading.some_vectors(model.model, model.checksum, "kick", 10)) == 2


async def test_a_graph_of_neighbours_shows_no_proposal_either_and_a_restart_keeps_it_hidden(tmp_path: Path) -> None:
    async with opened(tmp_path, 8) as library:
        await propose(library, 2)
        await library.finder.build()
        near = await library.finder.shortlist(unit(1), Wishes(), Filter(), 3)
        assert near.stems[0] == 1
        assert 2 not in near.stems
        asked = await library.finder.shortlist(unit(1), Wishes(), Filter(proposed=True), 3)
        assert asked.stems[:2].tolist() == [1, 2]
    async with opened(tmp_path) as library:
        assert 2 not in (await library.finder.shortlist(unit(1), Wishes(), Filter(), 8)).stems
        assert np.isin(2, (await library.finder.shortlist(unit(1), Wishes(), Filter(proposed=True), 8)).stems)
