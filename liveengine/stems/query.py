"""Reads a sentence: what it asks of a sound, in parts that can be weighed. Runs on: event loop."""

from dataclasses import dataclass, field

from liveengine.lexicon.concepts import Concept
from liveengine.lexicon.dictionary import Dictionary
from liveengine.lexicon.dictionary import dictionary as shipped
from liveengine.lexicon.text import tokens
from liveengine.sound import names
from liveengine.stems import harmony

TEMPI = (60.0, 200.0)  # beats per minute that a bare number may mean
KIND_WEIGHT = {"words": 1.0, "genres": 0.4, "things": 0.35, "machines": 0.4}
MAIN, BESIDE, WITHIN = 1.0, 0.35, 0.15  # a thing: the last one named, one named before it, one after "with"
UNKNOWN_WEIGHT = 0.25


@dataclass(slots=True)
class Query:
    """What a sentence asks; weights of one group are relative to each other."""

    axes: list[tuple[str, float, float]] = field(default_factory=list)  # axis, target 0..1, weight
    categories: dict[str, float] = field(default_factory=dict)  # weight; negative = not that
    names: dict[str, float] = field(default_factory=dict)  # words to look for in names and tags
    tempo: float | None = None  # beats per minute, asked for by number
    hinted_tempo: float | None = None  # what "fast" or a genre suggests
    key: int = harmony.NO_KEY
    understood: list[str] = field(default_factory=list)  # concepts, in order, "not dark" for a negated one
    unknown: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _State:
    """Where in the sentence we are."""

    negated: bool = False
    within: bool = False  # after "with"
    strength: float = 1.0  # of the next word: "very", "slightly"


def read(text: str, dictionary: Dictionary | None = None) -> Query:
    """Return what the sentence asks; never raises, whatever it is."""
    known = dictionary or shipped()
    query = Query()
    claim = names.find_key(text, bare=False)
    query.key = harmony.key_number(claim.value) if claim else harmony.NO_KEY
    things: list[tuple[Concept, float]] = []
    state = _State()
    rest = tokens(text)
    while rest:
        taken = (
            _phrase(query, known, rest, state, things)
            or _number(query, rest)
            or _word(query, known, rest, state, things)
        )
        rest = rest[taken:]
    _place(query, things)
    return query


def _number(query: Query, rest: list[str]) -> int:
    """Take a number: a tempo."""
    word = rest[0]
    if not word[0].isdigit():
        return 0
    value = float(word.replace(",", "."))
    bpm = len(rest) > 1 and rest[1] == "bpm"
    if TEMPI[0] <= value <= TEMPI[1] or bpm:
        query.tempo = value
        query.understood.append(f"{value:g} bpm")
    return 2 if bpm else 1


def _phrase(
    query: Query, known: Dictionary, rest: list[str], state: _State, things: list[tuple[Concept, float]]
) -> int:
    """Take the longest run of words that the dictionary has, or nothing."""
    for length in range(min(known.longest, len(rest)), 1 - rest[0].isdigit(), -1):
        found = known.look_up(" ".join(rest[:length]))
        if found:
            _take(query, found, state, things)
            return length
    return 0


def _word(query: Query, known: Dictionary, rest: list[str], state: _State, things: list[tuple[Concept, float]]) -> int:
    """Take one word: grammar, a known one, a compound, a misspelt one, or one to look for in names."""
    word, grammar = rest[0], known.grammar
    if word in (",", *grammar["but"]):
        state.negated, state.strength = False, 1.0
        state.within = state.within and word == ","
    elif word in grammar["not"]:
        state.negated = True
    elif word in grammar["more"] or word in grammar["less"]:
        state.strength = 1.5 if word in grammar["more"] else 0.6
    elif word in grammar["with"]:
        state.within = True
    elif word in grammar["skip"]:
        pass
    elif found := _meaning(known, word):
        for concept in found[:-1]:
            _take(query, concept, _State(state.negated, state.within, state.strength), things)
        _take(query, found[-1], state, things)
    elif len(word) > 1:
        query.unknown.append(word)
        if not state.negated:
            query.names[word] = UNKNOWN_WEIGHT
        state.negated = False
    return 1


def _meaning(known: Dictionary, word: str) -> list[Concept]:
    if found := known.look_up(word):
        return [found]
    if parts := known.compound(word):
        return parts
    guessed = known.guess(word)
    return [guessed] if guessed else []


def _take(query: Query, concept: Concept, state: _State, things: list[tuple[Concept, float]]) -> None:
    """Add what a concept asks; a negation turns its targets round and holds for this concept alone."""
    query.understood.append(f"not {concept.name}" if state.negated else concept.name)
    total = sum(weight for _, weight in concept.axes.values())
    if not (state.negated and concept.kind == "things"):
        for axis, (target, weight) in concept.axes.items():
            wanted = 1.0 - target if state.negated else target
            query.axes.append((axis, wanted, KIND_WEIGHT[concept.kind] * state.strength * weight / total))
    if concept.kind == "things":
        things.append((concept, -1.0 if state.negated else WITHIN if state.within else MAIN))
    elif concept.kind == "genres" and not state.negated:
        query.names[concept.name] = 0.12
    elif concept.kind == "machines" and not state.negated:
        query.names[concept.name] = 0.3
    if concept.tempo and not state.negated:
        query.hinted_tempo = concept.tempo
    state.negated, state.strength = False, 1.0


def _place(query: Query, things: list[tuple[Concept, float]]) -> None:
    """Weigh the things: the last one named outside a "with" is what is looked for."""
    main = max((place for place, (_, weight) in enumerate(things) if weight == MAIN), default=-1)
    if main < 0:  # "with vocals": nothing else was named
        things = [(concept, MAIN if weight > 0 else weight) for concept, weight in things]
        main = len(things) - 1
    for place, (concept, weight) in enumerate(things):
        share = BESIDE if weight == MAIN and place != main else weight
        for category, sure in concept.categories.items():
            query.categories[category] = max(query.categories.get(category, -1.0), share * sure)
        if share > 0 and concept.name not in concept.categories:
            query.names[concept.name] = 0.25 * share
