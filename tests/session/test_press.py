import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from liveengine.engine.ops import Op
from liveengine.errors import EmptySlot, OutOfRange
from liveengine.events import ClipFollowed, ClipQueued, ClipStarted, ClipStopped
from tests.session.stage import BAR, BEAT, Stage, stage

PAD = "/track/1/clip/1"


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        for slot in (1, 2, 3):
            await made.call(f"/track/1/clip/{slot}/load", await made.stem(np.full(BAR, 0.1 * slot)))
        await made.call("/transport/play")
        made.render(BEAT)
        made.events.clear()
        yield made


async def states(live: Stage) -> list[str]:
    return [await live.call(f"/track/1/clip/{slot}/state") for slot in (1, 2, 3)]


def started(live: Stage) -> list[tuple[int, float]]:
    return [(event.slot, event.beat) for event in live.said(ClipStarted)]


async def test_a_press_of_a_trigger_launches_at_the_boundary_and_its_release_does_nothing(live: Stage) -> None:
    await live.call(f"{PAD}/press", 1)
    live.render(100)
    assert await live.call(f"{PAD}/state") == "queued"
    await live.call(f"{PAD}/press", 0)
    live.render(BAR)
    assert started(live) == [(1, 4.0)]
    assert await live.call(f"{PAD}/state") == "playing"


async def test_a_gate_plays_until_it_is_released(live: Stage) -> None:
    await live.call(f"{PAD}/mode", "gate")
    await live.call(f"{PAD}/quantum", 0)
    await live.call(f"{PAD}/press", 0.7)
    live.render(BEAT)
    assert await live.call(f"{PAD}/state") == "playing"
    await live.call(f"{PAD}/press", 0.0)
    live.render(BEAT)
    assert await states(live) == ["stopped"] * 3
    assert not live.render(100).any()


async def test_a_toggle_stops_with_the_second_press(live: Stage) -> None:
    await live.call(f"{PAD}/mode", "toggle")
    for state in ("playing", "stopped"):
        await live.call(f"{PAD}/press", 1)
        await live.call(f"{PAD}/press", 0)
        live.render(BAR)
        assert await live.call(f"{PAD}/state") == state


async def test_a_repeat_begins_again_on_each_boundary_while_it_is_held(live: Stage) -> None:
    await live.call(f"{PAD}/mode", "repeat")
    await live.call(f"{PAD}/quantum", 1)
    await live.call(f"{PAD}/press", 1)
    live.render(3 * BEAT)
    await live.call(f"{PAD}/press", 0)
    live.render(3 * BEAT)
    assert sorted(set(started(live))) == [(1, 1.0), (1, 2.0), (1, 3.0), (1, 4.0)]
    assert await live.call(f"{PAD}/state") == "playing"


async def test_a_press_starts_a_transport_that_stands_and_sounds_at_once(live: Stage) -> None:
    await live.call("/transport/stop")
    live.render(100)
    await live.call(f"{PAD}/press", 1)
    assert live.render(100)[0].any()
    assert started(live) == [(1, 4.0)]


async def test_an_empty_pad_cannot_be_pressed_but_may_be_let_go(live: Stage) -> None:
    with pytest.raises(EmptySlot):
        await live.call("/track/2/clip/1/press", 1)
    await live.call("/track/2/clip/1/press", 0)
    with pytest.raises(OutOfRange):
        await live.call(f"{PAD}/press", -1)


async def test_a_stem_loaded_into_a_pad_that_waits_starts_in_its_place(live: Stage) -> None:
    await live.call(f"{PAD}/press", 1)
    live.render(100)
    await live.call(f"{PAD}/load", await live.stem(np.full(BAR, 0.5)))
    assert live.render(BAR)[0].max() == np.float32(0.5)
    assert started(live) == [(1, 4.0)]


async def test_clearing_a_pad_that_was_just_pressed_leaves_silence(live: Stage) -> None:
    await live.call(f"{PAD}/quantum", 0)
    await live.call(f"{PAD}/press", 1)
    await live.call(f"{PAD}/clear")
    live.render(500)
    assert not live.render(BAR).any()
    assert await states(live) == ["empty", "stopped", "stopped"]


