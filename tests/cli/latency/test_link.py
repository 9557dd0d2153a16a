import subprocess

import pytest

from liveengine.cli.latency import link

pytest.importorskip("link")


def test_two_processes_of_a_link_session_are_compared() -> None:
    if subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no network namespaces here")
    apart = link.measure()
    assert len(apart) == link.LOOKS * len(link.TEMPI)
    assert all(abs(one) < link.QUANTUM * 1000 for one in apart)
