"""Sounds and sentences into one space: the protocol, and which model answers. Runs on: event loop."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np

from liveengine.stems.vectors import Floats

DIM = 512
Reads = Literal["words", "english"]


@dataclass(frozen=True, slots=True)
class Sound:
    """What a model hears: a file, and the vector that its analysis made in the same decode, if it did."""

    path: Path
    heard: Floats | None = None


class Embedder(Protocol):
    """A model that puts sounds and sentences into one space; vectors of two models are never compared."""

    model: str
    checksum: str  # of the weights or tables: another checksum is another model
    taught: frozenset[str]  # words that it was taught beside those of the lexicon, plain
    reads: Reads  # what `text` is given: the words that ask for something, or the same in English
    ear: Path | None  # folder of the model that the analysis of a file hears with, in the same decode; None: no such

    async def warm(self) -> None:
        """Load what the first sentence needs, where that is cheap to keep."""
        ...

    async def text(self, query: str) -> Floats:
        """Return the L2-normalised vector [512] of a sentence; all zero if it says nothing the model knows."""
        ...

    def directions(self, concepts: Sequence[str]) -> Floats:
        """Return the L2-normalised directions in which sounds of some concepts of the lexicon lie, [n, 512].

        All zero for a concept that the model does not know by name; the same in every language.
        """
        ...

    async def audio(self, sound: Sound) -> Floats:
        """Return the L2-normalised vector [512] of a sound; the same file gives the same vector."""
        ...

    async def votes(self, vector: Floats) -> Mapping[str, float] | None:
        """Return how likely each category is for a sound of this vector; None if it has no opinion of its own."""
        ...


def sound_of(path: Path, facts: Mapping[str, Any]) -> Sound:
    """Return a file with what its analysis heard: `facts` are those of job `analyse`."""
    heard = facts.get("vector")
    return Sound(path, np.frombuffer(base64.b64decode(heard), "<f4").astype(np.float32) if heard else None)
