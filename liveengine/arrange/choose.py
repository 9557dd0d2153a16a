"""Which stem plays what: similarity, key, tempo, variety; the same seed, the same choice. Runs on: event loop; pure.

A score is a similarity (0..1) less penalties, in the same unit, so that each number below says how much similarity a
flaw is worth. Repitching moves the pitch: a loop is judged by the key in which it will sound. What is stretched is
transposed into the key instead, which costs the more the further it is.
"""

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from liveengine.arrange import harmony
from liveengine.arrange.harmony import Key
from liveengine.arrange.plan import Plan, StemQuery
from liveengine.errors import NothingFits
from liveengine.session import fit
from liveengine.session.clip import WarpName
from liveengine.stems.model import Match, Stem

TONAL = frozenset({"bass", "synth", "vocal", "atmo"})
LOOSE = frozenset({"fx"})  # needs no loop: one hit at the section's beginning is its job
NO_LOOP = 0.35
REPITCH = 0.25  # for a repitch of 8 %; twice as much again for each further 8 %
REPITCH_LIMIT = 0.08
STRETCHED = 0.5  # of that, where the pitch stays
MOVED = 0.04  # for each semitone of transposition
BENT = 0.12  # two semitones: an optional role rather keeps silent
HALF_TIME = 0.1  # plays in half or double time
KEY_STEPS = (0.0, 0.06, 0.2, 0.35, 0.45, 0.5, 0.5)  # by distance on the circle of fifths
KEY_UNKNOWN = 0.08
OUT_OF_TUNE = 0.15  # for 50 cents between the repitched stem and the scale
FAVOURITE = 0.05
WHIM = 0.06  # what the seed may move: other seeds, other stems among nearly equal ones
GENRE_KEY = 0.05  # a genre's keys are listed from best to worst

Candidates = Mapping[str, Sequence[Match]]  # by the text of the query


@dataclass(frozen=True)
class Pick:
    """A stem for a lane: the `part`-th stem of its category in a section counted from 0."""

    section: int
    category: str
    part: int
    stem: Stem


def lanes(plan: Plan) -> list[tuple[str, int]]:
    """Return (category, part) of everything that a plan asks for, each once, in the order of appearance."""
    parts = [(q.category, part) for s in plan.structure for q in s.stem_queries for part in range(q.count)]
    return list(dict.fromkeys(parts))


def choose(plan: Plan, candidates: Candidates, warp: WarpName = "repitch") -> list[Pick]:
    """Return the stems of each section; a lane keeps its stem for a query until a section asks for change.

    Raises NothingFits when a needed query has no candidate; an optional one is left out.
    """
    key = harmony.parse(plan.key)
    current: dict[tuple[str, int], Stem] = {}  # by query and part
    used: set[int] = set()
    picks = []
    for index, section in enumerate(plan.structure):
        for query in section.stem_queries:
            ranked = rank(query, candidates.get(query.text, ()), plan.bpm, key, plan.seed, warp=warp)
            if not ranked and not query.optional:
                raise NothingFits(
                    f"the library has no {query.category} stem for {section.section!r} ({query.text}); "
                    f"ingest some, or say 'without {query.category}'"
                )
            for part in range(min(query.count, len(ranked))):
                lane = (query.text, part)
                if query.change or lane not in current:
                    current[lane] = _fresh(ranked, used, current.get(lane))
                    used.add(current[lane].id)
                picks.append(Pick(index, query.category, part, current[lane]))
    return picks


def _fresh(ranked: Sequence[Stem], used: set[int], before: Stem | None) -> Stem:
    """Return the best stem that nothing has played yet, else the best that is not the one before, else the best."""
    unused = [stem for stem in ranked if stem.id not in used]
    other = [stem for stem in ranked if before is None or stem.id != before.id]
    return (unused or other or list(ranked))[0]


def rank(
    query: StemQuery, matches: Iterable[Match], tempo: float, key: Key | None, seed: int, *, warp: WarpName = "repitch"
) -> list[Stem]:
    """Return the stems of a query, best first; for an optional one none that would have to be bent out of shape."""
    scored = [
        (score(query.category, match, tempo, key, warp) + _whim(seed, match.stem), match.stem)
        for match in matches
        if not query.optional or abs(fit.ratio(match.stem, tempo) - 1.0) <= BENT
    ]
    return [stem for _, stem in sorted(scored, key=lambda pair: (-pair[0], pair[1].id))]


def score(category: str, match: Match, tempo: float, key: Key | None, warp: WarpName = "repitch") -> float:
    """Return how well a match serves: its similarity less what speaks against it."""
    stem = match.stem
    points = match.similarity + (FAVOURITE if stem.favourite else 0.0)
    if not stem.loop and category not in LOOSE:
        points -= NO_LOOP
    speed = fit.ratio(stem, tempo)
    points -= _repitch(speed) * (1.0 if warp == "repitch" else STRETCHED)
    if stem.loop and stem.bpm and abs(math.log2(tempo / stem.bpm / speed)) > 0.5:
        points -= HALF_TIME
    if category in TONAL and key is not None:
        points -= _clash(stem, speed, key) if warp == "repitch" else _moved(stem, key)
    return points


def _repitch(speed: float) -> float:
    share = abs(speed - 1.0) / REPITCH_LIMIT
    return REPITCH * (share if share <= 1.0 else 1.0 + 2.0 * (share - 1.0))


def _clash(stem: Stem, speed: float, key: Key) -> float:
    own = harmony.parse(stem.key)
    if own is None:
        return KEY_UNKNOWN
    semitones, cents = harmony.shift(speed)
    return KEY_STEPS[harmony.distance(own.transposed(semitones), key)] + OUT_OF_TUNE * abs(cents) / 50.0


def _moved(stem: Stem, key: Key) -> float:
    semitones = fit.transposition(stem.key, key.name)
    return KEY_UNKNOWN if semitones is None else MOVED * abs(semitones)


def _whim(seed: int, stem: Stem) -> float:
    return random.Random(f"{seed}:{stem.id}").uniform(0.0, WHIM)


def best_key(plan: Plan, candidates: Candidates, keys: Sequence[str], warp: WarpName = "repitch") -> str:
    """Return which of `keys` the library's tonal stems serve best; earlier keys win when it is close.

    For prompts that name no key: the sum over the tonal queries of the best score in each key.
    """
    tonal = {q.text: q for s in plan.structure for q in s.stem_queries if q.category in TONAL}

    def served(key: Key | None) -> float:
        best = [
            max((score(query.category, match, plan.bpm, key, warp) for match in candidates.get(text, ())), default=0.0)
            for text, query in tonal.items()
        ]
        return sum(best)

    return max(keys, key=lambda name: served(harmony.parse(name)) - GENRE_KEY * keys.index(name))
