"""Live, the engine and the script in a network of their own, both on Link; see linked.py."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from liveengine import config

pytest.importorskip("link")

from tests.sync.test_link import alone


def test_where_both_follow_link_the_script_leaves_tempo_and_transport_alone(tmp_path: Path) -> None:
    if not alone():
        pytest.skip("no network namespaces here")
    inside = f"ip link set lo up; exec {sys.executable} -m tests.clients.ableton.linked {tmp_path}"
    path = os.pathsep.join((str(config.data("clients") / "ableton"), os.environ.get("PYTHONPATH", "")))
    run = subprocess.run(
        ["unshare", "-n", "sh", "-c", inside],
        capture_output=True, text=True, timeout=120, env=os.environ | {"PYTHONPATH": path},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout.splitlines()[-1])
    assert told["live_to_engine"] == pytest.approx(126.0, abs=0.01)
    assert told["engine_to_live"] == pytest.approx(131.0, abs=0.01)
    assert told["started"]
    assert told["stopped"]
    assert told["link_on"] is True
    assert told["sets"] == 1  # Link itself, and no tempo
    assert not [address for address in told["sent"] if address.startswith("/transport")]
    assert told["log"] == []
