"""Rows that come by, of which the newest are held. Runs on: worker process."""

from typing import Any

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float32]


class Belt:
    """The newest rows of what may be endless; they lie side by side, in memory that is used again and again."""

    def __init__(self, kept: int, *shape: int) -> None:
        """Hold at least the `kept` newest rows, each of this shape."""
        self._kept = kept
        self._rows = np.empty((3 * kept, *shape), np.float32)
        self._first = 0  # number of the row that lies first
        self.end = 0  # number of the row that comes next

    def room(self, count: int) -> Values:
        """Return the place of the next rows, at most `kept`, for the caller to fill."""
        if self.end + count - self._first > len(self._rows):
            last = self.end - self._first
            self._rows[: self._kept] = self._rows[last - self._kept : last]
            self._first = self.end - self._kept
        self.end += count
        return self._rows[self.end - count - self._first : self.end - self._first]

    def add(self, rows: npt.NDArray[Any]) -> None:
        """Take in the next rows."""
        self.room(len(rows))[:] = rows

    def between(self, first: int, last: int) -> Values:
        """Return the rows from number `first` to before number `last`, as long as they are held."""
        return self._rows[first - self._first : last - self._first]
