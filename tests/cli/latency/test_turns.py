import shutil

import pytest

from liveengine.cli.latency import load, turns

pytestmark = pytest.mark.skipif(shutil.which("jackd") is None, reason="jackd is not installed")


def test_a_launch_and_a_fader_are_heard_from_a_whole_server_while_a_crowd_asks_it() -> None:
    with turns.stage() as target:
        before = turns.measure(target, 1.0)
        with load.crowd(target) as end:
            found = turns.measure(target, 1.0)
            answered = end()
    for run in (before, found):
        assert run.ours.keys() == set(turns.GESTURES)
        assert all(len(one.milliseconds) > 3 for one in run.ours.values())
    assert found.ours_percentile(50) <= found.ours_percentile(99)
    assert bool(found.theirs) is (shutil.which("scsynth") is not None)
    assert answered["searches"] > 0
    assert answered["meters"] > 0
