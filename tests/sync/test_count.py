import pytest

from liveengine.engine.layout import NEVER
from liveengine.sync.count import WRAP, Count


def at(cycle: int, frame: int) -> dict[str, int]:
    return {"clock_cycle": cycle, "clock_frame": frame}


def test_a_frame_of_the_server_is_one_of_the_engine() -> None:
    count = Count(at(1000, 64))
    assert [count.frame(cycle) for cycle in (1000, 1001, 990, 936)] == [64, 65, 54, 0]


def test_without_a_server_there_is_none() -> None:
    assert Count(at(NEVER, 64)).frame(1000) is None


@pytest.mark.parametrize("frame", [10, 5 * WRAP + 10])
def test_the_servers_count_begins_anew_after_32_bits(frame: int) -> None:
    count = Count(at(WRAP - 4, frame))
    assert [count.frame(cycle) for cycle in (WRAP - 4, WRAP - 1, 0, 3)] == [frame, frame + 3, frame + 4, frame + 7]


def test_what_is_seen_once_may_be_half_of_an_update() -> None:
    header = at(1000, 100)
    count = Count(header)
    assert count.frame(1000) == 100
    header["clock_cycle"] = 1064
    assert count.frame(1064) == 164
    header["clock_frame"] = 164
    assert count.frame(1064) == 164
    assert count.drift == 0


def test_blocks_that_the_engine_loses_are_a_drift() -> None:
    header = at(1000, 100)
    count = Count(header)
    count.frame(1000)
    header |= at(1192, 164)  # 192 frames of the server, 64 of ours
    assert [count.frame(1192) for _ in range(2)][1] == 164
    assert count.drift == -128


def test_with_another_server_the_drift_begins_anew() -> None:
    header = at(10_000_000, 100)
    count = Count(header)
    count.frame(10_000_000)
    header |= at(64, 1_000_000)
    assert [count.frame(64) for _ in range(2)][1] == 1_000_000
    assert count.drift == 0