async def test_follow_actions_go_on_by_themselves_and_are_told(live: Stage) -> None:
    for slot in (1, 2, 3):
        await live.call(f"/track/1/clip/{slot}/follow/beats", 4)
        await live.call(f"/track/1/clip/{slot}/follow/a", "next")
    await live.call(f"{PAD}/launch")
    live.render(4 * BAR)
    assert started(live) == [(1, 4.0), (2, 8.0), (3, 12.0), (1, 16.0)]
    assert await states(live) == ["playing", "stopped", "stopped"]
    assert [(event.slot, event.action) for event in live.said(ClipFollowed)] == [(1, "next"), (2, "next"), (3, "next")]
    assert {event.slot for event in live.said(ClipStopped)} == {1, 2, 3}


async def test_a_follow_action_that_stops_leaves_the_track_silent(live: Stage) -> None:
    await live.call(f"{PAD}/follow/beats", 4)
    await live.call(f"{PAD}/follow/a", "stop")
    await live.call(f"{PAD}/launch")
    live.render(3 * BAR)
    assert await states(live) == ["stopped"] * 3


async def test_follow_actions_outlive_the_daemon_and_the_next_one_knows_what_plays(live: Stage) -> None:
    for slot in (1, 2):
        await live.call(f"/track/1/clip/{slot}/follow/beats", 4)
        await live.call(f"/track/1/clip/{slot}/follow/a", "jump")
        await live.call(f"/track/1/clip/{slot}/follow/a/slot", slot + 1)
    await live.call(f"{PAD}/launch")
    live.render(BAR)
    await live.session.keeper.keep()
    live.daemon()
    live.heard.append(live.render(2 * BAR))
    await live.session.restore()
    assert await states(live) == ["stopped", "stopped", "playing"]
    assert live.session.core.track(1).asked < 0
    await live.call("/track/1/stop", 0)
    live.render(1_000)
    assert await states(live) == ["stopped"] * 3


async def test_a_launch_that_waits_is_told_though_the_engine_made_it(live: Stage) -> None:
    await live.call(f"{PAD}/press", 1)
    live.render(100)
    assert live.said(ClipQueued) == [ClipQueued(1, 1, 4.0)]
    live.daemon()
    await live.session.restore()
    assert await live.call(f"{PAD}/state") == "queued"
    await live.call(f"{PAD}/clear")
    assert not live.render(2 * BAR).any()


async def test_a_press_from_any_thread_launches_as_one_through_the_loop_does(live: Stage) -> None:
    do = live.registry.swift(f"{PAD}/press")
    assert do is not None
    assert await asyncio.to_thread(do, 1.0)
    assert await asyncio.to_thread(do, 0.0)
    live.render(BAR)
    assert started(live) == [(1, 4.0)]


async def test_a_gate_pressed_and_released_from_a_thread_plays_in_between(live: Stage) -> None:
    await live.call(f"{PAD}/mode", "gate")
    await live.call(f"{PAD}/quantum", 0)
    do = live.registry.swift(f"{PAD}/press")
    assert do is not None
    assert await asyncio.to_thread(do, 1.0)
    live.render(BEAT)
    assert await live.call(f"{PAD}/state") == "playing"
    assert await asyncio.to_thread(do, 0.0)
    live.render(BEAT)
    assert await states(live) == ["stopped"] * 3


async def test_what_must_be_prepared_is_left_to_the_loop(live: Stage) -> None:
    for address in ("/track/1/clip/4/press", "/track/99/clip/1/press", "/track/1/clip/99/press"):
        do = live.registry.swift(address)
        assert do is not None
        assert do(1.0) is False
    pad = live.registry.swift(f"{PAD}/press")
    assert pad is not None
    await live.call("/transport/stop")
    live.render(100)
    assert pad(1.0) is False  # the clock must be started for it
    assert pad(0.0)
    await live.call("/transport/play")
    live.render(100)
    assert pad(1.0)
    while live.session.core.waiting < len(live.session.core.engine.memory.commands):
        live.session.core.engine.push(Op.CANCEL, track=0, slot=9)
    assert pad(1.0) is False  # the ring is full


