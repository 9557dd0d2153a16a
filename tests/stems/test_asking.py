from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from liveengine.stems import asking, query
from liveengine.stems.embed import DIM, Reads, Sound
from liveengine.stems.vectors import Floats

WEIGHTS = {"denial": 0.5, "concept": 0.75, "concept_word": 0.5}


class Axis:
    """An embedder whose every text is an axis of its own, in the order in which it is asked."""

    def __init__(self, reads: Reads) -> None:
        self.model, self.checksum = "axis", "1"
        self.reads: Reads = reads
        self.ear: Path | None = None
        self.taught = frozenset[str]()
        self.asked: list[str] = []
        self.known: list[str] = []  # concepts whose directions are the axes from 100 on

    async def warm(self) -> None:
        return None

    async def text(self, query: str) -> Floats:
        self.asked.append(query)
        return np.asarray(np.eye(1, DIM, len(self.asked) - 1)[0], np.float32)

    def directions(self, concepts: Sequence[str]) -> Floats:
        rows = [self.known.index(name) + 100 if name in self.known else DIM for name in concepts]
        return np.eye(DIM + 1, DIM, dtype=np.float32)[rows]

    async def audio(self, sound: Sound) -> Floats:
        return np.zeros(DIM, np.float32)

    async def votes(self, vector: Floats) -> Mapping[str, float] | None:
        return None


async def ask(text: str, model: Axis) -> Floats:
    return await asking.vector(query.read(text), model, WEIGHTS)


async def test_what_is_excluded_is_taken_off_what_is_asked_for() -> None:
    model = Axis("words")
    vector = await ask("a dark pad without reverb, 120 bpm", model)
    assert model.asked == ["dark pad", "reverb"]
    assert vector[:3].tolist() == pytest.approx([1 / 1.25**0.5, -0.5 / 1.25**0.5, 0.0])
    assert vector.dtype == np.float32


async def test_what_was_understood_draws_the_words_towards_where_such_sounds_lie() -> None:
    model = Axis("words")
    model.known = ["pad", "dark"]
    vector = await ask("a dark pad", model)
    pad, dark = 0.75 * 1.0 / 1.5, 0.75 * 0.5 / 1.5  # by what it is twice as much as by how it is
    assert vector[[0, 100, 101]] == pytest.approx(np.array([1.0, pad, dark]) / (1 + pad**2 + dark**2) ** 0.5)


async def test_a_model_that_knows_english_alone_is_asked_in_english() -> None:
    model = Axis("english")
    await ask("eine räudige Snare ohne Hall", model)
    await ask("filthy snare without verb", model)
    assert model.asked == ["dirty snare", "wet", "filthy snare", "verb"]


@pytest.mark.parametrize("text", ["", "120 bpm", "-vocal", "🔥", "in a-Moll"])
async def test_nothing_that_can_be_heard_is_no_vector(text: str) -> None:
    model = Axis("words")
    assert not (await ask(text, model)).any()
    assert model.asked == []
