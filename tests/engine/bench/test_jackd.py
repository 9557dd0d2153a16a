import os
import shutil
import signal
import subprocess
import sys

import pytest

from liveengine.engine.bench.jackd import Jackd
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


@pytest.mark.skipif(shutil.which("jackd") is None, reason="jackd is not installed")
def test_a_server_that_outlives_who_began_it_keeps_its_name() -> None:
    begin = "from liveengine.engine.bench.jackd import Jackd; own = Jackd().__enter__()"
    tell = "import os; print(own._server.pid, os.environ['JACK_DEFAULT_SERVER'], flush=True); os.abort()"
    done = subprocess.run([sys.executable, "-c", f"{begin}; {tell}"], capture_output=True, text=True)
    pid, name = done.stdout.split()
    try:
        with Jackd():
            assert os.environ["JACK_DEFAULT_SERVER"] != name
    finally:
        os.kill(int(pid), signal.SIGTERM)
