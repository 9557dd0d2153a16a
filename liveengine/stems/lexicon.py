"""The model that needs no weights: "lexicon-1", measured features and a lexicon of sound words. Runs on: event loop.

It is not trained and hears nothing that is not measured. A sound is a vector of blocks: a radial code of its percentile
on each axis, of its tempo, its key, its category, and hashed words of its name. A sentence is a weighted sum of wishes
in the same blocks. Every sound has the same length in every block (what is missing fills one spare dimension), so the
cosine is exactly a weighted mean of "how well is this wish met". The last dimension, zero in every sound, carries the
scale of that mean, so that 1 is a sound that meets every wish.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import numpy as np

from liveengine.config import data
from liveengine.lexicon import reading
from liveengine.lexicon.concepts import Concept
from liveengine.lexicon.dictionary import dictionary
from liveengine.stems import axes, harmony, query, vectors
from liveengine.stems.axes import Floats
from liveengine.stems.embed import DIM, Reads, Sound
from liveengine.stems.query import Query

MODEL = "lexicon-1"
CATEGORIES = ("kick", "snare", "hihat", "bass", "percussion", "fx", "synth", "vocal", "atmo", "drums", "other")
CATEGORY_CELLS = 16  # the user's own categories share those that are left
TEMPO_CELLS = 16
TEMPO_CENTRES = np.linspace(math.log2(60.0), math.log2(200.0), TEMPO_CELLS)
TEMPO_WIDTH = 0.08  # octaves: 5 BPM at 130 still count 0.8, 10 BPM 0.4
NAME_WORDS = 4  # of a name; its things and rare words come first
PULL = 0.45  # how far a word in the name moves the axes that it speaks of: its maker has heard the sound

# how much a block counts in the comparison of two sounds
AXIS, TEMPO, KEY, CATEGORY, NAMES = 1.0, 1.5, 1.0, 2.5, 2.0
# how much of a sentence a block gets
SEVERAL = 0.85
CATEGORY_SHARE, AXES_SHARE, AXES_HALF, TEMPO_SHARE, HINT_SHARE, KEY_SHARE = 1.0, 0.85, 0.35, 0.6, 0.08, 0.35


class Layout:
    """Where each block lies in the vector, and how long every sound is."""

    def __init__(self) -> None:
        self.axes = tuple(reading.lexicon().axes)
        at = len(self.axes) * axes.CELLS
        self.tempo = slice(at, at + TEMPO_CELLS)
        self.key = slice(self.tempo.stop, self.tempo.stop + harmony.KEYS)
        self.category = slice(self.key.stop, self.key.stop + CATEGORY_CELLS)
        self.names = slice(self.category.stop, DIM - 2)
        self.spare, self.scale = DIM - 2, DIM - 1
        self.norm = math.sqrt(len(self.axes) * AXIS**2 + TEMPO**2 + KEY**2 + CATEGORY**2 + NAMES**2)

    def axis(self, name: str) -> slice:
        """Return the cells of an axis."""
        at = self.axes.index(name) * axes.CELLS
        return slice(at, at + axes.CELLS)


@cache
def layout() -> Layout:
    """Return the layout that config/lexicon gives."""
    return Layout()


class Lexicon:
    """The Embedder without weights."""

    def __init__(self) -> None:
        self.model = MODEL
        digest = hashlib.blake2b(digest_size=16)
        for path in (*reading.files(), data("config") / "reference.json"):
            digest.update(path.read_bytes())
        self.checksum = digest.hexdigest()
        self.ear: Path | None = None
        self.reads: Reads = "sentence"
        self.swift = True  # a vector is made from stored facts, without opening the file

    async def text(self, sentence: str) -> vectors.Floats:
        """Return the vector of a sentence; all zero but the scale when it asks for nothing."""
        return of_query(query.read(sentence))

    async def audio(self, sound: Sound) -> vectors.Floats:
        """Return the vector of a sound from its facts, its likely categories and the words of its name."""
        return of_sound(sound)

    async def votes(self, path: Path) -> Mapping[str, float] | None:
        """Return None: this model's ear is the measurement that the library asks anyway."""
        return None

    def attainable(self, asked: vectors.Floats) -> float:
        """Return the cosine of a sound that meets every wish of the sentence."""
        return float(asked[layout().scale])


