"""New stems from what the models of the categories have learnt. Runs on: event loop; the sound is made in a worker."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from liveengine.command import Accepted, command
from liveengine.errors import BadArgument, LiveEngineError, ModelMissing, named
from liveengine.fabrik.entering import Made, heard
from liveengine.fabrik.modelled import KIND, PIECE, fitting, forget, piece
from liveengine.fabrik.orders import ByModel, Order
from liveengine.fabrik.training import FOLDER
from liveengine.stems.commands import Category
from liveengine.stems.editing import ids
from liveengine.stems.library import Library
from liveengine.stems.narrowing import Tempo
from liveengine.stems.work import Work
from liveengine.units import counted

CARD = "card.json"
_SEEDS = 2**31

Kind = Annotated[
    ByModel,
    Field(
        description="random: from the category's spread; interpolate: between two stems; hybrid: the rhythm of a stem "
        "with another timbre, with `other` between two categories; walk: around one stem"
    ),
]
Count = Annotated[int, Field(ge=1, le=64, description="how many stems")]
Each = Annotated[int, Field(ge=1, le=16, description="how many stems of each category")]
Stems = Annotated[str, Field(min_length=1, max_length=64, description="the stems that it is made from, such as 3,9")]
Amount = Annotated[
    float, Field(ge=0, le=1, allow_inf_nan=False, description="the way to the second stem, or how far from the first")
]
Bars = Annotated[int, Field(ge=1, le=16, description="bars of a loop")]
Seed = Annotated[int, Field(ge=0, lt=_SEEDS, description="the same seed and model give the same sound")]


class Generator:
    """Makes stems."""

    ROLE = "arrange"

    def __init__(self, library: Library) -> None:
        self._library = library

    async def register(self) -> None:
        """Let the library's queue know how to generate."""
        await self._library.queue.register(KIND, self._run, self._tidy)

    @command("/generate")
    async def generate(  # noqa: PLR0917  # what a client leaves out is drawn by the seed
        self,
        category: Category,
        mode: Kind = "random",
        count: Count = 1,
        stems: Stems | None = None,
        other: Category | None = None,
        amount: Amount | None = None,
        tempo: Tempo | None = None,
        bars: Bars | None = None,
        seed: Seed | None = None,
    ) -> Accepted:
        """Make new stems of a category with its model; they are in the library when the job is done."""
        name = self._modelled(category)
        beside = None if other is None else self._modelled(other)
        chosen = () if stems is None else tuple(ids(stems) or ())
        _check(mode, chosen, beside, stems)
        first = secrets.randbelow(_SEEDS) if seed is None else seed
        amounts = [_spread(mode, chosen, amount, at, count) for at in range(count)]
        orders = [
            Order(name, mode, (first + at) % _SEEDS, chosen, beside, amounts[at], tempo, bars) for at in range(count)
        ]
        fitting(orders[0], [await self._library.get(stem) for stem in chosen])
        return await self._add(orders, [])

    @command("/generate/all")
    async def generate_all(self, mode: Kind = "random", count: Each = 1, seed: Seed | None = None) -> Accepted:
        """Make new stems of every category that has a model, so many of each."""
        known = trained(self._library.root)
        if not known:
            raise ModelMissing("no category has a model: `liveengine train category kick` teaches the first")
        counts = await self._library.counts()
        first = secrets.randbelow(_SEEDS) if seed is None else seed
        orders = [Order(name, mode, (first + at) % _SEEDS) for name in sorted(known) for at in range(count)]
        return await self._add(orders, sorted(counts.keys() - known))

    def _modelled(self, category: str) -> str:
        """Return a category's own name; raise ModelMissing where it has no model, BadArgument where it is none."""
        name = self._library.category(category)
        assert name is not None
        if name not in trained(self._library.root):
            raise ModelMissing(f"{name} has no model: `liveengine train category {name}` teaches one from its stems")
        return name

    async def _add(self, orders: Sequence[Order], lacking: Sequence[str]) -> Accepted:
        payload = {"orders": [asdict(order) for order in orders], "lacking": list(lacking)}
        return await self._library.queue.add(KIND, payload, len(orders), now=True)

    async def _run(self, work: Work) -> dict[str, Any]:
        """Make the sounds, piece by piece; what came out of one is in the library before the next begins."""
        orders = [Order(**{**order, "stems": tuple(order["stems"])}) for order in work.job.payload["orders"]]
        place = work.job.place or {"done": 0, "stems": [], "failed": []}
        work.report(place["done"], len(orders), "beginning")
        while place["done"] < len(orders):
            some = orders[place["done"] : place["done"] + PIECE]
            stems, faults = await self._piece(work, some, place["done"], len(orders))
            for fault in faults:
                work.note(str(fault), "warning")
            failed = [*place["failed"], *([fault.code, str(fault)] for fault in faults)]
            place = {"done": place["done"] + len(some), "stems": [*place["stems"], *stems], "failed": failed}
            await work.stored(place)
        if not place["stems"]:
            await work.stored(None)  # who retries it begins anew
            raise named(*place["failed"][0])
        work.report(len(orders), len(orders), counted(len(place["stems"]), "new stem"))
        told = [text for _, text in place["failed"]]
        return {"stems": place["stems"], "failed": told, "lacking": work.job.payload["lacking"]}

    async def _piece(
        self, work: Work, orders: Sequence[Order], first: int, total: int
    ) -> tuple[list[int], list[LiveEngineError]]:
        """Return the new stems of some orders, and what is wrong with the others."""
        prefix = f"{KIND}-{work.job.id}"

        async def do(payload: dict[str, Any]) -> dict[str, Any]:
            return await work.do(KIND, payload, lambda done, _, text: work.report(first + done, total, text))

        try:
            results = await piece(self._library, do, orders, f"{prefix}-{first}")
            faults = [one for one in results if isinstance(one, LiveEngineError)]
            made = [one for one in results if isinstance(one, Made)]
            work.report(first + len(orders), total, f"listening to {counted(len(made), 'new stem')}")
            async with heard(self._library, made) as batch:
                good = [at for at, fault in enumerate(batch.faults) if fault is None]
                stems = await batch.store(good) if good else []
        finally:
            await self._tidy(work.job.id)
        return stems, [*faults, *(fault for fault in batch.faults if fault is not None)]

    async def _tidy(self, job: int) -> None:
        await asyncio.to_thread(forget, self._library.staging, f"{KIND}-{job}")


