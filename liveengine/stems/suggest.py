"""What a sentence that is being typed may become: words, earlier searches, titles. Runs on: event loop.

Words lie sorted in memory and are found by bisection; earlier searches and titles come from indices of the database.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from liveengine.lexicon import reading
from liveengine.lexicon.concepts import LANGUAGES, Lexicon
from liveengine.lexicon.text import plain

LONGEST = 3  # words of a phrase that is completed as a whole
LAST = "\U0010ffff"  # sorts behind every sign


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What may be meant: the whole sentence, and where it comes from."""

    text: str
    kind: Literal["search", "word", "stem"]
    stem: int | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Spellings in order: `plain` is sorted, `shown` is how each is written, `ranks` the lower the more usual."""

    plain: Sequence[str]
    shown: Sequence[str]
    ranks: Sequence[int]
    languages: Sequence[frozenset[str]]  # in which it is written so

    def complete(self, beginning: str, most: int, language: str | None = None) -> list[str]:
        """Return at most `most` words and phrases that go on from a beginning.

        Those of the language come first, then the most usual, then the shortest.
        """
        start, end = bisect_left(self.plain, beginning), bisect_left(self.plain, beginning + LAST)
        foreign = [language is not None and language not in self.languages[at] for at in range(start, end)]
        places = sorted(
            range(start, end), key=lambda at: (foreign[at - start], self.ranks[at], len(self.plain[at]), self.plain[at])
        )
        return list(dict.fromkeys(self.shown[at] for at in places))[:most]

    def language(self, words: Sequence[str]) -> str | None:
        """Return the one language that all those of the words have which are known; None if that says nothing."""
        common = frozenset(LANGUAGES)
        for word in words:
            at = bisect_left(self.plain, plain(word))
            if at < len(self.plain) and self.plain[at] == plain(word):
                common &= self.languages[at]
        return next(iter(common)) if len(common) == 1 else None


@lru_cache(maxsize=8)
def vocabulary(root: Path | None = None) -> Vocabulary:
    """Return the spellings of the lexicon of a library."""
    return of_lexicon(reading.lexicon(root))


def of_lexicon(lexicon: Lexicon) -> Vocabulary:
    """Return the spellings of a lexicon; a concept's first spelling goes before its others."""
    shown: dict[str, str] = {}
    ranks: dict[str, int] = {}
    languages: dict[str, frozenset[str]] = {}
    for concept in lexicon.concepts.values():
        for language, written in concept.spellings.items():
            for place, spelling in enumerate(written):
                key = plain(spelling)
                if place < ranks.get(key, len(written)):
                    shown[key], ranks[key] = spelling, place
                languages[key] = languages.get(key, frozenset()) | {language}
    keys = sorted(key for key in shown if key)
    return Vocabulary(
        keys, [shown[key] for key in keys], [ranks[key] for key in keys], [languages[key] for key in keys]
    )


def completed(text: str, words: Vocabulary, most: int) -> list[str]:
    """Return the sentences that come of completing its last word, or its last words as a phrase."""
    parts = text.split()
    if not parts or text[-1].isspace():
        return []
    found: dict[str, None] = {}
    for count in range(min(LONGEST, len(parts)), 0, -1):
        before = parts[:-count]
        for word in words.complete(plain(" ".join(parts[-count:])), most, words.language(before)):
            if plain(word) != plain(" ".join(parts[-count:])):
                found[" ".join([*before, word])] = None
    return list(found)[:most]


def merged(groups: Iterable[Iterable[Suggestion]], most: int) -> list[Suggestion]:
    """Return suggestions of several kinds by turns, each sentence once."""
    lists = [list(group) for group in groups]
    found: dict[str, Suggestion] = {}
    for place in range(max((len(group) for group in lists), default=0)):
        for group in lists:
            if place < len(group):
                found.setdefault(plain(group[place].text), group[place])
    return list(found.values())[:most]
