"""Finds what fits what is playing, with or without a sentence. Runs on: event loop.

What plays comes as an argument: the library knows no session.
"""

import math
from dataclasses import replace

import numpy as np

from liveengine.stems import fitting
from liveengine.stems.columns import PLACES, TEMPI, Filter
from liveengine.stems.finder import Finder
from liveengine.stems.fitting import BANDS, Candidates, Playing, Room
from liveengine.stems.harmony import KEYS, key_name
from liveengine.stems.mixing import Mix
from liveengine.stems.model import Match
from liveengine.stems.query import Query
from liveengine.stems.search import Pick, Search
from liveengine.stems.shelf import Looked
from liveengine.stems.vectors import Floats
from liveengine.stems.wishes import Wishes

COLUMNS = (*BANDS, "density", "loop")
TONAL = frozenset({"bass", "synth", "vocal", "atmo"})  # what gives a key to what plays
SAID = 0.5  # how much a sentence counts beside the fit
MORE = 5  # times as many stems as asked for are looked at
LEAST = 64
BYTES = np.append(PLACES, np.nan).astype(np.float32)


async def fits(  # noqa: PLR0917  # what is asked, and of whom
    search: Search, finder: Finder, playing: Playing, prompt: str | None, wanted: Filter, top_k: int
) -> list[Match]:
    """Return the stems that fit what plays best, and answer the sentence if there is one; similarity is how well.

    Each says why it fits.
    """
    heard = await finder.look(playing.stems, COLUMNS)
    playing = replace(playing, key=playing.key or _key(heard))
    taken = fitting.room(heard.places[:, :4], heard.places[:, 4])
    wanted = replace(wanted, exclude=wanted.exclude | set(playing.stems))
    many = max(LEAST, MORE * top_k)
    if prompt is None:
        nothing = np.zeros(finder.dim, np.float32)
        found = await finder.shortlist(nothing, wishes(playing, taken), wanted, many)
        matches = await search.matches(Query(), [Pick(stem, 0.0) for stem in found.stems.tolist()])
    else:
        matches = (await search.mix(Mix(prompt), min(many, 1_000), wanted)).matches
    seen = await finder.look([match.stem.id for match in matches], COLUMNS)
    scores = dict(zip(seen.stems.tolist(), _scored(playing, taken, seen), strict=True))
    ranked = []
    for match in matches:
        fit, why = scores.get(match.stem.id, (0.0, []))
        value = fit if prompt is None else SAID * match.similarity + (1.0 - SAID) * fit
        ranked.append(replace(match, similarity=value, reasons=(*match.reasons, *why)))
    return sorted(ranked, key=lambda match: -match.similarity)[:top_k]


def wishes(playing: Playing, taken: Room) -> Wishes:
    """Return the fit as tables over the columns of all stems: what the exact fit is close to."""
    keys = [fitting.in_key(key_name(byte) if byte < KEYS else None, playing.key) for byte in range(256)]
    tempi = [fitting.in_time(None, playing.tempo), *(fitting.in_time(2.0**cell, playing.tempo) for cell in TEMPI[1:])]
    tables = [
        ("key", fitting.KEY * np.array(keys)),
        ("tempo", fitting.TEMPO * np.array(tempi)),
        ("density", fitting.DENSITY * fitting.answers(BYTES, taken)),
    ]
    place = np.clip(2.0 * np.nan_to_num(BYTES, nan=0.5) - 1.0, 0.0, 1.0)
    for band, full in zip(BANDS, taken.bands, strict=True):
        tables.append((band, -fitting.ROOM * fitting.SHORT_OF_ROOM * full * place))
    return Wishes(0.0, 0.0, tuple((name, table.astype(np.float32)) for name, table in tables))


def _scored(playing: Playing, taken: Room, seen: Looked) -> list[tuple[float, list[str]]]:
    bands, densities = seen.places[:, :4], seen.places[:, 4]
    tempi = [_tempo(tempo, loop) for tempo, loop in zip(seen.tempi.tolist(), seen.places[:, 5].tolist(), strict=True)]
    whole: Floats = fitting.fits(playing, taken, Candidates(seen.keys, tempi, bands, densities))
    known = taken.bands.any() & ~np.isnan(bands).any(axis=1)
    spare, answer = fitting.free(bands, taken) * known, fitting.answers(densities, taken)
    return [
        (
            float(whole[at]),
            fitting.reasons(playing, seen.keys[at], tempi[at], float(spare[at]), float(answer[at])),
        )
        for at in range(len(seen.stems))
    ]


def _tempo(tempo: float, loop: float) -> float | None:
    return None if math.isnan(tempo) or not loop else tempo


def _key(heard: Looked) -> str | None:
    """Return the key that most of the tonal stems which play have."""
    keys = [key for key, category in zip(heard.keys, heard.categories, strict=True) if key and category in TONAL]
    return max(keys, key=keys.count, default=None)
