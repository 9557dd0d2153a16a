import shutil
import time

import numpy as np
import pytest

from liveengine.engine.bench.callbacks import machine_stalled, null_client
from liveengine.engine.bench.jackd import Jackd


@pytest.mark.skipif(shutil.which("jackd") is None, reason="jackd is not installed")
def test_the_null_client_wakes_in_every_cycle_of_a_server() -> None:
    with Jackd(1024), null_client(60.0) as traced:
        time.sleep(0.5)
        trace = traced()
    assert len(trace) >= 10
    assert set(trace[:, 2].tolist()) == {1024}


def test_a_late_cycle_is_the_machines_only_if_the_null_client_woke_late_too() -> None:
    on_time = np.arange(0, 100_000, 1_000)
    late = on_time[on_time != 50_000]
    assert not machine_stalled(on_time, 50_000, 52_000, 1_000.0)
    assert machine_stalled(late, 50_000, 52_000, 1_000.0)
    assert not machine_stalled(late, 20_000, 22_000, 1_000.0)
