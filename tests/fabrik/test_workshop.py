"""Proposals and dreams by real workers: a small model is taught, new sounds are made, heard, ranked and chosen."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import numpy as np
import pytest
import pytest_asyncio
import soundfile

from liveengine.bus import Bus
from liveengine.fabrik.dreaming import Dreaming
from liveengine.fabrik.making import Takes
from liveengine.fabrik.orders import Order
from liveengine.fabrik.pending import Pending
from liveengine.fabrik.proposing import Proposing
from liveengine.fabrik.training import FOLDER
from liveengine.fabrik.workshop import Workshop
from liveengine.jobs.pool import Pool
from liveengine.stems.kin import LineageCommands
from liveengine.stems.library import Library
from tests.fabrik.test_training import TERMS
from tests.ml.vae.stems import kick, round_of
from tests.stems.conftest import chosen


@dataclass
class Shop:
    """A library, its proposals and dreams."""

    library: Library
    workshop: Workshop
    pending: Pending
    proposing: Proposing
    dreaming: Dreaming


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """A library of eight kicks and two loops, without a model."""
    root = tmp_path_factory.mktemp("library")
    folder = root / "in"
    folder.mkdir()
    for seed in range(8):
        soundfile.write(folder / f"Kick {seed}.wav", kick(seed).T, 48_000, subtype="PCM_24")
    for seed in (8, 9):
        soundfile.write(folder / f"Kick Loop {seed} 240 bpm.wav", round_of(seed).T, 48_000, subtype="PCM_24")
    async with Pool(2) as pool:
        library = await Library.open(root, chosen(2), pool, Bus())
        await library.queue.wait(await library.ingest(sorted(folder.iterdir())))
        workshop, pending = Workshop(library, pool, TERMS), Pending(library, 64)
        made = Shop(library, workshop, pending, Proposing(library, pending, workshop), Dreaming(library, workshop, 256))
        await made.proposing.register()
        await made.dreaming.register()
        yield made
        await library.close()


pytestmark = pytest.mark.asyncio(loop_scope="module")


def silent(*_: object) -> None:
    """Report nothing."""


async def test_without_a_model_sounds_are_made_of_the_stems_themselves(shop: Shop) -> None:
    library = shop.library
    assert await shop.workshop.trained() == frozenset()
    loops = [stem.id for stem in await library.stems("kick") if stem.loop]
    shots = [stem.id for stem in await library.stems("kick") if not stem.loop]
    assert len(loops) == 2
    orders = [
        Order("kick", "style", 1, (loops[0], loops[1]), amount=0.7),
        Order("kick", "slices", 2, (loops[0],), amount=0.6),
        Order("kick", "grains", 3, (shots[0],), amount=0.5),
        Order("kick", "grains", 4, (99,), amount=0.5),
        Order("kick", "interpolate", 5, (shots[0], shots[1]), amount=0.5),
    ]
    async with await shop.workshop.make(orders, "propose", silent) as takes:
        _judge(takes)
    assert not list(library.staging.iterdir())


def _judge(takes: Takes) -> None:
    assert [one.lineage.terms["mode"] for one in takes.made] == ["style", "slices", "grains"]
    assert {one.lineage.made_by for one in takes.made} == {"propose"}
    assert [len(one.lineage.parents) for one in takes.made] == [2, 1, 1]
    assert len(takes.faults) == 2
    assert any("no model" in fault for fault in takes.faults)
    assert any("no stem 99" in fault for fault in takes.faults)
    for one in takes.made:
        sound, _ = soundfile.read(one.path)
        assert np.abs(sound).max() > 0.05


async def test_a_dream_teaches_and_its_stems_are_playable_and_found(shop: Shop) -> None:
    library = shop.library
    for stem in [stem.id for stem in await library.stems("kick") if not stem.loop][:4]:
        await library.taste.said(stem, "like", True)
    accepted = await shop.dreaming.dream(most=3, seed=2)
    job = await library.queue.wait(accepted.job)
    assert (job.state, job.error) == ("done", None)
    (told,) = job.result["categories"]
    assert told["model"].startswith("vae-kick-")
    assert told["wanted"] == 4
    assert await shop.workshop.trained() == {"kick"}
    for stem in told["stems"]:
        known = await library.get(stem)
        sound, rate = soundfile.read(known.path)
        assert np.abs(sound).max() > 0.05
        assert len(sound) / rate == pytest.approx(known.duration)
        line = await LineageCommands(library).lineage(stem)
        assert (line.made_by, line.model) == ("dream", told["model"])
        assert line.latent
    left = told["poor"] + told["alike"] + told["spare"] + len(told["faults"]) + len(told["stems"])
    assert left == told["candidates"]


async def test_a_dream_that_was_killed_behind_its_teaching_does_not_teach_again(shop: Shop) -> None:
    library = shop.library
    (job,) = await library.queue.all(kind="dream")
    assert job.place is not None
    file = library.root / FOLDER / "kick" / "model.safetensors"
    made = file.stat().st_ino
    async with library.db.transaction() as change:
        await change.place_job(job.id, job.place | {"done": {}})
    await library.queue.retry(job.id)
    again = await library.queue.wait(job.id)
    assert (again.state, again.result["stems"]) == ("done", job.result["stems"])
    assert file.stat().st_ino == made


async def test_proposals_by_the_model_are_ranked_with_the_found(shop: Shop) -> None:
    library = shop.library
    assert await shop.workshop.trained() == {"kick"}  # by the dream before
    job = await library.queue.wait((await shop.proposing.propose("kick", count=3, seed=3)).job)
    assert (job.state, job.error) == ("done", None)
    assert job.result["models"] == ["kick"]
    total = len(job.result["proposals"]) + job.result["below"] + job.result["alike"] + job.result["spare"]
    assert total + len(job.result["faults"]) == job.result["candidates"] == 16
    proposed = {row["id"] for row in await shop.pending.all()}
    assert proposed == {one["stem"] for one in job.result["proposals"]}
    assert not proposed & {match.stem.id for match in await library.search("kick", 50)}
