"""A file into a slot: taken into the library, then loaded. Runs on: event loop; workers read the file."""

from liveengine.command import Slot, Track, command
from liveengine.events import ClipLoaded
from liveengine.session.clips import Clips
from liveengine.stems.commands import FilePath
from liveengine.stems.files import named
from liveengine.stems.library import Library
from liveengine.stems.taken import taken


class Fetch:
    """Loads what is no stem yet."""

    def __init__(self, library: Library, clips: Clips) -> None:
        self._library = library
        self._clips = clips

    @command("/track/{track}/clip/{slot}/load/file", role="ingest")
    async def load(self, track: Track, slot: Slot, path: FilePath) -> ClipLoaded:
        """Load an audio file of the daemon's machine into a slot; one that the library does not have is taken in first.

        Answers when it is ready to play; what the slot plays goes on until the next launch or stop.
        """
        mine = self._clips.claim(track, slot)
        try:
            stem = await taken(self._library, named(path))
        except BaseException:
            self._clips.release(track, slot, mine)
            raise
        self._clips.check(track, slot, mine, path)
        return await self._clips.load(track, slot, stem)
