"""A maker without a model: each order gives a decaying sine whose pitch lies where its parents and its seed put it."""

from collections.abc import Sequence
from typing import Any

from liveengine.fabrik.entering import Made
from liveengine.fabrik.lessons import Lesson
from liveengine.fabrik.making import Report, Takes
from liveengine.fabrik.orders import Order
from liveengine.stems.library import Library
from liveengine.stems.lineage import Lineage, MadeBy
from liveengine.stems.work import Work
from tests.fabrik.made import beep


class Beeps:
    """Makes kicks; orders whose seed is a multiple of seven fail."""

    def __init__(self, library: Library, trained: Sequence[str] = ("kick",)) -> None:
        self.library = library
        self.models = frozenset(trained)
        self.orders: list[Order] = []
        self.taught: list[tuple[str, dict[int, float]]] = []

    async def trained(self) -> frozenset[str]:
        return self.models

    async def make(self, orders: Sequence[Order], made_by: MadeBy, report: Report) -> Takes:
        self.orders += orders
        batch = Takes()
        for number, order in enumerate(orders):
            report(number, len(orders), order.mode)
            if order.seed % 7 == 0:
                batch.faults.append(f"{order.mode} of {order.stems} failed")
                continue
            path = self.library.staging / f"{made_by}-{order.category}-{number}.wav"
            beep(path, 45.0 + order.seed % 80, 0.2 + 0.1 * (order.seed % 5))
            share = 1.0 / max(1, len(order.stems))
            line = Lineage(made_by, tuple((stem, share) for stem in order.stems), "beeps", seed=order.seed)
            batch.made.append(Made(path, order.category, line, "generated", loop=False))
        return batch

    async def teach(self, work: Work, place: dict[str, Any], lesson: Lesson, seed: int, report: Report) -> str:
        self.taught.append((lesson.category, dict(lesson.weights)))
        report(1, 1, "taught")
        return f"beeps-{lesson.category}-{seed}"
