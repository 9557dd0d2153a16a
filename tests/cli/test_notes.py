import shutil

import pytest

from liveengine.cli import notes

pytestmark = pytest.mark.skipif(shutil.which("jackd") is None, reason="jackd is not installed")


def test_notes_of_a_controller_are_heard_from_a_whole_server() -> None:
    found = notes.measure(1.0)
    assert len(found.milliseconds) > 3
    assert found.milliseconds.min() >= 0.0
    assert found.percentile(0) <= found.percentile(50) <= found.percentile(99)
