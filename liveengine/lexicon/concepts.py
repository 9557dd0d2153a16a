"""Concepts of sound, what follows from them and what excludes them. Runs on: anywhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

KINDS = ("words", "genres", "machines", "things")  # of one spelling in two kinds the later one is meant
LANGUAGES = ("en", "de")
Claims = frozenset[str]  # names of concepts that are true of a sound
CACHED = 100_000  # sets of claims whose closure is remembered


@dataclass(frozen=True, slots=True)
class Concept:
    """What a word means. `axes` = (target 0..1, weight); `categories` = weights; `tempo` in beats per minute."""

    name: str
    kind: str  # one of KINDS
    spellings: Mapping[str, tuple[str, ...]]  # en, de: as they are written, most usual first
    nouns: Mapping[str, tuple[str, ...]]  # en, de: what says the same after "with"
    implies: tuple[str, ...]
    suffices: tuple[Claims, ...]  # any of these sets makes this concept true
    opposite: frozenset[str]
    axes: Mapping[str, tuple[float, float]]
    categories: Mapping[str, float]
    tempo: float | None
    measured: bool = False  # it says no more than what its axes measure
    single: str | None = None  # the concept that one blow of it is

    @property
    def main(self) -> str | None:
        """The category that weighs most; None for what has none."""
        return max(self.categories, key=lambda name: self.categories[name], default=None)


@dataclass(frozen=True, eq=False)
class Lexicon:
    """All concepts, the axes that they use, and the words of grammar."""

    concepts: Mapping[str, Concept]
    axes: Mapping[str, Mapping[str, float]]  # axis -> weight of each feature that makes it
    grammar: Mapping[str, tuple[str, ...]]
    _cached: dict[Claims, Claims] = field(default_factory=dict, repr=False)

    @cached_property
    def ancestors(self) -> Mapping[str, Claims]:
        """Each concept with all that it implies, directly or not; itself among them."""
        return {name: frozenset(self._climb(name, {})) for name in self.concepts}

    def _climb(self, name: str, found: dict[str, None]) -> dict[str, None]:
        if name not in found:
            found[name] = None
            for parent in self.concepts[name].implies:
                self._climb(parent, found)
        return found

    @cached_property
    def _rules(self) -> Mapping[str, list[tuple[Claims, str]]]:
        """What suffices for what, by each concept that is part of it."""
        rules: dict[str, list[tuple[Claims, str]]] = {}
        for concept in self.concepts.values():
            for needed in concept.suffices:
                for part in needed:
                    rules.setdefault(part, []).append((needed, concept.name))
        return rules

    @cached_property
    def opposites(self) -> Mapping[str, Claims]:
        """What cannot be true beside each concept: opposites of all that either implies."""
        direct: dict[str, set[str]] = {name: set(concept.opposite) for name, concept in self.concepts.items()}
        for name, concept in self.concepts.items():
            for other in concept.opposite:
                direct[other].add(name)
        excluded = {name: frozenset().union(*(direct[part] for part in self.ancestors[name])) for name in direct}
        return {
            name: frozenset(other for other, above in self.ancestors.items() if above & excluded[name])
            for name in self.concepts
        }

    def closed(self, claims: Iterable[str]) -> Claims:
        """Return the claims with all that follows from them; KeyError for one that is no concept.

        A category claimed beside a thing that belongs to it without being one is dropped: a crash is no hi-hat.
        """
        given = frozenset(claims)
        if given not in self._cached:
            if len(self._cached) > CACHED:
                self._cached.clear()
            self._cached[given] = self._close(given)
        return self._cached[given]

    def _close(self, claims: Claims) -> Claims:
        kept = {claim for claim in claims if not self._only_category(claim, claims)}
        held = {above for claim in kept for above in self.ancestors[claim]}
        fresh = sorted(held)  # where two opposites could follow, the order decides: it must not be a set's
        while fresh:
            part = fresh.pop()
            for needed, name in self._rules.get(part, ()):
                if name not in held and needed <= held and not self.opposites[name] & held:
                    fresh += sorted(self.ancestors[name] - held)
                    held |= self.ancestors[name]
        return frozenset(held)

    def _only_category(self, name: str, claims: Claims) -> bool:
        """True where a claim is just the category of the things beside it, and none of them is one."""
        beside = [
            claim
            for claim in claims
            if claim != name
            and name == self.concepts[claim].main
            and not any(name in needed for needed in self.concepts[claim].suffices)
        ]
        return bool(beside) and not any(name in self.ancestors[claim] for claim in beside)

    def follows(self, held: Claims) -> Claims:
        """Return what of these concepts some of the others suffice for: a snare is a drum hit as well."""
        return frozenset(name for name in held if any(needed <= held for needed in self.concepts[name].suffices))

    def contradicts(self, one: str, other: str) -> bool:
        """Return whether no sound can be both: dark and bright, loop and one-shot."""
        return other in self.opposites[one]

    def categories(self, claims: Iterable[str]) -> dict[str, float]:
        """Return where a sound belongs, 0..1, the likeliest first: from the most specific things that are claimed."""
        held = frozenset(claims)
        implied = {above for claim in held for above in self.ancestors[claim] if above != claim}
        found: dict[str, float] = {}
        for claim in sorted(held - implied - self.follows(held)):
            for category, weight in self.concepts[claim].categories.items():
                found[category] = max(weight, found.get(category, 0.0))
        return dict(sorted(found.items(), key=lambda item: -item[1]))
