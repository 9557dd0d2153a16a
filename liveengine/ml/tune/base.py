"""What a model must offer to be tuned. Runs on: worker process."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from torch import Tensor, nn

Floats = npt.NDArray[np.float32]


class Base(Protocol):
    """A text-audio model whose towers stay as they are, up to a place behind which it learns."""

    model: str
    checksum: str
    rate: float  # of learning, the highest
    languages: tuple[str, ...]  # of the sentences that it is held to

    def hear(self, samples: Floats, rate: int) -> Floats:
        """Return what the fixed part hears in each window of a sound [channels, frames], [windows, hidden]."""
        ...

    def read(self, texts: Sequence[str], rng: np.random.Generator | None = None) -> Tensor:
        """Return sentences as `spoken` takes them, one row each; with `rng` read as carelessly as people type."""
        ...

    def sounds(self, heard: Tensor) -> Tensor:
        """Return the vectors of windows, [n, 512], of length 1."""
        ...

    def spoken(self, read: Tensor) -> Tensor:
        """Return the vectors of sentences, [n, 512], of length 1."""
        ...

    def kinds(self, vectors: Tensor) -> Tensor | None:
        """Return the scores of the categories for vectors of sounds, where the model tells them apart by itself."""
        ...

    def parts(self) -> Iterable[tuple[str, nn.Module]]:
        """Give the modules that learn, by name."""
        ...

    def write(self, folder: Path) -> Mapping[str, Any]:
        """Write the model as it is now; return what its card must say of it: model, checksum."""
        ...
