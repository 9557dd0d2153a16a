"""The command that takes in one file and waits for it. Runs on: event loop."""

from liveengine.command import command
from liveengine.stems.commands import FilePath, StemInfo, info
from liveengine.stems.files import named
from liveengine.stems.library import Library
from liveengine.stems.taken import taken


class AddCommands:
    """One file becomes one stem."""

    def __init__(self, library: Library) -> None:
        self._library = library

    @command("/stems/add", role="ingest")
    async def add(self, path: FilePath) -> StemInfo:
        """Take one audio file into the library; answers with its stem when it is analysed. `/ingest` takes many."""
        return StemInfo(**info(await self._library.get(await taken(self._library, named(path)))))
