"""Categories are learnt from the library, by a real worker, and what cannot be learnt says why."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import soundfile

from liveengine.bus import Bus
from liveengine.errors import BadArgument, TooFew
from liveengine.fabrik.entering import enter
from liveengine.fabrik.training import FOLDER, KIND, Teaching, Training, beats, chosen, taught
from liveengine.jobs.pool import Pool
from liveengine.stems.library import Library
from liveengine.stems.work import Work
from tests.fabrik.made import beep, made
from tests.ml.vae.stems import QUICK, kick, round_of
from tests.stems.conftest import chosen as settings_with

TERMS = {name: value for name, value in asdict(QUICK).items() if name != "seed"} | {"shape": QUICK.shape.told()}


@dataclass
class Room:
    library: Library
    pool: Pool
    training: Training

    async def ends(self, job: int) -> dict[str, object]:
        done = await self.library.queue.wait(job)
        assert done.state == "done", done.error
        result: dict[str, object] = done.result
        return result

    async def begun(self, job: int, name: str = "") -> Path:
        """What a training of kicks keeps while it is under way, or a file of it, as soon as it is there."""
        kept = self.library.root / FOLDER / f".kick.{job}.training" / name
        async with asyncio.timeout(20):
            while not kept.exists():
                await asyncio.sleep(0.01)
        return kept


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Room]:
    """A library of nine kicks, one of them a loop, and three snares."""
    root = tmp_path_factory.mktemp("library")
    folder = root / "raw_construction_kits" / "pack"
    folder.mkdir(parents=True)
    for seed in range(8):
        soundfile.write(folder / f"Kick {seed}.wav", kick(seed).T, 48_000, subtype="PCM_24")
    soundfile.write(folder / "Kick Loop 240 bpm.wav", round_of(9).T, 48_000, subtype="PCM_24")
    for seed in range(3):
        soundfile.write(folder / f"Snare {seed}.wav", kick(seed + 50, 0.2).T, 48_000, subtype="PCM_24")
    settings = settings_with(1)
    async with Pool(1) as pool:
        library = await Library.open(root, settings, pool, Bus())
        await library.queue.wait(await library.ingest(sorted(folder.iterdir())))
        training = Training(library, TERMS)
        await training.register()
        yield Room(library, pool, training)
        await library.close()


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_category_is_learnt_in_a_worker_and_the_card_is_the_jobs_result(room: Room) -> None:
    result = await room.ends((await room.training.train("kick", seed=3)).job)
    card = result["models"]["kick"]  # type: ignore[index]
    assert card["stems"] == 9
    assert card["seed"] == 3
    assert result["failed"] == {}
    told = json.loads((room.library.root / FOLDER / "kick" / "card.json").read_text())
    assert told["id"] == card["id"]
    assert {row["stem"] for row in told["learnt"]} == {one.id for one in await room.library.stems("kick")}


async def test_an_alias_is_understood_and_a_word_that_is_none_is_refused(room: Room) -> None:
    assert (await room.ends((await room.training.train("Bassdrum", epochs=1)).job))["failed"] == {}
    with pytest.raises(BadArgument, match="none of"):
        await room.training.train("wellenbad")


async def test_three_stems_are_too_few_and_both_numbers_are_told(room: Room) -> None:
    with pytest.raises(TooFew, match="snare needs at least 8 stems to learn from, there are 3"):
        await room.training.train("snare")
    assert TooFew.code == "too_few"


async def test_all_means_those_that_have_enough(room: Room) -> None:
    result = await room.ends((await room.training.train_all(epochs=1)).job)
    assert sorted(result["models"]) == ["kick"]  # type: ignore[call-overload]


async def test_a_worker_that_is_killed_costs_an_epoch_and_not_the_job(room: Room) -> None:
    job = (await room.training.train("kick", seed=11, epochs=8)).job
    kept = await room.begun(job, "epoch.safetensors")
    (pid,) = room.pool.pids()[KIND]
    os.kill(pid, signal.SIGKILL)
    result = await room.ends(job)
    card = result["models"]["kick"]  # type: ignore[index]
    assert card["note"].startswith("goes on after epoch")
    assert not kept.exists()


async def test_generated_stems_are_left_out_unless_they_are_wanted(room: Room) -> None:
    path = beep(room.library.staging / "a.wav", 55.0)
    (stem,) = await enter(room.library, [made(path, 1)])
    plain = await chosen(room.library, "kick")
    assert stem not in plain
    assert stem in await chosen(room.library, "kick", generated=True)
    weighed = await chosen(room.library, "kick", weights={stem: 2.0, plain[0]: 0.0})
    assert stem in weighed
    assert plain[0] not in weighed
    assert len(await chosen(room.library, "kick", most=8)) == 8


async def test_too_few_that_have_a_weight_are_refused_and_nothing_is_left_under_way(room: Room) -> None:
    ids = [one.id for one in await room.library.stems("kick")]
    stored: list[Any] = []

    async def run(work: Work) -> None:
        place: dict[str, Any] = {"mine": 1}
        try:
            asked = Teaching("kick", weights=dict.fromkeys(ids[:6], 0.0))
            await taught(room.library, work, place, asked, lambda *_: None)
        finally:
            stored.append((await room.library.queue.get(work.job.id)).place)

    await room.library.queue.register("weighed", run)
    job = await room.library.queue.wait((await room.library.queue.add("weighed", {})).job)
    assert (job.code, stored) == ("too_few", [{"mine": 1}])


async def test_a_stem_that_comes_between_a_kill_and_the_next_start_does_not_undo_what_was_learnt(room: Room) -> None:
    job = (await room.training.train("kick", seed=21, epochs=40)).job
    await room.begun(job, "epoch.safetensors")
    late = beep(room.library.root / "in" / "Kick late.wav", 70.0)
    await room.library.queue.wait(await room.library.ingest([late]))
    (pid,) = room.pool.pids()[KIND]
    os.kill(pid, signal.SIGKILL)
    card = (await room.ends(job))["models"]["kick"]  # type: ignore[index]
    assert card["note"].startswith("goes on after epoch")
    assert card["stems"] == 9
    (stem,) = [one.id for one in await room.library.stems("kick", limit=100) if "late" in one.title.lower()]
    await room.library.delete(stem)


async def test_what_was_taught_before_a_kill_is_not_taught_again(room: Room) -> None:
    job = (await room.training.train("kick", seed=22, epochs=1)).job
    before = await room.ends(job)
    file = room.library.root / FOLDER / "kick" / "model.safetensors"
    made = file.stat().st_ino
    async with room.library.db.transaction() as change:  # killed before the job knew of its model
        await change.place_job(job, {"models": {}})
    await room.library.queue.retry(job)
    assert await room.ends(job) == before
    assert file.stat().st_ino == made


async def test_a_retry_learns_what_could_not_be_learnt_and_nothing_else(room: Room) -> None:
    job = (await room.training.train_all(epochs=1)).job
    before = await room.ends(job)
    payload = {"categories": ["kick", "snare"], "seed": 0, "epochs": 1, "most": 400, "generated": False}
    job = (await room.library.queue.add(KIND, payload)).job
    first = await room.ends(job)
    assert "there are 3" in first["failed"]["snare"]  # type: ignore[index]
    more = [room.library.root / "in" / f"Snare {seed}.wav" for seed in range(60, 65)]
    for seed, path in enumerate(more, 60):
        path.parent.mkdir(exist_ok=True)
        soundfile.write(path, kick(seed, 0.2).T, 48_000, subtype="PCM_24")
    await room.library.queue.wait(await room.library.ingest(more))
    await room.library.queue.retry(job)
    second = await room.ends(job)
    assert (sorted(second["models"]), second["failed"]) == (["kick", "snare"], {})  # type: ignore[call-overload]
    assert second["models"]["kick"] == first["models"]["kick"] != before  # type: ignore[index]


async def test_what_a_cancelled_training_kept_is_taken_away(room: Room) -> None:
    job = (await room.training.train("kick", seed=23, epochs=1_000)).job
    kept = await room.begun(job)
    await room.library.queue.cancel(job)
    assert not kept.exists()


async def test_a_start_brings_back_a_half_replaced_model_and_takes_away_what_nobody_goes_on_with(room: Room) -> None:
    models = room.library.root / FOLDER
    (models / "kick").rename(models / ".kick.old")
    for left in (".snare.new", ".kick.9999.training"):
        (models / left).mkdir()
    await room.training.register()
    assert (models / "kick" / "card.json").exists()
    assert [one.name for one in models.iterdir() if one.name.startswith(".")] == []


async def test_a_loop_goes_round_in_whole_beats_and_what_is_played_once_in_none(room: Room) -> None:
    stems = {one.title: one for one in await room.library.stems("kick")}
    loop = next(one for title, one in stems.items() if "Loop" in title)
    assert beats(loop) == 8.0
    assert all(beats(one) is None for one in stems.values() if not one.loop)


async def test_what_cannot_be_written_ends_the_job_and_the_old_model_stays(
    room: Room,
) -> None:
    before = (room.library.root / FOLDER / "kick" / "card.json").read_bytes()
    (room.library.root / FOLDER / ".kick.new").write_bytes(b"")  # no folder can be made here
    job = await room.library.queue.wait((await room.training.train("kick", seed=12, epochs=1)).job)
    (room.library.root / FOLDER / ".kick.new").unlink()
    assert job.state == "failed"
    assert (room.library.root / FOLDER / "kick" / "card.json").read_bytes() == before
