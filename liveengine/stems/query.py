"""Reads a sentence: what it asks of a sound, in parts that can be weighed. Runs on: event loop; pure.

Any text is read, in time that grows with its length; nothing is an error, and what is not understood is told.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from liveengine.lexicon.concepts import Concept
from liveengine.lexicon.dictionary import Dictionary
from liveengine.lexicon.dictionary import dictionary as shipped
from liveengine.lexicon.text import clean, tokens
from liveengine.stems import harmony, quantities
from liveengine.stems.things import BESIDE, DENIED, MAIN, WITHIN, Thing, categories, shares

LONGEST = 2_000  # signs that are read; a sentence has 200
# What a concept asks of the axes: a measured description in full, a mood or style less, what a thing usually measures
# hardly: the model has heard more of it than that.
KIND_WEIGHT: Mapping[str, float] = {"words": 0.3, "genres": 0.1, "machines": 0.1, "things": 0.1}
NAME_WEIGHT: Mapping[str, float] = {"words": 0.0, "genres": 0.12, "machines": 0.3, "things": 0.25}
ASIDE = 0.3  # what a description counts that is of a thing after "with"
UNKNOWN_WEIGHT = 0.25
GUESSED_WEIGHT = 0.05  # of a word that may be misspelt, or a name
MORE, LESS = 1.5, 0.6  # how much "very" and "slightly" change a weight
USUAL = (70.0, 180.0)  # beats per minute of loops whose tempo is not asked for
ROUNDED = 0.05  # how much a loop of so many bars may be cut short or ring on
_SHORTENED = re.compile(r"\b(bzw|ca|evtl|inkl|incl|etc|usw)\.", re.IGNORECASE)
_MINUS = str.maketrans({"−": "-", "–": "-", "—": "-"})

Target = tuple[str, float, float]


@dataclass(slots=True)
class Query:
    """What a sentence asks; weights of one group are relative to each other."""

    axes: list[Target] = field(default_factory=list)  # axis, target 0..1, weight
    categories: dict[str, float] = field(default_factory=dict)  # weight; negative = not that
    names: dict[str, float] = field(default_factory=dict)  # words to look for in names and tags
    tempo: float | None = None  # beats per minute, asked for by number; of a range its middle
    tempo_range: tuple[float, float] | None = None
    hinted_tempo: float | None = None  # what "fast" or a genre suggests
    key: int = harmony.NO_KEY
    length: tuple[float, float] | None = None  # seconds, from, to
    bars: float | None = None
    loop: bool | None = None  # False = one-shot
    like: tuple[int, ...] = ()  # stems named as examples
    this: bool = False  # "like this one", and which one is not known yet: the caller may know
    relative: list[Target] = field(default_factory=list)  # beside an example: axis, direction -1..+1, weight
    stands: dict[str, float] = field(default_factory=dict)  # where the examples stand on those axes, if that is known
    than: str = ""  # what these examples are called: "stem 42"
    positive: str = ""  # plain words asked for, slips mended, for the text tower
    either: list["Query"] = field(default_factory=list)  # of several things any will do: the query for each of them
    negative: str = ""  # plain words that are excluded
    english: str = ""  # the concepts asked for, in English, for models that know no other language
    english_negative: str = ""
    language: str | None = None  # en, de, None = either
    wanted: list[str] = field(default_factory=list)  # concepts asked for, in order
    excluded: list[str] = field(default_factory=list)  # concepts excluded, in order
    terms: list[tuple[str, str]] = field(default_factory=list)  # what a name may say: word as typed, concept or ""
    understood: list[str] = field(default_factory=list)  # all that was understood, in order; "not dark" where negated
    unknown: list[str] = field(default_factory=list)
    taught: list[str] = field(default_factory=list)  # words that the search model at hand was taught, in order

    def seconds(self) -> tuple[float, float] | None:
        """Return the lengths asked for: in seconds, or of so many bars in the tempo asked for or in any usual one."""
        if self.length or not self.bars:
            return self.length
        slow, fast = self.tempo_range or ((self.tempo, self.tempo) if self.tempo else USUAL)
        return self.bars * 240.0 / fast * (1.0 - ROUNDED), self.bars * 240.0 / slow * (1.0 + ROUNDED)


@dataclass(slots=True)
class _State:
    """Where in the sentence we are."""

    negated: bool = False
    within: bool = False  # after "with"
    since: int = 0  # how many axes were asked for before that, or before the last thing in it
    behind: bool = False  # after "of", "from", "for"
    strength: float = 1.0  # of the next word: "very", "slightly"
    last: str = ""  # kind of the concept before, where "and" may go on with it
    denied: bool = False  # whether that one was negated
    joined: str = ""  # "and" or "or" where that is said behind a thing, until the next thing


def read(text: str, dictionary: Dictionary | None = None, taught: frozenset[str] = frozenset()) -> Query:
    """Return what the sentence asks; never raises, whatever it is. `taught`: words that the search model knows."""
    return _Reader(dictionary or shipped(), taught).read(text)


class _Reader:
    """Goes through a sentence once, from left to right."""

    def __init__(self, known: Dictionary, taught: frozenset[str]) -> None:
        self.known = known
        self.taught = taught
        self.query = Query()
        self.state = _State()
        self.things: list[Thing] = []
        self.said: list[str] = []
        self.denied: list[str] = []

    def read(self, text: str) -> Query:
        """Return what the sentence asks."""
        whole = clean(text[:LONGEST]).translate(_MINUS)
        self.query.language = self._language(tokens(whole))
        rest, numbers = quantities.take(whole)
        words = _twice(tokens(_marked(rest)))
        self._numbers(numbers)
        at, reach = 0, max(2, self.known.longest)
        while at < len(words):
            at += self._take(words[at : at + reach])
        self._place()
        self.query.understood = list(dict.fromkeys(self.query.understood))
        self.query.positive = " ".join(self.said)
        self.query.negative = " ".join(self.denied)
        self.query.english = self._english(self.query.wanted, self.said)
        self.query.english_negative = self._english(self.query.excluded, self.denied)
        self.query.either = self._either()
        return self.query

    def _numbers(self, numbers: quantities.Quantities) -> None:
        query = self.query
        for name in ("tempo", "tempo_range", "key", "length", "bars", "like", "this"):
            setattr(query, name, getattr(numbers, name))
        query.understood += numbers.told()
        if query.bars:
            query.loop = True

    def _take(self, rest: list[str]) -> int:
        """Take what stands first: a phrase, a word of grammar, a concept, a number, or something unknown."""
        if phrase := self.known.phrase(rest):
            self._meant(phrase[1], " ".join(rest[: phrase[0]]))
            return phrase[0]
        word, after = rest[0], rest[1] if len(rest) > 1 else ""
        if word == after:
            return 1
        if after and self._grammar(f"{word} {after}", ""):
            return 2
        if after in self.known.grammar["free"] and (found := self.known.find(word)):
            self.state.negated = True
            self._meant(found, word)
            return 2
        if not self._grammar(word, after):
            self._word(word)
        return 1

    def _grammar(self, word: str, after: str) -> bool:
        """Take a word that changes its neighbours; False if it is none."""
        grammar, state = self.known.grammar, self.state
        if word in grammar["and"] or (word == "," and state.last == "noun"):
            state.negated = state.denied and self._goes_on(after)
            if state.last == "things" and not state.denied:
                state.joined = "or" if word in grammar["or"] else "and"
        elif word == "," or word in grammar["but"]:
            state.negated, state.strength, state.denied, state.joined = False, 1.0, False, ""
            state.within, state.behind = state.within and word == ",", False
        elif word in grammar["not"] or word in grammar["fewer"]:
            state.negated = after not in grammar["only"]
        elif word in grammar["more"] or word in grammar["less"]:
            state.strength = MORE if word in grammar["more"] else LESS
        elif word in grammar["with"]:
            state.within, state.since = True, len(self.query.axes)
        elif word in grammar["of"]:
            state.behind = True
        elif word not in grammar["skip"] and word not in grammar["only"]:
            return False
        return True

    def _goes_on(self, after: str) -> bool:
        """True where "without X and ..." goes on: the next word is of the kind that was denied."""
        found = self.known.find(after)
        return found is not None and self._kind(found) == self.state.last

    def _kind(self, spelling: str) -> str:
        return "noun" if spelling in self.known.nouns else self.known.spellings[spelling].kind

    def _word(self, word: str) -> None:
        """Take a single word: a concept as written, a compound, something without something, a slip, a number."""
        known = self.known
        foreign = known.grammar["english_only" if self.query.language == "en" else "german_only"]
        if self.query.language and word in foreign:  # "kick from hell", "fast wie 42"
            return
        if found := known.find(word):
            self._meant(found, word)
        elif word in self.taught:
            self._learnt(word)
        elif (tail := next((t for t in known.grammar["free"] if word.endswith(t)), "")) and (
            stem := known.find(word.removesuffix(tail))
        ):
            self.state.negated = True
            self._meant(stem, word.removesuffix(tail))
        elif parts := known.compound(word):
            self._compound(parts)
        elif tempo := quantities.bare_tempo(word):
            if self.query.tempo is None:
                self.query.tempo = tempo
                self.query.understood.append(f"{tempo:g} bpm")
        elif guessed := known.guess(word) or (known.head(word) if self.query.language == "de" else None):
            if not self.state.negated:
                self.query.names[word] = GUESSED_WEIGHT
            self._meant(guessed, guessed, word)
        elif len(word) > 1 and not word[0].isdigit():
            self._unknown(word)
        elif len(word) > 1 and not self.state.negated:
            self.query.terms.append((word, ""))

    def _compound(self, parts: Sequence[str]) -> None:
        """Take the parts of a compound: what is said of it is said of each."""
        state = self.state
        negated, within, strength = state.negated, state.within, state.strength
        for part in parts:
            state.negated, state.within, state.strength = negated, within, strength
            self._meant(part, part)

    def _learnt(self, word: str) -> None:
        """Take a word that the search model knows and the lexicon does not."""
        self.query.understood.append(f"not {word}" if self.state.negated else word)
        if not self.state.negated:
            self.query.taught.append(word)
        self._verbatim(word)

    def _unknown(self, word: str) -> None:
        self.query.unknown.append(word)
        self._verbatim(word)

    def _verbatim(self, word: str) -> None:
        (self.denied if self.state.negated else self.said).append(word)
        if not self.state.negated:
            self.query.names[word] = UNKNOWN_WEIGHT
            self.query.terms.append((word, ""))
        self.state.negated = False

    def _meant(self, spelling: str, word: str, typed: str = "") -> None:
        """Add what a concept asks; a negation turns its targets round and holds for this concept alone."""
        query, state = self.query, self.state
        concept = self._concept(spelling)
        (self.denied if state.negated else self.said).append(word)
        (query.excluded if state.negated else query.wanted).append(concept.name)
        query.understood.append(f"not {concept.name}" if state.negated else concept.name)
        if not state.negated:
            query.terms.append((typed or word, concept.name))
        self._axes(concept)
        self._form(concept)
        if concept.kind == "things":
            self._name(concept)
            self._beside()
        elif NAME_WEIGHT[concept.kind] and not state.negated:
            query.names[concept.name] = NAME_WEIGHT[concept.kind]
        if concept.tempo and not state.negated:
            query.hinted_tempo = concept.tempo
        state.last, state.denied = self._kind(spelling), state.negated
        state.negated, state.strength = False, 1.0

    def _name(self, concept: Concept) -> None:
        """Add a thing; after "or" any of it and of the one before will do, after "and" both weigh the same."""
        state = self.state
        aside = state.behind and any(thing.weight == MAIN for thing in self.things)
        weight = DENIED if state.negated else WITHIN if state.within else BESIDE if aside else MAIN
        self.things.append(Thing(concept, weight, len(self.said) - 1))
        if state.joined and not state.negated:
            for thing in self.things[-2:]:
                thing.joined, thing.either = True, thing.either or state.joined == "or"
        state.joined = ""

    def _beside(self) -> None:
        """Let what is said of a thing after "with" count less: a "bass with a dark atmosphere" may be bright."""
        state, axes = self.state, self.query.axes
        if state.within and any(thing.weight == MAIN for thing in self.things):
            axes[state.since :] = [(axis, target, ASIDE * weight) for axis, target, weight in axes[state.since :]]
            state.since = len(axes)

    def _concept(self, spelling: str) -> Concept:
        """Return what a spelling means here: "a boom" is a thing, "with boom" and "no boom" a description."""
        aside = self.state.within or self.state.negated
        noun = self.known.nouns.get(spelling) if aside else None
        return noun or self.known.spellings[spelling]

    def _axes(self, concept: Concept) -> None:
        state, query = self.state, self.query
        total = sum(weight for _, weight in concept.axes.values())
        if state.negated and concept.kind == "things":
            return
        example = bool(query.like or query.this)
        for axis, (target, weight) in concept.axes.items():
            share = (1.0 if concept.measured else KIND_WEIGHT[concept.kind]) * state.strength * weight / total
            wanted = 1.0 - target if state.negated else target
            if example and concept.kind == "words":
                query.relative.append((axis, round(2.0 * wanted - 1.0, 3), share))
            else:
                query.axes.append((axis, wanted, share))

    def _form(self, concept: Concept) -> None:
        """Read loop or one-shot out of a concept."""
        if self.state.within or (self.state.negated and concept.name not in ("loop", "one_shot")):
            return
        above = self.known.lexicon.ancestors[concept.name]
        if "loop" in above or "one_shot" in above:
            self.query.loop = ("loop" in above) != self.state.negated

    def _english(self, names: Sequence[str], said: Sequence[str]) -> str:
        """Return concepts in English, with the words among those said that the search model was taught."""
        concepts = self.known.lexicon.concepts
        words = [next(iter(concepts[name].spellings["en"]), name) for name in names]
        return " ".join([*words, *(word for word in said if word in self.taught and not self.known.find(word))])

    def _place(self) -> None:
        """Weigh the things: the last one named outside a "with" is what is looked for, and what may stand for it."""
        self._single()
        query, things = self.query, self._telling()
        query.categories = categories(things)
        for thing, share in shares(things):
            if share > 0 and thing.concept.name not in thing.concept.categories:
                query.names[thing.concept.name] = NAME_WEIGHT["things"] * share

    def _single(self) -> None:
        """Take one blow of what is usually heard as a loop for what it is: of drums a drum hit."""
        query = self.query
        for thing in self.things if query.loop is False else ():
            name, single = thing.concept.name, thing.concept.single
            if single and thing.weight > 0:
                thing.concept = self.known.lexicon.concepts[single]
                for told in (query.wanted, query.understood):
                    told[:] = [single if one == name else one for one in told]

    def _telling(self) -> list[Thing]:
        """Return the things without those that another one says already: "ukulele strum", "brass: trumpet"."""
        lexicon, form = self.known.lexicon, {"one_shot"} if self.query.loop is False else set[str]()
        wanted = [thing for thing in self.things if thing.weight > 0]
        says = {one.concept.name: lexicon.closed({one.concept.name, *form}) - {one.concept.name} for one in wanted}
        last = {one.concept.name: one for one in wanted}
        return [
            one
            for one in self.things
            if one.weight < 0
            or (
                last[one.concept.name] is one
                and (one.either or not any(one.concept.name in of for of in says.values()))
            )
        ]

    def _either(self) -> list[Query]:
        """Return the query for each of the things of which any will do, as if the others were not named."""
        query, either = self.query, [thing for thing in self.things if thing.either]
        found = []
        for one in either:
            others = [thing for thing in either if thing is not one]
            gone, places = {thing.concept.name for thing in others}, {thing.at for thing in others}
            wanted = [name for name in query.wanted if name not in gone]
            alone = replace(
                query,
                positive=" ".join(word for at, word in enumerate(self.said) if at not in places),
                wanted=wanted,
                english=self._english(wanted, self.said),
                categories=categories([thing for thing in self._telling() if thing not in others]),
                names={name: weight for name, weight in query.names.items() if name not in gone},
            )
            found.append(alone)
        return found

    def _language(self, words: list[str]) -> str | None:
        """Return the language that more of the words belong to."""
        grammar, votes = self.known.grammar, {"en": 0, "de": 0}
        for word in words:
            spelled = self.known.find(word)
            own = self.known.languages[spelled] if spelled else frozenset[str]()
            votes["en"] += (word in grammar["english"]) - (word in grammar["german"]) + (own == {"en"})
            votes["de"] += (word in grammar["german"]) - (word in grammar["english"]) + (own == {"de"})
        return None if votes["en"] == votes["de"] else max(votes, key=lambda language: votes[language])


def _twice(words: list[str]) -> list[str]:
    """Return the words, none more than twice in a row: "tss tss tss" says no more than "tss tss"."""
    return [word for at, word in enumerate(words) if words[max(0, at - 2) : at] != [word, word]]


def _marked(text: str) -> str:
    """Return the text with "-word" and "!word" written as "without word", and "bzw." without its stop."""
    text = _SHORTENED.sub(r"\1", text)
    return " ".join(
        f", without {word[1:]}" if word[0] in "-!" and word[1:2].isalpha() else word for word in text.split()
    )
