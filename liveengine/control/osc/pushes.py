"""When subscribers are told a property's value: at once or every INTERVAL_S, in bundles. Runs on: event loop.

The first change of an address goes out at the end of the loop's turn. Those that follow within INTERVAL_S wait, the
latest value of each. What goes out together is encoded once, put into bundles of BUNDLE_BYTES at most, and the same
bytes go to every client that wants the same addresses. Two sorts of client are told apart from the others, one by one:
who has just set the property itself (see `touch`), and a stream that is not read.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from liveengine.control.osc.answers import spread
from liveengine.control.osc.codec import IMMEDIATELY, bundle, encode
from liveengine.control.osc.pattern import Pattern
from liveengine.control.osc.peers import Peer, is_behind

INTERVAL_S = 1 / 30
ECHO_S = 0.2
SLICE_S = 0.002  # of values that have waited, in one turn of the loop
BUNDLE_BYTES = 1400  # one frame of a network carries it
MAX_KNOWN = 16_384  # addresses remembered
_AT_ONCE = 64  # addresses that are encoded between two looks at the time


@dataclass(eq=False)
class Subscriber:
    """Where pushes go, which, until when, and what this client alone waits for."""

    target: Peer
    expires: float
    patterns: dict[str, Pattern] = field(default_factory=dict)
    touched: dict[str, tuple[Any, float]] = field(default_factory=dict)  # what it has set itself; nothing else until
    pending: dict[str, Any] = field(default_factory=dict)
    gone: bool = False

    def wants(self, address: str) -> bool:
        """Return whether one of its patterns matches."""
        return any(pattern.covers(address) for pattern in self.patterns.values())

    @property
    def apart(self) -> bool:
        """Return whether it cannot simply be sent what the others are."""
        return bool(self.touched or self.pending) or is_behind(self.target)


Wanting = tuple[Subscriber, ...]
_Change = tuple[str, Any, bytes]  # address, value, packet


def same(left: Any, right: Any) -> bool:
    """Return whether two values are the same for a 32-bit controller."""
    if isinstance(left, int | float) and isinstance(right, int | float):
        return abs(left - right) <= 1e-6 * max(1.0, abs(left), abs(right))
    return bool(left == right)


def bundles(packets: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the packets, several in a bundle as far as they fit into one."""
    row: list[bytes] = []
    size = 16
    for packet in packets:
        if row and size + len(packet) + 4 > BUNDLE_BYTES:
            yield row[0] if len(row) == 1 else bundle(IMMEDIATELY, *row)
            row, size = [], 16
        row.append(packet)
        size += len(packet) + 4
    if row:
        yield row[0] if len(row) == 1 else bundle(IMMEDIATELY, *row)


