import math
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveengine.session.timebase import TimeBase, monotonic_of, ntp_of

RATE = 48_000


def drive(
    base: TimeBase, rate: float, seconds: float, jitter_ns: float, *, block: int = 128, seed: int = 1
) -> tuple[int, float]:
    """Feed blocks of a device of `rate`, seen about every 20 ms, late by up to `jitter_ns`; return the last block."""
    chance = random.Random(seed)
    frame, begun = 0, 1e9
    for _ in range(int(seconds / 0.02)):
        base.update(int(begun + chance.uniform(0, jitter_ns)), frame)
        blocks = chance.randint(6, 9)
        frame += blocks * block
        begun += blocks * block * 1e9 / rate
    return frame, begun


def test_without_jitter_every_frame_is_exact() -> None:
    base = TimeBase(RATE)
    frame, begun = drive(base, RATE, 5, 0)
    assert base.frame_of(int(begun)) == frame
    assert base.frame_of(int(begun + 1e9)) == frame + RATE


def test_the_devices_true_rate_is_found_through_jitter() -> None:
    base = TimeBase(RATE)
    drive(base, RATE * 1.0002, 60, 500_000)
    assert base.rate == pytest.approx(RATE * 1.0002, rel=2e-5)


def test_jitter_of_half_a_millisecond_is_averaged_to_a_few_frames() -> None:
    base = TimeBase(RATE)
    frame, begun = drive(base, RATE, 30, 500_000)
    mean_late = 250_000 * RATE / 1e9  # the wake-ups are late, never early: that much is latency, not jitter
    assert abs(base.frame_of(int(begun)) - (frame - mean_late)) < 6


def test_a_jump_of_the_clock_is_followed_at_once() -> None:
    base = TimeBase(RATE)
    drive(base, RATE, 2, 0)
    base.update(9_000_000_000, 200_000)
    assert base.frame_of(9_000_000_000) == 200_000


def test_before_the_first_block_there_is_no_time() -> None:
    assert TimeBase(RATE).frame_of(123) == 0


def test_a_block_seen_twice_counts_once() -> None:
    one, two = TimeBase(RATE), TimeBase(RATE)
    for block in range(10):
        one.update(block * 1_000_000, block * 48)
        two.update(block * 1_000_000, block * 48)
        two.update(block * 1_000_000 + 700, block * 48)
    assert one.ns_of(1_000) == two.ns_of(1_000)


@settings(max_examples=30)
@given(st.floats(0.999, 1.001), st.integers(0, 300_000), st.integers(0, 1_000))
def test_frames_and_times_are_each_others_inverse(skew: float, jitter: int, seed: int) -> None:
    base = TimeBase(RATE)
    frame, _ = drive(base, RATE * skew, 4, jitter, seed=seed)
    for wanted in (frame, frame + 12_345, frame - 4_321):
        assert base.frame_of(base.ns_of(wanted)) == wanted


def test_ntp_and_monotonic_time_convert_within_a_few_microseconds() -> None:
    now = time.monotonic_ns()
    assert abs(monotonic_of(ntp_of(now)) - now) < 2_000_000
    base = TimeBase(RATE)
    base.update(now, 1_000)
    assert math.isclose(base.frame_at(ntp_of(now + 1_000_000_000)), 49_000, abs_tol=100)
