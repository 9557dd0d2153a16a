"""Who makes sounds from orders, and what came of them. Runs on: event loop."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

from liveengine.fabrik.entering import Made, removed
from liveengine.fabrik.lessons import Lesson
from liveengine.fabrik.orders import Order
from liveengine.stems.lineage import MadeBy
from liveengine.stems.work import Work

Report = Callable[[int, int, str], None]  # done, of how many, what is going on


@dataclass(frozen=True, slots=True)
class Takes:
    """Finished files, and what is wrong with the orders that gave none.

    As a context: files that have not become stems by its end are removed.
    """

    made: list[Made] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        """Return the same."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Remove what nobody has taken."""
        await removed(self.made)


class Maker(Protocol):
    """Makes sounds with the models of the library, or without one."""

    async def trained(self) -> frozenset[str]:
        """Return the categories that have a model."""
        ...

    async def make(self, orders: Sequence[Order], made_by: MadeBy, report: Report) -> Takes:
        """Return what was made, for `async with`; an order that fails costs itself alone.

        Raises what is no fault of an order; then no file is left.
        """
        ...

    async def teach(self, work: Work, place: dict[str, Any], lesson: Lesson, seed: int, report: Report) -> str:
        """Teach the model of a lesson's category and return its id; `place` is what the job `work` has stored."""
        ...
