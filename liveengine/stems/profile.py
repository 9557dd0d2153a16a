"""The semantic profile: energy, mood, texture, movement, space. Runs on: event loop.

By measurement, with the percentile within the library; and by the search model, which compares the sound with sentences
for both ends of each axis.
"""

from dataclasses import dataclass

import numpy as np

from liveengine.stems.embed import Embedder
from liveengine.stems.finder import Finder
from liveengine.stems.five import AXES, COLUMNS, FIVE
from liveengine.stems.vectors import Floats

SHARPNESS = 8.0  # of a difference of cosines; 0.1 more to one end is 0.69 of 1


@dataclass(frozen=True, slots=True)
class Axis:
    """Where a sound stands on one axis, each 0..1."""

    place: float  # by measurement
    percentile: float  # share of the library that lies below
    heard: float  # by the search model; 0.5 = between the ends


class Profiles:
    """Profiles of the stems of a library."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._ends: tuple[str, Floats] | None = None  # model, and [axes, 512] from the low to the high end

    async def of(self, stem: int, embedder: Embedder) -> dict[str, Axis]:
        """Return a stem's profile; an axis on which it was not measured is left out."""
        places = await self._finder.standing(stem, COLUMNS)
        vector = await self._finder.vector(stem)
        if vector is None:
            return {}
        leans = (await self._directions(embedder)) @ vector
        heard = dict(zip(AXES, (1.0 / (1.0 + np.exp(-SHARPNESS * leans))).tolist(), strict=True))
        found = {}
        for name, scale in FIVE.items():
            if (standing := places.get(scale.column)) is not None:
                found[name] = Axis(round(standing[0], 3), round(standing[1], 4), round(heard[name], 3))
        return found

    async def _directions(self, embedder: Embedder) -> Floats:
        """Return the vector from the low to the high end of each axis, made once for a model."""
        model = f"{embedder.model} {embedder.checksum}"
        if self._ends is None or self._ends[0] != model:
            highs = [await _mean(embedder, scale.high_sentences) for scale in FIVE.values()]
            lows = [await _mean(embedder, scale.low_sentences) for scale in FIVE.values()]
            self._ends = model, np.stack(highs) - np.stack(lows)
        return self._ends[1]


async def _mean(embedder: Embedder, sentences: tuple[str, ...]) -> Floats:
    mean: Floats = np.mean([await embedder.text(sentence) for sentence in sentences], axis=0)
    return mean
