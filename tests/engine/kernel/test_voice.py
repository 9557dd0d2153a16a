"""Loops and interpolation, against a reference that follows the same fixed-point arithmetic sample by sample."""

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveengine.engine.kernel import sinc
from liveengine.engine.layout import FADE_FRAMES, FRACTION_BITS, ONE_FRAME
from liveengine.engine.ops import Happened, Op, Tier
from tests.engine.rig import UNIT, Rig, Sound

F32 = np.float32


def step_of(ratio: float) -> int:
    return int(np.floor(ratio * ONE_FRAME + 0.5))


@dataclass(frozen=True)
class Tape:
    """What a voice reads, frame by frame, told in the plainest words: the slow twin of engine/tape.py."""

    samples: Sound
    loop: tuple[int, int] | None = None
    crossfade: int = 0
    reverse: bool = False

    def buffer(self, k: int) -> np.float32:
        return self.samples[k] if 0 <= k < len(self.samples) else F32(0)

    def looped(self, k: int) -> np.float32:
        """Return a frame of the finished loop."""
        assert self.loop
        done = k - (self.loop[1] - self.crossfade)
        if done < 0:
            return self.buffer(k)
        share = F32(done) * (F32(1) / F32(self.crossfade))
        return self.buffer(k) * (F32(1) - share) + self.buffer(k - self.loop[1] + self.loop[0]) * share

    def __call__(self, frame: int, rounds: int) -> np.float32:
        """Return a frame, which may lie outside the loop, as heard in the first round or a later one."""
        if self.loop is None:
            return self.buffer(len(self.samples) - 1 - frame if self.reverse else frame)
        start, end = self.loop
        if frame >= end or (frame < start and rounds):
            frame = start + (frame - start) % (end - start)
        if self.reverse:
            return self.looped(start + end - 1 - frame) if frame >= start else F32(0)
        return self.looped(frame)


def linear(tape: Callable[[int], np.float32], k: int, f: np.float32) -> np.float32:
    return tape(k) + (tape(k + 1) - tape(k)) * f


def cubic(tape: Callable[[int], np.float32], k: int, f: np.float32) -> np.float32:
    a, b, c, d = (tape(k + i) for i in (-1, 0, 1, 2))
    slope = F32(0.5) * (c - a)
    square = a - F32(2) * b - F32(0.5) * b + F32(2) * c - F32(0.5) * d
    cube = F32(0.5) * (d - a) + F32(1.5) * (b - c)
    return ((cube * f + square) * f + slope) * f + b


