"""What a sound is like beside its spectrum: its length, its beats, its channels. Runs on: worker processes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from liveengine.errors import OutOfRange

Floats = npt.NDArray[np.float32]

BEATS_PER_BAR = 4
MOST_BARS = 64  # of one loop: what is longer is a track
SHORTEST, LONGEST = 0.005, 600.0  # seconds


@dataclass(frozen=True)
class Form:
    """How long a sound is, how many beats it goes round in (None: it is played once), and how many channels it has."""

    seconds: float
    beats: float | None
    channels: int  # 1 or 2

    def __post_init__(self) -> None:
        if not SHORTEST <= self.seconds <= LONGEST:
            raise OutOfRange(f"a sound of {self.seconds:g} s: from {SHORTEST * 1e3:g} ms to {LONGEST:g} s can be coded")
        if self.beats is not None and not 0.0 < self.beats <= MOST_BARS * BEATS_PER_BAR:
            raise OutOfRange(f"a loop of {self.beats:g} beats: from 1 to {MOST_BARS * BEATS_PER_BAR} can be coded")
        if self.channels not in (1, 2):
            raise OutOfRange(f"{self.channels} channels: 1 or 2 can be coded")

    @property
    def loops(self) -> bool:
        """Return whether the sound goes round."""
        return self.beats is not None

    @property
    def bars(self) -> int:
        """Return how many bars of a loop are coded each by itself; 1 for a sound that is played once."""
        return 1 if self.beats is None else max(1, round(self.beats / BEATS_PER_BAR))

    def told(self) -> list[Any]:
        """Return it for JSON."""
        return [self.seconds, self.beats, self.channels]


@dataclass(frozen=True)
class Spectrum:
    """Levels of a sound as pictures, one for each bar; see representation.py."""

    levels: Floats  # [form.bars, 2 (mid, side), BANDS, COLUMNS]: 0 = 80 dB below the sound's loudest bin, 1 = that bin
    form: Form
    level_db: float  # of the loudest bin; a sine at full scale has 0


@dataclass(frozen=True)
class Code:
    """What the model knows of a sound."""

    z: Floats  # [form.bars, dim]
    form: Form
    level_db: float  # as in Spectrum
