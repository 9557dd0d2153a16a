import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from liveengine.engine import shared
from liveengine.engine.ops import SegmentState
from liveengine.engine.shared import Shared
from liveengine.engine.streams import offline
from liveengine.events import ClipQueued, ClipStarted, ClipStopped
from tests.session.stage import BAR, BEAT, Stage, stage


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        yield made


async def perform(live: Stage) -> None:
    """One clip plays, one waits for its bar, faders are moved."""
    for track in (1, 2):
        await live.call(f"/track/{track}/clip/{track}/load", await live.stem([0.2 * track] * BAR))
    await live.call("/track/1/clip/1/launch")
    live.render(BEAT)
    await live.call("/track/2/clip/2/launch", 8)
    await live.call("/track/1/gain", 0.6)
    await live.call("/track/1/name", "Low End")
    await live.call("/transport/tempo", 125.0)
    live.render(100)
    await live.session.keeper.keep()


async def taken_over(live: Stage) -> None:
    """The daemon is killed: nothing is written, nothing is closed; a new one begins."""
    live.events.clear()
    live.daemon()
    await live.session.restore()


async def test_a_new_daemon_finds_names_clips_queue_and_voices(live: Stage) -> None:
    await perform(live)
    before = await live.call("/session/state")
    await taken_over(live)
    assert await live.call("/session/state") == before
    assert await live.call("/track/1/clip/1/state") == "playing"
    assert await live.call("/track/2/clip/2/state") == "queued"
    assert live.said(ClipQueued) == [ClipQueued(2, 2, 8.0)]
    assert len(live.said(ClipStarted)) == 1


async def test_the_sound_goes_on_as_if_nothing_had_happened(live: Stage) -> None:
    await perform(live)
    await taken_over(live)
    after = live.render(3 * BAR)
    assert np.all(after[0] > 0.0)
    started = live.said(ClipStarted)[-1]
    assert (started.track, started.slot) == (2, 2)
    assert started.beat == pytest.approx(8.0, abs=1e-3)


async def test_the_new_daemon_commands_what_the_old_one_started(live: Stage) -> None:
    await perform(live)
    await taken_over(live)
    await live.call("/track/1/stop", 0)
    live.render(500)
    assert [(event.track, event.slot) for event in live.said(ClipStopped)] == [(1, 1)]


async def test_what_started_while_no_daemon_was_there_tells_when_it_did(live: Stage) -> None:
    await perform(live)
    offline.render(live.shared.memory, 3 * BAR)
    await taken_over(live)
    started = live.said(ClipStarted)[-1]
    assert (started.track, started.slot, started.beat) == (2, 2, pytest.approx(8.0, abs=1e-3))
    clip = (await live.call("/session/state"))["tracks"][1]["clips"][0]
    assert (clip["state"], clip["since"]) == ("playing", started.beat)


async def test_buffers_that_no_slot_needs_any_more_are_spare_and_half_loaded_ones_gone(live: Stage) -> None:
    await perform(live)
    orphan = live.engine.segments.allocate(100, 1, 4_711)
    live.engine.segments.ready(orphan, 100)
    half_loaded = live.engine.segments.allocate(100, 1, 4_712)
    await taken_over(live)
    live.render(200)
    assert live.engine.memory.segments["state"][[orphan, half_loaded]].tolist() == [SegmentState.READY, 0]
    assert orphan not in live.session.room.needed()


async def test_lost_reports_are_made_up_for_from_the_snapshot(live: Stage) -> None:
    await perform(live)
    await live.call("/track/1/stop", 0)
    offline.render(live.shared.memory, 1_000)
    live.engine.reports()  # nobody hears them
    live.shared.memory.header["events_lost"] += 1
    live.events.clear()
    live.hear()
    assert [(event.track, event.slot) for event in live.said(ClipStopped)] == [(1, 1)]


async def test_taking_over_is_quick(live: Stage) -> None:
    await perform(live)
    live.daemon()
    begun = time.perf_counter()
    await live.session.restore()
    assert time.perf_counter() - begun < 5.0  # far above the 10 ms it takes; it must not wait for anything


async def test_after_a_start_with_fresh_memory_clips_mixer_and_tempo_come_back(live: Stage) -> None:
    await perform(live)
    old: Shared = live.shared
    live.shared = shared.create(live.config)
    try:
        await taken_over(live)
        assert await live.call("/track/1/clip/1/state") == "stopped"
        while not (await live.call("/session/state"))["tracks"][1]["clips"][0]["ready"]:
            await asyncio.sleep(0.01)
        live.render(100)
        assert await live.call("/transport/tempo") == 125.0
        await live.call("/track/1/clip/1/launch")
        sound = live.render(BEAT)
        assert sound[0, -1] == pytest.approx(0.2 * 10 ** (live.session.mixer.level(1) / 20), rel=1e-4)
        await live.session.close()
    finally:
        live.shared.unlink()
        live.shared = old
        live.daemon()


async def test_a_stem_that_is_gone_leaves_its_slot_empty(live: Stage) -> None:
    await perform(live)
    stem = (await live.call("/session/state"))["tracks"][0]["clips"][0]["stem"]
    await live.library.delete(stem)
    old = live.shared
    live.shared = shared.create(live.config)
    try:
        await taken_over(live)
        while await live.call("/track/1/clip/1/state") != "empty":
            await asyncio.sleep(0.01)
        await live.session.close()
    finally:
        live.shared.unlink()
        live.shared = old
        live.daemon()


async def test_a_change_is_on_disk_soon_after_it_was_made(live: Stage) -> None:
    await live.call("/track/1/name", "Sub")
    for _ in range(100):
        await asyncio.sleep(0.01)
        record = await live.library.load_session()
        if record is not None:
            break
    assert record is not None
    assert record["tracks"][0]["name"] == "Sub"


@pytest.mark.parametrize("lacks", ["tempo", "tracks", "place"])
async def test_a_record_of_another_version_does_not_keep_the_daemon_from_starting(live: Stage, lacks: str) -> None:
    await perform(live)
    record = await live.library.load_session()
    assert record is not None
    await live.library.save_session({name: value for name, value in record.items() if name != lacks})
    await taken_over(live)
    assert live.render(BAR)[0].all()
