"""What is proposed and not kept: keeping it, dropping it, never more of it than wanted. Runs on: event loop.

A proposal is a stem of provenance `proposed`: it can be heard, loaded and launched, and only who asks for proposals
finds it. Who likes it, plays it for a while or keeps it by name makes it a generated stem of the library.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Collection, Iterable, Sequence

from liveengine.errors import LiveEngineError
from liveengine.events import StemAdded
from liveengine.stems.library import Library
from liveengine.stems.reader import Row

log = logging.getLogger(__name__)

TAG = "proposed"


class Pending:
    """The proposals of a library."""

    def __init__(self, library: Library, most: int) -> None:
        """`most` are kept; of more than that the oldest go."""
        self.most = most
        self.changing = asyncio.Lock()  # who has it adds proposals, or takes some away
        self.sounding: Callable[[], Collection[int]] = tuple  # stems that play, whatever lies in the slots
        self._library = library
        self._tasks: set[asyncio.Task[None]] = set()
        library.taste.wanted = self._wanted

    async def all(self) -> list[Row]:
        """Return the proposals, newest first."""
        return await self._library.db.reading.proposed()

    async def keep(self, stems: Iterable[int]) -> list[int]:
        """Make ordinary stems of those of these that are proposals; return which were."""
        rows = {row["id"]: row for row in await self._library.db.reading.stems_among(stems)}
        kept = [stem for stem, row in rows.items() if row["provenance"] == "proposed"]
        if not kept:
            return []
        async with self._library.db.transaction() as change:
            for stem in kept:
                tags = [tag for tag in json.loads(rows[stem]["tags"]) if tag != TAG]
                told = {"provenance": "generated", "tags": json.dumps(tags, ensure_ascii=False)}
                await change.change_stem(stem, told)
                await change.untag(stem, TAG)
        await self._library.refresh(kept)
        for stem in kept:
            self._library.bus.publish(StemAdded(stem, rows[stem]["title"], rows[stem]["category"]))
        return kept

    async def drop(self, stems: Iterable[int]) -> None:
        """Delete those of these that are proposals and that nobody has in use."""
        wanted, used = set(stems), await self.in_use()
        for row in await self.all():
            if row["id"] in wanted and row["id"] not in used:
                await self._library.delete(row["id"])

    async def prune(self) -> None:
        """Delete the oldest beyond as many as are kept; what is in use stays, and counts."""
        used, there = await self.in_use(), await self.all()
        beyond = len(there) - self.most
        for row in reversed(there):
            if beyond > 0 and row["id"] not in used:
                await self._library.delete(row["id"])
                beyond -= 1

    async def in_use(self) -> set[int]:
        """Return the stems that lie in a slot of the session, as it is or as it was kept, and those that play."""
        record = await self._library.load_session() or {}
        slots = [clip for track in record.get("tracks", ()) for clip in track["slots"].values()]
        return {clip["stem"] for clip in slots} | set(self.sounding())

    def _wanted(self, stems: Sequence[int]) -> None:
        """Hear that the user wants stems: a like, a favourite, or what was heard for long enough."""
        task = asyncio.get_running_loop().create_task(self._kept(stems), name="keep proposals")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _kept(self, stems: Sequence[int]) -> None:
        try:
            await self.keep(stems)
        except LiveEngineError as error:  # a full disk: the opinion is stored, and counts at the next start
            log.warning("what is wanted could not be kept: %s", error)

    async def open(self) -> None:
        """Keep what was wanted just before an earlier daemon died, and delete what is too much."""
        there = {row["id"] for row in await self.all()}
        if there:
            wanted = [one.stem for one in await self._library.taste.ranked() if {"like", "kept"} & one.counts.keys()]
            await self.keep(there.intersection(wanted))
            await self.prune()

    async def close(self) -> None:
        """Wait for what is under way."""
        await asyncio.gather(*self._tasks)