def trained(root: Path) -> frozenset[str]:
    """Return the categories that have a model."""
    return frozenset(card.parent.name for card in (root / FOLDER).glob(f"[!.]*/{CARD}"))


def _check(mode: ByModel, stems: Sequence[int], other: str | None, said: str | None) -> None:
    """Raise BadArgument for what makes no sense together."""
    if said is not None and not stems:
        raise BadArgument(f"{said!r} names no stems; write their numbers: 3,9")
    if other is not None and mode != "hybrid":
        raise BadArgument(f"another category is for a hybrid, not for mode {mode}: ask for mode hybrid")
    most = {"random": 0, "interpolate": 2, "hybrid": 2 if other else 1, "walk": 1}[mode]
    if len(stems) > most or (mode == "interpolate" and len(stems) == 1):
        wanted = {0: "no stems", 1: "one stem"}.get(most, "two stems")
        raise BadArgument(f"{counted(len(stems), 'stem')} for mode {mode}: name {wanted}, or none: then it chooses")


def _spread(mode: ByModel, stems: Sequence[int], amount: float | None, at: int, count: int) -> float | None:
    """Return the amount of one of several: between two chosen stems they lie at equal steps, up to the amount."""
    if mode != "interpolate" or not stems:
        return amount
    return round((at + 1) / (count + 1), 4) if amount is None else round((at + 1) / count * amount, 4)
