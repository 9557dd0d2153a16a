import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from liveengine.stems.pace import Pace, clock


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def walked(steps: list[tuple[float, int]], total: int) -> tuple[Pace, Time]:
    """Return the pace after steps (seconds since the last, steps done)."""
    time = Time()
    pace = Pace(time)
    for seconds, done in steps:
        time.now += seconds
        pace.step(done, total)
    return pace, time


def test_nothing_is_told_before_it_is_known() -> None:
    assert walked([], 10)[0].left() is None
    assert walked([(0, 0)], 10)[0].left() is None
    assert walked([(0, 0), (0.5, 1)], 10)[0].left() is None  # too soon to say
    assert walked([(0, 0), (0.01, 1)], 10)[0].rate is None
    assert walked([(0, 0), (5, 1), (5, 2)], 0)[0].left() is None  # nobody knows how many there are


def test_steps_at_one_pace_are_told_to_the_second() -> None:
    pace, time = walked([(0, 0), *((2.0, done) for done in range(1, 41))], 100)
    assert pace.left() == pytest.approx(120.0)
    assert pace.rate == pytest.approx(0.5)
    time.now += 1.0
    assert pace.left() == pytest.approx(119.0)  # the clock goes on between the steps


def test_the_load_of_a_model_before_the_first_step_does_not_count_for_long() -> None:
    assert walked([(0, 0), (60, 1), (1, 2), (1, 3)], 103)[0].left() == pytest.approx(100.0)


def test_what_went_slower_before_does_not_count() -> None:
    slow = [(10.0, done) for done in range(1, 11)]
    fast = [(0.5, done) for done in range(11, 411)]
    assert walked([(0, 0), *slow, *fast], 500)[0].left() == pytest.approx(45.0)


def test_a_step_that_stalls_makes_the_rest_longer_never_shorter_than_nothing() -> None:
    pace, time = walked([(0, 0), *((1.0, done) for done in range(1, 11))], 20)
    left = []
    for _ in range(60):
        time.now += 1.0
        left.append(pace.left() or 0.0)
    assert left[0] == pytest.approx(9.0)
    assert min(left) >= 8.9  # it waits for the step that is under way
    assert left[-1] > 20.0


def test_work_that_begins_anew_is_counted_anew() -> None:
    pace, time = walked([(0, 0), (1, 1), (1, 2), (1, 3)], 6)
    assert pace.left() == pytest.approx(3.0)
    pace.step(0, 6)
    assert pace.left() is None
    for done in (1, 2):
        time.now += 5.0
        pace.step(done, 6)
    assert pace.left() == pytest.approx(20.0)


def test_steps_that_share_an_instant_of_the_clock_are_one() -> None:
    pace, _ = walked([(0, 0), (10, 1), (0, 2)], 6)
    assert pace.rate == pytest.approx(0.2)
    assert pace.left() == pytest.approx(20.0)
    assert walked([(0, 0), (0, 50), (2, 51)], 53)[0].left() == pytest.approx(4.0)  # done already when it began


def test_all_done_leaves_nothing() -> None:
    assert walked([(0, 10)], 10)[0].left() == 0.0


@given(
    st.floats(0.05, 20.0),
    st.integers(1, 40),
    st.integers(4, 60),
    st.floats(0.0, 0.4),
    st.randoms(use_true_random=False),
)
def test_bursts_and_jitter_move_it_by_little(
    seconds: float, burst: int, count: int, jitter: float, random: object
) -> None:
    """Steps that come `burst` at a time, each burst up to `jitter` early or late."""
    total = burst * count * 2
    steps = [(0.0, 0)]
    for number in range(1, count + 1):
        steps.append((seconds * burst * (1.0 + random.uniform(-jitter, jitter)), burst * number))  # type: ignore[attr-defined]
    left = walked(steps, total)[0].left()
    true = seconds * burst * count
    if left is not None:
        assert abs(left - true) <= true * jitter + 1e-6 * true


@given(st.lists(st.tuples(st.floats(0.0, 1e4), st.integers(0, 1_000)), max_size=300), st.integers(-5, 1_000))
@example([(0.0, 0), (3.0, 1), (0.0, 2)], 3)  # two steps at one instant
def test_it_is_never_negative_and_never_fails(steps: list[tuple[float, int]], total: int) -> None:
    pace, time = walked(steps, total)
    time.now += 1.0
    left = pace.left()
    assert left is None or 0.0 <= left < float("inf")
    assert len(pace._marks) <= 65
    assert isinstance(pace.words("files"), str)


def test_the_pace_in_words() -> None:
    pace, _ = walked([(0, 0), *((0.1, done) for done in range(1, 101))], 2_280)
    assert pace.words("files") == "10.0 files/s, 3 min 38 s left"
    assert Pace().words("files") == ""
    assert clock(12) == "12 s"
