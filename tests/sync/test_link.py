"""Two processes in a network namespace of their own: this one cannot enter it, so both run in there."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("link")

INSIDE = Path(__file__).with_name("together.py")


def alone() -> bool:
    """Return whether this user may have a network of its own."""
    return subprocess.run(["unshare", "-n", "true"], capture_output=True).returncode == 0


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """Return what was measured while our side and a peer played together, see together.py."""
    if not alone():
        pytest.skip("no network namespaces here")
    inside = f"ip link set lo up; exec {sys.executable} -m tests.sync.together"
    run = subprocess.run(["unshare", "-n", "sh", "-c", inside], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    result: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return result


def test_alone_nothing_is_followed(told: dict[str, Any]) -> None:
    assert told["alone"] == {"peers": 0, "line": False}


def test_the_peers_find_each_other_and_share_the_tempo(told: dict[str, Any]) -> None:
    assert told["joined"]["peers"] == 1
    assert told["ours_to_them"] == pytest.approx(133.0)
    assert told["theirs_to_us"] == pytest.approx(97.5)


def test_both_are_at_the_same_place_of_the_bar_within_a_millisecond(told: dict[str, Any]) -> None:
    assert len(told["apart_ms"]) >= 100
    assert sorted(map(abs, told["apart_ms"]))[98] <= 1.0


def test_starts_and_stops_are_shared_both_ways(told: dict[str, Any]) -> None:
    assert told["their_start"] is True
    assert told["their_stop"] is False
    assert told["our_start"] is True


def test_a_peer_that_leaves_leaves_nothing_to_follow(told: dict[str, Any]) -> None:
    assert told["left"] == {"peers": 0, "line": False}
