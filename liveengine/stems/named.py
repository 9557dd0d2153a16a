"""Stems that are known by name only, found by what their names say. Runs on: search thread.

They wait for their analysis and have no vector yet. A query finds them by the share of what it asks for that their
names say: in any spelling and language that the lexicon knows, or as the beginning of a word.
"""

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from math import ceil
from pathlib import PurePath
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from liveengine.lexicon.dictionary import Dictionary, dictionary
from liveengine.lexicon.text import plain
from liveengine.sound.names import split
from liveengine.stems import harmony
from liveengine.stems.columns import Columns, Filter, Known
from liveengine.stems.model import display
from liveengine.stems.query import Query
from liveengine.stems.stored import split as parted
from liveengine.stems.vectors import Ids, Mask

CERTAINTY = 0.6  # the similarity of a stem whose name says all that is asked: nobody has heard it yet
LEAST = 0.5  # share of it that a name says at least
SHORTEST = 3  # letters of a word that may be the beginning of a longer one
NEAR = 0.02  # of a tempo: what counts as the one asked for
MOST = 64  # things asked for that are looked at
FIRST = 64
WORN = 4_096  # from so many gone stems on, four times as many as are there, all is written anew

Hits = NDArray[np.intp]


class Name(NamedTuple):
    """A stem that is known by name only."""

    stem: int
    filename: str
    known: Known  # what the name says beside its words

    @classmethod
    def of(cls, stem: int, row: Mapping[str, Any]) -> Self:
        """Return it from a row of the library."""
        marks = bool(row.get("favourite")), row.get("plays") or 0
        facts = row["category"], row["bpm"], row["key"], bool(row["loop"]), row["duration"], row["provenance"]
        return cls(stem, display(parted(row["source"])[1]), Known(*facts, *marks))


