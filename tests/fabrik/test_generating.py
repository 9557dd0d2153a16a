"""New stems by the models of their categories, through the queue and a real worker."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
import soundfile

from liveengine.bus import Bus
from liveengine.errors import BadArgument, DiskFull, ModelMissing, UnknownStem, WorkerDied
from liveengine.fabrik.entering import Made, enter
from liveengine.fabrik.generating import Generator, trained
from liveengine.fabrik.modelled import made
from liveengine.fabrik.orders import Order
from liveengine.jobs.causes import Died
from liveengine.jobs.pool import Pool
from liveengine.sound import riff
from liveengine.stems.db import Transaction
from liveengine.stems.kin import LineageCommands
from liveengine.stems.library import Library
from liveengine.stems.lineage import Lineage
from liveengine.stems.model import Job
from liveengine.stems.work import Work
from tests.fabrik.made import beep
from tests.fabrik.modelled import modelled
from tests.stems.conftest import chosen, write_recipes

RATE = 48_000


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[Pool]:
    """The workers, which have their libraries loaded after the first job."""
    async with Pool(1) as pool:
        yield pool


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shelf(tmp_path_factory: pytest.TempPathFactory, pool: Pool) -> Path:
    """A library of two one-shots and two loops of kick and hi-hat, and models of both."""
    root = tmp_path_factory.mktemp("shelf")
    paths = write_recipes(root / "in", 2, ("kick", "hihat"))
    library = await Library.open(root / "library", chosen(1), pool, Bus())
    await library.queue.wait(await library.ingest(list(paths)))
    for category in ("kick", "hihat"):
        stems = await library.stems(category)
        titles = {one.id: one.title for one in stems}
        modelled(library.root, category, {one.id: one.loop for one in stems}, titles)
    await library.close()
    return root / "library"


@pytest_asyncio.fixture(loop_scope="module")
async def generator(shelf: Path, tmp_path: Path, pool: Pool) -> AsyncIterator[Generator]:
    """A generator whose sounds a worker process makes."""
    root = tmp_path / "library"
    shutil.copytree(shelf, root)
    library = await Library.open(root, chosen(1), pool, Bus())
    found = Generator(library)
    await found.register()
    yield found
    await library.close()


async def done(generator: Generator, **asked: Any) -> Job:
    """The job of a command at its end."""
    queue = generator._library.queue
    return await queue.wait((await generator.generate(**{"category": "kick", **asked})).job)


async def kinds(library: Library, category: str) -> tuple[list[int], list[int]]:
    """The loops and the one-shots of a category."""
    stems = await library.stems(category)
    return [one.id for one in stems if one.loop], [one.id for one in stems if not one.loop]


async def test_what_is_generated_is_found_at_once_with_its_lineage(generator: Generator) -> None:
    library = generator._library
    job = await done(generator, count=2, tempo=133.0, bars=2, seed=7)
    assert job.state == "done", job.error
    assert job.result["failed"] == []
    for number, stem in enumerate(job.result["stems"]):
        known = await library.get(stem)
        assert (known.category, known.bpm, known.bars, known.loop) == ("kick", 133.0, 2.0, True)
        assert known.frames == round(8 * 60 / 133.0 * RATE)
        assert known.provenance == "generated"
        assert known.path.parent == library.root / "generated_stems" / "kick"
        line = await LineageCommands(library).lineage(stem)
        assert (line.made_by, line.seed, line.terms["mode"]) == ("generate", 7 + number, "random")
        assert line.model.startswith("vae-kick-")
        assert len(line.latent) == 2 * 6
        assert line.parents
        assert sum(one.share for one in line.parents if one.generation == 1) == pytest.approx(1.0, abs=0.01)
        with known.path.open("rb") as file:
            chunks = riff.scan(file.fileno())
        assert chunks.acid is not None
        assert (chunks.acid.beats, chunks.acid.tempo) == (8, 133.0)
    found = await library.search("imagined kick", category="kick", top_k=8)
    assert {stem for match in found for stem in (match.stem.id, *match.alike)} >= set(job.result["stems"])
    assert not list(library.staging.iterdir())


async def test_the_same_seed_and_model_give_the_same_file(generator: Generator, tmp_path: Path) -> None:
    library = generator._library
    orders = [Order("kick", "random", 11), Order("kick", "hybrid", 12, other="hihat"), Order("hihat", "walk", 13)]
    one, other = [await made(library, library.parts.pool, orders, lambda *_: None) for _ in range(2)]
    for first, second in zip(one, other, strict=True):
        assert isinstance(first, Made)
        assert isinstance(second, Made)
        assert first.path.read_bytes() == second.path.read_bytes()
        assert first.lineage == second.lineage


async def test_between_two_chosen_stems_they_lie_at_equal_steps(generator: Generator) -> None:
    library = generator._library
    loops, shots = await kinds(library, "kick")
    first, last = loops[:2]
    job = await done(generator, mode="interpolate", count=3, tempo=180.0, bars=1, stems=f"{first},{last}")
    assert job.state == "done", job.error
    lines = [await LineageCommands(library).lineage(stem) for stem in job.result["stems"]]
    assert [line.terms["amount"] for line in lines] == [0.25, 0.5, 0.75]
    for line in lines:
        assert {one.stem for one in line.parents if one.generation == 1} == {first, last}
    assert (await library.get(job.result["stems"][0])).parent == first
    job = await done(generator, mode="interpolate", count=2, tempo=180.0, bars=1, stems=f"{first},{last}", amount=0.4)
    lines = [await LineageCommands(library).lineage(stem) for stem in job.result["stems"]]
    assert [line.terms["amount"] for line in lines] == [0.2, 0.4]
    mixed = await done(generator, mode="interpolate", stems=f"{first},{shots[0]}")
    assert (mixed.state, mixed.code) == ("failed", "bad_argument")
    assert "is not: nothing lies between them" in (mixed.error or "")


async def test_a_hybrid_keeps_the_rhythm_and_the_length_of_its_stem(generator: Generator) -> None:
    library = generator._library
    loops, _ = await kinds(library, "hihat")
    parent = await library.get(loops[0])
    job = await done(generator, category="hihat", mode="hybrid", stems=str(parent.id), amount=0.4)
    assert job.state == "done", job.error
    stem = await library.get(job.result["stems"][0])
    assert (stem.bars, stem.parent) == (parent.bars, parent.id)
    assert abs(stem.frames - parent.frames) <= 2
    heard, before = (soundfile.read(one.path, always_2d=True)[0].mean(axis=1) for one in (stem, parent))
    step = 480
    rows = min(len(heard), len(before)) // step
    envelopes = [np.log(np.square(x[: rows * step]).reshape(rows, step).mean(axis=1) + 1e-7) for x in (heard, before)]
    assert np.corrcoef(envelopes)[0, 1] > 0.8


async def test_all_categories_that_have_a_model_get_some(generator: Generator) -> None:
    library = generator._library
    shutil.rmtree(library.root / "models" / "vae" / "hihat")
    job = await library.queue.wait((await generator.generate_all(count=2, seed=3)).job)
    assert job.state == "done", job.error
    assert [(await library.get(stem)).category for stem in job.result["stems"]] == ["kick", "kick"]
    assert (job.result["failed"], job.result["lacking"]) == ([], ["hihat"])
    assert not [line for line in await library.db.reading.job_log(job.id) if line.level == "warning"]


async def test_without_a_model_the_command_says_how_to_teach_one(generator: Generator) -> None:
    with pytest.raises(ModelMissing, match="liveengine train category snare"):
        await generator.generate("snare")
    with pytest.raises(ModelMissing, match="liveengine train category bass"):
        await generator.generate("kick", "hybrid", other="bass")
    shutil.rmtree(generator._library.root / "models" / "vae")
    with pytest.raises(ModelMissing, match="no category has a model"):
        await generator.generate_all()


async def test_what_makes_no_sense_is_told_at_once(generator: Generator) -> None:
    for asked, said in (
        ({"stems": "the dark one"}, "names no stems"),
        ({"mode": "interpolate", "stems": "1"}, "name two stems"),
        ({"mode": "random", "stems": "1"}, "name no stems"),
        ({"mode": "walk", "other": "hihat"}, "is for a hybrid"),
    ):
        with pytest.raises(BadArgument, match=said):
            await generator.generate("kick", **asked)  # type: ignore[arg-type]
    with pytest.raises(UnknownStem):
        await generator.generate("kick", "walk", stems="999")


@pytest.mark.parametrize("broken", ["model.safetensors", "card.json"])
async def test_a_damaged_model_ends_the_job_with_its_name(generator: Generator, broken: str) -> None:
    library = generator._library
    file = library.root / "models" / "vae" / "kick" / broken
    written = file.read_bytes()
    file.write_bytes(written[:-20] + bytes(byte ^ 255 for byte in written[-20:]))
    job = await done(generator)
    assert (job.state, job.code) == ("failed", "model_damaged")
    assert not list(library.staging.iterdir())
    assert (await done(generator, category="hihat")).state == "done"  # the queue goes on


async def test_a_model_that_is_taught_anew_is_loaded_anew(generator: Generator) -> None:
    library = generator._library
    before = await done(generator, seed=1)
    modelled(library.root, "kick", {9: False})  # before it was a loop
    after = await done(generator, seed=1)
    ids = [(await LineageCommands(library).lineage(job.result["stems"][0])).model for job in (before, after)]
    assert ids[0] != ids[1]


async def test_a_worker_that_is_killed_midway_leaves_nothing_half_and_the_job_is_done(generator: Generator) -> None:
    library = generator._library
    job = (await generator.generate("kick", count=3, tempo=180.0, bars=1, seed=2)).job
    while not list(library.staging.glob("generate-*")):
        await asyncio.sleep(0.01)
    (pid,) = library.parts.pool.pids()["generate"]
    os.kill(pid, signal.SIGKILL)
    ended = await library.queue.wait(job)
    assert ended.state == "done", ended.error
    assert len(set(ended.result["stems"])) == 3
    assert not list(library.staging.iterdir())
    assert len(list((library.root / "generated_stems").rglob("*.*"))) == 3
    assert await library.scrub() == {}


async def test_a_job_that_is_cancelled_leaves_no_file(generator: Generator) -> None:
    library = generator._library
    job = (await generator.generate("kick", "walk", count=64)).job
    (library.staging / f"generate-{job}-0.wav").touch()
    await library.queue.cancel(job)
    assert not list(library.staging.iterdir())
    assert await library.counts() == {"kick": 4, "hihat": 4}


async def test_a_database_that_takes_nothing_leaves_no_sound(
    generator: Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise DiskFull("full")

    monkeypatch.setattr(Transaction, "add_lineage", full)
    job = await done(generator, count=2)
    assert (job.state, job.code) == ("failed", "disk_full")
    assert not list(generator._library.staging.iterdir())
    assert not list((generator._library.root / "generated_stems").rglob("*.wav"))


async def test_an_order_that_fails_costs_itself_alone(generator: Generator) -> None:
    library = generator._library
    loops, shots = await kinds(library, "kick")
    orders = [
        Order("kick", "walk", 1, (shots[0],), tempo=120.0),  # the worker's reason
        Order("kick", "walk", 1, (loops[0],)),
        Order("kick", "walk", 1, (999,)),  # the daemon's
        Order("snare", "random", 1),
    ]
    found = await made(library, library.parts.pool, orders, lambda *_: None)
    assert [type(one) for one in found] == [BadArgument, Made, UnknownStem, ModelMissing]


async def test_a_stem_that_is_deleted_before_its_turn_costs_its_order_alone(
    generator: Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = generator._library
    orders = [Order("kick", "walk", 1, (shot,)) for shot in (await kinds(library, "kick"))[1]]
    await library.delete(orders[0].stems[0])
    job = await library.queue.wait((await generator._add(orders, [])).job)
    assert job.state == "done", job.error
    assert len(job.result["stems"]) == 1
    assert len(job.result["failed"]) == 1
    assert f"no stem {orders[0].stems[0]}" in job.result["failed"][0]


async def test_what_came_out_of_a_piece_stays_and_a_job_goes_on_behind_it(
    generator: Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = generator._library
    monkeypatch.setattr("liveengine.fabrik.generating.PIECE", 2)
    begun: list[int] = []
    counted = generator._piece

    async def killed(work: Work, orders: Any, first: int, total: int) -> Any:
        begun.append(first)
        if begun == [0, 2]:
            raise Died(WorkerDied("killed"))
        return await counted(work, orders, first, total)

    monkeypatch.setattr(generator, "_piece", killed)
    job = await done(generator, count=5, tempo=180.0, bars=1, seed=2)
    assert job.state == "done", job.error
    assert begun == [0, 2, 2, 4]
    assert len(set(job.result["stems"])) == 5
    assert (await library.counts())["kick"] == 9


async def test_parents_that_were_deleted_since_the_training_are_told_by_their_titles(generator: Generator) -> None:
    library = generator._library
    named = {one.id: one.title for one in await library.stems("kick")}
    for stem in named:
        await library.delete(stem)
    job = await done(generator, mode="interpolate", seed=5)
    assert job.state == "done", job.error
    (stem,) = job.result["stems"]
    assert (await library.get(stem)).parent is None
    line = await LineageCommands(library).lineage(stem)
    assert len(line.parents) == 2
    assert {one.title for one in line.parents} <= set(named.values())
    assert not [one for one in line.parents if one.there]
    assert sum(one.share for one in line.parents) == pytest.approx(1.0, abs=0.01)


async def test_stems_of_another_category_are_not_taken_for_its_own(generator: Generator) -> None:
    library = generator._library
    kick, hat = [(await kinds(library, category))[0][0] for category in ("kick", "hihat")]
    for asked in ({"mode": "walk", "stems": str(hat)}, {"mode": "interpolate", "stems": f"{kick},{hat}"}):
        with pytest.raises(BadArgument, match=f"stem {hat} is of hihat, not of kick"):
            await generator.generate("kick", **asked)  # type: ignore[arg-type]
    with pytest.raises(BadArgument, match=f"stem {hat} is of hihat, not of kick"):
        await generator.generate("kick", "hybrid", other="hihat", stems=f"{hat},{kick}")


async def test_stems_of_separated_tracks_are_something_to_begin_with(generator: Generator) -> None:
    library = generator._library
    for stem in [one.id for one in await library.stems("kick")]:
        await library.delete(stem)
    line = Lineage("separate", model="signal")
    part = beep(library.staging / "drums.wav")
    (drums,) = await enter(library, [Made(part, "kick", line, "separated", loop=False)])
    job = await done(generator, mode="walk", count=2)
    assert job.state == "done", job.error
    assert {(await library.get(stem)).parent for stem in job.result["stems"]} == {drums}


async def test_models_are_named_by_their_folders(tmp_path: Path) -> None:
    modelled(tmp_path, "kick", {1: False})
    (tmp_path / "models" / "vae" / ".hihat.part").mkdir()
    (tmp_path / "models" / "vae" / "snare").mkdir()
    assert trained(tmp_path) == {"kick"}
