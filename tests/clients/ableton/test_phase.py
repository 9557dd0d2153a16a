"""At 120 beats per minute a beat takes 500 ms, and a bar four of them."""

from collections.abc import Callable
from typing import Any

from LiveEngine.phase import MANY, PAUSE_S, Phase


class Door:
    """Answers the question for the engine's beat, and notes what is sent."""

    def __init__(self) -> None:
        self.time = 100.0
        self.beat = 0.0
        self.sent: list[tuple[Any, ...]] = []
        self.asked: list[Callable[[tuple[Any, ...]], None]] = []
        self.answers = True

    def now(self) -> float:
        return self.time

    def send(self, *message: Any) -> None:
        self.sent.append(message)

    def ask(self, address: str, *, done: Callable[[tuple[Any, ...]], None], failed: Any) -> None:
        assert address == "/transport/position"
        self.asked.append(done)
        if self.answers:
            done((self.beat,))


class Song:
    """What Live's transport says."""

    tempo = 120.0
    current_song_time = 0.0


def compared(live: float, engine: float, offset: float = 0.0, ticks: int = MANY) -> list[tuple[Any, ...]]:
    """Return what is sent after so many ticks at these beats."""
    song, door = Song(), Door()
    song.current_song_time, door.beat = live, engine
    phase = Phase(song, door, offset)  # type: ignore[arg-type]
    for _ in range(ticks):
        phase.tick(True, 4.0)
    return door.sent


def test_an_engine_that_is_late_is_shifted_ahead_by_the_median() -> None:
    assert compared(5.0, 4.9375) == [("/transport/nudge", 31.25)]
    assert compared(4.9375, 5.0) == [("/transport/nudge", -31.25)]
    assert compared(5.0, 4.9375, ticks=MANY - 1) == []


def test_what_nobody_hears_is_left_alone() -> None:
    assert compared(5.0, 4.9921875) == []  # 3.9 ms


def test_bars_are_compared_and_not_their_numbers() -> None:
    assert compared(64.0, 4.0) == []
    assert compared(64.0, 3.9375) == [("/transport/nudge", 31.25)]  # over the bar line


def test_the_offset_of_the_settings_is_kept() -> None:
    assert compared(5.0, 4.9375, offset=31.25) == []
    assert compared(5.0, 5.0, offset=62.5) == [("/transport/nudge", -62.5)]


def test_what_is_far_apart_jumps_to_where_live_is() -> None:
    assert compared(9.0, 4.0) == [("/transport/locate", 9.0)]


def test_it_compares_again_after_a_pause_and_a_shift_is_given_its_time() -> None:
    song, door = Song(), Door()
    phase = Phase(song, door, 0.0)  # type: ignore[arg-type]
    for _ in range(3 * MANY):
        phase.tick(True, 4.0)
    assert len(door.asked) == MANY
    door.time += PAUSE_S + 0.1
    song.current_song_time = 0.25
    for _ in range(3 * MANY):
        phase.tick(True, 4.0)
    assert len(door.asked) == 2 * MANY
    assert door.sent == [("/transport/nudge", 125.0)]
    door.time += 6.9  # 2 s, and 40 times 0.125 s
    phase.tick(True, 4.0)
    assert len(door.asked) == 2 * MANY
    door.time += 0.2
    phase.tick(True, 4.0)
    assert len(door.asked) == 2 * MANY + 1


def test_answers_from_before_a_jump_and_answers_that_are_none_count_for_nothing() -> None:
    song, door = Song(), Door()
    phase = Phase(song, door, 0.0)  # type: ignore[arg-type]
    door.answers = False
    for _ in range(MANY):
        phase.tick(True, 4.0)
    phase.reset()
    for done in door.asked:
        done((1.0,))
    door.time += 1.0
    for _ in range(MANY):
        phase.tick(True, 4.0)
        door.asked[-1](())
        door.asked[-1](("x",))
    assert door.sent == []


def test_an_engine_that_stands_is_not_asked() -> None:
    door = Door()
    Phase(Song(), door, 0.0).tick(False, 4.0)  # type: ignore[arg-type]
    assert door.asked == []
