"""Makes what proposals and dreams order: by a category's model, or of a stem's own sound. Runs on: event loop."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from liveengine.errors import LiveEngineError
from liveengine.fabrik import generating, modelled
from liveengine.fabrik.entering import Made, removed
from liveengine.fabrik.lessons import Lesson
from liveengine.fabrik.making import Report, Takes
from liveengine.fabrik.modelled import FAULTS
from liveengine.fabrik.mutating import varied
from liveengine.fabrik.orders import BY_MODEL, BySignal, Order
from liveengine.fabrik.training import Teaching, taught
from liveengine.stems.library import Library
from liveengine.stems.lineage import MadeBy
from liveengine.stems.work import Work

if TYPE_CHECKING:
    from liveengine.jobs.pool import Pool

AMOUNT = 0.5  # how far from its stem, where no order says it


class Workshop:
    """The library's models and its workers."""

    def __init__(self, library: Library, pool: "Pool", terms: Mapping[str, Any] | None = None) -> None:
        """`terms` are how a category is taught, where that is not as ever; see `training.Teaching`."""
        self._library = library
        self._pool = pool
        self._terms = dict(terms or {})

    async def trained(self) -> frozenset[str]:
        """Return the categories that have a model."""
        return generating.trained(self._library.root)

    async def make(self, orders: Sequence[Order], made_by: MadeBy, report: Report) -> Takes:
        """Return what was made; an order that fails costs itself alone. Raised or cancelled it leaves no file."""
        takes = Takes()
        try:
            await self._made(orders, takes, report)
        except BaseException:
            await removed(takes.made)
            raise
        takes.made[:] = [replace(one, lineage=replace(one.lineage, made_by=made_by)) for one in takes.made]
        return takes

    async def _made(self, orders: Sequence[Order], takes: Takes, report: Report) -> None:
        by_model = [order for order in orders if order.mode in BY_MODEL]
        made = await modelled.made(
            self._library, self._pool, by_model, lambda done, _, text: report(done, len(orders), text)
        )
        for order, one in zip(by_model, made, strict=True):
            _take(takes, order, one)
        for number, order in enumerate((order for order in orders if order.mode not in BY_MODEL), len(by_model)):
            report(number, len(orders), str(order))
            try:
                _take(takes, order, await self._varied(order))
            except FAULTS as error:
                _take(takes, order, error)

    async def _varied(self, order: Order) -> Made:
        kind = cast(BySignal, order.mode)
        stem = await self._library.get(order.stems[0])
        style = order.stems[1] if len(order.stems) > 1 else 0
        amount = AMOUNT if order.amount is None else order.amount
        made = await varied(self._library, self._pool.run, stem, kind, amount, order.seed, style)
        return replace(made, lineage=replace(made.lineage, terms={**made.lineage.terms, "mode": order.mode}))

    async def teach(self, work: Work, place: dict[str, Any], lesson: Lesson, seed: int, report: Report) -> str:
        """Teach the model of a lesson's category and return its id; see `training.taught`."""
        asked = Teaching(lesson.category, seed, lesson.weights, terms=self._terms)
        return str((await taught(self._library, work, place, asked, report))["id"])


def _take(takes: Takes, order: Order, one: Made | LiveEngineError) -> None:
    if isinstance(one, Made):
        takes.made.append(one)
    else:
        takes.faults.append(f"{order}: {one}")
