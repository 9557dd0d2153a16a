"""From a word, a phrase, a compound or a misspelt word to its concept. Runs on: anywhere."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import combinations
from pathlib import Path

from liveengine.lexicon import reading, text
from liveengine.lexicon.concepts import KINDS, Concept, Lexicon
from liveengine.lexicon.text import plain

SHORTEST_PART = 3  # letters of a part of a compound
VOWELS = frozenset("aeiouy")
LONG_PART = 4  # letters of either part of a compound that is known by one of them alone
PREFIX = 4  # letters by which the first word of a phrase is known, whatever its ending
REMEMBERED = 50_000  # words whose guess is kept


@dataclass(frozen=True, eq=False)
class Dictionary:
    """Spellings to concepts; spellings are plain (lower case, umlauts as ae), parts joined by one space."""

    lexicon: Lexicon
    spellings: Mapping[str, Concept]
    languages: Mapping[str, frozenset[str]]  # spelling -> en, de
    nouns: Mapping[str, Concept]  # spellings that stand after "with", and what they mean there
    grammar: Mapping[str, frozenset[str]]
    longest: int  # words of the longest spelling
    _begins: frozenset[str]  # how the first word of a phrase begins
    _guessed: dict[str, str | None] = field(default_factory=dict, repr=False)

    def find(self, word: str) -> str | None:
        """Return the spelling of a word or phrase as it is written, with an ending or drawn out; no guessing."""
        found = next((form for form in text.forms(word) if form in self.spellings), None)
        return found or next((form for form in text.relaxed(word) if form in self.spellings), None)

    def look_up(self, word: str) -> Concept | None:
        """Return the concept of a word or phrase as it is written or with an ending; no guessing."""
        found = self.find(word)
        return self.spellings[found] if found else None

    def phrase(self, rest: Sequence[str]) -> tuple[int, str] | None:
        """Return how many of these words, two or more, begin a known phrase, and its spelling; the longest counts."""
        if rest[0][:PREFIX] not in self._begins:
            return None
        for length in range(min(self.longest, len(rest)), 1, -1):
            tail = " ".join(rest[1:length])
            for first in text.forms(rest[0]):
                if found := self.find(f"{first} {tail}"):
                    return length, found
        return None

    def compound(self, word: str) -> list[str]:
        """Return the spellings of a compound's parts ("technokick", "industriebass"); empty if it is none."""
        if word in self.grammar["common"]:
            return []
        for cut in range(len(word) - SHORTEST_PART, SHORTEST_PART - 1, -1):
            first = self._part(word[:cut])
            if first and (last := self.find(word[cut:])):
                return [first, last]
            if first and (word[cut:] in self.grammar["tails"]):
                return [first]
        return []

    def head(self, word: str) -> str | None:
        """Return the spelling of the thing in a long compound with an unknown part, the last one if both are things:
        Studioschlagzeug → Schlagzeug, Beckengedöns → Becken; None if there is none.
        """
        for cut in range(LONG_PART, len(word) - LONG_PART + 1):
            last = self.find(word[cut:])
            if last and self.spellings[last].kind == "things" and VOWELS.intersection(last):  # "Deutsch" is no "tsch"
                return last
        for cut in range(len(word) - LONG_PART, LONG_PART, -1):
            first = self._part(word[:cut])
            if first and self.spellings[first].kind == "things":
                return first
        return None

    def _part(self, word: str) -> str | None:
        return self.find(word) or self.find(word.removesuffix("s"))

    def meaning(self, words: Iterable[str]) -> tuple[list[Concept], list[str]]:
        """Return what the words of a name mean, in order and once each, and the plain words that are not known.

        Phrases ("bass drum") and compounds ("technokick") are read, slips are not.
        """
        rest = [spoken for word in words for spoken in text.tokens(word)]
        concepts: dict[str, Concept] = {}
        unknown: dict[str, None] = {}
        while rest:
            taken, phrase = self.phrase(rest) or (1, self.find(rest[0]))
            meant = [phrase] if phrase else self.compound(rest[0])
            for spelling in meant:
                concepts[self.spellings[spelling].name] = self.spellings[spelling]
            if not meant:
                unknown[rest[0]] = None
            rest = rest[taken:]
        return list(concepts.values()), list(unknown)

    def guess(self, word: str) -> str | None:
        """Return the nearest spelling: one wrong letter from five letters on, two from nine."""
        if word not in self._guessed:
            if len(self._guessed) > REMEMBERED:
                self._guessed.clear()
            self._guessed[word] = self._guess(word)
        return self._guessed[word]

    def warm(self) -> None:
        """Build now what the first guess and the first sentence need (100 ms)."""
        _ = self.lexicon.opposites, self.lexicon.closed(()), self._shorter

    @property
    def warmed(self) -> bool:
        """Tell if that was built."""
        return "_shorter" in vars(self)

    def _guess(self, word: str) -> str | None:
        if allowed(word) == 0 or len(word) > 40 or word in self.grammar["common"]:
            return None
        near: set[tuple[int, int, str]] = set()
        for place, form in enumerate(text.forms(word)):
            most = allowed(form)
            for shorter in _shortened(form, most):
                for spelling in self._shorter.get(shorter, ()):
                    likely = spelling[0] == form[0] and text.likely_slip(form, spelling, place > 0)
                    if likely and (distance := text.edits(form, spelling, most)) <= most:
                        near.add((distance, place, spelling))
        return min(near)[2] if near else None

    @cached_property
    def _shorter(self) -> Mapping[str, Sequence[str]]:
        """Spellings by what is left of them without one letter: what is misspelt shares one of these."""
        found: dict[str, list[str]] = {}
        for spelling in self.spellings:
            if " " not in spelling:
                for shorter in _shortened(spelling, min(1, allowed(spelling))):
                    found.setdefault(shorter, []).append(spelling)
        return found


