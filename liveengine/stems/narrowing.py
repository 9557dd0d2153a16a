"""What a client narrows a search to, checked. Runs on: event loop."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from pydantic import Field

from liveengine.errors import OutOfRange
from liveengine.stems.categories import resolve
from liveengine.stems.columns import Filter
from liveengine.stems.edits import key as key_of
from liveengine.stems.model import Provenance
from liveengine.units import TEMPO_MAX, TEMPO_MIN

LONGEST = 86_400.0  # seconds

Loop = Annotated[bool, Field(description="true: loops, false: one-shots")]
Tempo = Annotated[
    float,
    Field(ge=TEMPO_MIN, le=TEMPO_MAX, allow_inf_nan=False, description="beats per minute: what fits, and one-shots"),
]
Key = Annotated[str, Field(min_length=1, max_length=16, description="Am, C, F#m: what fits it, and what has no key")]
Seconds = Annotated[float, Field(ge=0, le=LONGEST, allow_inf_nan=False, description="seconds")]
Favourite = Annotated[bool, Field(description="true: favourites alone")]
Proposals = Annotated[bool, Field(description="true: what was proposed and is not kept yet, too")]
Unheard = Annotated[bool, Field(description="true: what was never played")]


def narrow(  # noqa: PLR0917  # each is left out as a rule
    root: Path,
    category: str | None = None,
    loop: bool | None = None,
    tempo: float | None = None,
    key: str | None = None,
    min_length: float | None = None,
    max_length: float | None = None,
    provenance: Provenance | None = None,
    favourite: bool = False,
    unheard: bool = False,
    exclude: Iterable[int] = (),
    proposals: bool = False,
) -> Filter:
    """Return the filter for the library at `root`; lengths are seconds.

    Raises BadArgument for a category (naming the known ones) or a key, OutOfRange for lengths that cross.
    """
    shortest, longest = min_length or 0.0, LONGEST if max_length is None else max_length
    if shortest > longest:
        raise OutOfRange(f"min_length = {shortest:g} is above max_length = {longest:g}; nothing is as long as that")
    return Filter(
        None if category is None else resolve(category, root),
        loop,
        tempo,
        key and key_of(key),
        frozenset(exclude),
        None if min_length is None and max_length is None else (shortest, longest),
        provenance,
        favourite,
        unheard,
        proposals,
    )
