import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveengine.sync.line import ABSOLUTE, FREE
from liveengine.sync.pulse import Pulse
from liveengine.sync.rehearsal import Tick, p99, ticks

BAR = 4 * 24  # ticks


def started(*given: Tick) -> Pulse:
    pulse = Pulse()
    pulse.start()
    for tick in given:
        pulse.clock(tick.ns)
    return pulse


def error_ms(pulse: Pulse, tick: Tick) -> float:
    """Return by how much the line is late at a tick."""
    line = pulse.reading().line
    assert line is not None
    return (tick.beat - line.at(tick.true_ns)) * 60e3 / tick.tempo


def test_without_jitter_the_line_is_exact_from_half_a_beat_on() -> None:
    pulse = Pulse()
    pulse.start()
    for number, tick in enumerate(ticks(120.0, 10.0)):
        pulse.clock(tick.ns)
        if number >= 12:
            assert error_ms(pulse, tick) == pytest.approx(0.0, abs=1e-3)
    line = pulse.reading().line
    assert line is not None
    assert line.tempo == pytest.approx(120.0)


@settings(max_examples=10)
@given(st.floats(40, 240), st.sampled_from([0.0, 0.3, 1.0, 3.0, 5.0]), st.integers(0, 10_000))
def test_it_is_locked_within_two_bars_and_a_millisecond(tempo: float, jitter: float, seed: int) -> None:
    pulse, locked, errors = Pulse(), -1, []
    pulse.start()
    for number, tick in enumerate(ticks(tempo, 120.0, jitter, seed=seed)):
        pulse.clock(tick.ns)
        if pulse.locked and locked < 0:
            locked = number
        if number >= 2 * BAR:
            errors.append(error_ms(pulse, tick))
    assert 0 < locked < 2 * BAR
    assert p99(errors) <= 1.0


def test_an_hour_has_no_drift() -> None:
    pulse, errors = Pulse(), []
    pulse.start()
    for tick in ticks(127.3, 3600.0, 5.0):
        pulse.clock(tick.ns)
        if tick.beat > 8.0:
            errors.append(error_ms(pulse, tick))
    last = errors[-10_000:]
    assert sum(last) / len(last) == pytest.approx(0.0, abs=0.05)
    assert p99(errors) <= 1.0


@pytest.mark.parametrize(("to", "within"), [(121.0, 24), (126.0, 12), (140.0, 12), (60.0, 12), (240.0, 12)])
def test_another_tempo_is_followed_within_a_beat(to: float, within: int) -> None:
    pulse, after = Pulse(), 0
    pulse.start()
    for tick in ticks(lambda at: 120.0 if at < 30 else to, 40.0, 0.3):
        pulse.clock(tick.ns)
        if tick.tempo != 120.0:
            after += 1
            if after > within:
                line = pulse.reading().line
                assert line is not None
                assert line.tempo == pytest.approx(to, rel=0.005)
                assert abs(error_ms(pulse, tick)) < 3.0


def test_another_tempo_is_followed_through_jitter_within_a_bar() -> None:
    pulse, errors = Pulse(), []
    pulse.start()
    for tick in ticks(lambda at: 120.0 if at < 30 else 128.0, 60.0, 5.0):
        pulse.clock(tick.ns)
        if tick.true_ns > 6e9 + 32e9:
            errors.append(error_ms(pulse, tick))
    assert p99(errors) < 4.0


def test_a_slow_change_of_tempo_is_followed() -> None:
    pulse, errors = Pulse(), []
    pulse.start()
    for tick in ticks(lambda at: 120.0 + min(max(at - 30.0, 0.0), 20.0), 60.0, 0.3):
        pulse.clock(tick.ns)
        if tick.beat > 8.0:
            errors.append(error_ms(pulse, tick))
    assert p99(errors) < 2.0


def test_ticks_that_got_lost_are_counted() -> None:
    lost = frozenset({500, 900, 901, 902, 1300})
    errors = []
    pulse = Pulse()
    pulse.start()
    for tick in ticks(120.0, 60.0, 0.5, lost=lost):
        pulse.clock(tick.ns)
        if tick.beat > 8.0:
            errors.append(error_ms(pulse, tick))
    assert max(map(abs, errors)) < 1.0


def test_the_start_takes_effect_with_the_first_tick_behind_it() -> None:
    pulse = Pulse()
    before, *rest = list(ticks(120.0, 4.0))[:60]
    pulse.clock(before.ns)
    for tick in rest[:30]:
        pulse.clock(tick.ns)
    assert pulse.reading().running is None
    assert pulse.reading().grid == FREE
    pulse.start()
    assert not pulse.reading().running
    first = rest[30]
    pulse.clock(first.ns)
    reading = pulse.reading()
    assert (reading.running, reading.grid, reading.epoch, reading.position) == (True, ABSOLUTE, 1, 0.0)
    assert reading.since_ns == pytest.approx(first.ns, abs=1e4)
    pulse.clock(rest[31].ns)
    line = pulse.reading().line
    assert line is not None
    assert line.at(rest[31].ns) == pytest.approx(1 / 24, abs=1e-4)


