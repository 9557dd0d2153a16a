from pathlib import Path

import numpy as np

from liveengine.events import ClipStarted, ClipStopped
from liveengine.session.plays import KEPT_S, Plays
from tests.session.stage import BAR, stage


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
