"""What is known of every stem, as columns of small numbers side by side. Runs on: search thread.

A place 0..1 (a percentile on an axis, a likelihood) is a byte: 0..254, 255 = unknown. Wishes look bytes up in a table,
filters compare them. What of it is costly to find is packed into the table `codes`, so that a start reads no JSON.
"""

import hashlib
import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from liveengine.config import data
from liveengine.lexicon import reading
from liveengine.lexicon.concepts import Concept
from liveengine.lexicon.dictionary import Dictionary
from liveengine.lexicon.text import plain
from liveengine.stems import axes, harmony
from liveengine.stems.vectors import Mask

CATEGORIES = ("kick", "snare", "hihat", "bass", "percussion", "fx", "synth", "vocal", "atmo", "drums", "other")
PROVENANCES = ("original", "separated", "generated", "proposed")
PROPOSED = PROVENANCES.index("proposed")
UNKNOWN = 255
PLACES = np.arange(UNKNOWN) / 254.0  # of each byte but UNKNOWN, 0..1
SLOTS = 8  # words of a name
PULL = 0.45  # how far a word in the name moves the axes that it speaks of: its maker has heard the sound
LONGEST = 600.0  # seconds: the end of the length scale
SHORTEST = 0.02
TEMPO_FIRST = 4  # 2^4 = 16 beats per minute
TEMPO_CELLS = 256  # per octave: 0.35 BPM at 130
TEMPI = TEMPO_FIRST + np.arange(2048) / TEMPO_CELLS  # log2 of the tempo of each cell; the first stands for none
FIRST = 64

Bytes = NDArray[np.uint8]
Placed = NDArray[np.intp]

# what filters read: (name, type)
FACTS = (
    ("category", np.uint16), ("tempo", np.uint16), ("bpm", np.float32), ("duration", np.float32),
    ("signature", np.uint32), ("provenance", np.uint8), ("favourite", np.bool_), ("plays", np.uint16),
    ("name", np.uint32),
)  # fmt: skip


@cache
def places() -> tuple[str, ...]:
    """Return the names of the byte columns in their order; those before "key" are packed."""
    packed = (*reading.lexicon().axes, *(f"category.{name}" for name in CATEGORIES))
    return (*packed, "key", "seconds")


class Known(NamedTuple):
    """What the search knows of a stem beside its vector."""

    category: str
    tempo: float | None = None  # beats per minute
    key: str | None = None
    loop: bool = False
    duration: float = 0.0  # seconds
    provenance: str = "original"
    favourite: bool = False
    plays: int = 0
    codes: bytes | None = None  # from `pack`; anything else counts as unknown


@dataclass(frozen=True, slots=True)
class Filter:
    """Which stems may answer. `tempo` keeps one-shots and loops that fit by repitch, half or double time; `key` keeps
    stems without a key and those in a related one; `unheard` those that were never played; `proposed` takes in what was
    proposed and is not kept yet.
    """

    category: str | None = None
    loop: bool | None = None
    tempo: float | None = None
    key: str | None = None
    exclude: frozenset[int] = frozenset()
    length: tuple[float, float] | None = None  # seconds
    provenance: str | None = None
    favourite: bool = False
    unheard: bool = False
    proposed: bool = False


def pack(
    facts: Mapping[str, Any], likely: Mapping[str, float], spoken: Iterable[str], title: str, words: Dictionary
) -> bytes:
    """Return a stem's places on the axes, its likely categories and the words of its name, for the table `codes`.

    spoken: the words of its name, and its tags; words: what they are read with.
    """
    concepts, rare = said(spoken, words)
    found = pulled(axes.measured(facts, likely), concepts)
    names = places()
    cells = [found.get(name, math.nan) for name in names[: names.index("category.kick")]]
    cells += [likely.get(name, 0.0) for name in CATEGORIES]
    ids = [word_id(word) for word in looked_for(concepts, rare, words)]
    return bytes_of(cells).tobytes() + np.array([family(title), *ids], "<u4").tobytes()


@cache
def checksum(root: Path) -> int:
    """Return a hash of all that `pack` looks into for the library at `root`, 48 bits; codes of another mean nothing."""
    digest = hashlib.blake2b(repr(places()).encode(), digest_size=6)
    for path in (*reading.files(root), data("config") / "reference.json"):
        digest.update(path.read_bytes())
    return int.from_bytes(digest.digest())


def bytes_of(places: Sequence[float]) -> Bytes:
    """Return places 0..1 as 0..254, NaN as 255."""
    found = np.rint(254 * np.clip(np.array(places), 0.0, 1.0))
    return np.where(np.isnan(found), UNKNOWN, found).astype(np.uint8)


def word_id(word: str) -> int:
    """Return the number of a word, never 0."""
    return zlib.crc32(word.encode("utf-8", "surrogatepass")) or 1


