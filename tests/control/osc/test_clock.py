import pytest

from liveengine.control.osc.clock import AHEAD_S, NTP_EPOCH_S, PENDING, Timetags, seconds_ahead
from liveengine.errors import Full, OutOfRange


class Seconds:
    """One frame per second since 1970."""

    def frame_at(self, ntp: int) -> int | None:
        return (ntp >> 32) - NTP_EPOCH_S


class Gone:
    def frame_at(self, ntp: int) -> int | None:
        return None


def tag(unix_s: float) -> int:
    return round((unix_s + NTP_EPOCH_S) % (1 << 32) * (1 << 32))


def test_a_timetag_becomes_a_frame() -> None:
    assert Timetags(Seconds(), lambda: 1000.0).frame(tag(1010.0), 1) == 1010


def test_sixty_seconds_ahead_are_accepted_and_more_are_not() -> None:
    found = Timetags(Seconds(), lambda: 1000.0)
    assert found.frame(tag(1000.0 + AHEAD_S), 1) == 1060
    for ahead in (61.0, 3600.0, 3.0e9 / 2):
        with pytest.raises(OutOfRange):
            found.frame(tag(1000.0 + ahead), 1)


def test_a_late_one_keeps_its_frame_and_an_ancient_one_means_now() -> None:
    found = Timetags(Seconds(), lambda: 1000.0)
    assert found.frame(tag(990.0), 2) == 990
    assert found.frame(tag(900.0), 1) is None
    assert found.late == 3


def test_without_an_engine_everything_is_now() -> None:
    assert Timetags(Gone(), lambda: 1000.0).frame(tag(1010.0), 1) is None


def test_a_frame_before_the_engine_began_is_its_first() -> None:
    class Young:
        def frame_at(self, ntp: int) -> int | None:
            return -5

    assert Timetags(Young(), lambda: 1000.0).frame(tag(999.0), 1) == 0


def test_what_waits_is_bounded_and_room_returns_with_time() -> None:
    now = [1000.0]
    found = Timetags(Seconds(), lambda: now[0])
    for _ in range(PENDING):
        found.frame(tag(1010.0), 1)
    with pytest.raises(Full):
        found.frame(tag(1010.0), 1)
    now[0] = 1011.0
    assert found.frame(tag(1020.0), 1) == 1020


def test_the_era_of_2036_follows_that_of_1900() -> None:
    turn = float((1 << 32) - NTP_EPOCH_S)  # 2036-02-07
    assert seconds_ahead(5 << 32, turn - 5.0) == 10.0
    assert seconds_ahead((1 << 64) - (5 << 32), turn + 5.0) == -10.0
