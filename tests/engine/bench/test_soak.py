"""The soak, in small: two minutes of sound instead of hours."""

from liveengine.engine.bench import soak


def told(sound: str, broken: int = 0) -> soak.Minute:
    return {"minute": 0, "hash": sound, "broken": broken, "launches": 3, "voices": 9, "frame": 1, "mib": 1.0}


def test_two_minutes_in_different_blocks_are_the_same_sound_and_nothing_is_broken() -> None:
    heard: list[tuple[int, int]] = []
    found = soak.soak(2 / 60, voices=16, blocks=(64, 997), tell=lambda done, total: heard.append((done, total)))
    assert found.passed
    assert (found.minutes, found.differing, found.broken) == (2, [], 0)
    assert found.last_frame == 2 * 60 * 48_000
    assert found.launches > 1000
    assert heard == [(1, 2), (2, 2)]


def test_one_minute_that_differs_or_one_broken_sample_fails_the_soak() -> None:
    differs, broken = soak.Soak(1.0, (64, 128), 0), soak.Soak(1.0, (64, 128), 0)
    soak._compare(differs, 7, (told("a"), told("b")))
    soak._compare(broken, 7, (told("a"), told("a", broken=1)))
    assert (differs.differing, differs.passed) == ([7], False)
    assert (broken.differing, broken.passed) == ([], False)


def test_memory_that_grows_fails_the_soak_and_what_it_takes_to_begin_with_does_not() -> None:
    assert soak._slope([10.0] * 12 + [50.0] * 120) == 0.0
    assert soak._slope([50.0 + minute / 60 for minute in range(120)]) == 1.0
    assert not soak.Soak(1.0, (64,), 0, mib_per_hour=[1.0]).passed
