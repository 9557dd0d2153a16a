"""Pre-listening on the cue bus: in tempo, in key, and never on the master."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from liveengine.engine.streams import offline
from liveengine.errors import UnknownStem
from liveengine.events import Changed
from tests.session.stage import BAR, BEAT, BLOCK, Stage, stage

CUE = 2 + 2 * (12 + 1 + 4)


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        yield made


def rows(live: Stage, frames: int) -> np.ndarray:
    sound = np.concatenate([offline.render(live.shared.memory, 1_000, BLOCK) for _ in range(frames // 1_000)], axis=1)
    live.hear()
    return sound


async def test_a_loop_begins_on_the_next_bar_at_the_session_s_tempo_and_the_master_hears_nothing(live: Stage) -> None:
    stem = await live.stem(np.full(2 * BAR, 0.25), bpm=60.0)  # one bar at half the session's tempo
    await live.call("/transport/tempo", 90.0)
    await live.call("/transport/play")
    rows(live, 1_000)
    said = await live.call("/cue/audition", stem)
    assert (said["beat"], said["speed"], said["semitones"]) == (4.0, 0.75, 0.0)  # half time is closer
    sound = rows(live, 24_000)
    begin = round(4 * 60 / 90 * 8_000) - 1_000  # frames from here to the bar
    assert int(np.argmax(sound[CUE] != 0)) in (begin, begin + 1)
    assert sound[CUE, -1] == pytest.approx(0.25)
    assert not sound[0].any()
    assert await live.call("/cue/stem") == stem
    assert Changed("/cue/stem", stem) in live.events
    assert live.library.taste.last == stem


async def test_while_the_transport_stands_it_begins_at_once_and_the_transport_stays(live: Stage) -> None:
    said = await live.call("/cue/audition", await live.stem([0.25] * BAR))
    sound = rows(live, 1_000)
    assert sound[CUE, -1] == 0.25
    assert said["beat"] == 0.0
    assert not live.engine.snapshot().running


async def test_a_one_shot_begins_at_once_and_its_end_is_told(live: Stage) -> None:
    stem = await live.stem([0.25] * BEAT, loop=False)
    await live.call("/transport/play")
    rows(live, 1_000)
    await live.call("/cue/audition", stem)
    sound = rows(live, 2 * BEAT)
    assert (sound[CUE, :BEAT] == 0.25).all()
    assert await live.call("/cue/stem") == 0
    assert live.events[-1] == Changed("/cue/stem", 0)


async def test_another_stem_takes_the_place_and_stop_ends_it(live: Stage) -> None:
    first, second = await live.stem([0.25] * BAR), await live.stem([0.5] * BAR)
    await live.call("/cue/audition", first)
    rows(live, 1_000)
    await live.call("/cue/audition", second)
    assert rows(live, 1_000)[CUE, -1] == 0.5
    assert await live.call("/cue/stem") == second
    await live.call("/cue/stop")
    assert rows(live, 1_000)[CUE, -1] == 0.0
    assert await live.call("/cue/stem") == 0


async def test_what_waits_for_its_bar_can_be_taken_back(live: Stage) -> None:
    await live.call("/transport/play")
    rows(live, 1_000)
    await live.call("/cue/audition", await live.stem([0.25] * BAR))
    await live.call("/cue/stop")
    assert not rows(live, 2 * BAR)[CUE].any()


async def test_it_is_transposed_into_the_session_s_key(live: Stage) -> None:
    await live.call("/session/key", "Am")
    said = await live.call("/cue/audition", await live.stem([0.25] * BAR, category="bass", key="Gm"))
    assert (said["semitones"], said["key"], said["warp"]) == (2.0, "Am", "stretch")


async def test_without_a_key_of_the_session_it_is_that_of_what_plays(live: Stage) -> None:
    await live.call("/track/1/clip/1/load", await live.stem([0.25] * BAR, category="synth", key="C"))
    await live.call("/track/1/clip/1/launch")
    live.render(1_000)
    said = await live.call("/cue/audition", await live.stem([0.25] * BAR, category="bass", key="Bm"))
    assert (said["semitones"], said["key"]) == (-2.0, "Am")


async def test_drums_keep_their_pitch(live: Stage) -> None:
    await live.call("/session/key", "Am")
    said = await live.call("/cue/audition", await live.stem([0.25] * BAR, key="Gm"))
    assert said["semitones"] == 0.0


async def test_it_says_where_it_is_heard(live: Stage) -> None:
    said = await live.call("/cue/audition", await live.stem([0.25] * BAR))
    assert said["heard"].startswith("nowhere: 0 outputs are open")
    live.shared.memory.header["outputs"] = 4
    said = await live.call("/cue/audition", await live.stem([0.25] * BAR))
    assert said["heard"] == "outputs 3 and 4"


async def test_its_buffer_is_kept_while_it_is_heard(live: Stage) -> None:
    await live.call("/cue/audition", await live.stem([0.25] * BAR))
    rows(live, 1_000)
    held = live.session.room.needed()
    assert len(held) == 1
    await live.call("/cue/stop")
    rows(live, 1_000)
    assert live.session.room.needed() == set()


async def test_a_stem_that_is_not_there_changes_nothing(live: Stage) -> None:
    with pytest.raises(UnknownStem):
        await live.call("/cue/audition", 99)
    assert await live.call("/cue/stem") == 0


async def test_a_look_at_the_engine_from_before_it_took_the_launch_ends_nothing(live: Stage) -> None:
    stem = await live.stem([0.25] * BAR)
    await live.call("/cue/audition", stem)
    before = live.engine.snapshot()
    offline.render(live.shared.memory, BLOCK, BLOCK)  # the engine takes the launch while the session looks
    live.session.audition.watch(before)
    assert await live.call("/cue/stem") == stem
    rows(live, 1_000)
    rows(live, 1_000)
    assert await live.call("/cue/stem") == stem
