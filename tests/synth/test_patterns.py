import numpy as np
import pytest

from liveengine.synth.patterns import Bus, Hit, Layer, hits, loop
from liveengine.synth.signals import child, place


def test_marks_become_hits_with_length_and_velocity() -> None:
    assert hits("X-.o", 4) == [Hit(0, 2, 1.0), Hit(3, 1, 0.5)]


def test_a_short_pattern_repeats() -> None:
    assert [hit.step for hit in hits("x.", 6)] == [0, 2, 4]


def test_an_unknown_mark_is_named() -> None:
    with pytest.raises(ValueError, match="'q' is not a step"):
        hits("q", 4)


def test_what_passes_the_end_goes_on_at_the_beginning() -> None:
    circle = np.zeros((1, 4), np.float32)
    place(circle, np.array([[1, 2, 3, 4, 5, 6]], np.float32), 2)
    assert circle[0].tolist() == [3.0, 4.0, 6.0, 8.0]


def test_four_on_the_floor_has_its_hits_on_the_beats() -> None:
    frames = 48_000  # half a bar at 60 BPM would be two beats: here one bar at 240 BPM, beats of 12,000 frames
    layer = Layer("struck", {"seconds": 0.05, "root": 900.0}, "X...")
    sound = np.abs(loop((layer,), Bus(), frames, 240.0, child(0, "loop"))).max(axis=0)
    loud = np.flatnonzero(sound > 0.2 * sound.max())
    starts = loud[np.diff(loud, prepend=-9999) > 3000]
    assert all(abs(start - 12_000 * beat) < 48 for beat, start in enumerate(starts))
    assert len(starts) == 4


def test_swing_delays_every_second_sixteenth() -> None:
    layer = Layer("struck", {"seconds": 0.02, "root": 2000.0}, ".X" + "." * 14)
    straight, swung = (
        int(np.argmax(np.abs(loop((layer,), Bus(swing=swing), 96_000, 120.0, child(0, "loop"))).max(axis=0) > 0.1))
        for swing in (0.0, 0.5)
    )
    assert abs(swung - straight - 3000) < 48


def test_a_loop_played_twice_in_a_row_is_a_loop_of_twice_the_length() -> None:
    layer = Layer("struck", {"seconds": 0.4, "root": 300.0, "detune": 0.0, "blow": 0.0}, "....X.......X..X")
    once = loop((layer,), Bus(), 96_000, 120.0, child(0, "loop"))
    twice = np.concatenate([once, once], axis=1)
    inside = np.abs(np.diff(twice[0])).max()
    assert abs(once[0, 0] - once[0, -1]) < 0.2 * inside
