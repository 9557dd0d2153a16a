"""Too many voices: which one gives way, and that nobody hears it."""

import numpy as np
import pytest

from liveengine.engine.layout import FADE_FRAMES, FADE_MIN
from liveengine.engine.ops import Op, Reason
from tests.engine.rig import Rig, Sound

TRACKS = 8
VOICES = 16
LAUNCHES = 10 * VOICES


def storm(voices: int, gap: int, *, block: int = 64) -> tuple[Rig, Sound]:
    """Return the end of a storm and its sound: LAUNCHES launches, one each `gap` frames, and a stop."""
    rig = Rig(tracks=TRACKS, voices=voices, commands=4096, queue=4096, events=1 << 14)
    t = np.arange(2000)
    tones = [rig.load(50 * np.sin(t / (20 + n)), 50 * np.cos(t / (30 + n))) for n in range(TRACKS)]
    for n in range(LAUNCHES):
        rig.loop(tones[n % TRACKS], track=n * 5 % TRACKS, frame=n * gap, start=n * 37 % 1000)
    rig.engine.push(Op.STOP, frame=LAUNCHES * gap)
    return rig, rig.run(LAUNCHES * gap + FADE_FRAMES + 1, block)


def step(sound: Sound) -> float:
    """Return the largest step from one sample of the tracks to the next."""
    return float(np.abs(np.diff(sound[2 : 2 + 2 * TRACKS])).max())


@pytest.mark.parametrize("gap", [1, 3, 7])
def test_ten_times_too_many_voices_neither_click_nor_stick(gap: int) -> None:
    rig, sound = storm(VOICES, gap)
    reference, whole = storm(2 * LAUNCHES, gap)
    assert len(rig.stopped(Reason.STOLEN)) > LAUNCHES // 2
    assert not reference.stopped(Reason.STOLEN)
    assert step(sound) <= step(whole)
    state = rig.state()
    assert (state.voices, {view.playing_slot for view in state.tracks}) == (0, {0})
    assert np.abs(sound[:, -1]).max() == 0.0


def test_a_storm_sounds_the_same_whatever_the_blocks() -> None:
    np.testing.assert_array_equal(storm(16, 2, block=7)[1], storm(16, 2, block=500)[1])


def test_what_is_cut_goes_to_silence_on_a_line() -> None:
    rig = Rig(tracks=3, voices=3)
    rig.loop(rig.load([64] * 4))
    rig.loop(rig.load([0] * 4), frame=16, track=1)
    rig.loop(rig.load([0] * 4), frame=16, track=1)
    rig.loop(rig.load([0] * 4), frame=16, track=1)
    rig.loop(rig.load([0] * 4), frame=16)
    sound = rig.run(16 + FADE_MIN + 4)[2]
    assert sound[:17].tolist() == [64] * 17
    assert np.abs(np.diff(sound)).max() <= 1.0


def test_of_the_fading_voices_the_one_closest_to_silence_is_cut() -> None:
    rig = Rig(tracks=4, voices=4)
    ones = rig.load([1] * 4)
    loud = rig.loop(ones, frame=0)
    rig.loop(ones, track=1, frame=1, gain=0.5)
    rig.engine.push(Op.STOP, track=0, frame=2)
    rig.engine.push(Op.STOP, track=1, frame=2)
    rig.loop(ones, track=2, frame=3)
    rig.loop(ones, track=3, frame=4)
    rig.loop(ones, track=0, frame=5, slot=2)
    rig.run(8)
    assert [(e.track, e.frame) for e in rig.events() if e.aux == Reason.STOLEN] == []
    assert rig.stopped(Reason.STOLEN) == [(5, 1)]
    voices = rig.memory.voices[int(rig.memory.header["committed"][0]) & 1]
    assert loud in voices["token"][: rig.state().voices].tolist()
