"""Rows come by, and the newest are held."""

import numpy as np

from liveengine.ml.separate.belt import Belt


def test_the_newest_rows_are_held_however_many_come_by() -> None:
    belt = Belt(5, 2)
    rows = np.arange(100, dtype=np.float32).reshape(50, 2)
    for first, count in ((0, 3), (3, 5), (8, 1), (9, 4), (13, 5), (18, 5), (23, 2), (25, 5)):
        belt.add(rows[first : first + count])
        assert belt.end == first + count
        low = max(0, belt.end - 5)
        assert np.array_equal(belt.between(low, belt.end), rows[low : belt.end])
