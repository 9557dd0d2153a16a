import asyncio
from pathlib import Path

import numpy as np
import pytest

from liveengine.events import ClipStarted, ClipStopped
from liveengine.session.plays import KEPT_S, STORED_S, Plays
from liveengine.stems.feedback import Hearing
from tests.session.stage import BAR, BEAT, RATE, Stage, stage


async def test_each_start_of_a_clip_is_counted_and_a_stem_that_is_gone_is_not(tmp_path: Path) -> None:
    async with stage(tmp_path) as live:
        plays = Plays(live.session.core, live.library)
        kept, gone = await live.stem(np.full(BAR, 0.5)), await live.stem(np.full(BAR, 0.25))
        await live.call("/track/1/clip/1/load", kept)
        await live.call("/track/2/clip/1/load", gone)
        for _ in range(2):
            await live.call("/scene/1/launch", quantum=0.0)
            live.render(1_000)
        await live.library.delete(gone)
        await plays.close()
        assert (await live.library.get(kept)).plays == 2
        assert await live.library.db.reading.opinion("default", kept, "played") == 2
        assert live.library.taste.heard([kept, kept + 100]).tolist() == [True, False]
        live.bus.publish(ClipStarted(1, 1, 0, 0.0))  # nobody counts any more
        assert (await live.library.get(kept)).plays == 2


async def test_a_stem_that_is_replaced_at_once_was_swapped_and_one_that_plays_on_was_kept(tmp_path: Path) -> None:
    async with stage(tmp_path) as live:
        plays = Plays(live.session.core, live.library)
        first, second = await live.stem(np.full(BAR, 0.5)), await live.stem(np.full(BAR, 0.25))
        await live.call("/track/1/clip/1/load", first)
        await live.call("/track/1/clip/1/load", second)
        await live.call("/track/1/clip/1/load", second)
        await live.call("/track/1/clip/1/launch", quantum=0.0)
        live.render(100)
        frames = round(KEPT_S * live.session.engine.rate)
        started = live.session.engine.snapshot().frame
        live.bus.publish(ClipStopped(1, 1, started + frames))
        live.bus.publish(ClipStopped(2, 1, started + frames))  # nothing ever began there
        await plays.close()
        counts = {
            (stem, kind): await live.library.db.reading.opinion("default", stem, kind)
            for stem in (first, second)
            for kind in ("played", "swapped", "kept")
        }
        assert {key for key, count in counts.items() if count} == {
            (first, "swapped"),
            (second, "played"),
            (second, "kept"),
        }
        assert counts[first, "swapped"] == 1


def watched(live: Stage, place: str = "") -> Plays:
    plays = Plays(live.session.core, live.library, place)
    live.session.watch(plays.look)
    return plays


async def seconds(live: Stage) -> dict[int, float]:
    return {one.stem: round(one.seconds, 3) for one in await live.library.taste.ranked() if one.seconds}


async def test_how_long_a_stem_is_heard_is_counted_in_frames_until_it_is_replaced(tmp_path: Path) -> None:
    async with stage(tmp_path) as live:
        plays = watched(live)
        first, second = await live.stem(np.full(BAR, 0.5)), await live.stem(np.full(BAR, 0.25))
        await live.call("/track/1/clip/1/load", first)
        await live.call("/track/1/clip/1/launch", quantum=0.0)
        live.render(2 * BAR)
        await live.call("/track/1/clip/1/load", second)  # the first sounds on until the next launch
        live.render(BAR)
        await live.call("/track/1/clip/1/launch", quantum=0.0)
        live.render(BAR)
        await live.call("/track/1/clip/1/clear")
        live.render(BAR)
        await plays.close()
        heard = await seconds(live)
        assert heard[first] == pytest.approx(3 * BAR / RATE, abs=0.05)
        assert heard[second] == pytest.approx(BAR / RATE, abs=0.26)  # the stage looks at the engine four times a second
        assert {one.stem: one.counts["played"] for one in await live.library.taste.ranked()} == {first: 1, second: 1}


async def test_what_is_muted_or_soloed_away_is_not_heard(tmp_path: Path) -> None:
    async with stage(tmp_path) as live:
        plays = watched(live)
        muted, solo = await live.stem(np.full(BAR, 0.5)), await live.stem(np.full(BAR, 0.25))
        await live.call("/track/1/clip/1/load", muted)
        await live.call("/track/2/clip/1/load", solo)
        await live.call("/scene/1/launch", quantum=0.0)
        live.render(BEAT)
        await live.call("/track/2/solo", True)
        live.render(2 * BEAT)
        await live.call("/track/2/solo", False)
        await live.call("/track/1/mute", True)
        live.render(4 * BEAT)
        await plays.close()
        heard = await seconds(live)
        assert heard[muted] == pytest.approx(BEAT / RATE, abs=0.05)
        assert heard[solo] == pytest.approx(7 * BEAT / RATE, abs=0.05)


async def test_a_clip_is_kept_once_however_often_it_is_launched_again(tmp_path: Path) -> None:
    async with stage(tmp_path) as live:
        plays = watched(live)
        stem = await live.stem(np.full(BAR, 0.5))
        await live.call("/track/1/clip/1/load", stem)
        for _ in range(3):
            await live.call("/track/1/clip/1/launch", quantum=0.0)
            live.render(round(KEPT_S * RATE / 2))
        await plays.close()
        (one,) = await live.library.taste.ranked()
        assert one.counts == {"played": 3, "kept": 1}
        assert one.seconds == pytest.approx(1.5 * KEPT_S, abs=0.1)


async def test_a_kill_loses_a_few_seconds_and_the_next_daemon_counts_nothing_twice(tmp_path: Path) -> None:
    async with stage(tmp_path) as live:
        killed = watched(live, "engine 1")
        stem = await live.stem(np.full(BAR, 0.5))
        await live.call("/track/1/clip/1/load", stem)
        await live.call("/track/1/clip/1/launch", quantum=0.0)
        await live.session.core.keep()
        for _ in range(4):  # the last seconds are not stored when the daemon dies
            live.render(round(0.75 * STORED_S * RATE))
            await asyncio.sleep(0.05)
        killed._end()
        stored = (await seconds(live))[stem]
        assert 2 * STORED_S <= stored <= 3 * STORED_S
        live.daemon()
        plays = watched(live, "engine 1")
        await plays.open()
        await live.session.restore()
        live.render(round(2 * STORED_S * RATE))
        await live.call("/stop", quantum=0.0)
        live.render(1_000)
        await plays.close()
        (one,) = await live.library.taste.ranked()
        assert one.seconds == pytest.approx(5 * STORED_S, abs=0.2)  # what sounded without a daemon is heard, too
        assert one.counts == {"played": 1}


async def test_the_frames_of_another_engine_are_not_taken_for_those_of_this_one(tmp_path: Path) -> None:
    async with stage(tmp_path) as live:
        await live.library.noted([], Hearing({}, {"place": "engine 1", "frame": 10**9}))
        plays = watched(live, "engine 2")
        await plays.open()
        stem = await live.stem(np.full(BAR, 0.5))
        await live.call("/track/1/clip/1/load", stem)
        await live.call("/track/1/clip/1/launch", quantum=0.0)
        live.render(BAR)
        await plays.close()
        assert (await seconds(live))[stem] == pytest.approx(BAR / RATE, abs=0.05)
        assert await live.library.taste.until() == {"place": "engine 2", "frame": live.session.engine.snapshot().frame}
