"""The whole program as a Link peer, in a network of its own; see ensemble.py."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("link")

from tests.sync.test_link import alone


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what was measured."""
    if not alone():
        pytest.skip("no network namespaces here")
    folder: Path = tmp_path_factory.mktemp("link") / "library"
    inside = f"ip link set lo up; exec {sys.executable} -m tests.sync.ensemble {folder}"
    run = subprocess.run(["unshare", "-n", "sh", "-c", inside], capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    result: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return result


def test_what_is_heard_is_within_a_millisecond_of_the_peers_beat(told: dict[str, Any]) -> None:
    assert told["started"]
    assert told["locked"]
    apart = sorted(map(abs, told["apart_ms"]))
    assert apart[int(0.99 * len(apart))] <= 1.0


def test_when_the_peer_leaves_its_tempo_is_held_and_that_is_said(told: dict[str, Any]) -> None:
    assert told["held"] == pytest.approx(124.0, abs=0.01)
    assert told["lost"] == [["link", pytest.approx(124.0, abs=0.01)]]
