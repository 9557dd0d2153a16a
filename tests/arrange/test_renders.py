from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from liveengine.arrange.renders import Renders
from liveengine.errors import UnknownRender
from tests.session.stage import Stage, stage


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        made.registry.add(Renders(made.library))
        yield made


async def add(live: Stage, name: str) -> int:
    path = live.library.root / "generated_tracks" / name
    return await live.library.add_track(path, "dark techno", {"bpm": 138}, 300.0, [(7, "Intro"), (8, "Groove")])


async def test_rendered_tracks_are_listed_the_newest_first(live: Stage) -> None:
    first, second = await add(live, "one.wav"), await add(live, "two.wav")
    (live.library.root / "generated_tracks" / "two.wav").write_bytes(b"RIFF")
    rows = await live.call("/renders")
    assert [(row["id"], row["filename"], row["there"]) for row in rows] == [
        (second, "two.wav", True),
        (first, "one.wav", False),
    ]
    assert await live.call("/renders", 1, 1) == rows[1:]


async def test_one_is_told_with_its_plan_and_its_stems_and_forgotten(live: Stage) -> None:
    render = await add(live, "one.wav")
    told = await live.call(f"/render/{render}")
    assert (told["prompt"], told["arrangement_plan"]) == ("dark techno", {"bpm": 138})
    assert told["stems"] == [{"stem": 7, "section": "Intro"}, {"stem": 8, "section": "Groove"}]
    await live.call(f"/render/{render}/delete")
    for address in (f"/render/{render}", f"/render/{render}/delete"):
        with pytest.raises(UnknownRender):
            await live.call(address)
