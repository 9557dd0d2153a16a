"""The torture runs, one blow each: what was struck plays on, and no frame differs from the offline render."""

import shutil

import pytest

from liveengine.cli.torture import Outcome, blows

LATE = 10 * 64  # frames of one lost cycle, at most

needs_jack = pytest.mark.skipif(not shutil.which("jackd"), reason="jackd is not installed")


def exact(outcome: Outcome) -> None:
    assert (outcome.blows, outcome.healed, outcome.hangs) == (1, 1, 0)
    assert outcome.frames > 24_000
    assert outcome.differing == 0


@needs_jack
def test_a_killed_engine_costs_no_frame_of_the_session_and_shifts_none() -> None:
    outcome = blows.kill_engine(1, "jack")
    exact(outcome)
    assert 0 <= -outcome.shift[0] <= LATE * outcome.xruns  # where the machine keeps up nothing is shifted


def test_killed_workers_lose_no_stem_and_cost_no_frame_of_the_session() -> None:
    exact(blows.kill_worker(1, clips=2))


def test_a_summary_holds_percentiles_in_the_place_of_lists() -> None:
    outcome = Outcome("kill_jack", gap_ms=[1.0, 3.0], shift=[-2, 1])
    assert outcome.summary() == {
        "what": "kill_jack", "blows": 0, "healed": 0, "hangs": 0, "xruns": 0, "frames": 0, "differing": 0,
        "gap_ms_p50": 2.0, "gap_ms_p99": 3.0, "gap_ms_max": 3.0, "shift": 2,
    }  # fmt: skip
