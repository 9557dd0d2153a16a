"""The plan: tempo, key, sections with bars and stem queries, and what was placed where. Runs on: event loop; pure.

A plan is plain JSON: `{"bpm": 135, "key": "Am", "structure": [{"section": "Intro", "bars": 16, "stem_queries":
[{"category": "atmo", "tags": ["dark"], "count": 1}]}]}`; everything else in it has a default.
"""

from pydantic import BaseModel, ConfigDict, Field

from liveengine.arrange.prompt import Wish
from liveengine.arrange.styles import Role, Styles
from liveengine.errors import BadArgument

BEATS_PER_BAR = 4
MOODS_IN_TAGS = 2  # the first moods of the prompt colour each query; more would blur it
TAGS = 5
SHORTEST = 4  # bars of a section; a shorter track gets fewer sections, not shorter ones
FULL = 4  # a section with this many roles is full: categories the prompt adds join it


class _Plain(BaseModel):
    model_config = ConfigDict(extra="forbid")


class StemQuery(_Plain):
    """What a section needs from the library."""

    category: str
    tags: list[str] = Field(default_factory=list)
    count: int = Field(default=1, ge=1, le=8)
    optional: bool = False  # left out when the library has none
    change: bool = False  # another stem than the sections before

    @property
    def text(self) -> str:
        """Return the query as words for a search."""
        return " ".join([*self.tags, self.category])


class Section(_Plain):
    """A part of the track."""

    section: str
    bars: int = Field(ge=1, le=1024)
    stem_queries: list[StemQuery]


class Placement(_Plain):
    """A stem chosen for a slot: track and slot count from 1, the slot is the number of the section."""

    section: str
    track: int = Field(ge=1)
    slot: int = Field(ge=1)
    category: str
    stem: int
    filename: str
    gain: float = Field(ge=0)  # linear


class Plan(_Plain):
    """The arrangement document."""

    bpm: int = Field(ge=20, le=999)
    key: str
    structure: list[Section] = Field(min_length=1)
    prompt: str = ""
    genre: str = ""
    mood: list[str] = Field(default_factory=list)
    seed: int = 0
    placements: list[Placement] = Field(default_factory=list)

    @property
    def bars(self) -> int:
        """Return the length in bars."""
        return sum(section.bars for section in self.structure)

    @property
    def seconds(self) -> float:
        """Return the length in seconds."""
        return self.bars * BEATS_PER_BAR * 60.0 / self.bpm

    def starts(self) -> list[int]:
        """Return the beat at which each section begins, and at the end the beat at which the track is over."""
        beats = [0]
        for section in self.structure:
            beats.append(beats[-1] + section.bars * BEATS_PER_BAR)
        return beats


def draft(wish: Wish, styles: Styles, seed: int = 0, most_sections: int = 16) -> Plan:
    """Return the plan for a wish, without placements; at most `most_sections` sections.

    Raises BadArgument when the prompt excludes everything that could play.
    """
    style = styles.genres[wish.genre]
    cast = [(form.section, form.bars, _cast(form.parsed(), wish)) for form in styles.forms[style.form]]
    cast = [part for part in cast if part[2]]
    if not cast:
        raise BadArgument(f"{wish.text!r} leaves nothing to play; exclude fewer categories")
    total = whole_bars(wish)
    kept = _keep([len(roles) for _, _, roles in cast], min(most_sections, max(1, total // SHORTEST)))
    cast = [cast[index] for index in kept]
    lengths = share(total, [bars for _, bars, _ in cast])
    return Plan(
        bpm=wish.bpm,
        key=wish.key.name,
        structure=[
            Section(
                section=name,
                bars=bars,
                stem_queries=[_query(role, wish, style.tags.get(role.category, [])) for role in roles],
            )
            for (name, _, roles), bars in zip(cast, lengths, strict=True)
        ],
        prompt=wish.text,
        genre=wish.genre,
        mood=list(wish.moods),
        seed=seed,
    )


def whole_bars(wish: Wish) -> int:
    """Return the length in bars: as said, or for a length in time to the nearest 4 bars (1 bar below 16)."""
    if "bars" in wish.said:
        return max(1, round(wish.bars))
    unit = 4 if wish.bars >= 16 else 1
    return max(1, round(wish.bars / unit)) * unit


def share(total: int, weights: list[int]) -> list[int]:
    """Return `total` bars shared by weight, each at least 1 and a multiple of 8, 4 or 2 where the total allows it.

    The largest grid is taken on which each section gets a place; what does not fill the grid goes to the last section.
    """
    unit = next(unit for unit in (8, 4, 2, 1) if total // unit >= len(weights) or unit == 1)
    units = total // unit
    exact = [units * weight / sum(weights) for weight in weights]
    shares = [max(1, int(part)) for part in exact]
    while sum(shares) < units:
        most_missing = max(range(len(shares)), key=lambda i: (exact[i] - shares[i], -i))
        shares[most_missing] += 1
    while sum(shares) > units:
        most_spare = max(range(len(shares)), key=lambda i: (shares[i] > 1, shares[i] - exact[i], -i))
        shares[most_spare] -= 1
    bars = [part * unit for part in shares]
    bars[-1] += total - units * unit
    return bars


def _cast(roles: list[Role], wish: Wish) -> list[Role]:
    """Return who plays in a section, after what the prompt wants and does not want."""
    kept = [
        role.model_copy(update={"optional": False}) if role.category in wish.wanted else role
        for role in roles
        if role.category not in wish.unwanted
    ]
    if len(roles) >= FULL:
        have = {role.category for role in kept}
        kept += [Role(category=category) for category in wish.wanted if category not in have]
    return kept


def _keep(fullness: list[int], count: int) -> list[int]:
    """Return the indices of `count` sections to keep: the fullest, the first, the last, then in order of fullness."""
    everything = range(len(fullness))
    fullest = max(everything, key=lambda i: fullness[i])
    rest = sorted(everything, key=lambda i: (-fullness[i], i))
    order = list(dict.fromkeys([fullest, 0, len(fullness) - 1, *rest]))
    return sorted(order[:count])


def _query(role: Role, wish: Wish, style_tags: list[str]) -> StemQuery:
    own = [role.tag] if role.tag else style_tags
    tags = list(dict.fromkeys([*wish.moods[:MOODS_IN_TAGS], *own]))
    return StemQuery(
        category=role.category, tags=tags[:TAGS], count=role.count, optional=role.optional, change=role.change
    )
