"""The rows of the stems that a search shows. Runs on: search thread.

That thread has a connection of its own: the way to the loop's takes several times as long as the question.
"""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from liveengine.stems.connect import BUSY_MS, translated
from liveengine.stems.reader import STEMS_AMONG, Row


class Shown:
    """Asks for stems, one question at a time; each sees the last commit."""

    def __init__(self, file: Path) -> None:
        """Raises Busy or Damaged."""
        self._file = file
        with translated(file):
            self._connection = sqlite3.connect(
                file, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
            )
            self._connection.row_factory = sqlite3.Row
            self._connection.execute("PRAGMA query_only = ON")

    def among(self, stems: Sequence[int]) -> dict[int, Row]:
        """Return the rows of these stems, without those that are gone."""
        with translated(self._file):
            return {row["id"]: row for row in self._connection.execute(STEMS_AMONG, (json.dumps(stems),))}

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
