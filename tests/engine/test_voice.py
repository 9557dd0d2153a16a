"""Loops and interpolation, against a reference that follows the same fixed-point arithmetic sample by sample."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveengine.engine.layout import FRACTION_BITS, ONE_FRAME, Op
from tests.engine.rig import UNIT, Rig, Sound

F32 = np.float32


def step_of(ratio: float) -> int:
    return int(np.floor(ratio * ONE_FRAME + 0.5))


def reference(samples: Sound, start: int, loop: tuple[int, int] | None, steps: list[int]) -> Sound:
    """Return what a voice reads: one step per frame, linear between samples, the loop's start behind its end."""
    end = loop[1] if loop else len(samples)
    position = start << FRACTION_BITS
    heard = np.zeros(len(steps), F32)
    for frame, step in enumerate(steps):
        k = position >> FRACTION_BITS
        behind = samples[k + 1] if k + 1 < end else samples[loop[0]] if loop else F32(0)
        f = F32((position >> (FRACTION_BITS - 24)) & 0xFFFFFF) * F32(2.0**-24)
        heard[frame] = samples[k] + (behind - samples[k]) * f
        position += step
        if position >= end << FRACTION_BITS:
            if loop is None:
                break
            first = loop[0] << FRACTION_BITS
            position = first + (position - first) % ((end << FRACTION_BITS) - first)
    return heard


def counts(samples: Sound) -> Sound:
    return (samples.astype(F32) * F32(UNIT)).astype(F32)


def test_a_loop_repeats_without_a_seam() -> None:
    rig = Rig()
    rig.loop(rig.load([1, 2, 3]))
    assert rig.left(8, block=8) == [1, 2, 3, 1, 2, 3, 1, 2]


def test_a_loop_inside_the_buffer_is_entered_from_before_it() -> None:
    rig = Rig()
    rig.play(rig.load([1, 2, 3, 4, 5, 6]), loop_start=2, loop_end=4)
    assert rig.left(8, block=8) == [1, 2, 3, 4, 3, 4, 3, 4]


def test_half_speed_reads_across_the_seam() -> None:
    rig = Rig()
    rig.loop(rig.load([2, 4, 8]), source_frames_per_beat=2.0)  # four frames per beat: half speed
    assert rig.left(8, block=8) == [2, 3, 4, 6, 8, 5, 2, 3]


def test_a_one_shot_at_half_speed_goes_to_silence_after_its_last_sample() -> None:
    rig = Rig()
    rig.play(rig.load([2, 4, 8]), source_frames_per_beat=2.0)
    assert rig.left(8, block=8) == [2, 3, 4, 6, 8, 4, 0, 0]


def test_a_mono_buffer_sounds_on_both_sides_and_a_stereo_one_on_its_own() -> None:
    rig = Rig()
    rig.loop(rig.load([1, 2]))
    rig.loop(rig.load([10, 20], [30, 40]), track=1)
    sound = rig.run(2)
    assert sound[2:].tolist() == [[1, 2], [1, 2], [10, 20], [30, 40]]
    assert sound[:2].tolist() == [[11, 22], [31, 42]]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    ratio=st.floats(1 / 64, 64),
    size=st.integers(1, 40),
    data=st.data(),
    block=st.integers(1, 64),
)
def test_every_sample_equals_the_reference(ratio: float, size: int, data: st.DataObject, block: int) -> None:
    first = data.draw(st.integers(0, size - 1))
    last = data.draw(st.integers(first + 1, size))
    loops = data.draw(st.booleans())
    samples = np.random.default_rng(size).uniform(-99, 99, size).astype(F32)
    rig = Rig(beat=1024.0)
    segment = rig.load(samples)
    rig.play(
        segment, source_frames_per_beat=ratio * 1024.0, **({"loop_start": first, "loop_end": last} if loops else {})
    )
    sound = rig.run(200, block)[2] * F32(UNIT)
    expected = reference(counts(samples), 0, (first, last) if loops else None, [step_of(ratio)] * 200)
    np.testing.assert_array_equal(sound, expected)


def test_a_tempo_change_gives_a_playing_voice_its_new_step_at_the_exact_frame() -> None:
    rig = Rig()
    samples = np.arange(1, 41, dtype=F32)
    rig.loop(rig.load(samples), source_frames_per_beat=4.0)
    rig.engine.push(Op.TEMPO, value=3.0, frame=7)
    sound = rig.run(60, block=16)[2] * F32(UNIT)
    steps = [ONE_FRAME] * 7 + [step_of(4.0 / 3.0)] * 53
    np.testing.assert_array_equal(sound, reference(counts(samples), 0, (0, 40), steps))


def test_back_at_the_first_tempo_a_voice_between_two_samples_still_interpolates() -> None:
    rig = Rig()
    samples = np.arange(1, 41, dtype=F32)
    rig.loop(rig.load(samples), source_frames_per_beat=4.0)
    rig.engine.push(Op.TEMPO, value=8.0, frame=4)
    rig.engine.push(Op.TEMPO, value=4.0, frame=5)
    assert rig.left(8) == [1, 2, 3, 4, 5, 5.5, 6.5, 7.5]


@pytest.mark.parametrize("bits", [24, 31])
def test_a_playhead_stays_exact_far_into_a_long_time(bits: int) -> None:
    rig = Rig(frame=2**bits - 8)
    samples = np.arange(1, 8, dtype=F32)
    rig.loop(rig.load(samples), source_frames_per_beat=4.0 * 1.3)
    sound = rig.run(3000, 512)[2] * F32(UNIT)
    np.testing.assert_array_equal(sound, reference(counts(samples), 0, (0, 7), [step_of(4.0 * 1.3 / 4.0)] * 3000))