class Named:
    """An index from what names say to stems; a row is given once, and marked when its stem is gone."""

    def __init__(self, words: Dictionary | None = None) -> None:
        """`words` are the library's; without them those that are shipped, read with the first name."""
        self._words = words
        self._meant = lru_cache(maxsize=100_000)(self._meaning)
        self._clear()

    def _clear(self) -> None:
        self._names: dict[int, tuple[int, Name]] = {}  # stem -> row, name
        self._columns = Columns()
        self._stems: Ids = np.zeros(FIRST, np.int64)
        self._there: Mask = np.zeros(FIRST, np.bool_)
        self._rows: dict[str, array[int]] = {}  # word, or "=" and a concept -> rows
        self._sorted: list[str] = []  # the words

    def __len__(self) -> int:
        return len(self._names)

    def put(self, names: Sequence[Name]) -> None:
        """Add stems; of one that is here its facts are written anew."""
        fresh = {name.stem: name for name in names if name.stem not in self._names}
        first = self._columns.count
        self._reserve(first + len(fresh))
        for row, (stem, name) in enumerate(fresh.items(), first):
            self._names[stem] = row, name
            self._stems[row], self._there[row] = stem, True
            for word in self._says(name):
                self._enter(word, row)
        for name in names:
            self._names[name.stem] = self._names[name.stem][0], name
        if names:
            rows = np.array([self._names[name.stem][0] for name in names], np.intp)
            self._columns.put(rows, tuple(zip(*(name.known for name in names), strict=True)))

    def remove(self, stem: int) -> None:
        """Forget a stem, if it is here."""
        if stem not in self._names:
            return
        self._there[self._names.pop(stem)[0]] = False
        if not self._names:
            self._clear()
        elif self._columns.count - len(self._names) > max(WORN, 4 * len(self._names)):
            names = [name for _, name in self._names.values()]
            self._clear()
            self.put(names)

    def mark(self, stem: int, name: str, value: Any) -> None:
        """Change one fact of a stem, if it is here."""
        if stem in self._names:
            named = self._names[stem][1]
            self.put([named._replace(known=named.known._replace(**{name: value}))])

    def played(self, stem: int) -> None:
        """Count one play of a stem, if it is here."""
        if stem in self._names:
            self.mark(stem, "plays", self._names[stem][1].known.plays + 1)

    def search(self, asked: Query, most: int, wanted: Filter) -> list[tuple[int, float]]:
        """Return at most `most` (stem, similarity 0..CERTAINTY) that pass the filter, best first; of equals the older.

        What is excluded by the query stands in no name that is found.
        """
        parts = list(self._parts(asked)) if self._names else []
        if not parts:
            return []
        passed = self._there[: self._columns.count].copy()
        passed[self._denied(asked)] = False
        passed[[self._names[stem][0] for stem in wanted.exclude if stem in self._names]] = False
        if (mask := self._columns.mask(wanted)) is not None:
            passed &= mask
        hits = np.zeros(len(passed), np.int16)
        for rows in parts:
            said = np.zeros(len(passed), np.bool_)
            said[rows] = True
            hits += said
        found = np.flatnonzero(passed & (hits >= ceil(LEAST * len(parts))))
        best = found[np.lexsort((self._stems[found], -hits[found]))][:most]
        return list(zip(self._stems[best].tolist(), (CERTAINTY / len(parts) * hits[best]).tolist(), strict=True))

    # --- what names say

    def _says(self, name: Name) -> set[str]:
        """Return the words of a name, and what they mean, as the index has it."""
        self._words = self._words or dictionary()
        words = [plain(word) for word in split(PurePath(name.filename).stem)]
        letters = [word for word in words if not word.isdigit() or word in self._words.spellings]
        meant = {concept for pair in pairwise([*letters, ""]) for concept in self._meant(*pair)}
        return {*words, *meant, f"={name.known.category}"} - {""}

    def _meaning(self, word: str, after: str) -> frozenset[str]:
        """Return what two words in a row mean, each and together, and what that implies."""
        assert self._words is not None
        above = self._words.lexicon.ancestors
        concepts = [*self._words.meaning([word])[0], *self._words.meaning([word, after])[0]]
        return frozenset(f"={name}" for one in concepts for name in (one.name, *above[one.name]))

    def _enter(self, word: str, row: int) -> None:
        if word not in self._rows:
            self._rows[word] = array("q")
            if not word.startswith("="):
                insort(self._sorted, word)
        self._rows[word].append(row)

    # --- what is asked

    def _parts(self, asked: Query) -> Iterator[Hits]:
        """Yield for each thing that is asked for the rows whose names say it."""
        for word, concept in dict.fromkeys(asked.terms[:MOST]):
            yield self._of([f"={concept}", *self._beginning(word)])
        if asked.tempo is not None:
            low, high = asked.tempo_range or (asked.tempo, asked.tempo)
            tempi = self._columns["bpm"]
            yield np.flatnonzero((tempi >= low * (1.0 - NEAR)) & (tempi <= high * (1.0 + NEAR)))
        if asked.key != harmony.NO_KEY:
            yield np.flatnonzero(self._columns["key"] == asked.key)

    def _denied(self, asked: Query) -> Hits:
        return self._of([*(f"={name}" for name in asked.excluded), *asked.negative.split()])

    def _of(self, words: Iterable[str]) -> Hits:
        some = [np.frombuffer(self._rows[word], np.int64) for word in words if word in self._rows]
        return np.concatenate([np.zeros(0, np.intp), *some])

    def _beginning(self, word: str) -> Iterator[str]:
        """Yield the words that begin with a word, from three letters on; else the word alone."""
        if len(word) < SHORTEST or word.isdigit():
            yield word
            return
        for at in range(bisect_left(self._sorted, word), len(self._sorted)):
            if not self._sorted[at].startswith(word):
                return
            yield self._sorted[at]

    def _reserve(self, count: int) -> None:
        if count > len(self._stems):
            more = max(count, 2 * len(self._stems)) - len(self._stems)
            self._stems, self._there = np.pad(self._stems, (0, more)), np.pad(self._there, (0, more))
