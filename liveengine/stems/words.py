"""Words of sound: from spelling to meaning, English and German. Runs on: event loop."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from liveengine.sound.names import plain
from liveengine.stems import axes

ENDINGS = ("eren", "erer", "eres", "erem", "sten", "ster", "er", "en", "em", "es", "e", "n", "s")
LONGEST_PHRASE = 3  # words
SHORTEST_PART = 3  # letters of a part of a compound
_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Concept:
    """What a word means: targets on axes (place, weight), categories, and a tempo that it suggests."""

    name: str
    kind: str  # words, things, genres
    axes: Mapping[str, tuple[float, float]]
    categories: Mapping[str, float]
    tempo: float | None


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Spellings to concepts; spellings are plain (lower case, umlauts as ae), parts joined by one space."""

    spellings: Mapping[str, Concept]
    grammar: Mapping[str, frozenset[str]]

    def look_up(self, word: str) -> Concept | None:
        """Return the concept of a word or phrase as it is written or with an ending; no guessing."""
        for form in _forms(word):
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
            for form in _forms(word)
            if len(form) >= 4
            for spelling in self.spellings
            if spelling[0] == form[0] and len(spelling) >= 4 and (distance := edits(form, spelling, allowed)) <= allowed
        )
        found = min(near, default=None)
        return self.spellings[found[1]] if found else None


def tokens(text: str) -> list[str]:
    """Return the words, numbers and commas of a sentence, plain."""
    spaced = re.sub(r"[,;.!?:]+(?=\s|$)", " , ", text.replace("’", "'").replace("&", " and "))
    found = []
    for piece in spaced.split():
        found += [","] if piece == "," else [plain(word) for word in _TOKEN.findall(piece)]
    return [word for word in found if word]


@cache
def dictionary() -> Dictionary:
    """Return the words of config/lexicon.toml."""
    table = axes.lexicon()
    spellings: dict[str, Concept] = {}
    for kind in ("words", "genres", "things"):  # a later one wins: `atmosphere` is a thing before it is a mood
        for name, entry in table[kind].items():
            concept = _concept(name, kind, entry)
            for spelling in entry["say"]:
                spellings[plain(spelling.replace("-", " ").replace("&", "and"))] = concept
    grammar = {name: frozenset(plain(word) for word in words) for name, words in table["grammar"].items()}
    return Dictionary(spellings, grammar)


def _concept(name: str, kind: str, entry: Mapping[str, Any]) -> Concept:
    targets = {
        axis: tuple(spec) if isinstance(spec, list) else (spec, 1.0) for axis, spec in entry.get("axes", {}).items()
    }
    return Concept(name, kind, targets, entry.get("category", {}), entry.get("tempo"))


def _forms(word: str) -> list[str]:
    """Return a word and what may be left of it without its ending: dunkler → dunkl → dunkel, hats → hat."""
    forms = [word]
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: -len(ending)]
            forms.append(stem)
            if stem[-1] in "lr" and len(stem) > 3 and stem[-2] not in "aeiouy":
                forms.append(f"{stem[:-1]}e{stem[-1]}")
            if len(stem) > 3 and stem[-1] == stem[-2]:
                forms.append(stem[:-1])  # fatter → fat
            forms.append(stem + "e")
    return forms


def edits(one: str, other: str, most: int) -> int:
    """Return the number of letters to insert, drop, replace or swap (Damerau-Levenshtein), or most + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, right in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
