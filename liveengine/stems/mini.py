"""The shipped model, "traum-mini": sentences here through onnxruntime, sounds in workers. Runs on: event loop."""

import asyncio
import base64
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from liveengine.config import data
from liveengine.digest import digest
from liveengine.stems.embed import DIM, Reads, Sound
from liveengine.stems.text import Directions, TextTower
from liveengine.stems.vectors import Floats

if TYPE_CHECKING:
    from liveengine.jobs.pool import Pool

MODEL = "traum-mini"
FILES = ("audio.onnx", "text.onnx", "directions.safetensors", "tokenizer.json")


def folders(root: Path) -> list[Path]:
    """Return the folders that hold the whole model: one that the user trained, then the shipped one."""
    both = (root / "models" / MODEL, data("models") / MODEL)
    return [folder for folder in both if whole(folder)]


def whole(folder: Path) -> bool:
    """Tell if a folder has all files of the model."""
    return all((folder / name).is_file() for name in FILES)


def checksum(folder: Path) -> str:
    """Return BLAKE2b-128 over the model's files, hex; 10 ms."""
    return digest(*(folder / name for name in FILES))


class Mini:
    """traum-mini behind the Embedder protocol."""

    def __init__(self, pool: "Pool", folder: Path, model: str = MODEL, taught: frozenset[str] = frozenset()) -> None:
        """`model` and `taught` are what the card of a tuned one says."""
        self.model = model
        self.checksum = checksum(folder)
        self.reads: Reads = "words"
        self.taught = taught
        self.ear: Path | None = folder
        self._pool = pool
        self._tower = TextTower(folder / "text.onnx")
        self._directions = Directions(folder / "directions.safetensors")

    async def text(self, query: str) -> Floats:
        """Return the vector of a sentence; the model is loaded with the first one."""
        await self.warm()
        return self._tower.vector(query)

    async def warm(self) -> None:
        """Load in a thread what sentences need, if that is not done yet: the first one need not wait for it."""
        if not self._tower.ready:
            await asyncio.to_thread(self._load)

    def _load(self) -> None:
        self._tower.warm()
        self._directions.warm()

    def directions(self, concepts: Sequence[str]) -> Floats:
        """Return where sounds of these concepts lie, [n, 512]; all zero for one that the training had too few of."""
        return self._directions.of(concepts)

    async def audio(self, sound: Sound) -> Floats:
        """Return the vector of a sound: what its analysis heard, else what a worker hears now."""
        if sound.heard is not None:
            return sound.heard
        payload = {"paths": [os.path.realpath(sound.path)], "model_dir": str(self.ear)}
        answer = await self._pool.run("hear", payload)
        return np.asarray(np.frombuffer(base64.b64decode(answer["vectors"]), "<f4")[:DIM], np.float32)

    async def votes(self, vector: Floats) -> None:
        """Return None: the analysis has asked this model already."""
