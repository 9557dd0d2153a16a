"""From a sentence to a plan with stems: parse, draft, search, choose, place. Runs on: event loop."""

import asyncio

from liveengine.arrange import choose, place
from liveengine.arrange.plan import Plan, StemQuery, draft
from liveengine.arrange.prompt import parse
from liveengine.arrange.styles import Styles
from liveengine.config import Config
from liveengine.stems.library import Library
from liveengine.stems.model import Match, Stem

CANDIDATES = 16  # per search
ENOUGH = 4  # fewer loops that fit the tempo than this, and any loop will do; fewer loops, and one-shots will


async def compose(
    library: Library, prompt: str, seed: int, styles: Styles, config: Config
) -> tuple[Plan, dict[int, Stem]]:
    """Return the plan for a prompt with its placements, and the stems by id.

    Raises OutOfRange or BadArgument for the prompt, NothingFits when the library lacks a needed category.
    """
    wish, warp = parse(prompt, styles), config.session.warp
    plan = draft(wish, styles, seed, config.session.scenes)
    queries = {query.text: query for section in plan.structure for query in section.stem_queries}
    found = await asyncio.gather(*(_candidates(library, query, plan.bpm) for query in queries.values()))
    candidates = dict(zip(queries, found, strict=True))
    if "key" not in wish.said:
        plan.key = choose.best_key(plan, candidates, styles.genres[wish.genre].keys, warp)
    picks = choose.choose(plan, candidates, warp)
    return place.place(plan, picks, styles, config.engine.tracks), {pick.stem.id: pick.stem for pick in picks}


async def _candidates(library: Library, query: StemQuery, bpm: int) -> list[Match]:
    """Return loops near the tempo; too few of them, all loops; too few of those, one-shots too."""
    found: dict[int, Match] = {}
    wider: list[dict[str, float | bool]] = [{"loop": True, "tempo": float(bpm)}, {"loop": True}, {}]
    for narrow in wider[2:] if query.category in choose.LOOSE else wider:
        loop, tempo = narrow.get("loop"), narrow.get("tempo")
        matches = await library.search(
            query.text,
            CANDIDATES,
            query.category,
            loop=None if loop is None else bool(loop),
            tempo=None if tempo is None else float(tempo),
            personal=False,  # the same prompt and seed give the same track, whatever was heard and liked since
        )
        found |= {match.stem.id: match for match in matches if match.stem.id not in found}
        if len(found) >= ENOUGH:
            break
    return list(found.values())
