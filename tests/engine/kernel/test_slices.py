"""Beats: slices that begin on their place in time at any tempo and play as they are."""

from typing import Any

import numpy as np
import pytest

from liveengine.engine.kernel.stretch import FADE_BEATS, LEAD, MARGIN, TICK
from liveengine.engine.ops import Op, Warp
from tests.engine.rig import Rig, Sound

BEAT = 24_000.0
PLACES = [0, 6_000, 12_000, 15_000, 18_000]
FRAMES = 24_000


def noise() -> Sound:
    return np.random.default_rng(5).uniform(-99, 99, FRAMES).astype(np.float32)


def sliced(ratio: float, markers: list[int], **fields: Any) -> Rig:
    played = Rig(beat=BEAT, pool_bytes=1 << 22)
    segment = played.load(noise(), markers=markers)
    fields = {"source_frames_per_beat": BEAT * ratio, "warp": int(Warp.BEATS), "pitch": 1.0, **fields}
    played.loop(segment, **fields)
    return played


@pytest.mark.parametrize("ratio", [1.1, 1.25, 2.0])
def test_at_a_faster_tempo_each_slice_is_cut_by_the_next(ratio: float) -> None:
    sound = sliced(ratio, PLACES).run(round(2.5 * FRAMES / ratio), 64)[2]
    for start, end in zip(PLACES, [*PLACES[1:], FRAMES], strict=True):
        for lap in (0, FRAMES):
            at, until = (int(np.floor((lap + place) / ratio + 0.5)) for place in (start, end))
            heard = sound[at : until - LEAD - 1]
            begin = 300 if lap + start == 0 else 0  # where the voice fades in
            np.testing.assert_array_equal(heard[begin:], noise()[start : start + len(heard)][begin:])


@pytest.mark.parametrize("ratio", [0.5, 0.8, 0.95])
def test_at_a_slower_tempo_each_slice_plays_whole_and_its_tail_goes_on(ratio: float) -> None:
    sound = sliced(ratio, PLACES).run(round(2.5 * FRAMES / ratio), 64)[2]
    for start, end in zip(PLACES, [*PLACES[1:], FRAMES], strict=True):
        at, until = (int(np.floor((FRAMES + place) / ratio + 0.5)) for place in (start, end))
        untouched = end - start - MARGIN - FADE_BEATS - 10 * TICK
        np.testing.assert_array_equal(sound[at : at + untouched], noise()[start : start + untouched])
        tail = sound[at + untouched : until]
        assert np.abs(tail.reshape(-1)[: len(tail) // 100 * 100].reshape(-1, 100)).max(axis=1).min() > 20


def test_without_markers_slices_are_sixteenths() -> None:
    sound = sliced(1.25, []).run(FRAMES, 64)[2]
    width = 1.25 * BEAT / 4
    for n in (1, 2):
        start = int(np.floor(n * width + 0.5))
        at = int(np.floor(start / 1.25 + 0.5))
        np.testing.assert_array_equal(sound[at : at + 5_000], noise()[start : start + 5_000])


def test_a_change_of_tempo_moves_the_slices_that_follow() -> None:
    played = sliced(1.25, PLACES)
    played.engine.push(Op.TEMPO, value=BEAT * 1.25 / 1.5, frame=2_000)  # from 5/4 to 3/2 source frames per frame
    sound = played.run(FRAMES, 64)[2]
    for place, at in ((6_000, 2_000 + 3_500 * 2 / 3), (12_000, 2_000 + 9_500 * 2 / 3)):
        first = int(np.floor(at + 0.5))
        np.testing.assert_array_equal(sound[first : first + 1_500], noise()[place : place + 1_500])


def test_transposed_slices_stay_in_time() -> None:
    quiet = np.zeros(FRAMES, np.float32)
    for place in PLACES:
        quiet[place : place + 40] = 50.0
    played = Rig(beat=BEAT, pool_bytes=1 << 22)
    segment = played.load(quiet, markers=PLACES)
    played.loop(segment, source_frames_per_beat=BEAT * 1.1, warp=int(Warp.BEATS), pitch=2.0)
    sound = played.run(FRAMES, 64)[2]
    for place in PLACES[1:]:
        at = int(np.floor(place / 1.1 + 0.5))
        assert np.abs(sound[at - 300 : at - 2]).max() == 0.0
        assert sound[at + 2 : at + 18].min() == 50.0
