"""The engine's bar stays on Live's. Runs on: Live's main thread.

With each tick the engine is asked for its beat, and Live's is noted at the same time. Both step by audio blocks, so
that one comparison is good to some ms only; the median of many is what is corrected, by a shift that nobody hears.
"""

from __future__ import annotations

from typing import Any

from .door import Door

MANY = 15  # comparisons
SMALL_MS = 8.0  # is left alone
PAUSE_S = 3.0  # between two rounds of comparisons
SETTLE_S = 2.0  # that a shift takes, at least ...
SETTLE = 40.0  # ... and seconds for each second that is shifted; the engine hurries by 3 percent
JUMP = 0.5  # beats: what is further apart jumps
RANGE_MS = 500.0  # of one shift


class Phase:
    """Compares and corrects, while both run."""

    def __init__(self, song: Any, door: Door, offset: float) -> None:
        """`offset`: by how many ms the engine's beat comes after Live's."""
        self._song, self._door, self._offset = song, door, offset
        self._apart: list[float] = []  # ms by which the engine is late
        self._calm = 0.0  # not before this time
        self._round = 0  # answers to questions of an earlier one are too old

    def reset(self) -> None:
        """Begin to compare anew: something has jumped."""
        self._apart = []
        self._round += 1
        self._calm = self._door.now() + 0.3

    def tick(self, running: bool, bar: float) -> None:
        """Compare, if the engine runs."""
        if not running or self._door.now() < self._calm:
            return
        beat, asked = float(self._song.current_song_time), self._round
        self._door.ask(
            "/transport/position",
            done=lambda values: self._compare(beat, values, bar, asked),
            failed=lambda code, why: None,
        )

    def _compare(self, beat: float, values: tuple[Any, ...], bar: float, asked: int) -> None:
        if asked != self._round or len(values) != 1 or not isinstance(values[0], (int, float)):
            return
        ms = 60000.0 / float(self._song.tempo)  # of a beat
        late = (beat - values[0] - self._offset / ms + bar / 2) % bar - bar / 2
        self._apart.append(late * ms)
        if len(self._apart) >= MANY:
            self._correct(sorted(self._apart)[MANY // 2], ms, bar)

    def _correct(self, late: float, ms: float, bar: float) -> None:
        self.reset()
        if abs(late) < SMALL_MS:
            self._calm = self._door.now() + PAUSE_S
        elif abs(late) > JUMP * ms:
            self._jump(bar)
        else:
            self._door.send("/transport/nudge", max(-RANGE_MS, min(RANGE_MS, late)))
            self._calm = self._door.now() + SETTLE_S + SETTLE * abs(late) / 1000.0

    def _jump(self, bar: float) -> None:
        self._door.send("/transport/locate", max(0.0, float(self._song.current_song_time)))
