"""Whole tracks become stems: asked for, or put into the watched folder; and lie in slots as they sounded together."""

import asyncio
import gc
import itertools
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import pytest_asyncio
import soundfile
import soxr

from liveengine.errors import BadArgument, Full, ModelMissing, NotFound, OutOfRange, Unavailable
from liveengine.fabrik.separating import PARTS, Separating
from liveengine.stems.model import Job
from liveengine.synth import mixes, signals
from tests.session.stage import RATE, Stage, stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

Sound = npt.NDArray[np.float32]
BARS = 4
softer = itertools.count()


@pytest.fixture(scope="module")
def mix() -> mixes.Mix:
    return mixes.mix(7, BARS)


@pytest.fixture(scope="module")
def sound(mix: mixes.Mix) -> Sound:
    """The mix at the rate of the session, softer than the limiter's ceiling."""
    return np.asarray(soxr.resample(mix.sound.T * 0.5, signals.RATE, RATE), np.float32)


@pytest.fixture
def track(tmp_path: Path, mix: mixes.Mix, sound: Sound) -> Path:
    """The mix as a file that no other test has: each is a little softer."""
    path = tmp_path / f"Night Drive {mix.tempo:g}bpm.wav"
    soundfile.write(path, sound * (1.0 - 0.001 * next(softer)), RATE, "FLOAT")
    return path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def live(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with stage(tmp_path_factory.mktemp("live") / "library") as made:
        separating = Separating(made.library, made.config)
        await separating.register()
        separating.play_on(made.session.spread)
        made.registry.add(separating)
        yield made


async def done(live: Stage, **named: Any) -> Job:
    job = (await live.call("/separate", **named))["job"]
    return await live.library.queue.wait(job)


def left(live: Stage) -> list[str]:
    return sorted(path.name for path in live.library.staging.iterdir())


async def test_the_parts_are_stems_that_fit_each_other(live: Stage, track: Path, mix: mixes.Mix) -> None:
    ended = await done(live, path=str(track))
    assert ended.state == "done", ended.error
    assert ended.now  # somebody waits for it, unlike for what a watched folder brings
    told = ended.result
    assert list(told["stems"]) == list(PARTS)
    assert told["separator"] == "signal"
    assert told["sum_db"] < -100
    for part, number in told["stems"].items():
        stem = await live.library.get(number)
        assert stem.title.endswith(f" - {part}")
        assert stem.title.startswith("Night Drive")
        assert (stem.category, stem.provenance, stem.parent) == (PARTS[part], "separated", None)
        assert stem.bpm == pytest.approx(mix.tempo, rel=0.01)
        assert "separated" in stem.tags
        assert stem.path.is_relative_to(live.library.root / "processed_database")
    keys = {(await live.library.get(told["stems"][part])).key for part in ("bass", "other", "vocals")}
    assert keys == {told["key"]}
    assert track.exists()
    assert left(live) == []
    assert await live.library.scrub() == {}


async def test_loaded_into_a_scene_and_launched_together_they_are_the_track(live: Stage, track: Path) -> None:
    await live.call("/track/2/clip/3/load", await live.stem(np.full(RATE, 0.1)))
    ended = await done(live, path=str(track), scene=3)
    assert ended.state == "done", ended.error
    loaded = ended.result["loaded"]
    assert [(one["track"], one["slot"]) for one in loaded] == [(3, 3), (4, 3), (5, 3), (6, 3)]
    live.session.clips.clear(2, 3)
    sound = soundfile.read(track, dtype="float32", always_2d=True)[0].T
    if (await live.library.get(loaded[0]["stem"])).loop:
        await live.call("/transport/tempo", ended.result["tempo"])
    await live.call("/scene/3/launch")
    heard = live.render(sound.shape[1])
    assert nearest(sound, heard) < -60


def nearest(sound: Sound, heard: Sound) -> float:
    """How far what is heard lies from the sound, dB, once it has begun."""
    middle = slice(RATE, 3 * RATE)
    wanted = sound[:, middle]
    best = 0.0
    for late in range(600):
        error = heard[:, middle.start + late : middle.stop + late] - wanted
        best = min(best, float(10 * np.log10(np.sum(error**2) / np.sum(wanted**2) + 1e-12)))
    return best


async def test_the_same_track_is_not_separated_again(live: Stage, track: Path, tmp_path: Path) -> None:
    first = (await done(live, path=str(track))).result
    copy = tmp_path / "another name.wav"
    copy.write_bytes(track.read_bytes())
    again = (await done(live, path=str(copy))).result
    assert (first["known"], again["known"]) == (False, True)
    assert again["stems"] == first["stems"]


async def test_a_part_that_was_deleted_is_separated_again_when_asked(live: Stage, track: Path) -> None:
    first = (await done(live, path=str(track))).result
    assert (await done(live, path=str(track))).result["known"]
    await live.library.delete(first["stems"]["drums"])
    again = (await done(live, path=str(track))).result
    assert not again["known"]
    assert list(again["stems"]) == list(PARTS)
    kept = {part: again["stems"][part] for part in ("bass", "other", "vocals")}
    assert kept == {part: first["stems"][part] for part in kept}
    assert (await done(live, path=str(track))).result["known"]
    for stem in again["stems"].values():
        await live.library.delete(stem)
    assert list((await done(live, path=str(track))).result["stems"]) == list(PARTS)


async def test_two_jobs_for_one_track_at_the_same_time_separate_it_once(live: Stage, track: Path) -> None:
    jobs = [(await live.call("/separate", path=str(track)))["job"] for _ in range(2)]
    results = [(await live.library.queue.wait(job)).result for job in jobs]
    assert sorted(result["known"] for result in results) == [False, True]
    assert results[0]["stems"] == results[1]["stems"]


async def test_a_stem_of_the_library_is_the_parent_of_its_parts(live: Stage, track: Path) -> None:
    whole = await live.library.queue.wait(await live.library.ingest([track]))
    assert whole.result["added"] == 1
    by_stem = (await done(live, path=str(track))).result
    parent = max(stem.id for stem in await live.library.stems() if stem.provenance == "original")
    assert {(await live.library.get(stem)).parent for stem in by_stem["stems"].values()} == {parent}
    assert sorted(await live.library.children(parent)) == sorted(by_stem["stems"].values())
    of_stem = (await done(live, stem=parent)).result
    assert set(of_stem["stems"]) == set(PARTS)


async def test_with_an_output_folder_the_library_stays_as_it_is(live: Stage, track: Path, tmp_path: Path) -> None:
    before = len(await live.library.stems())
    ended = await done(live, path=str(track), output=str(tmp_path / "parts"))
    assert sorted(path.name for path in (tmp_path / "parts").iterdir()) == [
        "bass.wav",
        "drums.wav",
        "other.wav",
        "vocals.wav",
    ]
    assert set(ended.result["files"]) == set(PARTS)
    assert len(await live.library.stems()) == before
    with pytest.raises(BadArgument, match="holds"):
        await live.call("/separate", path=str(track), output=str(tmp_path / "parts"))


async def test_what_lies_in_the_output_folder_is_never_overwritten(live: Stage, track: Path, tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    other = track.with_name("other song.wav")
    soundfile.write(other, soundfile.read(track)[0][::-1], RATE, "FLOAT")
    named = [{"path": str(path), "output": str(folder)} for path in (track, other)]
    first, second = [(await live.call("/separate", **one))["job"] for one in named]
    told = await live.library.queue.wait(first)
    assert told.state == "done", told.error
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    refused = await live.library.queue.wait(second)
    assert (refused.state, refused.code) == ("failed", "bad_argument")
    assert "drums.wav" in (refused.error or "")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert sorted(before) == sorted(f"{part}.wav" for part in PARTS)


async def test_a_part_in_which_nothing_is_heard_is_left_out_and_told(live: Stage, tmp_path: Path) -> None:
    time = np.arange(6 * RATE) / RATE
    soundfile.write(tmp_path / "sub.wav", 0.5 * np.sin(2 * np.pi * 55 * time), RATE)
    told = (await done(live, path=str(tmp_path / "sub.wav"))).result
    assert "bass" in told["stems"]
    assert "vocals" in told["left_out"]
    assert "nothing to hear" in told["left_out"]["vocals"]
    assert not set(told["stems"]) & set(told["left_out"])


async def test_new_tracks_of_the_watched_folder_are_separated_once_and_stay(live: Stage, track: Path) -> None:
    separating = Separating(live.library, live.config)
    watch = separating.watch()
    folder = live.library.root / "stereo_tracks_for_analysis"
    put = track.rename(folder / track.name)
    assert await watch.look() is None
    job = await watch.look()
    assert job is not None
    ended = await live.library.queue.wait(job)
    assert len(ended.result["stems"]) == 4
    assert put.exists()
    assert [await watch.look() for _ in range(2)] == [None, None]


async def test_a_track_that_was_uploaded_with_a_job_of_its_own_is_not_queued_twice(live: Stage, track: Path) -> None:
    watch = Separating(live.library, live.config).watch()
    put = track.rename(live.library.root / "stereo_tracks_for_analysis" / track.name)
    await done(live, path=str(put))
    before = len(await live.library.queue.all())
    assert [await watch.look() for _ in range(3)] == [None] * 3
    assert len(await live.library.queue.all()) == before


async def test_what_cannot_be_is_refused_before_the_work(live: Stage, track: Path, tmp_path: Path) -> None:
    wrong: list[tuple[dict[str, Any], type[Exception]]] = [
        ({}, BadArgument),
        ({"path": str(track), "stem": 1}, BadArgument),
        ({"path": str(tmp_path / "none.wav")}, NotFound),
        ({"path": str(tmp_path)}, BadArgument),
        ({"path": str(track), "separator": "htdemucs"}, ModelMissing),
        ({"path": str(track), "scene": 99}, OutOfRange),
        ({"path": str(track), "scene": 1, "track": 10}, Full),
        ({"path": str(track), "track": 1}, BadArgument),
        ({"path": str(track), "scene": 1, "output": str(tmp_path / "x")}, BadArgument),
    ]
    before = len(await live.library.queue.all())
    for named, kind in wrong:
        with pytest.raises(kind):
            await live.call("/separate", **named)
    alone = Separating(live.library, live.config)
    with pytest.raises(Unavailable):
        await alone.separate(path=str(track), scene=1)
    assert len(await live.library.queue.all()) == before


async def test_a_track_that_cannot_be_used_is_one_failed_job_and_the_next_goes_on(
    live: Stage, track: Path, tmp_path: Path
) -> None:
    (tmp_path / "page.wav").write_text("<!doctype html>")
    failed = await done(live, path=str(tmp_path / "page.wav"))
    assert (failed.state, failed.code) == ("failed", "bad_audio")
    assert "web page" in (failed.error or "")
    assert (await done(live, path=str(track))).state == "done"
    assert left(live) == []


async def test_a_separation_that_fails_holds_no_place_any_more(live: Stage, tmp_path: Path) -> None:
    (tmp_path / "page.wav").write_text("<!doctype html>")
    separating = Separating(live.library, live.config)
    await separating.register()
    assert (await done(live, path=str(tmp_path / "page.wav"))).state == "failed"
    gc.collect()  # the error knows where it was raised
    assert not separating._busy


async def test_the_separators_that_are_here_are_told(live: Stage) -> None:
    (only,) = await live.call("/separators")
    assert (only["name"], only["chosen"]) == ("signal", True)
    assert "sum up" in only["says"]


async def test_a_worker_that_is_killed_costs_a_try_and_leaves_nothing_behind(live: Stage, track: Path) -> None:
    job = (await live.call("/separate", path=str(track)))["job"]
    async with asyncio.timeout(20):
        while not any(name.endswith(".part") for name in left(live)):
            await asyncio.sleep(0.001)
    os.kill(live.pool.pids()["separate"][0], signal.SIGKILL)
    ended = await live.library.queue.wait(job)
    assert (ended.state, len(ended.result["stems"])) == ("done", 4), ended.error
    assert ended.attempts == 2
    assert left(live) == []
