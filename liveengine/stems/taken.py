"""The stem of a file: the one that has its bytes, else a new one. Runs on: event loop; threads and workers read."""

import asyncio
import os
from pathlib import Path

from liveengine.errors import BadArgument, BadAudio, NotFound
from liveengine.stems import files
from liveengine.stems.library import Library
from liveengine.stems.model import display


async def taken(library: Library, path: Path) -> int:
    """Return the stem of an audio file, which is taken into the library if it has none with the same bytes.

    Raises NotFound, BadArgument for what is no file, BadAudio with the reason for one that cannot be used.
    """
    if not await asyncio.to_thread(os.path.exists, path):
        raise NotFound(f"no such file: {display(path)}")
    if not await asyncio.to_thread(os.path.isfile, path):
        raise BadArgument(f"{display(path)} is no file; name one, or bring a folder in by /ingest")
    try:
        mark = await asyncio.to_thread(files.fingerprint, path)
        digest = await asyncio.to_thread(files.digest, path)
    except OSError as error:
        raise BadAudio(f"{display(path)} cannot be read: {error.strerror or error}") from None
    if (known := await library.db.reading.stem_with(mark, digest)) is not None:
        return known
    job = await library.queue.wait(await library.ingest([path]))
    if (stem := await library.db.reading.stem_with(mark, digest)) is not None:
        return stem
    rows = await library.faults(job.id, 1)
    reason = rows[0]["reason"] if rows else job.error or "it was changed or deleted meanwhile"
    raise BadAudio(f"{display(path)} cannot be used: {reason}")
