import math

import numpy as np
import pytest

from liveengine.stems import columns, query, rank
from liveengine.stems.wishes import Wishes


def asked(text: str) -> Wishes:
    return rank.wishes(query.read(text), None, rank.ranking())


def met(text: str, column: str) -> np.ndarray:
    """How well each byte of a column meets the wish of a sentence, the best 1."""
    table = dict(asked(text).tables)[column]
    return np.asarray(table / table.max())


def at_seconds(seconds: float) -> int:
    return int(columns.length_bytes(np.array([seconds], np.float32))[0])


def at_tempo(tempo: float) -> int:
    return int(columns.tempo_cells(np.array([tempo], np.float32))[0])


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("under 1 second", 0.5, 4.0), ("over 5 s", 20.0, 1.0), ("2-4 s", 3.0, 12.0), ("4 bars 120 bpm", 8.0, 2.0),
        ("2 bars", 4.0, 0.5),
    ],
)  # fmt: skip
def test_a_length_is_met_inside_its_range_and_less_the_further_outside(
    text: str, inside: float, outside: float
) -> None:
    wish = met(text, "seconds")
    assert wish[at_seconds(inside)] == pytest.approx(1.0)
    assert wish[at_seconds(outside)] < 0.4


def test_loops_and_one_shots_are_told_apart() -> None:
    assert met("a loop", "loop")[254] == 1.0
    assert met("one-shot", "loop")[0] == 1.0
    assert "loop" not in dict(asked("kick").tables)


def test_every_tempo_of_a_range_is_right_and_half_and_double_nearly() -> None:
    wish = met("120-130 bpm", "tempo")
    inside = [wish[at_tempo(tempo)] for tempo in (120.0, 125.0, 130.0)]
    assert inside == pytest.approx([1.0, 1.0, 1.0], abs=0.02)
    assert wish[at_tempo(110.0)] < 0.4
    assert wish[at_tempo(62.5)] == pytest.approx(0.9, abs=0.02)


def test_all_wishes_together_are_a_mean() -> None:
    wishes = asked("dark kick, 130 bpm, in a-Moll, under 2 seconds")
    best = sum(float(table.max()) for _, table in wishes.tables) + sum(weight for _, weight in wishes.words)
    assert best <= 1.0 + 1e-5
    assert math.isfinite(best)