def allowed(word: str) -> int:
    """Return how many letters of a word may be wrong."""
    return 0 if len(word) < 5 else 1 if len(word) < 9 else 2


def _shortened(word: str, most: int) -> set[str]:
    """Return a word and what is left of it without up to `most` letters."""
    places = range(len(word))
    return {
        "".join(letter for at, letter in enumerate(word) if at not in gone)
        for count in range(most + 1)
        for gone in combinations(places, count)
    }


@lru_cache(maxsize=8)
def dictionary(root: Path | None = None) -> Dictionary:
    """Return the words of the lexicon of a library; without one those that are shipped."""
    return build(reading.lexicon(root))


def build(lexicon: Lexicon) -> Dictionary:
    """Return the words of a lexicon; of one spelling with two meanings the thing is meant, then the usual one."""
    spellings: dict[str, Concept] = {}
    languages: dict[str, set[str]] = {}
    nouns: dict[str, Concept] = {}
    for _, _, language, spelling, concept, noun in sorted(_ranked(lexicon), key=lambda entry: entry[:2]):
        spellings.setdefault(spelling, concept)
        languages.setdefault(spelling, set()).add(language)
        if noun:
            nouns.setdefault(spelling, concept)
    grammar = {name: frozenset(plain(word) for word in words) for name, words in lexicon.grammar.items()}
    return Dictionary(
        lexicon,
        spellings,
        {spelling: frozenset(known) for spelling, known in languages.items()},
        nouns,
        grammar,
        max(len(spelling.split()) for spelling in spellings),
        frozenset(spelling[:PREFIX].split()[0] for spelling in spellings if " " in spelling),
    )


def _ranked(lexicon: Lexicon) -> Iterator[tuple[int, int, str, str, Concept, bool]]:
    """Yield every spelling with what decides between two meanings: kind, then how usual it is."""
    for concept in lexicon.concepts.values():
        for noun, written in ((False, concept.spellings), (True, concept.nouns)):
            for language, words in written.items():
                for rank, word in enumerate(words):
                    yield -KINDS.index(concept.kind), rank, language, text.phrase(word), concept, noun