def test_continue_goes_on_where_it_stopped_or_at_the_song_position() -> None:
    row = list(ticks(120.0, 10.0))
    pulse = started(*row[:48])
    pulse.stop()
    assert pulse.reading().running is False
    for tick in row[48:60]:
        pulse.clock(tick.ns)
    pulse.resume()
    pulse.clock(row[60].ns)
    assert pulse.reading().position == 2.0
    pulse.stop()
    pulse.song(16)  # sixteenth notes: a bar
    pulse.resume()
    pulse.clock(row[61].ns)
    assert pulse.reading().position == 4.0


def test_a_song_position_while_it_runs_is_a_jump_with_the_next_tick() -> None:
    row = list(ticks(120.0, 10.0))
    pulse = started(*row[:48])
    pulse.song(64)
    pulse.clock(row[48].ns)
    reading = pulse.reading()
    assert (reading.epoch, reading.position, reading.running) == (2, 16.0, True)


def test_a_clock_that_stays_away_is_lost_and_one_that_returns_is_where_it_would_have_been() -> None:
    row = list(ticks(120.0, 20.0))
    pulse = started(*row[:480])
    assert not pulse.lost(row[479].ns + 4e8)
    assert pulse.lost(row[479].ns + 6e8)
    assert pulse.reading().line is None
    for tick in row[600:640]:
        pulse.clock(tick.ns)
    assert error_ms(pulse, row[639]) == pytest.approx(0.0, abs=0.5)


messages = st.one_of(
    st.tuples(st.just("clock"), st.floats(0, 3e8)),
    st.tuples(st.sampled_from(["start", "resume", "stop"]), st.just(0.0)),
    st.tuples(st.just("song"), st.integers(0, 16_383)),
)


@settings(max_examples=150)
@given(st.lists(messages, max_size=400))
def test_no_row_of_messages_breaks_it(row: list[tuple[str, float]]) -> None:
    pulse, now = Pulse(), 1e9
    for kind, value in row:
        if kind == "clock":
            now += 1.0 + value
            pulse.clock(now)
        elif kind == "song":
            pulse.song(int(value))
        else:
            getattr(pulse, kind)()
        reading = pulse.reading()
        assert reading.position >= 0.0
        if reading.line is not None:
            assert reading.line.per_beat > 0.0
            assert reading.line.beat >= 0.0


def whole(stamps: list[float]) -> Pulse:
    """A clock of exact times."""
    pulse = Pulse()
    pulse.whole = True
    pulse.start()
    for ns in stamps:
        pulse.clock(ns)
    return pulse


PERIOD = 20e6


def test_with_exact_times_a_late_tick_is_none_that_was_lost() -> None:
    pulse = whole([n * PERIOD for n in range(100)])
    for n in range(100, 150):
        pulse.clock(n * PERIOD + 1.05 * PERIOD)  # who sends it has lost so much time
    line = pulse.reading().line
    assert line is not None
    assert line.at(149 * PERIOD + 1.05 * PERIOD) == pytest.approx(149 / 24, abs=1e-6)


@pytest.mark.parametrize(
    ("gap", "late", "lost"), [(5e6, 0.0, 1), (5e6, 6e6, 1), (50e6, 0.0, 3), (5e6, 0.0, 0), (5e6, 6e6, 0)]
)
def test_what_fell_into_a_gap_is_counted(gap: float, late: float, lost: int) -> None:
    pulse = whole([n * PERIOD for n in range(100)])
    pulse.gap(gap)
    for n in range(100 + lost, 150):
        pulse.clock(n * PERIOD + late)
    line = pulse.reading().line
    assert line is not None
    assert line.at(149 * PERIOD + late) == pytest.approx(149 / 24, abs=1e-3)


def test_one_tick_that_is_far_off_moves_nothing() -> None:
    pulse = whole([n * PERIOD for n in range(100)])
    pulse.clock(100 * PERIOD + 0.7 * PERIOD)
    pulse.clock(101 * PERIOD)
    line = pulse.reading().line
    assert line is not None
    assert tuple(line) == pytest.approx((101 * PERIOD, 101 / 24, 24 * PERIOD))


def test_an_exact_clock_that_loses_time_at_once_keeps_its_tempo() -> None:
    pulse = whole([n * PERIOD for n in range(100)])
    for n in (100, 101):
        pulse.clock(n * PERIOD + 2.7e6)
    line = pulse.reading().line
    assert line is not None
    assert line.per_beat == pytest.approx(24 * PERIOD)
    assert line.at(101 * PERIOD + 2.7e6) == pytest.approx(101 / 24)
