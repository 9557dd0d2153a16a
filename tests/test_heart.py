import time

import numpy as np
import pytest

from liveengine import heart
from liveengine.engine.layout import HEADER
from liveengine.heart import Heart


@pytest.mark.parametrize("name", ["recorder", "daemon", "standby"])
def test_a_process_that_has_beaten_and_stops_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(heart.LIMITS, name, 0.02)
    header = np.zeros(1, HEADER)[0]
    watched = Heart(name)
    header[f"{name}_pid"] = 4711
    for beat in range(3):
        header[f"{name}_beat_ns"] = beat
        assert not watched.stopped(header, 4711)
        time.sleep(0.03)
    assert watched.stopped(header, 4711)


def test_one_that_has_not_begun_to_beat_may_take_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(heart.LIMITS, "daemon", 0.0)
    header = np.zeros(1, HEADER)[0]
    watched = Heart("daemon")
    for pid in (0, 4711):
        header["daemon_pid"] = pid
        for _ in range(3):
            time.sleep(0.01)
            assert not watched.stopped(header, 4711)


def test_the_last_beat_of_the_one_before_is_not_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(heart.LIMITS, "daemon", 0.0)
    header = np.zeros(1, HEADER)[0]
    header["daemon_pid"], header["daemon_beat_ns"] = 4711, 1
    watched = Heart("daemon")
    time.sleep(0.01)
    assert not watched.stopped(header, 4711)
    header["daemon_pid"] = 4712
    for _ in range(3):
        time.sleep(0.01)
        assert not watched.stopped(header, 4712)
    header["daemon_beat_ns"] = 2
    assert not watched.stopped(header, 4712)
    time.sleep(0.01)
    assert watched.stopped(header, 4712)


def test_after_a_pause_of_its_own_the_supervisor_looks_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(heart.LIMITS, "daemon", 0.005)
    monkeypatch.setattr(heart, "PAUSE_SECONDS", 0.02)
    header = np.zeros(1, HEADER)[0]
    header["daemon_pid"], header["daemon_beat_ns"] = 4711, 1
    watched = Heart("daemon")
    assert not watched.stopped(header, 4711)
    time.sleep(0.03)
    assert not watched.stopped(header, 4711)
    time.sleep(0.01)
    assert watched.stopped(header, 4711)
