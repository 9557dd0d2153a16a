"""A strip passes on no broken sample, whatever adds up in it."""

import numpy as np
import pytest

from liveengine.engine.layout import MAX_SAMPLE
from liveengine.engine.ops import Happened
from liveengine.engine.streams.offline import render
from tests.engine.rig import UNIT, Rig

LOUD = MAX_SAMPLE / UNIT * 0.99  # in counts; a voice may have it, two of them on one strip are too much


@pytest.mark.parametrize("block", [1, 3, 8])
def test_samples_beyond_every_sound_are_silenced_one_by_one_and_other_strips_play_on(block: int) -> None:
    rig = Rig(ceiling=1e9)
    rig.loop(rig.load([1, 2, LOUD, 4]), gain=2.0)
    rig.loop(rig.load([5, 6, 7, 8]), track=1)
    assert rig.left(8, block) == [7, 10, 7, 16] * 2
    muted = rig.events(Happened.MUTED)
    assert (muted[0].track, muted[0].slot, muted[0].token) == (0, 0, 0)
    assert not any(report.track for report in muted)


def test_an_event_is_not_repeated_while_it_lasts() -> None:
    rig = Rig()
    rig.loop(rig.load([LOUD] * 8), gain=16.0)
    rig.run(64, 8)
    assert len(rig.events(Happened.MUTED)) == 1


def test_every_gain_at_its_most_stays_below_the_ceiling() -> None:
    rig = Rig(tracks=4, ceiling=0.9)
    noise = np.random.default_rng(1).uniform(-1.0, 1.0, 333) * 512.0
    for track in range(4):
        rig.loop(rig.load(noise), track=track, gain=16.0)
    rig.memory.bank["master"]["gain"]["target"] = 16.0
    rig.memory.strips["left"]["target"] = rig.memory.strips["right"]["target"] = 16.0
    sound = render(rig.memory, 2000, 64)
    assert np.isfinite(sound).all()
    assert 0.89 < np.abs(sound[:2]).max() <= np.float32(0.9)
