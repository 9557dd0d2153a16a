import dataclasses

import numpy as np
import pytest

from liveengine.cli.verdict import judge
from liveengine.engine.bench.soundcheck import Launch, SoundCheck
from liveengine.engine.bench.timing import Timing

EXACT = Timing(2, [0, 0], 1)


def a_check(busy_ns: int = 50_000, callbacks: int = 12_000, stream: str = "jack") -> SoundCheck:
    """Return a sound check with a callback each millisecond."""
    rng = np.random.default_rng(0)
    wakes = np.arange(callbacks) * 1_000_000 + rng.integers(0, 50_000, callbacks)
    trace = np.stack((wakes, wakes + busy_ns, np.full(callbacks, 48)), axis=1)
    launches = [Launch(None if n % 2 else 480 * n, 480 * n, 1_000_000 * (10 * n - 1)) for n in range(1, 40)]
    recorded = [launch.heard for launch in launches] if stream in ("jack", "dummy") else []
    return SoundCheck(stream, 48_000, 48, 0, 64, launches, recorded, trace, 0, 0)


@pytest.mark.parametrize("stream", ["jack", "portaudio"])
def test_a_shows_device_that_did_everything_in_time_for_long_enough_is_ready(stream: str) -> None:
    found = judge(a_check(stream=stream), EXACT)
    assert (found.headline, found.ready) == ("READY FOR THE SHOW", True)
    assert [good for good, _ in found.reasons] == [True] * (7 if stream == "jack" else 6)


def test_a_launch_that_another_client_did_not_hear_or_heard_twice_is_looked_into() -> None:
    check = a_check()
    for recorded in (check.recorded[1:], [*check.recorded, 99_999], []):
        found = judge(dataclasses.replace(check, recorded=recorded), EXACT)
        assert found.headline == "LOOK INTO THIS FIRST"
        assert found.reasons[4] == (False, f"another client heard each launch once ({len(recorded)} of 39)")


def test_a_show_asks_for_exact_launches_and_callbacks_in_time() -> None:
    assert [good for good, _ in judge(a_check(300_000), EXACT).reasons[:4]] == [True, True, False, True]
    found = judge(a_check(1_100_000), Timing(1, [1], 1))
    assert [good for good, _ in found.reasons[:4]] == [False, False, False, True]
    assert (found.headline, found.ready) == ("LOOK INTO THIS FIRST", False)


def test_a_machine_that_misses_blocks_is_not_ready_though_our_callbacks_are_in_time() -> None:
    found = judge(dataclasses.replace(a_check(), xruns=3), EXACT)
    assert found.headline == "LOOK INTO THIS FIRST"
    assert found.reasons[1] == (False, "blocks are in time (0 late, 3 xruns of 12,000, at most 1 in 10,000)")


def test_fewer_than_ten_thousand_callbacks_are_too_few_and_the_verdict_says_how_long_it_takes() -> None:
    found = judge(a_check(callbacks=1_501), EXACT)
    assert (found.headline, found.ready) == ("MEASURED TOO BRIEFLY", False)
    assert found.reasons[6] == (False, "1,501 callbacks cannot show 1 in 10,000: measure with --seconds 10")
    assert judge(a_check(callbacks=10_000), EXACT).ready


@pytest.mark.parametrize("stream", ["null", "dummy"])
def test_what_no_show_is_played_through_is_never_ready(stream: str) -> None:
    found = judge(a_check(stream=stream), EXACT)
    assert (found.headline, found.ready) == ("NOT A SHOW'S DEVICE", False)
    assert not found.reasons[-2][0]
    assert found.reasons[-2][1].endswith("measure yours with --stream jack or portaudio")