async def test_threads_that_press_at_once_lose_nothing(live: Stage) -> None:
    pads = [live.registry.swift(f"/track/1/clip/{slot}/press") for slot in (1, 2, 3)]
    before = live.session.core.waiting

    def drum(do: Any) -> int:
        return sum(do(float(n % 2 == 0)) for n in range(100))

    taken = await asyncio.gather(*(asyncio.to_thread(drum, do) for do in pads))
    assert taken == [100, 100, 100]
    assert live.session.core.waiting - before == 300
    tokens = live.session.core.engine.memory.commands["token"]
    pushed = tokens[tokens > 0]
    assert len(set(pushed.tolist())) == len(pushed)
    live.render(BAR)


async def test_a_panic_from_a_thread_silences_everything(live: Stage) -> None:
    await live.call(f"{PAD}/quantum", 0)
    await live.call(f"{PAD}/press", 1)
    live.render(BEAT)
    do = live.registry.swift("/panic")
    assert do is not None
    assert await asyncio.to_thread(do)
    live.render(BEAT)
    assert not live.render(100).any()
    assert await states(live) == ["stopped"] * 3


async def test_scenes_and_stops_from_a_thread_do_what_they_do_on_the_loop(live: Stage) -> None:
    await live.call("/track/2/clip/1/load", await live.stem(np.full(BAR, 0.1)))
    scene, stop, stop_all = (live.registry.swift(a) for a in ("/scene/1/launch", "/track/1/stop", "/stop"))
    assert scene is not None
    assert stop is not None
    assert stop_all is not None
    assert await asyncio.to_thread(scene)
    live.render(BAR)
    assert [(event.track, event.slot, event.beat) for event in live.said(ClipStarted)] == [(1, 1, 4.0), (2, 1, 4.0)]
    assert await asyncio.to_thread(stop)
    live.render(BAR)
    assert [await live.call(f"/track/{track}/clip/1/state") for track in (1, 2)] == ["stopped", "playing"]
    assert await asyncio.to_thread(stop_all)
    live.render(BAR)
    assert await live.call("/track/2/clip/1/state") == "stopped"
    assert live.session.clips.hushed == 1


async def test_a_scene_that_is_more_than_its_clips_is_left_to_the_loop(live: Stage) -> None:
    for number in (4, 0, 99):  # empty, and not there
        do = live.registry.swift(f"/scene/{number}/launch")
        assert do is not None
        assert do() is False
    scene = live.registry.swift("/scene/1/launch")
    assert scene is not None
    live.session.clips.opens = lambda scene: True
    assert scene() is False
    live.session.clips.opens = lambda scene: False
    await live.call("/transport/stop")
    live.render(100)
    assert scene() is False  # the clock must be started for it
    assert live.session.core.waiting == 0


async def test_a_stop_of_a_thread_holds_against_an_older_launch_of_the_loop(live: Stage) -> None:
    core, clips = live.session.core, live.session.clips
    await live.call("/track/1/clip/2/launch")
    older = core.model.tracks[0].asked
    stop = live.registry.swift("/track/1/stop")
    assert stop is not None
    assert stop()
    newer = core.model.tracks[0].asked
    assert newer > older
    assert clips._asked(1, older, 2) is False
    assert (core.model.tracks[0].asked, core.model.tracks[0].asked_slot) == (newer, 0)


async def test_the_records_of_a_scene_reach_the_engine_in_one_block(live: Stage) -> None:
    await live.call("/track/2/clip/1/load", await live.stem(np.full(BAR, 0.1)))
    engine = live.session.core.engine
    header = engine.memory.header
    seen: list[int] = []
    post = engine._post

    def noted(place: int, value: int) -> None:
        seen.append(value)
        post(place, value)

    engine._post = noted
    before = int(header["command_write"][0])
    await live.call("/scene/1/launch")
    strips = len(live.session.core.model.tracks)
    assert seen == [before + strips]
    seen.clear()
    with engine.together():
        await live.call("/stop")
        assert seen == []
    assert seen == [before + 2 * strips]
