"""Several stems into one scene, side by side, as they sounded together. Runs on: event loop."""

from collections.abc import Mapping

from liveengine.errors import Full
from liveengine.events import ClipLoaded
from liveengine.session import fit
from liveengine.session.buffers import Buffers
from liveengine.session.clips import Clips
from liveengine.session.core import Core
from liveengine.stems.library import Library


class Spread:
    """Puts parts of one track into free slots of a scene."""

    def __init__(self, core: Core, library: Library, buffers: Buffers, clips: Clips) -> None:
        self._core = core
        self._library = library
        self._buffers = buffers
        self._clips = clips

    def tracks(self, scene: int, count: int, first: int | None = None) -> list[int]:
        """Return tracks with free slots in a scene for so many stems: from `first` on, side by side where that can be.

        Raises OutOfRange for a scene or track that is not there, Full when too few slots are free.
        """
        strips = self._core.model.tracks
        self._core.slot(first or 1, scene)
        slots = {track: self._core.slot(track, scene) for track in range(first or 1, len(strips) + 1)}
        free = [track for track, slot in slots.items() if slot.clip is None and not slot.loading]
        if len(free) < count:
            raise Full(
                f"scene {scene} has {len(free)} free slots{f' from track {first} on' if first else ''}, {count} are "
                "needed; name another scene, or clear some"
            )
        runs = (free[at : at + count] for at in range(len(free) - count + 1))
        return next((run for run in runs if run[-1] - run[0] == count - 1), free[:count])

    async def load(self, scene: int, stems: Mapping[str, int], first: int | None = None) -> list[ClipLoaded]:
        """Load stems into free slots of a scene, in order; ready to be launched together when this returns.

        They are not transposed, one by one: together they are in the key of their track. Those that are there when one
        cannot be loaded stay. Raises what `tracks` and `Buffers.hold` raise.
        """
        tracks = self.tracks(scene, len(stems), first)
        claims = {track: self._clips.claim(track, scene) for track in tracks}
        loaded = []
        try:
            for track, stem in zip(tracks, stems.values(), strict=True):
                loaded.append(await self._one(track, scene, stem, claims.pop(track)))
        finally:
            for track, mine in claims.items():
                self._clips.release(track, scene, mine)
        await self._core.keep()
        return loaded

    async def _one(self, track: int, scene: int, stem: int, mine: int) -> ClipLoaded:
        try:
            found = await self._library.get(stem)
            buffer = await self._buffers.hold(found)
        except BaseException:
            self._clips.release(track, scene, mine)
            raise
        fitted = fit.fit(found, buffer.frames, self._core.engine.rate, self._core.model.tempo)
        return self._clips.settle(track, scene, mine, self._clips.prepare(found, buffer, fitted))
