"""traum-mini as something that can be tuned: its ONNX files back in torch modules. Runs on: worker process.

The audio tower hears as it did up to its pooling; what follows, and all of the text tower, learns.
"""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from liveengine.digest import digest
from liveengine.ml import hear, learn, listen, spectrum
from liveengine.ml.towers import AudioTower, TextTower
from liveengine.ml.tune import graph
from liveengine.ml.tune.base import Floats

AUDIO, TEXT = "audio.onnx", "text.onnx"
KEPT = ("directions.safetensors", "tokenizer.json")  # go with the model as they are
FILES = (AUDIO, TEXT, *KEPT)


class Mini:
    """Both towers with the weights of a folder."""

    rate = 1e-3
    languages: tuple[str, ...] = ("en", "de")

    def __init__(self, folder: Path) -> None:
        """Load; raises ModelMissing for a damaged file."""
        self.folder, self.model, self.checksum = folder, "traum-mini", digest(*(folder / name for name in FILES))
        self.audio, self.text = AudioTower().eval().requires_grad_(False), TextTower().eval()
        _fill(self.audio, graph.weights(graph.load(folder / AUDIO)))
        _fill(self.text, graph.weights(graph.load(folder / TEXT)))
        self.audio.leave.requires_grad_(True)

    def hear(self, samples: Floats, rate: int) -> Floats:
        """Return what stands behind the pooling, [windows, 6 * WIDTH]."""
        levels = hear.levels(spectrum.measure(listen.mono(samples, rate)))
        with torch.inference_mode():
            pooled = [self.audio.pooled(torch.from_numpy(one[None]))[0].numpy() for one in hear.windows(levels)]
        return np.stack(pooled)

    def read(self, texts: Sequence[str], rng: np.random.Generator | None = None) -> Tensor:
        """Return the numbers of words and pieces, [n, words, pieces]."""
        return torch.from_numpy(learn.sentences(list(texts), rng))

    def sounds(self, heard: Tensor) -> Tensor:
        """Return the vectors of windows."""
        return functional.normalize(self.audio.leave(heard), dim=-1)

    def spoken(self, read: Tensor) -> Tensor:
        """Return the vectors of sentences."""
        vectors: Tensor = self.text(read)
        return vectors

    def kinds(self, vectors: Tensor) -> Tensor | None:
        """Return the scores of hear.CATEGORIES."""
        return self.audio.kind(vectors)

    def parts(self) -> Iterable[tuple[str, nn.Module]]:
        """Give what learns."""
        yield "leave", self.audio.leave
        yield "text", self.text

    def write(self, folder: Path) -> dict[str, str]:
        """Write the four files; return model and checksum."""
        leave = {f"leave.{name}": value.numpy() for name, value in self.audio.leave.state_dict().items()}
        graph.put(graph.load(self.folder / AUDIO), leave, folder / AUDIO)
        text = {name: value.numpy() for name, value in self.text.state_dict().items()}
        graph.put(graph.load(self.folder / TEXT), text, folder / TEXT)
        for name in KEPT:
            shutil.copy2(self.folder / name, folder / name)
        return {"model": self.model, "checksum": digest(*(folder / name for name in FILES))}


def _fill(tower: nn.Module, found: graph.Weights) -> None:
    """Put the weights of a graph into a tower; a norm that was folded into what is before it only shifts."""
    state = tower.state_dict()
    for name in state:
        if name in found:
            state[name] = torch.from_numpy(np.array(found[name]))
    for name, part in tower.named_modules():
        if isinstance(part, nn.BatchNorm2d):
            before = f"{name.rsplit('.', 1)[0]}.0.weight_bias"
            state[f"{name}.weight"] = torch.ones_like(part.weight)
            state[f"{name}.bias"] = torch.from_numpy(np.array(found[before]))
            state[f"{name}.running_mean"] = torch.zeros_like(part.bias)
            state[f"{name}.running_var"] = torch.full_like(part.bias, 1.0 - part.eps)
    tower.load_state_dict(state)
