"""The starter kit: a first library for those who have none. Runs on: event loop; the sound is made in a worker."""

from typing import Annotated, Any

from pydantic import Field

from liveengine.caller import Role
from liveengine.command import Accepted, command
from liveengine.stems.library import Library
from liveengine.stems.work import Work

FOLDER = "raw_construction_kits/starter-{seed}"


Seed = Annotated[int, Field(ge=0, le=2**31 - 1, description="another seed, another kit of the same stems")]


class Kit:
    """Makes the starter kit and adds it to the library."""

    ROLE: Role = "ingest"

    def __init__(self, library: Library) -> None:
        self._library = library

    async def register(self) -> None:
        """Let the library's queue know how to make the kit."""
        await self._library.queue.register("kit", self._run, role=self.ROLE)

    @command("/kit")
    async def make(self, seed: Seed = 0) -> Accepted:
        """Synthesise the starter kit into the library's folder for raw material; `/ingest` takes it from there."""
        return await self._library.queue.add("kit", {"seed": seed}, now=True)

    async def _run(self, work: Work) -> dict[str, Any]:
        seed = work.job.payload["seed"]
        folder = self._library.root / FOLDER.format(seed=seed)
        hidden = folder.with_name(f".{folder.name}")  # a watched folder shall not bring half a kit
        payload = {"folder": str(folder if folder.exists() else hidden), "seed": seed}
        result = await work.do("kit", payload)
        if not folder.exists():
            hidden.rename(folder)
        return {"folder": str(folder), "files": len(result["paths"])}
