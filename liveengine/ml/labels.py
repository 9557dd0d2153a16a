"""What labelled sounds are, and which of them answer a sentence: the sets of config/relevance. Runs on: anywhere.

A set is a file of labels; its audio lies elsewhere and is referenced by name. The queries are the same for every set.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from liveengine.config import data
from liveengine.errors import NotFound

MAYBE = 0.5  # neither right nor wrong
LEAST = 3  # right sounds that a set must have for a query to be asked of it
THIRDS = 6  # sounds of a category from which on its outer thirds are told apart
JUDGED = 9  # and from which on a modifier is judged in it
MEASURED = (("dark", "bright"), ("short", "long"), ("punchy", "soft"))  # by the order of a [measured] line
DESCENDING = (False, False, True)  # is the first word of the pair the high end of the value?
LANGUAGES = ("en", "de")
_ASKED = ("queries", "paraphrases")  # files of the folder that are no sets


@dataclass(frozen=True)
class Sound:
    """A labelled sound; `words` holds 1 for what is true of it and 0.5 for what it may be called."""

    name: str
    category: str
    kind: str
    words: Mapping[str, float]

    def holds(self, clauses: Iterable[str]) -> float:
        """Return how true the best clause is: 1, 0.5 or 0."""
        return max((min(self._value(word) for word in clause.split()) for clause in clauses), default=0.0)

    def _value(self, word: str) -> float:
        return 1.0 - self.words.get(word[1:], 0.0) if word.startswith("-") else self.words.get(word, 0.0)


@dataclass(frozen=True)
class Query:
    """A question in both languages; `verdicts`: sound -> 1 right, 0.5 passed over, 0 wrong."""

    group: str
    text: Mapping[str, str]  # by language
    verdicts: Mapping[str, float]

    @cached_property
    def right(self) -> int:
        """How many sounds are right."""
        return sum(verdict == 1.0 for verdict in self.verdicts.values())

    @cached_property
    def wrong(self) -> int:
        """How many sounds are wrong."""
        return sum(verdict == 0.0 for verdict in self.verdicts.values())


@dataclass(frozen=True)
class Modifier:
    """A word, its sounds within a category, and those of its opposite."""

    word: str
    category: str
    text: Mapping[str, str]  # "dark kick", by language
    having: tuple[str, ...]
    lacking: tuple[str, ...]


@dataclass(frozen=True)
class Labels:
    """A set of labelled sounds with all that is asked of it."""

    name: str
    about: str
    source: str
    suffix: str
    sounds: Mapping[str, Sound]
    queries: tuple[Query, ...]
    modifiers: tuple[Modifier, ...]
    nouns: Mapping[str, Mapping[str, str]]  # category -> language -> its name

    def sentences(self) -> list[str]:
        """Return every sentence that is asked, each once."""
        texts = [*(one.text for one in self.queries), *(one.text for one in self.modifiers)]
        return list(dict.fromkeys(sentence for text in texts for sentence in text.values()))

    def file(self, folder: Path, name: str) -> Path:
        """Return where a sound lies below the folder of its audio."""
        return folder / f"{name}{self.suffix}"


def names() -> list[str]:
    """Return the names of all sets."""
    return sorted(path.stem for path in _folder().glob("*.toml") if path.stem not in _ASKED)


def read(name: str = "sonic-pi") -> Labels:
    """Return a set; raises NotFound naming those there are."""
    path = _folder() / f"{name}.toml"
    if name not in names():
        raise NotFound(f"no set of labels is called {name!r}; there are {', '.join(names())}")
    return parse(name, tomllib.loads(path.read_text("utf-8")), asked("queries"))


def asked(which: str) -> dict[str, Any]:
    """Return what is asked of every set: `queries`, or their `paraphrases`."""
    return tomllib.loads((_folder() / f"{which}.toml").read_text("utf-8"))


def parse(name: str, table: Mapping[str, Any], asked: Mapping[str, Any]) -> Labels:
    """Return a set from the tables of its file and of the queries."""
    sounds = _sounds(table["sounds"], table.get("measured", {}))
    nouns = asked["nouns"]
    modifiers = _modifiers(asked["modifiers"], nouns, sounds)
    groups = {group: one for group, one in asked.items() if group not in ("nouns", "modifiers")}
    spoken = {category: {"en": en, "de": de.split(" ", 1)[1]} for category, (en, de) in nouns.items()}
    queries = tuple(_queries(groups, sounds))
    return Labels(name, table["about"], table["source"], table.get("suffix", ""), sounds, queries, modifiers, spoken)


def _folder() -> Path:
    return data("config") / "relevance"


def _sounds(lines: Mapping[str, str], measured: Mapping[str, list[float]]) -> dict[str, Sound]:
    spoken: dict[str, dict[str, float]] = {}
    for name, line in lines.items():
        spoken[name] = {word.removeprefix("~"): MAYBE if word[0] == "~" else 1.0 for word in line.split()}
    categories = {name: line.split()[0] for name, line in lines.items()}
    for category in set(categories.values()):
        members = [n for n, c in categories.items() if c == category and n in measured and spoken[n].get("loop", 0) < 1]
        for axis, pair in enumerate(MEASURED):
            _thirds(spoken, members, [measured[name][axis] for name in members], pair, DESCENDING[axis])
    heads = {name: line.split() for name, line in lines.items()}
    return {name: Sound(name, head[0], head[1], spoken[name]) for name, head in heads.items()}


def _thirds(
    spoken: dict[str, dict[str, float]], members: list[str], values: list[float], pair: tuple[str, str], turned: bool
) -> None:
    """Give the outer thirds the words of the pair; what lies between, or in a small category, may be either."""
    third = len(members) // 3 if len(members) >= THIRDS else 0
    order = [members[n] for n in np.argsort(values, kind="stable")][:: -1 if turned else 1]
    for place, name in enumerate(order):
        low, high = place < third, place >= len(order) - third
        for word, holds in zip(pair, (low, high), strict=True):
            if not low and not high:
                spoken[name].setdefault(word, MAYBE)
            elif holds:
                spoken[name][word] = 1.0


def _queries(asked: Mapping[str, Any], sounds: Mapping[str, Sound]) -> Iterable[Query]:
    for group, table in asked.items():
        for one in table["queries"]:
            verdicts = {}
            for name, sound in sounds.items():
                verdict = sound.holds(one["relevant"])
                verdicts[name] = max(verdict, MAYBE) if sound.holds(one.get("maybe", ())) else verdict
            query = Query(group, {language: one[language] for language in LANGUAGES}, verdicts)
            if query.right >= LEAST and query.wrong:
                yield query


def _modifiers(table: Mapping[str, Any], nouns: Mapping[str, Any], sounds: Mapping[str, Sound]) -> tuple[Modifier, ...]:
    found = []
    for word, (category, (en, de)) in ((w, noun) for w in table for noun in nouns.items()):
        members = [s for s in sounds.values() if s.category == category and s.words.get("loop", 0) < 1]
        ends = word, table[word]["over"]
        having, lacking = (tuple(s.name for s in members if s.words.get(end) == 1.0) for end in ends)
        if len(members) < JUDGED or not having or not lacking:
            continue
        for n, end in enumerate(ends):
            text = {"en": f"{table[word]['en'][n]} {en}", "de": f"{table[word]['de'][n]}{de}"}
            pair = (having, lacking) if n == 0 else (lacking, having)
            found.append(Modifier(end, category, text, *pair))
    return tuple(found)
