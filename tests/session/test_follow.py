from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from liveengine.command import when
from liveengine.errors import EmptySlot, Full, OutOfRange
from liveengine.events import ClipStopped
from liveengine.session.core import HEADROOM
from tests.session.stage import BAR, BEAT, BLOCK, Stage, stage


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        yield made


@pytest.fixture
async def pair(live: Stage) -> Stage:
    """Track 1 holds a loop in slots 1 and 2, track 2 one in slot 1."""
    for track, slot in ((1, 1), (1, 2), (2, 1)):
        await live.call(f"/track/{track}/clip/{slot}/load", await live.stem([0.1 * (track + slot)] * BAR))
    return live


async def test_a_stop_right_behind_a_launch_stops_it(pair: Stage) -> None:
    await pair.call("/track/1/clip/1/launch", 0)
    await pair.call("/stop", 0)
    assert not pair.render(BAR)[0, BLOCK + 300 :].any()
    await pair.call("/track/1/clip/1/launch", 0)
    await pair.call("/scene/2/launch", 0)
    await pair.call("/track/2/clip/1/launch", 0)
    await pair.call("/scene/2/launch", 0)
    pair.render(BAR)
    states = [await pair.call(f"/track/{track}/clip/{slot}/state") for track, slot in ((1, 1), (1, 2), (2, 1))]
    assert states == ["stopped", "playing", "stopped"]


async def test_clearing_a_slot_right_behind_its_launch_silences_it(pair: Stage) -> None:
    await pair.call("/track/1/clip/1/launch", 0)
    await pair.call("/track/1/clip/1/clear")
    assert not pair.render(BAR)[0, 3_000:].any()
    assert pair.engine.snapshot().tracks[0].playing_slot == 0


async def test_clearing_a_slot_that_waits_leaves_what_plays(pair: Stage) -> None:
    await pair.call("/track/1/clip/1/launch")
    pair.render(BEAT)
    await pair.call("/track/1/clip/2/launch")
    await pair.call("/track/1/clip/2/clear")
    assert pair.render(2 * BAR)[0].all()
    assert await pair.call("/track/1/clip/1/state") == "playing"
    assert await pair.call("/track/1/clip/2/state") == "empty"


@pytest.mark.parametrize("between", [0, 100])
async def test_clearing_what_plays_leaves_what_waits_on_the_track(pair: Stage, between: int) -> None:
    await pair.call("/track/1/clip/1/launch")
    pair.render(BEAT)
    await pair.call("/track/1/clip/2/launch")
    if between:
        pair.render(between)
    await pair.call("/track/1/clip/1/clear")
    sound = pair.render(2 * BAR)[0]
    assert await pair.call("/track/1/clip/2/state") == "playing"
    assert sound[-1] == np.float32(0.3)


async def test_an_empty_slot_is_never_said_to_be_anything_else(pair: Stage) -> None:
    await pair.call("/track/1/clip/1/launch")
    pair.render(BEAT)
    pair.events.clear()
    await pair.call("/track/1/clip/1/clear")
    pair.render(BEAT)
    words = [event.STATE for event in pair.events if getattr(event, "slot", 0) == 1]
    assert set(words) == {"empty"}


@pytest.mark.parametrize("address", ["/track/1/clip/1/launch", "/scene/1/launch", "/stop", "/transport/quantum"])
async def test_a_grid_that_the_engine_would_refuse_is_an_error(pair: Stage, address: str) -> None:
    with pytest.raises(OutOfRange, match="1/64"):
        await pair.call(address, 0.001)
    pair.render(100)
    assert not pair.engine.snapshot().running


async def test_a_refused_launch_is_told_as_the_slots_true_state(pair: Stage) -> None:
    segment = pair.session.model.tracks[0].slots[0].clip
    assert segment is not None
    pair.engine.memory.segments["frames"][segment.segment] = 0
    pair.events.clear()
    await pair.call("/track/1/clip/1/launch")
    pair.render(100)
    assert [type(event) for event in pair.events if getattr(event, "slot", 0) == 1] == [ClipStopped]
    assert await pair.call("/track/1/clip/1/state") == "stopped"


async def test_a_launch_refused_when_it_is_due_does_not_wait_for_ever(pair: Stage) -> None:
    await pair.call("/transport/play")
    pair.render(BEAT)
    await pair.call("/track/1/clip/1/launch")
    pair.render(BEAT)
    assert await pair.call("/track/1/clip/1/state") == "queued"
    clip = pair.session.model.tracks[0].slots[0].clip
    assert clip is not None
    pair.engine.memory.segments["frames"][clip.segment] = 0
    pair.render(BAR)
    assert await pair.call("/track/1/clip/1/state") == "stopped"


async def test_a_scene_with_a_clip_that_still_loads_launches_nothing(pair: Stage) -> None:
    clip = pair.session.model.tracks[1].slots[0].clip
    assert clip is not None
    clip.segment = -1
    with pytest.raises(EmptySlot, match="still loading"):
        await pair.call("/scene/1/launch")
    assert not pair.render(BAR).any()
    assert not pair.engine.snapshot().running


async def test_more_exact_records_than_the_engine_can_keep_are_an_error(pair: Stage) -> None:
    token = when.set(1_000_000)
    try:
        for n in range(pair.engine.memory.places - HEADROOM * pair.engine.tracks):
            when.set(1_000_000 + 64 * n)
            await pair.call("/track/1/clip/1/gain", 0.5)
            pair.render(1, 1)
        with pytest.raises(Full, match="wait for their moment"):
            await pair.call("/track/1/clip/1/launch")
    finally:
        when.reset(token)
    await pair.call("/track/1/clip/1/launch")
    assert pair.render(BEAT)[0].any()
    assert await pair.call("/track/1/clip/1/state") == "playing"


async def test_panic_leaves_nothing_that_plays_or_waits(pair: Stage) -> None:
    await pair.call("/scene/1/launch")
    pair.render(BEAT)
    await pair.call("/track/1/clip/2/launch")
    pair.render(100)
    await pair.call("/panic")
    pair.render(BEAT)
    state = await pair.call("/session/state")
    assert {clip["state"] for track in state["tracks"] for clip in track["clips"]} == {"stopped"}
    assert pair.engine.snapshot().queued == 0
    assert not pair.render(2 * BAR).any()
