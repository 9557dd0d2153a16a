"""Stems that are known by name only, found by the words of their names. Runs on: event loop.

They wait for their analysis and have no vector yet; a query finds them by the share of its words that their names hold.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from math import ceil
from typing import Any, Self

from liveengine.lexicon.text import plain
from liveengine.sound.names import split
from liveengine.stems import harmony
from liveengine.stems.columns import Filter
from liveengine.stems.reader import Reader

CERTAINTY = 0.6  # the similarity of a stem whose name holds every word: nobody has heard it yet
LEAST = 0.5  # share of the words that a name holds at least
SHORTEST = 3  # letters of a word that may be the beginning of a longer one
FETCH = 5_000


@dataclass(frozen=True, slots=True)
class Card:
    """What the name says beside its words."""

    category: str
    tempo: float | None
    key: str | None
    loop: bool

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Return the card of a row of the library."""
        return cls(row["category"], row["bpm"], row["key"], bool(row["loop"]))

    def passes(self, wanted: Filter) -> bool:
        """Tell if it passes the filter; what a name leaves open does not count against it."""
        if wanted.category not in (None, self.category) or wanted.loop not in (None, self.loop):
            return False
        if wanted.tempo and self.loop and self.tempo:
            off = min(abs(self.tempo * factor / wanted.tempo - 1.0) for factor in (0.5, 1.0, 2.0))
            if off > harmony.TEMPO_REACH:
                return False
        asked, key = harmony.key_number(wanted.key), harmony.key_number(self.key)
        return harmony.NO_KEY in (asked, key) or key in harmony.related_keys(asked)


class Named:
    """An index from the words of names to stems."""

    def __init__(self) -> None:
        self._cards: dict[int, Card] = {}
        self._words: dict[int, frozenset[str]] = {}
        self._stems: dict[str, set[int]] = {}
        self._sorted: list[str] = []

    def __len__(self) -> int:
        return len(self._cards)

    def __contains__(self, stem: int) -> bool:
        return stem in self._cards

    async def load(self, reading: Reader) -> None:
        """Take in every named stem of the library."""
        after = 0
        while rows := await reading.named(after, FETCH):
            for row in rows:
                after = row["id"]
                self.put(after, Card.of(dict(row)), row["filename"])

    def put(self, stem: int, card: Card, name: str) -> None:
        """Add a stem."""
        self.remove(stem)
        words = frozenset({*(plain(word) for word in split(name)), card.category} - {""})
        self._cards[stem], self._words[stem] = card, words
        for word in words:
            if word not in self._stems:
                self._stems[word] = set()
                insort(self._sorted, word)
            self._stems[word].add(stem)

    def remove(self, stem: int) -> None:
        """Forget a stem, if it is here."""
        self._cards.pop(stem, None)
        for word in self._words.pop(stem, ()):
            self._stems[word].discard(stem)
            if not self._stems[word]:
                del self._stems[word]
                del self._sorted[bisect_left(self._sorted, word)]

    def search(self, text: str, k: int, wanted: Filter) -> list[tuple[int, float]]:
        """Return at most k (stem, similarity 0..CERTAINTY), best first; of equals the older one first."""
        asked = list(dict.fromkeys(plain(word) for word in split(text)))
        asked = [word for word in asked if len(word) >= SHORTEST or word in self._stems]
        if not asked or not self._cards:
            return []
        hits: Counter[int] = Counter()
        for word in asked:
            hits.update(self._holding(word))
        return list(islice(self._passing(hits, len(asked), wanted), k))

    def _passing(self, hits: Mapping[int, int], asked: int, wanted: Filter) -> Iterator[tuple[int, float]]:
        """Yield what passes the filter, best first."""
        for count in range(asked, ceil(LEAST * asked) - 1, -1):
            for stem in sorted(stem for stem, found in hits.items() if found == count):
                if stem not in wanted.exclude and self._cards[stem].passes(wanted):
                    yield stem, CERTAINTY * count / asked

    def _holding(self, word: str) -> set[int]:
        """Return the stems whose names hold a word, or from three letters on one that begins with it."""
        if len(word) < SHORTEST:
            return self._stems.get(word, set())
        at = bisect_left(self._sorted, word)
        found: set[int] = set()
        while at < len(self._sorted) and self._sorted[at].startswith(word):
            found |= self._stems[self._sorted[at]]
            at += 1
        return found
