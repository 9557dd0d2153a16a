"""A variation of a stem becomes a stem, on the grid of the one that it was made of."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
import soundfile

from liveengine.errors import BadArgument, DiskFull, UnknownStem
from liveengine.fabrik.mutating import Mutating, keep, varied
from liveengine.stems.library import Library
from tests.disk import full
from tests.fabrik.made import RATE
from tests.stems.conftest import chosen, opened

FRAMES = RATE  # two beats at 120 beats per minute
TERMS = {"kind": "slices", "amount": 0.5, "seed": 7, "style": 0}


def loop(path: Path, seed: int = 0) -> Path:
    """Write a drum loop of half a bar at 120 beats per minute."""
    chance = np.random.default_rng(seed)
    step = FRAMES // 8
    decay = np.exp(-np.arange(step) / (RATE / 40))
    sound = np.concatenate([0.4 * decay * chance.uniform(-1, 1, step) * (1 if n % 2 else 0.5) for n in range(8)])
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.tile(sound, 4), RATE, "PCM_24")
    return path


@pytest_asyncio.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    path = loop(tmp_path / "in" / "drums 120 bpm loop.wav")
    async with opened(tmp_path, chosen(1), path) as library:
        await Mutating(library).register()
        yield library


async def test_a_found_stem_has_a_variation_that_is_as_long_with_its_lineage(library: Library) -> None:
    mutating = Mutating(library)
    accepted = await mutating.mutate(1, amount=0.6, seed=3)
    job = await library.queue.wait(accepted.job)
    assert (job.state, job.error) == ("done", None)
    stem, parent = await library.get(job.result["stem"]), await library.get(1)
    assert (stem.provenance, stem.parent, stem.category) == ("generated", 1, parent.category)
    assert (stem.bpm, stem.bars, stem.loop) == (parent.bpm, parent.bars, parent.loop)
    assert stem.frames == parent.frames
    assert "mutated" in stem.tags


async def test_its_lineage_names_how_it_was_made_and_whose_timbre_it_took_on(library: Library) -> None:
    made = await varied(library, library.parts.pool.run, await library.get(1), "style", 0.25, 5, style=1)
    lineage = made.lineage
    assert (lineage.made_by, lineage.seed, lineage.model) == ("mutate", 5, "")
    assert lineage.parents == ((1, 0.75), (1, 0.25))
    assert lineage.terms == {"kind": "style", "amount": 0.25, "step": 1}
    assert made.path.is_relative_to(library.staging)


async def test_the_same_seed_gives_the_same_sound_and_another_one_another(library: Library) -> None:
    stem = await library.get(1)
    sounds = [
        soundfile.read((await varied(library, library.parts.pool.run, stem, "slices", 0.8, seed)).path)[0]
        for seed in (1, 1, 2)
    ]
    assert np.array_equal(sounds[0], sounds[1])
    assert not np.array_equal(sounds[0], sounds[2])


async def test_a_style_that_is_no_stem_is_refused_before_there_is_a_job(library: Library) -> None:
    for style in (0, 99):
        with pytest.raises((UnknownStem, BadArgument)):
            await Mutating(library).mutate(1, kind="style", style=style)
    assert {job.kind for job in await library.queue.all()} == {"ingest"}


async def test_what_waited_to_be_kept_when_the_daemon_was_killed_is_kept_and_others_go(library: Library) -> None:
    folder = library.root / "generated_stems" / "drums"
    sound, _ = soundfile.read(loop(library.staging / "sound.wav", 9), dtype="float32")
    folder.mkdir(parents=True, exist_ok=True)
    waits, left = folder / ".kept-1.f32", folder / ".kept-2.f32"
    for path in (waits, left):
        sound.tofile(path)
    facts = {
        "stem": 1, "title": "beat", "category": "drums", "bpm": 120.0, "bars": 2.0, "loop": True, "key": None,
        "kind": "grains", "amount": 0.5, "seed": 0, "step": 7, "style": 0, "model": "", "checksum": "", "latent": "",
    }  # fmt: skip
    payload = {"path": str(waits), "channels": 1, "frames": len(sound), "rate": RATE, "facts": facts}
    async with library.db.transaction() as change:
        number = await change.add_job("keep", payload, 0)
        for _ in range(1_001):  # what came and ended since
            await change.end_job(await change.add_job("scan", {}, 0), "done", None)
    await Mutating(library).register()
    assert waits.exists()
    assert not left.exists()
    job = await library.queue.wait(number)
    assert job.state == "done", job.error
    stem = await library.get(job.result["stem"])
    assert stem.title == "beat (mutated 7)"
    assert np.array_equal(soundfile.read(stem.path, dtype="float32")[0], sound)
    assert not waits.exists()


async def test_what_plays_and_cannot_be_kept_is_told_with_the_reason_and_leaves_nothing(library: Library) -> None:
    sound, folder = np.zeros((1, RATE), np.float32), library.root / "generated_stems" / "drums"
    with full(100_000), pytest.raises(DiskFull, match="what plays cannot be kept: File too large; make room"):
        await keep(library, sound, RATE, {"category": "drums"})
    assert list(folder.iterdir()) == []
    folder.rmdir()
    folder.touch()
    with pytest.raises(BadArgument, match="what plays cannot be kept: File exists; name another folder"):
        await keep(library, sound, RATE, {"category": "drums"})
    assert {job.kind for job in await library.queue.all()} == {"ingest"}


async def test_a_variation_for_the_stage_waits_for_none_of_a_job_whose_worker_stands_still(library: Library) -> None:
    pool = library.parts.pool
    for now in (False, True):
        accepted = await library.queue.add("mutate", {"stem": 1, **TERMS}, now=now)
        async with asyncio.timeout(30):
            while not pool.pids()["vary"]:
                await asyncio.sleep(0.005)
            (stands,) = pool.pids()["vary"]
            os.kill(stands, signal.SIGSTOP)
            try:
                stem = await library.get(1)
                to = library.staging / "live.wav"
                live = {"path": str(stem.path), "to": str(to), "step": 1, "beats": 2.0, "own_beats": 0.0, "round": True}
                await pool.run("mutate", live | TERMS | {"category": "drums", "attacks": [], "style": None}, now=True)
            finally:
                os.kill(stands, signal.SIGCONT)
            assert to.exists()
            assert (await library.queue.get(accepted.job)).state in {"queued", "running"}
            job = await library.queue.wait(accepted.job)
        assert (job.state, job.error) == ("done", None)
