import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from liveengine.arrange.renderer import Renderer
from liveengine.errors import BadArgument
from tests.arrange.test_arranger import fill
from tests.session.stage import Stage, stage

PROMPT = "techno 120 bpm 10 seconds without percussion, no snare, no fx, no vocals"


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        await fill(made)
        renderer = Renderer(made.library, made.config)
        await renderer.register()
        made.registry.add(renderer)
        yield made


def tracks(live: Stage) -> list[str]:
    return sorted(path.name for path in (live.library.root / "generated_tracks").iterdir())


async def test_tracks_rendered_in_the_same_second_are_two_files(live: Stage) -> None:
    jobs = [(await live.call("/render", PROMPT, seed))["job"] for seed in (1, 2)]
    done = await asyncio.gather(*map(live.library.queue.wait, jobs))
    assert [job.state for job in done] == ["done", "done"]
    assert len(tracks(live)) == 2


async def test_two_jobs_do_not_write_one_file(live: Stage, tmp_path: Path) -> None:
    path = str(tmp_path.parent / f"{tmp_path.name}.wav")
    jobs = [(await live.call("/render", PROMPT, seed, path))["job"] for seed in (1, 2)]
    done = await asyncio.gather(*map(live.library.queue.wait, jobs))
    assert sorted(job.state for job in done) == ["done", "failed"]


async def test_a_cancelled_track_leaves_nothing(live: Stage) -> None:
    job = (await live.call("/render", PROMPT.replace("10 seconds", "20 minutes")))["job"]
    while not tracks(live):
        await asyncio.sleep(0.01)
    assert (await live.library.queue.cancel(job)).state == "cancelled"
    assert tracks(live) == []


async def test_what_a_killed_worker_left_is_removed_at_the_next_start(live: Stage) -> None:
    (live.library.root / "generated_tracks" / ".track_1.wav.part").touch()
    (live.library.root / "generated_tracks" / "track_2.wav").touch()
    await Renderer(live.library, live.config).register()
    assert tracks(live) == ["track_2.wav"]


async def test_a_track_does_not_replace_another_one(live: Stage) -> None:
    (live.library.root / "generated_tracks" / "track_2.wav").touch()
    with pytest.raises(BadArgument, match="own files"):
        await live.call("/render", PROMPT, 0, "track_2.wav")
