"""Edits of very many stems as a job: step by step, and yet one batch that is undone as one. Runs on: event loop.

A step and how far it came are stored together, so that a kill makes no step happen twice. What cannot be done for one
stem is done for none: the steps before are taken back.
"""

from typing import TYPE_CHECKING, Any

from liveengine.errors import BadInput, NotFound, UnknownStem
from liveengine.events import StemsEdited
from liveengine.stems.db import Transaction
from liveengine.stems.work import Work
from liveengine.units import counted

if TYPE_CHECKING:
    from liveengine.stems.library import Library

KIND = "edit"
STEP = 250  # stems per transaction: a play or an ingest waits for one step at most


async def run(library: "Library", work: Work) -> dict[str, Any]:
    """Do what the job asks: {"stems", "wanted"}, or {"undo": batch}; return how many stems were changed.

    Raises UnknownStem, BadArgument or OutOfRange, with nothing changed.
    """
    asked = work.job.payload
    count = await (_undone(library, work, asked["undo"]) if "undo" in asked else _edited(library, work))
    library.bus.publish(StemsEdited(count))
    return {"stems": count}


async def _edited(library: "Library", work: Work) -> int:
    stems, wanted = work.job.payload["stems"], work.job.payload["wanted"]
    place = work.job.place or {"batch": None, "done": 0}
    if missing := set(stems) - {row["id"] for row in await library.db.reading.known(stems)}:
        raise UnknownStem(f"the library holds no stem {min(missing)}; nothing was changed")

    async def remember(change: Transaction, batch: int) -> None:
        place.update(batch=batch, done=place["done"] + len(some))
        await change.place_job(work.job.id, place)

    if place["done"]:  # a kill may have come before the search knew of the last step
        await library.refresh(stems[max(0, place["done"] - STEP) : place["done"]])
    while some := stems[place["done"] : place["done"] + STEP]:
        try:
            await library.edit(some, batch=place["batch"], then=remember, **wanted)
        except (BadInput, NotFound):
            if place["batch"] is not None:
                await _undone(library, work, place["batch"])
                async with library.db.transaction() as change:
                    await change.place_job(work.job.id, None)
            raise
        work.report(place["done"], len(stems), f"{place['done']}/{len(stems)} stems")
    return len(stems)


async def _undone(library: "Library", work: Work, batch: int) -> int:
    """Take a batch back, a step at a time; what is taken back is forgotten, so that a kill changes nothing."""
    count = 0
    while stems := await library.undo(batch, STEP):
        count += len(stems)
        work.report(count, max(count, work.job.total), counted(count, "stem"))
    return count
