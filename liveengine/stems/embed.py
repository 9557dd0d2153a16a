"""Sounds and sentences into one space: the protocol, and which model answers. Runs on: event loop."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from liveengine.stems.vectors import Floats

DIM = 512
Reads = Literal["words", "english"]


@dataclass(frozen=True, slots=True)
class Sound:
    """What a model may look at: the file, what was measured, what the library concluded."""

    path: Path
    facts: Mapping[str, Any]
    categories: Mapping[str, float]  # how likely each is, from name, measurement and model together
    words: tuple[str, ...]  # of the file's and folder's name, and the tags
    heard: Floats | None = None  # the vector that the analysis made


class Embedder(Protocol):
    """A model that puts sounds and sentences into one space; vectors of two models are never compared."""

    model: str
    checksum: str  # of the weights or tables: another checksum is another model
    reads: Reads  # what `text` is given: the words that ask for something, or the same in English
    ear: Path | None  # folder of the model that the analysis of a file hears with, in the same decode; None: no such

    async def text(self, query: str) -> Floats:
        """Return the L2-normalised vector [512] of a sentence; all zero if it says nothing the model knows."""
        ...

    async def audio(self, sound: Sound) -> Floats:
        """Return the L2-normalised vector [512] of a sound; the same file gives the same vector."""
        ...

    async def votes(self, path: Path) -> Mapping[str, float] | None:
        """Return how likely each category is by this model's ear alone; None if it has no opinion of its own."""
        ...