def of_sound(sound: Sound) -> vectors.Floats:
    """Return the L2-normalised vector [512] of a sound."""
    plan, vector = layout(), np.zeros(DIM)
    concepts, rare = _said(sound.words)
    for axis, place in _pulled(axes.measured(sound.facts, sound.categories), concepts).items():
        if not math.isnan(place):
            vector[plan.axis(axis)] = AXIS * axes.code(place)
    if tempo := sound.facts.get("tempo"):
        vector[plan.tempo] = TEMPO * _tempo_code(float(tempo))
    if (key := harmony.key_number(sound.facts.get("key"))) != harmony.NO_KEY:
        vector[plan.key] = KEY * _key_code(key)
    vector[plan.category] = CATEGORY * _category_code(sound.categories)
    for word in [*_things(concepts), *rare][:NAME_WORDS]:
        vector[plan.names] += NAMES / math.sqrt(NAME_WORDS) * _word_code(word, plan.names.stop - plan.names.start)
    missing = plan.norm**2 - float(vector @ vector)
    vector[plan.spare] = math.sqrt(max(0.0, missing))
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def of_query(asked: Query) -> vectors.Floats:
    """Return the L2-normalised vector [512] of what a sentence asks."""
    plan, wishes = layout(), np.zeros(DIM)
    total = 0.0
    for axis, target, weight in _weighed(asked.axes):
        wishes[plan.axis(axis)] += weight / AXIS * np.array(axes.wish(target))
        total += weight
    best = max(asked.categories.values(), default=0.0)
    for category, weight in asked.categories.items():
        wishes[plan.category] += CATEGORY_SHARE * weight / CATEGORY * _category_code({category: 1.0})
    # A sound may be halfway between two categories asked for, and then meets both: their length counts, not the best.
    several = math.sqrt(sum(weight**2 for weight in asked.categories.values() if weight > 0))
    total += CATEGORY_SHARE * max(best, SEVERAL * several)
    for word, weight in asked.names.items():
        code = _word_code(word, plan.names.stop - plan.names.start)
        wishes[plan.names] += weight * math.sqrt(NAME_WORDS) / NAMES * code
        total += weight
    tempo, share = (asked.tempo, TEMPO_SHARE) if asked.tempo else (asked.hinted_tempo, HINT_SHARE)
    if tempo:
        wishes[plan.tempo] = share / TEMPO * _tempo_code(tempo)
        total += share
    if asked.key != harmony.NO_KEY:
        wishes[plan.key] = KEY_SHARE / KEY * _key_code(asked.key)
        total += KEY_SHARE
    if total > 0:
        wishes *= plan.norm / total
    wishes[plan.scale] = 1.0
    return (wishes / np.linalg.norm(wishes)).astype(np.float32)


def _weighed(claims: list[tuple[str, float, float]]) -> Iterable[tuple[str, float, float]]:
    """Scale the claims so that all together weigh less than the category, however many words there are."""
    total = sum(weight for _, _, weight in claims)
    share = AXES_SHARE * total / (total + AXES_HALF) if total else 0.0
    return [(axis, target, weight * share / total) for axis, target, weight in claims]


def _said(spoken: Iterable[str]) -> tuple[list[Concept], list[str]]:
    """Return what the words of a name mean, and those that the lexicon does not know."""
    known = dictionary()
    concepts: dict[str, Concept] = {}
    rare: dict[str, None] = {}
    for word in spoken:
        found = known.look_up(word)
        if found:
            concepts[found.name] = found
        elif len(word) > 2:
            rare[word] = None
    return list(concepts.values()), list(rare)


def _pulled(places: dict[str, float], concepts: Iterable[Concept]) -> dict[str, float]:
    """Move each axis towards what the words of the name say of it."""
    for concept in concepts:
        if concept.kind == "words":
            for axis, (target, weight) in concept.axes.items():
                if axis in places and not math.isnan(places[axis]):
                    places[axis] += PULL * min(1.0, weight) * (target - places[axis])
    return places


def _things(concepts: Iterable[Concept]) -> list[str]:
    """Return the names of things and genres that say more than a category does."""
    ranked = sorted(concepts, key=lambda concept: concept.kind != "things")
    return [c.name for c in ranked if c.kind != "words" and c.name not in c.categories]


def _tempo_code(tempo: float) -> Floats:
    """Return the unit-length code of a tempo in beats per minute, folded by octaves into 60..200."""
    while tempo < 60.0:
        tempo *= 2.0
    while tempo > 200.0:
        tempo /= 2.0
    cells: Floats = np.exp(-0.5 * ((math.log2(tempo) - TEMPO_CENTRES) / TEMPO_WIDTH) ** 2)
    return cells / np.linalg.norm(cells)


def _key_code(key: int) -> Floats:
    """Return the unit-length code of a key: itself, and less so the keys that mix with it."""
    cells = np.zeros(harmony.KEYS)
    cells[list(harmony.related_keys(key))] = 0.35
    cells[key] = 1.0
    return cells / np.linalg.norm(cells)


def _category_code(likely: Mapping[str, float]) -> Floats:
    """Return the unit-length code of how likely each category is."""
    cells = np.zeros(CATEGORY_CELLS)
    for name, share in likely.items():
        known = name in CATEGORIES
        spare = len(CATEGORIES) + hashlib.blake2b(name.encode(), digest_size=2).digest()[0] % (
            CATEGORY_CELLS - len(CATEGORIES)
        )
        cells[CATEGORIES.index(name) if known else spare] += share
    norm = float(np.linalg.norm(cells))
    return cells / norm if norm > 0 else cells


@cache
def _word_code(word: str, size: int) -> Floats:
    """Return the unit-length code of a word: hashed signs of itself and its trigrams, so that related words meet."""
    padded = f"<{word}>"
    pieces = [word, *(padded[i : i + 3] for i in range(len(padded) - 2))]
    cells = np.zeros(size)
    for number, piece in enumerate(pieces):
        digest = hashlib.blake2b(piece.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        weight = math.sqrt(len(pieces)) if number == 0 else 1.0
        for at in (0, 3):
            cells[int.from_bytes(digest[at : at + 2]) % size] += weight if digest[at + 2] & 1 else -weight
    return cells / np.linalg.norm(cells)