def windowed(tape: Callable[[int], np.float32], k: int, f: float, ratio: float) -> np.float32:
    """Add the lanes as the kernel does: upper half to lower half until one is left."""
    number = int(np.ceil(np.log2(max(ratio, 1.0)) * 4 - 1e-9))
    sets = sinc.weights().reshape(sinc.SETS, sinc.PHASES + 1, sinc.TAPS)[min(number, sinc.SETS - 1)]
    phase = int(f * sinc.PHASES)
    share = F32(f * sinc.PHASES - phase)
    lanes = sets[phase] + (sets[phase + 1] - sets[phase]) * share
    lanes *= np.array([tape(k + at) for at in range(1 - sinc.TAPS // 2, 1 + sinc.TAPS // 2)], F32)
    while len(lanes) > 1:
        lanes = lanes[: len(lanes) // 2] + lanes[len(lanes) // 2 :]
    return F32(lanes[0])


TIERS = {Tier.LINEAR: linear, Tier.CUBIC: cubic}


def reference(tape: Tape, start: int, steps: list[int], tier: Tier = Tier.LINEAR) -> Sound:
    """Return what a voice reads: one step per frame, between samples as its tier says."""
    first, end = tape.loop or (0, len(tape.samples))
    position, rounds = start << FRACTION_BITS, 0
    heard = np.zeros(len(steps), F32)
    for frame, step in enumerate(steps):
        k = position >> FRACTION_BITS
        f = F32((position >> (FRACTION_BITS - 24)) & 0xFFFFFF) * F32(2.0**-24)
        plain = step == ONE_FRAME and f == 0
        here = functools.partial(tape, rounds=rounds)
        if plain:
            heard[frame] = here(k)
        elif tier == Tier.SINC:
            fine = (position & (ONE_FRAME - 1)) / ONE_FRAME
            heard[frame] = windowed(here, k, fine, step / ONE_FRAME)
        else:
            heard[frame] = TIERS[tier](here, k, f)
        position += step
        if position >= end << FRACTION_BITS:
            if tape.loop is None:
                break
            position = (first << FRACTION_BITS) + (position - (first << FRACTION_BITS)) % (
                (end - first) << FRACTION_BITS
            )
            rounds = 1
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
    assert sound[2:6].tolist() == [[1, 2], [1, 2], [10, 20], [30, 40]]
    assert sound[:2].tolist() == [[11, 22], [31, 42]]


def test_a_crossfaded_seam_moves_on_a_line_to_what_lies_before_the_loop() -> None:
    rig = Rig()
    buffer = [8, 16, 24, 32, 0, 0, 80, 80, 80, 80]  # the loop is 4..10; before it lie 8 16 24 32
    rig.play(rig.load(buffer), start=4, loop_start=4, loop_end=10, crossfade=4, gain=1.0)
    fade_in = rig.run(FADE_FRAMES, block=16)
    assert fade_in.shape[1] == FADE_FRAMES
    round_ = [0, 0, 80, 80 * 3 / 4 + 16 / 4, 80 / 2 + 24 / 2, 80 / 4 + 32 * 3 / 4]
    at = FADE_FRAMES % 6
    assert rig.left(12, block=5) == (round_ * 3)[at : at + 12]


def test_a_crossfaded_loop_keeps_its_exact_length_for_a_thousand_rounds() -> None:
    rig = Rig()
    rig.loop(rig.load(np.arange(1, 97)), crossfade=32)
    first = rig.run(96, block=7)
    rig.run(96 * 998, block=512)
    np.testing.assert_array_equal(rig.run(96, block=16), first)


def test_before_the_first_frame_of_a_buffer_lies_silence() -> None:
    rig = Rig()
    rig.loop(rig.load([8, 8, 8, 8]), crossfade=4)
    assert rig.left(8) == [8, 6, 4, 2, 8, 6, 4, 2]


def test_a_reversed_one_shot_begins_with_its_last_frame() -> None:
    rig = Rig()
    rig.play(rig.load([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]), reverse=1)
    sound = rig.run(8)
    assert sound[2:4].tolist() == [[5, 4, 3, 2, 1, 0, 0, 0], [10, 9, 8, 7, 6, 0, 0, 0]]


def test_a_reversed_loop_is_the_mirrored_loop_with_its_crossfade() -> None:
    rig = Rig()
    rig.loop(rig.load([8, 8, 8, 8, 0, 0]), crossfade=2, reverse=1)
    assert rig.left(12, block=8) == [0, 0, 8, 8, 8, 8] * 2


def test_a_transposed_clip_moves_at_its_pitch() -> None:
    rig = Rig()
    rig.loop(rig.load([1, 2, 3, 4]), pitch=0.5)
    assert rig.left(8) == [1, 1.5, 2, 2.5, 3, 3.5, 4, 2.5]


def test_cubic_interpolation_passes_through_the_samples_with_the_slopes_of_their_neighbours() -> None:
    rig = Rig()
    rig.play(rig.load([0, 16, 32, 32, 0]), pitch=0.5, tier=Tier.CUBIC)
    assert rig.left(8) == [0, 7, 16, 25, 32, 35, 32, 16]  # (-a + 9 b + 9 c - d) / 16 half-way


def test_a_windowed_sinc_passes_through_the_samples_and_keeps_a_constant() -> None:
    rig = Rig()
    rig.loop(rig.load([100.0] * 8), pitch=0.5, tier=Tier.SINC)
    rig.run(16)  # before the first round lies silence
    np.testing.assert_allclose(rig.left(32), 100.0, rtol=1e-6)
    rig.loop(rig.load(np.arange(64) % 7), pitch=0.5, tier=Tier.SINC, track=1)
    rig.run(FADE_FRAMES)
    np.testing.assert_allclose(rig.run(64)[4][::2], (FADE_FRAMES // 2 + np.arange(32)) % 64 % 7, atol=1e-4)


@pytest.mark.parametrize("ratio", [1.0, 1.19, 2.0, 3.9])
def test_a_windowed_sinc_removes_what_would_fold_back_at_a_higher_speed(ratio: float) -> None:
    def level(cycles: float) -> float:
        """Return how much of a sine of so many cycles per source frame is left."""
        rig = Rig(beat=1024.0, pool_bytes=1 << 20)
        sine = 100 * np.sin(2 * np.pi * cycles * np.arange(40_000))
        rig.play(rig.load(sine), source_frames_per_beat=ratio * 1024.0 * 0.9999, tier=Tier.SINC)
        return float(np.sqrt(2 * np.mean(rig.run(8000, 500)[0][100:-100] ** 2)) / 100)

    assert abs(level(0.8 * (0.5 / ratio - 0.09)) - 1) < 1e-3
    assert level(min(0.5 / ratio + 0.09, 0.5)) < (2e-4 if ratio > 1.2 else 1.0)


def clips(data: st.DataObject, size: int) -> Tape:
    samples = np.random.default_rng(size).uniform(-99, 99, size).astype(F32)
    if not data.draw(st.booleans()):
        return Tape(counts(samples), reverse=data.draw(st.booleans()))
    first = data.draw(st.integers(0, size - 1))
    last = data.draw(st.integers(first + 1, size))
    return Tape(counts(samples), (first, last), data.draw(st.integers(0, last - first)), data.draw(st.booleans()))


@settings(max_examples=300, derandomize=True)
@given(
    ratio=st.one_of(st.floats(1 / 64, 64), st.sampled_from([1.0, 0.5, 1.01])),
    size=st.integers(1, 40),
    data=st.data(),
    block=st.integers(1, 64),
    tier=st.sampled_from(list(Tier)),
)
def test_every_sample_equals_the_reference(
    ratio: float, size: int, data: st.DataObject, block: int, tier: Tier
) -> None:
    tape = clips(data, size)
    rig = Rig(beat=1024.0)
    first, last = tape.loop or (0, 0)
    start = first if tape.reverse else 0
    rig.play(
        rig.load(tape.samples / F32(UNIT)), source_frames_per_beat=ratio * 1024.0, tier=tier,
        loop_start=first, loop_end=last, crossfade=tape.crossfade, reverse=int(tape.reverse),
    )  # fmt: skip
    sound = rig.run(200, block)[2] * F32(UNIT)
    np.testing.assert_array_equal(sound, reference(tape, start, [step_of(ratio)] * 200, tier))


@settings(max_examples=200, derandomize=True)
@given(
    ratio=st.sampled_from([1.0, 0.37, 1.01, 2.6]),
    size=st.integers(1, 40),
    data=st.data(),
    block=st.integers(1, 64),
    tier=st.sampled_from(list(Tier)),
)
def test_a_voice_falls_silent_at_the_first_frame_that_needs_a_broken_sample(
    ratio: float, size: int, data: st.DataObject, block: int, tier: Tier
) -> None:
    tape = clips(data, size)
    tape.samples[data.draw(st.integers(0, size - 1))] = data.draw(st.sampled_from([np.nan, np.inf, -np.inf]))
    rig = Rig(beat=1024.0)
    first, last = tape.loop or (0, 0)
    rig.play(
        rig.load(tape.samples / F32(UNIT)), source_frames_per_beat=ratio * 1024.0, tier=tier,
        loop_start=first, loop_end=last, crossfade=tape.crossfade, reverse=int(tape.reverse),
    )  # fmt: skip
    sound = rig.run(150, block)[2] * F32(UNIT)
    with np.errstate(invalid="ignore"):
        expected = reference(tape, first if tape.reverse else 0, [step_of(ratio)] * 150, tier)
    at = int(np.argmin(np.isfinite(expected))) if not np.isfinite(expected).all() else None
    if at is not None:
        expected[at:] = 0.0
    np.testing.assert_array_equal(sound, expected)
    assert [event.frame for event in rig.events(Happened.MUTED)] == ([] if at is None else [at])


@pytest.mark.parametrize("tier", list(Tier))
def test_both_channels_of_a_mono_buffer_are_alike_in_every_tier(tier: Tier) -> None:
    rig = Rig(beat=1024.0)
    rig.loop(rig.load(np.arange(50)), source_frames_per_beat=1300.0, tier=tier, crossfade=7)
    sound = rig.run(300, 64)
    np.testing.assert_array_equal(sound[2], sound[3])


@pytest.mark.parametrize("tier", [Tier.LINEAR, Tier.CUBIC])
@pytest.mark.parametrize("ratio", [0.3, 0.999, 1.01, 1.74, 1.76])
def test_sixteen_frames_at_once_equal_the_reference_far_from_every_edge(tier: Tier, ratio: float) -> None:
    samples = counts(np.random.default_rng(7).uniform(-99, 99, 3000).astype(F32))
    rig = Rig(beat=1024.0)
    rig.play(rig.load(samples / F32(UNIT)), source_frames_per_beat=ratio * 1024.0, tier=tier, gain=0.5)
    rig.engine.push(Op.CLIP_GAIN, track=0, slot=1, value=0.0, frame=600, ramp=512)
    gain = F32(0.5) - F32(0.5 / 512) * np.clip(np.arange(1500) - 600, 0, 512).astype(F32)
    sound = rig.run(1500, 61)[2] * F32(UNIT)
    np.testing.assert_array_equal(sound, reference(Tape(samples), 0, [step_of(ratio)] * 1500, tier) * gain)


def test_a_tempo_change_gives_a_playing_voice_its_new_step_at_the_exact_frame() -> None:
    rig = Rig()
    samples = np.arange(1, 41, dtype=F32)
    rig.loop(rig.load(samples), source_frames_per_beat=4.0)
    rig.engine.push(Op.TEMPO, value=3.0, frame=7)
    sound = rig.run(60, block=16)[2] * F32(UNIT)
    steps = [ONE_FRAME] * 7 + [step_of(4.0 / 3.0)] * 53
    np.testing.assert_array_equal(sound, reference(Tape(counts(samples), (0, 40)), 0, steps))


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
    np.testing.assert_array_equal(sound, reference(Tape(counts(samples), (0, 7)), 0, [step_of(1.3)] * 3000))
