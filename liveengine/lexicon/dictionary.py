"""From a word, a phrase, a compound or a misspelt word to its concept. Runs on: anywhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from liveengine.lexicon import reading, text
from liveengine.lexicon.concepts import KINDS, Concept, Lexicon
from liveengine.lexicon.text import plain

SHORTEST_PART = 3  # letters of a part of a compound


@dataclass(frozen=True, eq=False)
class Dictionary:
    """Spellings to concepts; spellings are plain (lower case, umlauts as ae), parts joined by one space."""

    spellings: Mapping[str, Concept]
    grammar: Mapping[str, frozenset[str]]
    longest: int  # words of the longest spelling
    near: Mapping[tuple[str, int], tuple[str, ...]]  # (first letter, length) -> spellings that may be misspelt

    def look_up(self, word: str) -> Concept | None:
        """Return the concept of a word or phrase as it is written or with an ending; no guessing."""
        for form in text.forms(word):
            if form in self.spellings:
                return self.spellings[form]
        return None

    def compound(self, word: str) -> list[Concept]:
        """Return the concepts of a compound's parts ("technokick", "industriebass"); empty if it is none."""
        for cut in range(len(word) - SHORTEST_PART, SHORTEST_PART - 1, -1):
            first, rest = self.look_up(word[:cut]), word[cut:]
            first = first or self.look_up(word[:cut].removesuffix("s"))
            if first and (last := self.look_up(rest)):
                return [first, last]
        return []

    def guess(self, word: str) -> Concept | None:
        """Return the concept of the nearest spelling: one wrong letter from five letters on, two from nine."""
        allowed = 0 if len(word) < 5 else 1 if len(word) < 9 else 2
        if not allowed:
            return None
        near = (
            (distance, spelling)
            for form in text.forms(word)
            for length in range(max(4, len(form) - allowed), len(form) + allowed + 1)
            for spelling in self.near.get((form[0], length), ())
            if (distance := text.edits(form, spelling, allowed)) <= allowed
        )
        found = min(near, default=None)
        return self.spellings[found[1]] if found else None


@lru_cache(maxsize=8)
def dictionary(root: Path | None = None) -> Dictionary:
    """Return the words of the lexicon of a library; without one those that are shipped."""
    return build(reading.lexicon(root))


def build(lexicon: Lexicon) -> Dictionary:
    """Return the words of a lexicon; of one spelling with two meanings the thing is meant, then the usual one."""
    ranked = [
        (-KINDS.index(concept.kind), rank, text.phrase(spelling), concept)
        for concept in lexicon.concepts.values()
        for written in (*concept.spellings.values(), *concept.nouns.values())
        for rank, spelling in enumerate(written)
    ]
    spellings: dict[str, Concept] = {}
    for _, _, spelling, concept in sorted(ranked, key=lambda entry: entry[:2]):
        spellings.setdefault(spelling, concept)
    near: dict[tuple[str, int], tuple[str, ...]] = {}
    for spelling in spellings:
        if len(spelling) >= 4:
            place = spelling[0], len(spelling)
            near[place] = (*near.get(place, ()), spelling)
    grammar = {name: frozenset(plain(word) for word in words) for name, words in lexicon.grammar.items()}
    return Dictionary(spellings, grammar, max(len(s.split()) for s in spellings), near)
