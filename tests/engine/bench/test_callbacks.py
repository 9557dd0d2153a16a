import numpy as np

from liveengine.engine.bench.callbacks import machine_stalled, measure_gil_hold


def test_while_the_gil_is_held_no_callback_is_missed_beyond_those_of_a_null_client() -> None:
    found = measure_gil_hold(seconds=1.0, period=1024)
    assert found["delivered"] >= 40  # 46 blocks of 1024 frames begin within a second
    assert found["missed"] == 0


def test_a_late_cycle_is_the_machines_only_if_the_null_client_woke_late_too() -> None:
    on_time = np.arange(0, 100_000, 1_000)
    late = on_time[on_time != 50_000]
    assert not machine_stalled(on_time, 50_000, 52_000, 1_000.0)
    assert machine_stalled(late, 50_000, 52_000, 1_000.0)
    assert not machine_stalled(late, 20_000, 22_000, 1_000.0)
