"""CLAP as something that can be tuned: its two projections learn, its towers stay. Runs on: worker process."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save
from torch import Tensor, nn
from torch.nn import functional

from liveengine.digest import headed
from liveengine.ml.clap import HEADS, RATE, Clap
from liveengine.ml.export import whole
from liveengine.ml.tune.base import Floats
from liveengine.sound import resample


class Tunable:
    """A loaded CLAP; what its towers make of a sentence is kept, because it never changes."""

    rate = 5e-4
    languages: tuple[str, ...] = ("en",)

    def __init__(self, folder: Path) -> None:
        """Load; raises ModelMissing."""
        self._clap = Clap(folder)
        self.model, self.checksum = self._clap.model, self._clap.checksum
        self.audio, self.text = (layer.float().cpu() for layer in self._clap.projections)
        self._read: dict[str, Floats] = {}

    def hear(self, samples: Floats, rate: int) -> Floats:
        """Return what stands behind the audio tower, [windows, hidden]."""
        mixed: Floats = resample(samples.mean(axis=0, keepdims=True), rate, RATE)[0]
        return self._clap.heard(mixed)

    def read(self, texts: Sequence[str], rng: np.random.Generator | None = None) -> Tensor:
        """Return what stands behind the text tower, [n, hidden]."""
        for text in texts:
            if text not in self._read:
                self._read[text] = self._clap.read([text])[0]
        return torch.from_numpy(np.stack([self._read[text] for text in texts]))

    def sounds(self, heard: Tensor) -> Tensor:
        """Return the vectors of windows."""
        return functional.normalize(self.audio(heard), dim=-1)

    def spoken(self, read: Tensor) -> Tensor:
        """Return the vectors of sentences."""
        return functional.normalize(self.text(read), dim=-1)

    def kinds(self, vectors: Tensor) -> Tensor | None:
        """Return None: CLAP tells categories apart by sentences."""
        return None

    def parts(self) -> Iterable[tuple[str, nn.Module]]:
        """Give what learns, named as in transformers."""
        yield "audio_projection", self.audio
        yield "text_projection", self.text

    def write(self, folder: Path) -> dict[str, str]:
        """Write the projections (safetensors, 3 MB); return model and checksum."""
        found = {
            f"{name}.{key}": value.contiguous()
            for name, part in self.parts()
            for key, value in part.state_dict().items()
        }
        whole(folder / HEADS, save(found))
        return {"model": self.model, "checksum": headed(self.checksum, folder / HEADS)}
