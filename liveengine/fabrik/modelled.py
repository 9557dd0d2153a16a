"""Sounds by the models of the categories: what a worker is told, what it gives. Runs on: event loop."""

import asyncio
import base64
import secrets
import textwrap
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from liveengine.errors import (
    BadArgument,
    BadInput,
    LiveEngineError,
    ModelDamaged,
    ModelMissing,
    NotFound,
    Refused,
    named,
)
from liveengine.fabrik.entering import Made, removed
from liveengine.fabrik.making import Report
from liveengine.fabrik.orders import Order
from liveengine.fabrik.training import FOLDER, beats
from liveengine.stems.library import Library
from liveengine.stems.lineage import Lineage
from liveengine.stems.model import Stem

if TYPE_CHECKING:
    from liveengine.jobs.pool import Pool

KIND = "generate"
FAULTS = (BadInput, NotFound, Refused, ModelDamaged, ModelMissing)  # of one order, not of all of them
PIECE = 16  # orders that a worker has at once
_TITLE = 28  # signs of a parent's title
_DRAWS = 2**53  # JSON holds such numbers exactly

Do = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]  # has a worker do job `generate`


async def made(library: Library, pool: "Pool", orders: Sequence[Order], report: Report) -> list[Made | LiveEngineError]:
    """Return for each order a finished file in the staging folder, not entered, or what is wrong with the order.

    Raises DiskFull or JobFailure; then, and when cancelled, it leaves no file.
    """
    prefix = f"{KIND}-{secrets.token_hex(6)}"
    results: list[Made | LiveEngineError] = []
    try:
        for first in range(0, len(orders), PIECE):

            def told(done: int, _: int, text: str, first: int = first) -> None:
                report(first + done, len(orders), text)

            async def do(payload: dict[str, Any], told: Report = told) -> dict[str, Any]:
                return await pool.run(KIND, payload, progress=told)

            results += await piece(library, do, orders[first : first + PIECE], f"{prefix}-{first}")
    except BaseException:
        await removed(one for one in results if isinstance(one, Made))
        raise
    return results


async def piece(library: Library, do: Do, orders: Sequence[Order], prefix: str) -> list[Made | LiveEngineError]:
    """Do the same with orders of one piece, whose files are called `prefix` and a number."""
    payloads = await _payloads(library, orders, prefix)
    told = [(number, one) for number, one in enumerate(payloads) if not isinstance(one, LiveEngineError)]
    found: list[Made | LiveEngineError | None] = [one if isinstance(one, LiveEngineError) else None for one in payloads]
    if told:
        target = {"models": str(library.root / FOLDER), "target": str(library.staging)}
        try:
            result = await do({**target, "orders": [one for _, one in told]})
        except BaseException:
            await asyncio.to_thread(forget, library.staging, prefix)
            raise
        for place, (number, one) in enumerate(told):
            found[number] = _result(orders[number], one, result, place)
    return [one for one in found if one is not None]


def forget(staging: Path, prefix: str) -> None:
    """Remove what a worker has left, whole or half."""
    for path in [*staging.glob(f"{prefix}-*"), *staging.glob(f".{prefix}-*")]:
        path.unlink(missing_ok=True)


def fitting(order: Order, sources: Sequence[Stem]) -> None:
    """Raise BadArgument for a stem that nothing of the order's category can be made from."""
    crossed = order.mode == "hybrid" and order.other is not None
    wanted = [order.category, order.other] if crossed else [order.category] * len(sources)
    for stem, category in zip(sources, wanted, strict=False):
        if stem.category != category:
            raise BadArgument(
                f"stem {stem.id} is of {stem.category}, not of {category}: name one of {category}, or ask for a hybrid "
                f"with other={stem.category} and two stems, the first of {order.category}"
            )
        usable(stem)


def usable(stem: Stem) -> float | None:
    """Return the beats of a loop, None for a one-shot; raise BadArgument for what nothing can be made from."""
    if stem.state != "ready":
        raise BadArgument(f"stem {stem.id} is not analysed yet: wait for its job (`liveengine jobs`)")
    if stem.loop and beats(stem) is None:
        raise BadArgument(f"stem {stem.id} is a loop without a tempo: set it with /stem/{stem.id}/bpm")
    return beats(stem)


