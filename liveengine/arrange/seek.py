"""Stems for what plays now: a sentence, or a direction away from a stem, in the session's tempo and key.

Runs on: event loop.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from liveengine.arrange import choose, harmony
from liveengine.config import Config
from liveengine.errors import BadArgument, NothingFits
from liveengine.session import fit
from liveengine.session.heard import sounding_key
from liveengine.session.session import Session
from liveengine.stems.library import Library
from liveengine.stems.model import Match, Stem
from liveengine.stems.narrowing import narrow
from liveengine.stems.search import Answer

CANDIDATES = 24
SEARCH = "/stems/search"  # under this address the history repeats what was asked


class Candidate(NamedTuple):
    """A stem that would do, and how well: its similarity less what speaks against it here."""

    match: Match
    points: float

    @property
    def stem(self) -> Stem:
        """Return the stem."""
        return self.match.stem


@dataclass(frozen=True, slots=True)
class Sought:
    """What was found, the best first, never empty; and for which tempo and key."""

    candidates: Sequence[Candidate]
    tempo: float
    key: str | None
    hit: bool = False  # a single hit is wanted: a one-shot is laid as no pattern
    understood: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    verdict: str = "good"  # good, weak or none: how well the best answers


class Seeker:
    """Asks the library for what fits the session."""

    def __init__(self, session: Session, library: Library, config: Config) -> None:
        self._session = session
        self._library = library
        self._warp = config.session.warp

    async def prompt(self, prompt: str, category: str | None = None) -> Sought:
        """Return the stems that answer a sentence and fit tempo and key; those of the kind asked for in any case.

        Raises NothingFits where none comes near, BadArgument for a category that is not known.
        """
        wanted = narrow(self._library.root, category)
        answer = await self._library.find(prompt, CANDIDATES, wanted)
        matches = answer.matches
        if answer.verdict == "none":
            matches = [match for match in matches if match.stem.category in answer.told["categories"]]
        if not matches:
            nearest = f"; the nearest is {answer.matches[0].stem.title!r}" if answer.matches else ""
            raise NothingFits(f"no stem answers {prompt[:60]!r}{nearest}: say it otherwise, or ingest some")
        asked = {"prompt": prompt, "top_k": CANDIDATES, "category": category}
        self._library.answered(SEARCH, asked, answer.matches)
        return await self._sought(answer, matches, hit=answer.told["loop"] is False)

    async def beside(self, stem: Stem, adjective: str | None, gone: Iterable[int]) -> Sought:
        """Return the stems of the same category that are most like one, in the direction of the adjective.

        `gone` are left out while others are there. Raises BadArgument for a word that says no direction, NothingFits
        where the category holds no other stem.
        """
        known = {stem.id, *gone}
        for exclude in (known, {stem.id}):
            answer = await self._beside(stem, adjective, exclude)
            if answer.matches:
                return await self._sought(answer, answer.matches)
        raise NothingFits(f"the library has no other {stem.category} than {stem.title!r}; ingest some")

    async def _beside(self, stem: Stem, adjective: str | None, exclude: set[int]) -> Answer:
        wanted = narrow(self._library.root, stem.category, exclude=exclude)
        sentence = f"like this but {adjective}" if adjective else "like this"
        answer = await self._library.find(sentence, CANDIDATES, wanted, this=stem.id)
        told = answer.told
        if adjective and not (told["words"] or told["without"] or told["things"] or told["genres"]):
            raise BadArgument(
                f"{adjective[:40]!r} says no direction; say darker, brighter, busier, calmer, less reverb ..."
            )
        return answer

    async def _sought(self, answer: Answer, matches: Sequence[Match], hit: bool = False) -> Sought:
        model = self._session.model
        key = await sounding_key(self._session.core, self._library)
        wanted = harmony.parse(key)
        found = [Candidate(match, self._points(match, model.tempo, wanted, hit)) for match in matches]
        ranked = sorted(found, key=lambda one: -one.points)
        return Sought(ranked, model.tempo, key, hit, tuple(answer.understood), tuple(answer.unknown), answer.verdict)

    def _points(self, match: Match, tempo: float, key: harmony.Key | None, hit: bool) -> float:
        points = choose.score(match.stem.category, match, tempo, key, self._warp)
        looseness = match.stem.category not in choose.LOOSE
        return points + (choose.NO_LOOP if hit and not match.stem.loop and looseness else 0.0)


def reasons(match: Match, speed: float, semitones: float, key: str | None, tempo: float) -> list[str]:
    """Return why a stem was chosen, and what was done to it so that it fits."""
    told = list(match.reasons)
    stem = match.stem
    if stem.loop and stem.bpm:
        same = abs(speed - 1.0) < 0.005
        told.append(
            f"in time ({tempo:g} bpm)" if same else f"{stem.bpm:g} bpm, {speed:.0%} of its speed for {tempo:g} bpm"
        )
    if key and stem.category in fit.TONAL:
        told.append(f"transposed by {semitones:+g} to {key}" if semitones else f"in its own key ({key})")
    return told
