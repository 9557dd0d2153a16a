"""Opinions of what plays: liked or rejected without knowing its number. Runs on: event loop."""

from pydantic import BaseModel

from liveengine.command import Track, command
from liveengine.errors import EmptySlot
from liveengine.events import Changed
from liveengine.session.core import Core
from liveengine.stems.feedback import Kind
from liveengine.stems.library import Library


class Opinion(BaseModel):
    """What was said, and of which stem."""

    track: int
    stem: int
    name: str
    value: bool


class Liking:
    """Says of the stem that a track plays what its listener thinks of it."""

    def __init__(self, core: Core, library: Library) -> None:
        self._core = core
        self._library = library

    @command("/track/{track}/like")
    async def like(self, track: Track, value: bool = True) -> Opinion:
        """Like what a track plays: what is like it comes earlier in searches; false takes it back."""
        return await self._said(track, "like", value)

    @command("/track/{track}/reject")
    async def reject(self, track: Track, value: bool = True) -> Opinion:
        """Reject what a track plays: what is like it comes later in searches. It plays on; false takes it back."""
        return await self._said(track, "reject", value)

    async def _said(self, track: int, kind: Kind, value: bool) -> Opinion:
        strip = self._core.track(track)
        slot = strip.playing or strip.queued
        clip = strip.slots[slot - 1].clip if slot else None
        if clip is None:
            raise EmptySlot(f"track {track} plays nothing; launch a clip first, or name the stem: /stem/12/{kind}")
        said = await self._library.taste.said(clip.stem, kind, value)
        self._library.bus.publish(Changed(f"/stem/{clip.stem}/{kind}", said))
        return Opinion(track=track, stem=clip.stem, name=clip.name, value=said)