def signatures(words: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return two bits for each word: who has a word has its bits, who has not seldom has them."""
    one = np.uint32(1)
    bits = one << (words & np.uint32(31)) | one << (words >> np.uint32(5) & np.uint32(31))
    return np.where(words > 0, bits, 0).astype(np.uint32)


def tempo_cells(tempo: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Return the cell of TEMPI that each tempo falls into; NaN and what no tempo can be is 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.rint((np.log2(tempo) - TEMPO_FIRST) * TEMPO_CELLS)
    return np.where((found > 0) & (found < len(TEMPI)), found, 0).astype(np.uint16)


def length_bytes(seconds: NDArray[np.float32]) -> Bytes:
    """Return lengths on a logarithmic scale from 20 ms to 10 minutes; 0 is unknown."""
    with np.errstate(divide="ignore"):
        found = np.log(seconds / SHORTEST) / math.log(LONGEST / SHORTEST)
    return np.where(seconds > 0, np.rint(254 * np.clip(found, 0.0, 1.0)), UNKNOWN).astype(np.uint8)


def family(title: str) -> int:
    """Return the number of a name without its digits and signs: "Kick 01" and "kick_2" are one family; 0 = none."""
    letters = "".join(sign for sign in plain(title) if sign.isalpha())
    return word_id(letters) if letters else 0


def said(spoken: Iterable[str], known: Dictionary) -> tuple[list[Concept], list[str]]:
    """Return what the words of a name mean, things first, and the words that the lexicon does not know."""
    every = known.lexicon.concepts
    words = list(spoken)
    ids = [word for word in words if "_" in word and word in every]  # tags are concepts by their own name
    concepts, rare = known.meaning(word for word in words if word not in ids)
    found = {concept.name: concept for concept in (*concepts, *(every[name] for name in ids))}
    return sorted(found.values(), key=lambda concept: concept.kind != "things"), [
        word for word in rare if len(word) > 2
    ]


def looked_for(concepts: Iterable[Concept], rare: Iterable[str], known: Dictionary) -> list[str]:
    """Return the words by which a stem is found: what its name means, what is rare, what the things also are."""
    named = [concept.name for concept in concepts if concept.kind != "words"]
    above = [wider for name in named for wider in sorted(known.lexicon.ancestors[name])]
    return list(dict.fromkeys([*named, *rare, *above]))[:SLOTS]


def pulled(found: dict[str, float], concepts: Iterable[Concept]) -> dict[str, float]:
    """Move each axis towards what the words of the name say of it."""
    for concept in concepts:
        if concept.kind == "words":
            for axis, (target, weight) in concept.axes.items():
                if axis in found and not math.isnan(found[axis]):
                    found[axis] += PULL * min(1.0, weight) * (target - found[axis])
    return found


class Columns:
    """The facts of rows 0..count-1; arrays double when full."""

    def __init__(self) -> None:
        self.names = {name: number for number, name in enumerate(places())}
        self.count = 0
        self.categories: dict[str, int] = {}
        self._packed = self.names["key"]
        self._cells = np.full((len(self.names), FIRST), UNKNOWN, np.uint8)
        self._words = np.zeros((SLOTS, FIRST), np.uint32)
        self._facts: dict[str, NDArray[Any]] = {name: np.zeros(FIRST, kind) for name, kind in FACTS}
        self._nothing = bytes([UNKNOWN] * self._packed + [0] * 4 * (SLOTS + 1))

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return a column of places or facts, [count]."""
        column = self._cells[self.names[name]] if name in self.names else self._facts[name]
        return column[: self.count]

    @property
    def cells(self) -> Bytes:
        """Return the columns of places, [names, room]: more rows than are there."""
        return self._cells

    @property
    def words(self) -> NDArray[np.uint32]:
        """Return the numbers of the words in names, [SLOTS, count]."""
        return self._words[:, : self.count]

    @property
    def memory(self) -> int:
        """Return how much memory the columns take."""
        return self._cells.nbytes + self._words.nbytes + sum(column.nbytes for column in self._facts.values())

    def category_id(self, name: str) -> int:
        """Return the number of a category, a new one if it was never met."""
        return self.categories.setdefault(name, len(self.categories))

    def put(self, rows: Placed, known: Sequence[Sequence[Any]]) -> None:
        """Write what is known of rows, there already or next in line: a sequence for each field of `Known`."""
        self._reserve(int(rows.max()) + 1)
        category, bpm, key, loop, duration, provenance, favourite, plays, codes = known
        self._put_codes(rows, codes)
        self._say_category(rows, category)
        tempo, seconds = np.array(bpm, np.float32), np.array(duration, np.float32)  # None is NaN
        for name, values in (
            ("key", [_key_byte(name) for name in key]), ("seconds", length_bytes(seconds)),
            ("loop", np.where(np.array(loop, np.bool_), 254, 0)),
            ("category", [self.category_id(name) for name in category]), ("tempo", tempo_cells(tempo)),
            ("bpm", tempo), ("duration", seconds), ("favourite", favourite), ("plays", np.minimum(plays, 65_535)),
            ("provenance", [PROVENANCES.index(name) for name in provenance]),
        ):  # fmt: skip
            self.set(rows, name, values)
        self.count = max(self.count, int(rows.max()) + 1)

    def _put_codes(self, rows: Placed, codes: Iterable[bytes | None]) -> None:
        nothing, least, size = self._nothing, self._packed + 4, len(self._nothing)
        joined = b"".join(
            nothing if code is None or not least <= len(code) <= size else code.ljust(size, b"\0") for code in codes
        )
        packed = np.frombuffer(joined, np.uint8).reshape(-1, size)
        self._cells[: self._packed, rows] = packed[:, : self._packed].T
        named = packed[:, self._packed :].copy().view("<u4")
        self._words[:, rows] = named[:, 1:].T
        self._facts["signature"][rows] = np.bitwise_or.reduce(signatures(named[:, 1:]), axis=1)
        self._facts["name"][rows] = named[:, 0]

    def _say_category(self, rows: Placed, categories: Iterable[str]) -> None:
        """Let the category that a stem is filed under be certain where the likelihoods say another: a user knows."""
        first = self.names["category.kick"]
        cells = self._cells[first : first + len(CATEGORIES), rows]
        number = {name: at for at, name in enumerate(CATEGORIES)}
        filed = np.array([number.get(name, len(CATEGORIES)) for name in categories])
        likely = np.vstack([np.where(cells == UNKNOWN, -1, cells.astype(np.int16)), np.full(len(filed), -1)])
        other = (likely.max(axis=0) < 0) | (likely[filed, np.arange(len(filed))] < likely.max(axis=0))
        cells[:, other] = np.where(np.arange(len(CATEGORIES))[:, None] == filed[other], 254, 0)
        self._cells[first : first + len(CATEGORIES), rows] = cells

    def set(self, rows: Placed, name: str, values: Any) -> None:
        """Change one column of some rows: a fact, or places as bytes."""
        column = self._cells[self.names[name]] if name in self.names else self._facts[name]
        column[rows] = values

    def drop(self, row: int) -> None:
        """Close the gap at `row` with the last row."""
        self.count -= 1
        self._cells[:, row] = self._cells[:, self.count]
        self._words[:, row] = self._words[:, self.count]
        for column in self._facts.values():
            column[row] = column[self.count]

    def mask(self, wanted: Filter, excluded: Sequence[int] = ()) -> Mask | None:
        """Return which rows pass the filter, None when all do; `excluded` are the rows of `wanted.exclude`."""
        tests: list[Mask] = []
        if wanted.category is not None:
            tests.append(self["category"] == self.category_id(wanted.category))
        if wanted.loop is not None:
            tests.append((self["loop"] == 254) == wanted.loop)
        if wanted.tempo is not None:
            tests.append((self["loop"] != 254) | _fits_tempo(self["bpm"], wanted.tempo))
        if (key := harmony.key_number(wanted.key)) != harmony.NO_KEY:
            tests.append(_table({UNKNOWN, *harmony.related_keys(key)})[self["key"]])
        if wanted.length is not None:
            tests.append((self["duration"] >= wanted.length[0]) & (self["duration"] <= wanted.length[1]))
        if not wanted.proposed and (proposed := self["provenance"] == PROPOSED).any():
            tests.append(~proposed)
        if wanted.provenance is not None:
            tests.append(self["provenance"] == PROVENANCES.index(wanted.provenance))
        if wanted.favourite:
            tests.append(self["favourite"])
        if wanted.unheard:
            tests.append(self["plays"] == 0)
        if excluded:
            tests.append(np.ones(self.count, np.bool_))
            tests[-1][list(excluded)] = False
        return None if not tests else np.logical_and.reduce(tests) if len(tests) > 1 else tests[0]

    def _reserve(self, count: int) -> None:
        room = self._cells.shape[1]
        if count <= room:
            return
        more = max(count, 2 * room) - room
        self._cells = np.pad(self._cells, ((0, 0), (0, more)), constant_values=UNKNOWN)
        self._words = np.pad(self._words, ((0, 0), (0, more)))
        self._facts = {name: np.pad(column, (0, more)) for name, column in self._facts.items()}


def _fits_tempo(tempo: NDArray[np.float32], wanted: float) -> Mask:
    passed = np.zeros(len(tempo), np.bool_)
    for factor in (0.5, 1.0, 2.0):
        passed |= np.abs(tempo * np.float32(factor / wanted) - 1.0) <= harmony.TEMPO_REACH  # NaN compares false
    return passed


@cache
def _key_byte(key: str | None) -> int:
    number = harmony.key_number(key)
    return UNKNOWN if number == harmony.NO_KEY else number


def _table(values: Iterable[int]) -> Mask:
    table = np.zeros(256, np.bool_)
    table[list(values)] = True
    return table
