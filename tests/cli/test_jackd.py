import os
import shutil

import pytest

from liveengine.cli.torture.jackd import Jackd
from liveengine.systems import jack_server


@pytest.mark.skipif(shutil.which("jackd") is None, reason="jackd is not installed")
def test_two_servers_at_once_have_a_name_each() -> None:
    before = os.environ.get("JACK_DEFAULT_SERVER")
    with Jackd() as outer:
        first = os.environ["JACK_DEFAULT_SERVER"]
        with Jackd():
            second = os.environ["JACK_DEFAULT_SERVER"]
            assert second != first
            assert jack_server(first)
            assert jack_server(second)
        assert os.environ["JACK_DEFAULT_SERVER"] == first
        outer.kill()
        outer.start()
        assert os.environ["JACK_DEFAULT_SERVER"] == first
    assert os.environ.get("JACK_DEFAULT_SERVER") == before
