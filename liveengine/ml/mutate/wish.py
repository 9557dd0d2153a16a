"""What a variation shall be, and what came of it. Runs on: worker processes; plain data."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]  # [channels, frames], or [frames]
Floats = npt.NDArray[np.float32]
SEEDS = 1 << 32


@dataclass(frozen=True)
class Wish:
    """Which variation of a sound is wanted; the same wish gives the same samples."""

    kind: str = "auto"  # auto, walk, style, slices, grains
    amount: float = 0.5  # 0 = the sound itself, 1 = as far from it as it goes
    seed: int = 0
    step: int = 0  # how many variations came before it
    rate: int = 48_000  # frames per second
    beats: float = 0.0  # that the sound lasts; 0 = unknown, or none
    own_beats: float = 0.0  # the same as its own stem counts them, which may be in half or double time
    round: bool = True  # whether it goes round: what comes after its end is its beginning
    attacks: Sequence[int] = ()  # frames at which sounds begin in it, ascending
    category: str = ""
    models: Path | None = None  # folder of the category models; None = no model is asked
    style: Samples | None = field(default=None, repr=False)  # whose timbre it shall take on
    style_beats: float = 0.0  # that it lasts, if it goes round

    def chance(self) -> np.random.Generator:
        """Return the dice of this step."""
        return np.random.default_rng([self.seed % SEEDS, self.step])

    @property
    def frames_per_ms(self) -> float:
        """Frames in a thousandth of a second."""
        return self.rate / 1000.0


@dataclass(frozen=True)
class Varied:
    """A variation: samples as many as the original has, and how they were made."""

    sound: Samples
    kind: str  # walk, style, slices or grains; "" = the sound itself
    attacks: Sequence[int]
    model: str = ""  # the category model's id; "" = signal processing alone
    checksum: str = ""
    latent: bytes = b""  # float32 little-endian