def title(order: Order, sources: Sequence[Stem]) -> str:
    """Return a name for people, such as "deep kick x hard kick 40 0003"."""
    number = f"{order.seed % 10_000:04d}"
    names = [textwrap.shorten(one, _TITLE, placeholder="") or one[:_TITLE] for one in _apart(sources)]
    if order.mode == "interpolate":
        between = " x ".join(names) if names else f"between two of {order.category}"
        return between + (f" {round(100 * order.amount)}" if order.amount is not None else "") + f" {number}"
    if order.other:
        return " x ".join(names or [order.category, order.other]) + f" {number}"
    if names:
        return f"{names[0]} {'anew' if order.mode == 'hybrid' else 'varied'} {number}"
    return f"imagined {order.category} {number}"


def _apart(stems: Sequence[Stem]) -> list[str]:
    """Return the titles without the words that all of them begin with, where each has others."""
    words = [stem.title.split() for stem in stems]
    same = sum(1 for _ in takewhile(lambda at: len(set(at)) == 1, zip(*words, strict=False))) if len(words) > 1 else 0
    return [" ".join(one[same:]) or stem.title for one, stem in zip(words, stems, strict=True)]


async def _payloads(library: Library, orders: Sequence[Order], prefix: str) -> list[dict[str, Any] | LiveEngineError]:
    """Return what the worker is told of each order: the files of its stems, and what the new one is called."""
    drawn = await _drawn(library, orders)
    found: list[dict[str, Any] | LiveEngineError] = []
    for number, order in enumerate(orders):
        try:
            sources = [await library.get(stem) for stem in order.stems or _first(order, drawn.get(number))]
            fitting(order, sources)
        except FAULTS as error:
            found.append(error)
            continue
        stems = [{"stem": one.id, "path": str(one.path), "beats": beats(one), "title": one.title} for one in sources]
        known = {"name": f"{prefix}-{number}", "title": title(order, sources), "key": _key(order, sources)}
        found.append({**asdict(order), "stems": stems, **known})
    return found


def _begins(order: Order) -> bool:
    """Return whether an order begins with a stem."""
    return order.mode == "walk" or (order.mode == "hybrid" and not order.other)


def _loops(order: Order) -> bool:
    return order.tempo is not None or order.bars is not None


def _first(order: Order, drawn: int | None) -> tuple[int, ...]:
    if not _begins(order):
        return ()
    if drawn is None:
        kind = "loop" if _loops(order) else "stem"
        raise BadArgument(f"the library has no {kind} of {order.category} to begin with: add some, or name one")
    return (drawn,)


async def _drawn(library: Library, orders: Sequence[Order]) -> dict[int, int]:
    """Return a stem of its category for each order that needs one and names none, drawn by its seed."""
    groups: dict[tuple[str, bool], list[int]] = {}
    for number, order in enumerate(orders):
        if not order.stems and _begins(order):
            groups.setdefault((order.category, _loops(order)), []).append(number)
    found: dict[int, int] = {}
    for (category, loops), numbers in groups.items():
        draws = [int(np.random.default_rng(orders[number].seed).integers(_DRAWS)) for number in numbers]
        found.update(zip(numbers, await library.db.reading.drawn(category, loops, draws), strict=False))
    return found


def _key(order: Order, sources: Sequence[Stem]) -> str | None:
    """Return the key that all stems of an order have in common."""
    keys = {one.key for one in sources}
    return next(iter(keys)) if len(keys) == 1 and order.other is None else None


def _result(order: Order, told: Mapping[str, Any], result: Mapping[str, Any], place: int) -> Made | LiveEngineError:
    one = result["made"][place]
    return named(*result["failed"][str(place)]) if one is None else _made(order, told, one)


def _made(order: Order, told: Mapping[str, Any], one: Mapping[str, Any]) -> Made:
    """Return a file with all that is known of it."""
    lineage = Lineage(
        made_by="generate",
        parents=tuple((int(stem), float(share)) for stem, share, _ in one["parents"]),
        titles={int(stem): str(name) for stem, _, name in one["parents"]},
        model="+".join(name for name, _ in one["models"]),
        checksum="+".join(checksum for _, checksum in one["models"]),
        seed=order.seed,
        latent=base64.b64decode(one["latent"]),
        terms=one["terms"],
    )
    return Made(
        path=Path(one["path"]),
        category=order.category,
        lineage=lineage,
        provenance="generated",
        tags=("generated", order.mode),
        bpm=one["tempo"],
        bars=one["bars"],
        key=told["key"],
        title=told["title"],
        loop=one["bars"] is not None,
    )
