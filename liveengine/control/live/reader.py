"""Reads and sets what Live's names stand for, through the registry. Runs on: event loop."""

import re
import struct
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

from liveengine.caller import Caller, caller
from liveengine.command import Registry, beyond
from liveengine.control.live import law
from liveengine.control.live.table import (
    METHODS,
    NUMBERS,
    PROPERTIES,
    STATE,
    THERE,
    Fixed,
    Meter,
    Property,
    Readable,
    Step,
)
from liveengine.errors import BadArgument, NotFound, OutOfRange, UnknownAddress
from liveengine.units import level_of

_SPAN = re.compile(r"\{(\w+)\}")


class Reader:
    """Live's objects, whose numbers count from 0, on our registry."""

    def __init__(self, registry: Registry, counts: Mapping[str, int], meters: Callable[[], bytes]) -> None:
        """`counts` has how many there are of each number, by name; `meters` gives left and right peak of each track."""
        self._registry = registry
        self._meters = meters
        self._counts = counts

    def has(self, entry: Readable | tuple[Step, ...]) -> bool:
        """Return whether every command that an entry of the table needs is there."""
        return all(self._known(address) for address in _addresses(entry))

    def waits(self, entry: Readable | tuple[Step, ...]) -> bool:
        """Return whether a command of the entry cannot answer at once."""
        return any(self._registry.find(_filled(address, {}))[0].waits for address in _addresses(entry))

    def names(self, kind: str, entry: Readable) -> tuple[str, ...]:
        """Return the numbers that a client has to give: those of the object, and those of what it has several of."""
        own = NUMBERS[kind]
        if isinstance(entry, Property) and "{bus}" in entry.address:
            return (*own, "bus")
        return own

    async def read(self, kind: str, entry: Readable, numbers: Mapping[str, int]) -> tuple[Any, ...]:
        """Return the values of an entry as Live has them; None stands for what is not there, among several."""
        if isinstance(entry, Fixed):
            if kind in THERE:
                await self._registry.call(_filled(THERE[kind], numbers))
            return entry.values
        if isinstance(entry, Meter):
            return (self._peak(entry, numbers["track"]),)
        several = [name for name in _SPAN.findall(entry.address) if name not in numbers]
        if not several:
            return (entry.show(await self._registry.call(_filled(entry.address, numbers))),)
        spans = [range(self._counts[name]) for name in several]
        found = [
            await self._there(_filled(entry.address, {**numbers, **dict(zip(several, place, strict=True))}))
            for place in product(*spans)
        ]
        shown = entry.show(found)
        return tuple(shown) if isinstance(shown, list) else (shown,)

    async def write(self, entry: Property, numbers: Mapping[str, int], value: Any) -> None:
        """Set an entry to a value of Live's; raise BadArgument for one that it cannot be."""
        await self._registry.call(_filled(entry.sets or entry.address, numbers), _taken(entry, value))

    async def run(self, steps: Sequence[Step], numbers: Mapping[str, int]) -> None:
        """Run the steps of a method, those that the state of the clip lets run."""
        state = None
        if any(step.states for step in steps):
            state = await self._registry.call(_filled(STATE, numbers))
        for step in steps:
            if not step.states or state in step.states:
                await self._registry.call(_filled(step.address, numbers), *_args(step, numbers))

    def check(self, numbers: Mapping[str, int]) -> None:
        """Raise OutOfRange for the number of something that is not there."""
        for name, number in numbers.items():
            if number >= self._counts[name]:
                raise beyond(name, number + 1, self._counts[name])

    def check_write(self, entry: Property, numbers: Mapping[str, int], value: Any, *, whole: bool) -> None:
        """Raise what `write` would raise before anything has changed; with `whole` as `Command.check`."""
        self._check(entry.sets or entry.address, numbers, (_taken(entry, value),), whole)

    def check_run(self, steps: Sequence[Step], numbers: Mapping[str, int], *, whole: bool) -> None:
        """Raise what `run` would raise before anything has changed; with `whole` as `Command.check`."""
        for step in steps:
            self._check(step.address, numbers, _args(step, numbers), whole)

    def _check(self, address: str, numbers: Mapping[str, int], args: tuple[Any, ...], whole: bool) -> None:
        """Check a call by the caller's role; it is counted when it runs."""
        command, path = self._registry.find(_filled(address, numbers))
        who = caller.get()
        token = caller.set(None if who is None else Caller(who.role))
        try:
            command.check(path, args, self._counts, whole=whole)
        finally:
            caller.reset(token)

    def heard(self, entry: Readable, numbers: Mapping[str, int]) -> list[str]:
        """Return the addresses whose events tell that an entry may have changed."""
        if not isinstance(entry, Property):
            return []
        template = entry.heard or entry.address
        several = [name for name in _SPAN.findall(template) if name not in numbers]
        spans = [range(self._counts[name]) for name in several]
        return [_filled(template, {**numbers, **dict(zip(several, place, strict=True))}) for place in product(*spans)]

    def _peak(self, meter: Meter, track: int) -> float:
        if not 0 <= track < self._counts["track"]:
            raise OutOfRange(f"track {track}: there are 0 to {self._counts['track'] - 1}")
        peaks = struct.unpack_from("<2f", self._meters(), 8 * track)
        return round(law.position_of(level_of(max(peaks[side] for side in meter.sides))), 4)

    async def _there(self, address: str) -> Any:
        try:
            return await self._registry.call(address)
        except NotFound:
            return None

    def _known(self, address: str) -> bool:
        try:
            self._registry.find(_filled(address, {}))
        except UnknownAddress:
            return False
        return True


def _taken(entry: Property, value: Any) -> Any:
    assert entry.take is not None
    try:
        return entry.take(value)
    except (TypeError, ValueError):
        raise BadArgument(f"{value!r:.100} is no value for {entry.address}") from None


def _args(step: Step, numbers: Mapping[str, int]) -> tuple[Any, ...]:
    return tuple(numbers[arg[1:-1]] + 1 if isinstance(arg, str) else arg for arg in step.args)


def _filled(address: str, numbers: Mapping[str, int]) -> str:
    """Return the address with Live's numbers as ours; 1 for a number that is not given."""
    return _SPAN.sub(lambda name: str(numbers.get(name[1], 0) + 1), address)


def _addresses(entry: Readable | tuple[Step, ...]) -> list[str]:
    if isinstance(entry, Property):
        return [address for address in (entry.address, entry.sets) if address]
    if not isinstance(entry, tuple):
        return []
    return [step.address for step in entry] + [STATE for step in entry if step.states]


def entries() -> list[tuple[str, str, Readable | tuple[Step, ...]]]:
    """Return the whole table as (object, name, entry)."""
    tables: tuple[Mapping[str, Mapping[str, Any]], ...] = (PROPERTIES, METHODS)
    return [(kind, name, entry) for table in tables for kind, row in table.items() for name, entry in row.items()]
