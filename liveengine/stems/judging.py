"""Commands of taste: like, reject, what was learnt in words, the dials. Runs on: event loop."""

from typing import Annotated

import numpy as np
from pydantic import BaseModel, Field

from liveengine.command import StemId, command
from liveengine.events import Changed
from liveengine.stems.commands import Category, Limit, Offset, StemInfo, info
from liveengine.stems.feedback import Kind
from liveengine.stems.five import AXES, FIVE
from liveengine.stems.library import Library
from liveengine.stems.opinions import MOST, Ranked
from liveengine.stems.rows import stem_of

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False, description="0..1")]
User = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f]+$", description="a name")]

SAID = 0.04  # a weight on an axis below this is not worth a word
NAMED = 3  # stems that are named as examples


class Learnt(BaseModel):
    """What was learnt of one category."""

    category: str
    opinions: int
    liked: list[str] = Field(description="titles of the stems that are liked best")
    disliked: list[str] = Field(description="titles of those that are liked least")
    towards: list[str] = Field(description="words for where the taste goes, the strongest first")
    sentence: str


class TasteInfo(BaseModel):
    """What is known of the current user's taste."""

    user: str
    users: list[str]
    strength: float
    discovery: float
    opinions: dict[str, int] = Field(description="how many stems were liked, rejected, kept, swapped, played")
    heard: float = Field(description="seconds of stems that were heard in all")
    learnt: list[Learnt]


class Unfound(BaseModel):
    """Stems that no search has ever answered with."""

    stems: int = Field(description="of the library")
    never: int = Field(description="of them no search has ever answered with")
    some: list[StemInfo]


class Feedback(BaseModel):
    """What the current user has said and shown of a stem, and what that means."""

    stem: int
    title: str
    category: str
    value: float = Field(description="-1..1: how much it is wanted; see the README")
    like: bool
    reject: bool
    kept: int = Field(description="times that it has played for half a minute and more")
    swapped: int = Field(description="times that it was replaced within a minute of being loaded")
    played: int
    seconds: float = Field(description="for how long it was heard in all")


class TasteCommands:
    """Say what you like, look at what was learnt, reset it."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._taste = library.taste

    @command("/stem/{stem}/like")
    async def like(self, stem: StemId, value: bool | None = None) -> bool:
        """Whether a stem is liked: what is like it comes earlier in searches."""
        return await self._said(stem, "like", value)

    @command("/stem/{stem}/reject")
    async def reject(self, stem: StemId, value: bool | None = None) -> bool:
        """Whether a stem is rejected: what is like it comes later in searches; nothing is ever hidden."""
        return await self._said(stem, "reject", value)

    async def _said(self, stem: int, kind: Kind, value: bool | None) -> bool:
        said = await self._taste.said(stem, kind, value)
        if value is not None:
            self._library.bus.publish(Changed(f"/stem/{stem}/{kind}", said))
        return said

    @command("/taste", query=True)
    async def taste(self) -> TasteInfo:
        """Tell what was learnt of the current user's taste, in words."""
        await self._taste.settled()
        ranked = await self._taste.ranked(most=MOST)
        names = sorted({one.category for one in ranked})
        return TasteInfo(
            user=self._taste.user,
            users=await self._library.db.reading.users(),
            strength=self._taste.strength,
            discovery=self._taste.discovery,
            opinions=await self._taste.counts(),
            heard=round(await self._taste.heard_s(), 1),
            learnt=[self._learnt(name, [one for one in ranked if one.category == name]) for name in names],
        )

    @command("/stems/ranked", query=True)
    async def ranked(self, category: Category | None = None, limit: Limit = 100, offset: Offset = 0) -> list[Feedback]:
        """List the stems that the current user has an opinion of, the most wanted first: said, kept, swapped, heard."""
        found = await self._taste.ranked(self._library.category(category))
        return [_feedback(one) for one in found[offset : offset + limit]]

    def _learnt(self, category: str, ranked: list[Ranked]) -> Learnt:
        liked = [one.title for one in ranked if one.value > 0][:NAMED]
        disliked = [one.title for one in reversed(ranked) if one.value < 0][:NAMED]
        weights = self._taste.current.axes.get(category, np.zeros(len(AXES)))
        order = [number for number in np.argsort(-np.abs(weights)).tolist() if abs(weights[number]) >= SAID]
        scales = {number: FIVE[AXES[number]] for number in order}
        towards = [scale.high if weights[number] > 0 else scale.low for number, scale in scales.items()]
        return Learnt(
            category=category,
            opinions=len(ranked),
            liked=liked,
            disliked=disliked,
            towards=towards,
            sentence=sentence(category, liked, disliked, towards),
        )

    @command("/taste/reset", role="admin")
    async def reset(self, stem: StemId | None = None) -> int:
        """Forget what the current user likes, all or that of one stem; returns how many opinions there were."""
        return await self._taste.reset(stem)

    @command("/taste/user", role="arrange")
    async def user(self, value: User | None = None) -> str:
        """The user whose taste orders the matches; a new name begins without opinions."""
        if value is not None:
            await self._taste.switch(value)
            self._library.bus.publish(Changed("/taste/user", value))
        return self._taste.user

    @command("/taste/strength", role="arrange")
    async def strength(self, value: Share | None = None) -> float:
        """How much taste moves the matches, 0 (not at all) to 1."""
        if value is not None:
            await self._taste.set_strength(value)
            self._library.bus.publish(Changed("/taste/strength", value))
        return self._taste.strength

    @command("/stems/discovery")
    async def discovery(self, value: Share | None = None) -> float:
        """Which share of the matches was never heard before, 0 to 1, where relevance allows."""
        if value is not None:
            await self._taste.set_discovery(value)
            self._library.bus.publish(Changed("/stems/discovery", value))
        return self._taste.discovery

    @command("/stems/unfound", query=True)
    async def unfound(self, category: Category | None = None, limit: Limit = 100, offset: Offset = 0) -> Unfound:
        """List the stems that no search has ever answered with, oldest first."""
        await self._taste.flush()
        reading = self._library.db.reading
        rows = await reading.unfound(self._library.category(category), limit, offset)
        stems, never = await reading.found_counts()
        return Unfound(
            stems=stems, never=never, some=[StemInfo(**info(stem_of(row, self._library.root))) for row in rows]
        )


def _feedback(one: Ranked) -> Feedback:
    counts = one.counts
    return Feedback(
        stem=one.stem,
        title=one.title,
        category=one.category,
        value=round(one.value, 4),
        like="like" in counts,
        reject="reject" in counts,
        kept=counts.get("kept", 0),
        swapped=counts.get("swapped", 0),
        played=counts.get("played", 0),
        seconds=round(one.seconds, 1),
    )


def sentence(category: str, liked: list[str], disliked: list[str], towards: list[str]) -> str:
    """Return what was learnt of a category as people say it."""
    parts = [f"goes towards {' and '.join(towards[:2])}"] if towards else []
    if liked:
        parts.append(f"likes {', '.join(liked)}")
    if disliked:
        parts.append(f"does not like {', '.join(disliked)}")
    return f"{category}: {'; '.join(parts) or 'nothing yet'}"