class Pushes:
    """The values that wait, for all or for one; sends through `send(packet, target)`."""

    def __init__(self, send: Callable[[bytes, Peer], None], wanting: Callable[[str], Wanting]) -> None:
        """`wanting(address)` gives who is told, the same tuple for the same clients."""
        self._send = send
        self._wanting = wanting
        self._loop = asyncio.get_running_loop()
        self._ready: dict[str, float] = {}  # by address: not before this time
        self._pending: dict[str, Any] = {}  # by address: its latest value
        self._late: dict[Subscriber, None] = {}  # who has values of its own that wait, in the order of their turns
        self._line: deque[tuple[Subscriber, list[_Change], list[bytes]]] = deque()  # encoded, to be sent
        self._fresh: dict[str, Any] = {}  # by address: the value that goes out now
        self._timer: asyncio.Handle | None = None  # of what waits
        self._soon: asyncio.Handle | None = None  # of what goes out now

    def close(self) -> None:
        """Send nothing more."""
        for handle in (self._timer, self._soon):
            if handle is not None:
                handle.cancel()

    def forget(self, found: Subscriber) -> None:
        """Forget what a client waits for."""
        found.gone = True
        self._late.pop(found, None)

    def touch(self, found: Subscriber, address: str, value: Any) -> None:
        """Note that a client is about to set a property itself: it hears no echo, and another value only later."""
        found.touched[address] = value, self._loop.time() + ECHO_S

    def push(self, address: str, value: Any) -> None:
        """Tell everybody of a new value, now or when its time has come."""
        if not self._wanting(address):
            return
        if self._line or self._loop.time() < self._ready.get(address, 0.0):  # what stands in line is older
            self._pending[address] = value
            self._schedule()
        else:
            self._fresh[address] = value
            self._go_on()

    def _note(self, address: str, now: float) -> None:
        if len(self._ready) >= MAX_KNOWN:
            self._ready = {name: at for name, at in self._ready.items() if at > now}
        self._ready[address] = now + INTERVAL_S

    def _tell(self, found: Subscriber, change: _Change, now: float) -> None:
        """Send one change to a client unless it has to wait, or knows it."""
        address, value, packet = change
        if not (found.gone or (found.apart and self._held(found, address, value, now))):
            self._send(packet, found.target)

    def _held(self, found: Subscriber, address: str, value: Any, now: float) -> bool:
        known, until = found.touched.get(address, (None, 0.0))
        if address in found.touched and same(known, value):
            found.pending.pop(address, None)
            return True
        if now < until or is_behind(found.target):
            found.pending[address] = value
            self._late[found] = None
            self._schedule()
            return True
        found.touched.pop(address, None)
        found.pending.pop(address, None)
        return False

    def _schedule(self) -> None:
        if self._timer is None:
            self._timer = self._loop.call_later(INTERVAL_S, self._tick)

    def _tick(self) -> None:
        """Let go what has waited long enough."""
        self._timer = None
        now = self._loop.time()
        for address in [name for name in self._pending if now >= self._ready.get(name, 0.0)]:
            self._fresh[address] = self._pending.pop(address)
        self._flush_late(now)
        if self._pending or self._late:
            self._schedule()
        if self._fresh:
            self._go_on()

    def _go_on(self) -> None:
        if self._soon is None:
            self._soon = self._loop.call_soon(self.flush)

    def flush(self) -> None:
        """Send what goes out now, as much as fits into a slice."""
        self._soon = None
        now = self._loop.time()
        while self._line or self._fresh:
            if not self._line:
                self._encode(list(islice(self._fresh, _AT_ONCE)), now)
            if self._line:
                self._give(*self._line.popleft(), now)
            if self._loop.time() >= now + SLICE_S:
                break
        if self._line or self._fresh:
            self._go_on()

    def _encode(self, addresses: list[str], now: float) -> None:
        """Put into line what the addresses have, for each client that wants it."""
        groups: dict[Wanting, list[_Change]] = {}
        for address in addresses:
            value = self._fresh.pop(address)
            self._note(address, now)
            change = address, value, encode(address, *spread((value,)))
            groups.setdefault(self._wanting(address), []).append(change)
        for wanting, changes in groups.items():
            packets = list(bundles(packet for _, _, packet in changes))
            self._line.extend((found, changes, packets) for found in wanting)

    def _give(self, found: Subscriber, changes: list[_Change], packets: list[bytes], now: float) -> None:
        if found.apart:
            for change in changes:
                self._tell(found, change, now)
        elif not found.gone:
            for packet in packets:
                self._send(packet, found.target)

    def _flush_late(self, now: float) -> None:
        """Send what single clients have waited for, some of it; who has not had a turn is first next."""
        for found in list(self._late):
            if self._loop.time() >= now + SLICE_S:
                return
            del self._late[found]
            if not is_behind(found.target):
                due = (name for name in list(found.pending) if now >= found.touched.get(name, (None, 0.0))[1])
                for address in islice(due, _AT_ONCE):
                    found.touched.pop(address, None)
                    self._send(encode(address, *spread((found.pending.pop(address),))), found.target)
            if found.pending:
                self._late[found] = None
