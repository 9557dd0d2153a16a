"""What the doors of mutation answer, and when."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from liveengine.errors import BadArgument, EmptySlot, ModelMissing, NotFound, OutOfRange, UnknownStem
from liveengine.fabrik.mutating import Mutating
from tests.session.stage import BAR, RATE, Stage, stage
from tests.session.test_mutations import playing, ready, rendered, to_seam


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        await Mutating(made.library).register()
        yield made


async def test_keep_answers_while_the_worker_stands_still_and_what_was_heard_becomes_a_stem(live: Stage) -> None:
    clip = await playing(live)
    await ready(live)
    live.render(to_seam(live) + 10)
    heard = rendered(live, clip.heard)
    (worker,) = live.pool.pids()["mutate"]
    os.kill(worker, signal.SIGSTOP)
    try:
        async with asyncio.timeout(5.0):
            accepted = await live.call("/track/1/mutation/keep")
    finally:
        os.kill(worker, signal.SIGCONT)
    job = await live.library.queue.wait(accepted["job"])
    assert (job.state, job.error) == ("done", None)
    stem = await live.library.get(job.result["stem"])
    assert (stem.parent, stem.frames, stem.rate, stem.loop) == (clip.stem, BAR, RATE, True)
    kept, rate = soundfile.read(stem.path, dtype="float32")
    assert rate == RATE
    assert np.abs(kept - heard).max() <= 2.0**-23
    assert not list((live.library.root / "generated_stems").rglob(".*"))


async def test_a_kept_variation_that_is_cancelled_leaves_no_file(live: Stage) -> None:
    await playing(live)
    await ready(live)
    live.render(to_seam(live) + 10)
    accepted = await live.call("/track/1/mutation/keep")
    await live.library.queue.cancel(accepted["job"])
    assert not list((live.library.root / "generated_stems").rglob(".*"))


async def test_only_a_variation_can_be_kept_and_only_what_plays_goes_on(live: Stage) -> None:
    for verb in ("/track/1/mutate", "/track/1/mutation/keep"):
        with pytest.raises(EmptySlot):
            await live.call(verb)
    await playing(live, 0.0)
    with pytest.raises(NotFound, match="plays no variation"):
        await live.call("/track/1/mutation/keep")
    with pytest.raises(UnknownStem):
        await live.call("/track/1/mutation/style", 99)
    with pytest.raises(OutOfRange):
        await live.call("/track/1/mutation", 1.5)


async def test_what_cannot_be_is_refused_at_the_door_with_what_to_do_and_changes_nothing(live: Stage) -> None:
    await playing(live, 0.0)
    for kind, error, advice in (
        ("walk", ModelMissing, "liveengine train category drums"),
        ("style", BadArgument, "/mutation/style first"),
    ):
        await live.call("/track/1/mutation/kind", kind)  # as long as nothing mutates it is but a wish
        with pytest.raises(error, match=advice):
            await live.call("/track/1/mutation", 0.5)
        with pytest.raises(error, match=advice):
            await live.call("/track/1/mutate")
        assert await live.call("/track/1/mutation") == 0.0
    await live.call("/track/1/mutation/kind", "auto")
    await live.call("/track/1/mutation", 0.5)
    with pytest.raises(ModelMissing):
        await live.call("/track/1/mutation/kind", "walk")
    assert await live.call("/track/1/mutation/kind") == "auto"
    await ready(live)


async def test_the_state_tells_what_is_heard_and_what_is_ready(live: Stage) -> None:
    clip = await playing(live, 0.3)
    await ready(live)
    live.render(to_seam(live) + 10)
    await ready(live)
    state = await live.call("/track/1/mutation/state")
    told = {name: state[name] for name in ("amount", "kind", "bars", "style", "seed", "slot", "heard", "step", "ahead")}
    assert told == {
        "amount": 0.3, "kind": "auto", "bars": 0, "style": 0, "seed": 0, "slot": 1, "heard": "slices", "step": 1,
        "ahead": 2,
    }  # fmt: skip
    assert clip.mutation is not None
