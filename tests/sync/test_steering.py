import pytest

from liveengine.sync.line import Line, Reading
from liveengine.sync.rehearsal import BEGIN_NS, LOOK_NS, Rig, follow, p99, ticks


@pytest.mark.parametrize("jitter", [0.0, 1.0, 5.0])
def test_what_is_heard_is_within_a_millisecond_of_the_clock_from_the_third_bar_on(jitter: float) -> None:
    rig = Rig(skew=1.0001, late_ns=300e3)
    errors = follow(rig, list(ticks(128.0, 60.0, jitter)))
    assert p99(errors) <= 1.0
    assert rig.placed == [0.0]


def test_an_hour_has_no_drift_though_the_device_has() -> None:
    rig = Rig(skew=0.9998)
    errors = follow(rig, list(ticks(120.0, 3600.0, 5.0)), 200e6)
    last = errors[-10_000:]
    assert sum(last) / len(last) == pytest.approx(0.0, abs=0.1)
    assert p99(errors) <= 1.0


def test_the_tempo_that_is_told_stands_still_while_the_engines_is_trimmed() -> None:
    rig = Rig(skew=1.0001)
    follow(rig, list(ticks(126.0, 60.0, 1.0)))
    assert rig.told[-1] == 126.0
    assert len(rig.told) <= 4
    assert all(abs(ratio - 1.0) < 0.011 for ratio in rig.ratios[-100:])


def line(ns: float, beat: float, tempo: float = 120.0) -> Line:
    return Line(ns, beat, 60e9 / tempo)


def run(rig: Rig, reading: Reading, seconds: float, begin_ns: float = BEGIN_NS) -> float:
    """Follow a line for so long; return the time."""
    now = begin_ns
    while now < begin_ns + seconds * 1e9:
        now += LOOK_NS
        rig.follow(reading, now)
    return now


def test_who_is_wrong_by_less_than_a_beat_gets_there_without_a_jump() -> None:
    rig = Rig(latency=0)
    rig._run = True
    now = run(rig, Reading(line(BEGIN_NS, 0.3), grid=0.0, locked=True), 30.0)
    assert rig.placed == []
    assert rig.heard_beat(now) == pytest.approx(0.3 + (now - BEGIN_NS) / 5e8, abs=0.001)
    assert max(rig.ratios) <= 1.0301


def test_who_is_wrong_by_more_than_a_beat_jumps() -> None:
    rig = Rig(latency=0)
    rig._run = True
    now = run(rig, Reading(line(BEGIN_NS, 40.0), grid=0.0, locked=True), 5.0)
    assert len(rig.placed) == 1
    assert rig.heard_beat(now) == pytest.approx(40.0 + (now - BEGIN_NS) / 5e8, abs=0.002)


def test_within_a_quantum_only_the_phase_is_shared() -> None:
    rig = Rig(latency=0)
    rig._run = True
    now = run(rig, Reading(line(BEGIN_NS, 100.25), grid=4.0, locked=True), 20.0)
    assert rig.placed == []
    apart = rig.heard_beat(now) - (100.25 + (now - BEGIN_NS) / 5e8)
    assert (apart + 2.0) % 4.0 - 2.0 == pytest.approx(0.0, abs=0.001)


def test_a_clock_that_tells_no_position_gives_the_tempo_alone() -> None:
    rig = Rig(latency=0)
    rig._run = True
    now = run(rig, Reading(line(BEGIN_NS, 7.7, 90.0), grid=-1.0, locked=True), 20.0)
    assert rig.placed == []
    assert rig.told == [90.0]
    assert rig.heard_beat(now) == pytest.approx((now - BEGIN_NS) * 90 / 60e9, abs=0.05)


def test_a_start_that_is_to_come_is_on_its_frame() -> None:
    rig = Rig(latency=480)
    start = BEGIN_NS + 1e9
    reading = Reading(line(start, 8.0), True, 4.0, epoch=1, position=8.0, since_ns=start, locked=True)
    now = run(rig, reading, 3.0, BEGIN_NS + 5e8)
    beat = rig.heard_beat(now)
    assert (beat - (now - start) / 5e8 + 2.0) % 4.0 - 2.0 == pytest.approx(0.0, abs=0.001)
    assert len(rig.placed) == 1
