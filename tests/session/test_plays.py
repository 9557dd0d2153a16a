from pathlib import Path

import numpy as np

from liveengine.events import ClipStarted
from liveengine.session.plays import Plays
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
        live.bus.publish(ClipStarted(1, 1, 0, 0.0))  # nobody counts any more
        assert (await live.library.get(kept)).plays == 2
