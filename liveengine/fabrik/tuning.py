"""Teaches the search words of the user's own, on sounds with captions. Runs on: event loop; a worker learns."""

import asyncio
import shutil
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from liveengine.caller import Role
from liveengine.command import Accepted, command
from liveengine.errors import BadArgument, DiskFull
from liveengine.stems import select, taught
from liveengine.stems.commands import FilePath
from liveengine.stems.files import named
from liveengine.stems.library import Library
from liveengine.stems.work import Work

KIND = "tune"
ROOM = 1 << 30  # bytes that must be free: checkpoints of three courses and what is heard
HIDDEN = ".{}.tuning"  # folder of what is half done, beside the models

ModelName = Annotated[
    str,
    Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$", description="a name: small letters, digits and -"),
]
SearchModel = Annotated[str, Field(min_length=1, max_length=40, description="auto, mini, clap or a taught one's name")]
Base = Annotated[Literal["auto", "traum-mini", "clap"], Field(description="auto: CLAP if it can run here")]
Epochs = Annotated[int, Field(ge=1, le=200, description="passes at most; it stops when nothing gets better")]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
Force = Annotated[bool, Field(description="keep a model even if it is worse than its base")]


class Tuning:
    """Trains embeddings, and says which the search uses."""

    ROLE: Role = "admin"

    def __init__(self, library: Library, kit: int | None = None) -> None:
        """`kit`: how many made sounds hold and judge a model; None = all of the starter kit."""
        self._library = library
        self._kit = kit
        self._models = library.root / "models"
        self._asking = asyncio.Lock()  # from the look at what there is until the job is there

    async def register(self) -> None:
        """Let the library's queue know how to tune; take away what a kill has left of jobs that are over."""
        await asyncio.to_thread(self._cleaned, await self._names())
        await self._library.queue.register(KIND, self._run, self._tidy, role=self.ROLE)

    @command("/embeddings/train")
    async def train(  # noqa: PLR0917 - a command's arguments have places
        self,
        folder: FilePath,
        name: ModelName,
        captions: FilePath | None = None,
        base: Base = "auto",
        epochs: Epochs = 12,
        seed: Seed = 0,
        force: Force = False,
    ) -> Accepted:
        """Teach the search your own words: a folder of sounds, with captions in a CSV file or in texts beside them."""
        place, table = named(folder), named(captions) if captions else None
        if not await asyncio.to_thread(place.is_dir):
            raise BadArgument(f"no folder {folder[:80]!r}: name the one in which the sounds lie")
        asked: dict[str, Any] = {"folder": str(place), "captions": str(table) if table else None, "name": name}
        asked |= {"epochs": epochs, "seed": seed, "force": force, "kit": self._kit}
        async with self._asking:
            await asyncio.to_thread(self._free, name)
            if name in await self._names():
                raise BadArgument(f"{name} is being trained already; /jobs tells how it does")
            kind, model = await asyncio.to_thread(select.base, base, self._library.root)
            return await self._library.queue.add(KIND, asked | {"base": kind, "base_dir": str(model)})

    @command("/embeddings/use")
    async def use(self, name: SearchModel) -> Accepted:
        """Search with another model; until every stem is heard with it, the search goes on with the one before."""
        return Accepted(job=await self._library.handover.use(name))

    async def _run(self, work: Work) -> dict[str, Any]:
        name = work.job.payload["name"]
        target, half = self._models / name, self._half(name)
        paths = {"target": str(target), "work": str(half), "root": str(self._library.root)}
        async with work.keeping(lambda: work.steps[0], lambda step: {"step": step}):
            card = await work.do(KIND, work.job.payload | paths)
        told = ("id", "checksum", "sounds", "captions", "left_out", "own", "general")
        return {"name": name, "folder": str(target), **{key: card[key] for key in told}}

    async def _names(self) -> set[str]:
        """Return the names of the models whose jobs wait or run."""
        open_jobs = await self._library.db.reading.open_jobs()
        return {str(job.payload.get("name")) for job in open_jobs if job.kind == KIND}

    def _half(self, name: str) -> Path:
        return self._models / HIDDEN.format(name)

    def _free(self, name: str) -> None:
        """Raise where a model of this name cannot be made."""
        if name in taught.TAKEN:
            raise BadArgument(f"{name!r} is the name of another model; choose one of your own, such as my-techno")
        if (self._models / name).exists():
            raise BadArgument(f"there is a model {name} already: `liveengine models remove {name}`, or another name")
        if (free := shutil.disk_usage(self._library.root).free) < ROOM:
            raise DiskFull(f"training needs {ROOM >> 20} MiB for a while and {free >> 20} are free; make room")

    def _cleaned(self, going_on: set[str]) -> None:
        keep = {self._half(name) for name in going_on}
        for left in self._models.glob(HIDDEN.format("*")):
            if left not in keep:
                shutil.rmtree(left, ignore_errors=True)

    async def _tidy(self, job: int) -> None:
        name = str((await self._library.queue.get(job)).payload.get("name"))
        if name not in await self._names():
            await asyncio.to_thread(shutil.rmtree, self._half(name), True)
