"""Clicks on the cue bus, on their beats, whatever the tempo does; the master hears none."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from liveengine.engine.streams import offline
from liveengine.session.metronome import click
from tests.session.stage import BAR, BEAT, BLOCK, RATE, Sound, Stage, stage

CUE = 2 + 2 * (12 + 1 + 4)
AGO = 160  # frames between looks


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        yield made


def rows(live: Stage, frames: int) -> Sound:
    """Play on; return master and cue, left."""
    pieces = []
    for first in range(0, frames, AGO):
        pieces.append(offline.render(live.shared.memory, min(AGO, frames - first), BLOCK)[[0, CUE]].copy())
        live.hear()
    return np.concatenate(pieces, axis=1)


def onsets(sound: Sound) -> list[int]:
    """Return the frames at which it begins to sound after silence."""
    loud = np.flatnonzero(np.abs(sound[1]) > 1e-4)
    return [int(frame) for frame in loud[np.r_[True, np.diff(loud) > 100]]]


async def test_each_beat_clicks_on_the_cue_bus_alone(live: Stage) -> None:
    assert await live.call("/metronome", True)
    rows(live, 400)
    await live.call("/transport/play")
    sound = rows(live, 2 * BAR)
    assert onsets(sound) == pytest.approx([n * BEAT for n in range(8)], abs=1)
    assert not sound[0].any()


async def test_the_first_beat_of_a_bar_is_higher(live: Stage) -> None:
    await live.call("/metronome/beats", 3)
    await live.call("/metronome", True)
    rows(live, 400)
    await live.call("/transport/play")
    sound = rows(live, 4 * BEAT + 400)[1]
    crossings = [int((np.diff(np.sign(sound[n * BEAT : n * BEAT + 200])) != 0).sum()) for n in range(5)]
    assert crossings[0] == crossings[3] > crossings[1] == crossings[2] == crossings[4]


async def test_it_follows_the_tempo_and_stands_with_the_transport(live: Stage) -> None:
    await live.call("/metronome", True)
    await live.call("/transport/play")
    rows(live, BEAT + 400)
    await live.call("/transport/tempo", 240.0)
    sound = rows(live, 2 * BEAT)
    rest = (BEAT - 400) // 2
    assert onsets(sound) == pytest.approx([rest + n * BEAT // 2 for n in range(4)], abs=2)
    await live.call("/transport/stop")
    assert onsets(rows(live, BAR))[1:] == []


async def test_after_a_jump_it_clicks_on_the_beats_there(live: Stage) -> None:
    await live.call("/metronome", True)
    await live.call("/transport/play")
    rows(live, BEAT + 400)
    await live.call("/transport/locate", 100.5)
    found = onsets(rows(live, BAR))
    assert found[-3:] == pytest.approx([BEAT // 2 + n * BEAT for n in (1, 2, 3)], abs=1)


async def test_what_is_listened_to_goes_on_beside_it(live: Stage) -> None:
    await live.call("/metronome", True)
    stem = await live.stem([0.25] * BAR)
    await live.call("/cue/audition", stem)
    await live.call("/transport/play")
    sound = rows(live, 2 * BEAT + 1_000)
    assert sound[1, BEAT - 100] == 0.25
    assert abs(sound[1, BEAT : BEAT + 100] - 0.25).max() > 0.2
    assert await live.call("/cue/stem") == stem
    await live.call("/cue/stop")
    rows(live, 400)
    assert len(onsets(rows(live, 4 * BEAT))) == 4


async def test_the_level_is_that_of_a_fader_and_off_is_silence(live: Stage) -> None:
    await live.call("/metronome/gain", 0.0)
    await live.call("/metronome", True)
    await live.call("/transport/play")
    assert not rows(live, BAR).any()
    await live.call("/metronome/gain", 0.75)
    assert rows(live, BAR)[1].max() == pytest.approx(0.5, rel=0.05)
    await live.call("/metronome", False)
    rows(live, 400)
    assert not rows(live, BAR).any()


async def test_a_new_daemon_goes_on_clicking(live: Stage) -> None:
    await live.call("/metronome", True)
    await live.call("/transport/play")
    rows(live, BEAT)
    await live.session.keeper.close()
    live.daemon()
    await live.session.restore()
    for task in tuple(live.session._tasks):
        await task
    rows(live, BEAT)
    assert onsets(rows(live, BAR)) == pytest.approx([n * BEAT for n in range(4)], abs=1)


def test_a_click_begins_at_once_and_ends_in_silence() -> None:
    sound = click(RATE, 1_000.0)
    assert sound[0] == 0.5
    assert abs(sound[-1]) < 1e-3
