"""Who wants which events over OSC: leases, coalescing, echo suppression. Runs on: event loop.

A subscriber is where the pushes go: the sender's address, or the same host at the port it asked for, whoever asks. The
lease of LEASE_S is renewed by any message of the sender, and by subscribing again from any port. A property's new value
is pushed at the property's own address, at most every INTERVAL_S for each address and subscriber, the latest value
last; events that are no property are sent one by one. Who has just set a property is not told the same value, and a
different one (another client's, or a bounded one) only ECHO_S after its last touch, so that a fader under a finger
never jumps.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from liveengine.control.answers import spread
from liveengine.control.osc_codec import encode
from liveengine.control.pattern import Pattern
from liveengine.errors import Full
from liveengine.events import Bus, Changed, Event

LEASE_S = 60.0
INTERVAL_S = 1 / 30
ECHO_S = 0.2
MAX_SUBSCRIBERS = 64
MAX_PATTERNS = 64  # of one subscriber
MAX_SENDERS = 256  # remembered; tools that send from a new port each time would add up
_MAX_KNOWN = 8192  # addresses remembered for one subscriber

Peer = tuple[str, int]


@dataclass
class _Subscriber:
    target: Peer
    expires: float
    patterns: dict[str, Pattern] = field(default_factory=dict)
    wanted: dict[str, bool] = field(default_factory=dict)  # by address: does a pattern cover it?
    ready: dict[str, float] = field(default_factory=dict)  # by address: not before this time
    touched: dict[str, Any] = field(default_factory=dict)  # by address: the value that the client itself has set
    pending: dict[str, Any] = field(default_factory=dict)

    def wants(self, address: str) -> bool:
        found = self.wanted.get(address)
        if found is None:
            if len(self.wanted) >= _MAX_KNOWN:
                self.wanted.clear()
            found = self.wanted[address] = any(pattern.covers(address) for pattern in self.patterns.values())
        return found


def _same(left: Any, right: Any) -> bool:
    """Return whether two values are the same for a 32-bit controller."""
    if isinstance(left, int | float) and isinstance(right, int | float):
        return abs(left - right) <= 1e-6 * max(1.0, abs(left), abs(right))
    return bool(left == right)


class Subscribers:
    """The table of subscribers; pushes to them through `send(packet, target)`."""

    def __init__(self, bus: Bus, send: Callable[[bytes, Peer], None]) -> None:
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._table: dict[Peer, _Subscriber] = {}  # by target
        self._senders: dict[Peer, tuple[Peer, ...]] = {}  # by sender: the targets it asked for, oldest sender first
        self._timer: asyncio.TimerHandle | None = None
        self._leave = bus.subscribe(self._on_event)

    def __len__(self) -> int:
        return len(self._table)

    def subscribe(self, peer: Peer, pattern: str, port: int | None) -> Peer:
        """Push what matches `pattern` to the peer, or to `port` of its host; return which. Raises Full, BadArgument."""
        parsed = Pattern.parse(pattern)
        target = (peer[0], port) if port else peer
        found = self._table.get(target)
        if found is None:
            self._expire()
            if len(self._table) >= MAX_SUBSCRIBERS:
                raise Full(f"{MAX_SUBSCRIBERS} clients are subscribed already; unsubscribe one, or wait for its lease")
            found = self._table[target] = _Subscriber(target, 0.0)
        elif len(found.patterns) >= MAX_PATTERNS and pattern not in found.patterns:
            raise Full(f"a client subscribes to at most {MAX_PATTERNS} patterns; a wildcard covers many addresses")
        found.patterns[pattern] = parsed
        found.wanted.clear()
        self._remember(peer, target)
        self.renew(peer)
        return target

    def unsubscribe(self, peer: Peer, pattern: str | None, port: int | None = None) -> None:
        """Take back one pattern, or all, of what goes to `port` of the peer's host; to all that the peer asked for."""
        for found in self._of(peer) if port is None else self._at((peer[0], port)):
            found.wanted.clear()
            found.patterns.pop(pattern, None) if pattern is not None else found.patterns.clear()
            if not found.patterns:
                del self._table[found.target]

    def renew(self, peer: Peer) -> None:
        """Renew the leases that the peer has asked for."""
        for found in self._of(peer):
            found.expires = self._loop.time() + LEASE_S

    def touch(self, peer: Peer, address: str, value: Any) -> None:
        """Note that the peer is about to set the property itself."""
        for found in self._of(peer):
            if found.wants(address):
                found.touched[address] = value
                found.ready[address] = self._loop.time() + ECHO_S

    def tell(self, target: Peer, address: str, value: Any) -> None:
        """Send a target the present value of a property, if it is still subscribed."""
        if target in self._table:
            self._send(encode(address, *spread((value,))), target)

    def close(self) -> None:
        """Forget all subscribers."""
        self._leave()
        self._table.clear()
        self._senders.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _at(self, *targets: Peer) -> list[_Subscriber]:
        return [self._table[target] for target in targets if target in self._table]

    def _of(self, peer: Peer) -> list[_Subscriber]:
        """Return the subscribers that a sender has asked for; who sends from where the pushes go is one itself."""
        return self._at(*dict.fromkeys((*self._senders.get(peer, ()), peer)))

    def _remember(self, peer: Peer, target: Peer) -> None:
        targets = dict.fromkeys((*(found.target for found in self._of(peer)), target))
        self._senders.pop(peer, None)
        self._senders[peer] = tuple(targets)
        if len(self._senders) > MAX_SENDERS:
            del self._senders[next(iter(self._senders))]

    def _on_event(self, event: Event) -> None:
        if not self._table:
            return
        address, values = event.message()
        now = self._loop.time()
        packet = b""
        for found in list(self._table.values()):
            if found.expires < now:
                del self._table[found.target]
            elif found.wants(address):
                if isinstance(event, Changed) and self._held(found, address, event.value, now):
                    continue
                packet = packet or encode(address, *spread(values))
                self._send(packet, found.target)

    def _held(self, found: _Subscriber, address: str, value: Any, now: float) -> bool:
        """Return whether the value waits, or is one that the client knows; else note that it is sent now."""
        if address in found.touched and _same(found.touched[address], value):
            found.pending.pop(address, None)
            return True
        if now < found.ready.get(address, 0.0):
            found.pending[address] = value
            self._schedule()
            return True
        self._note(found, address, now)
        return False

    def _note(self, found: _Subscriber, address: str, now: float) -> None:
        if len(found.ready) >= _MAX_KNOWN:
            found.ready = {name: at for name, at in found.ready.items() if at > now}
        found.ready[address] = now + INTERVAL_S
        found.touched.pop(address, None)

    def _schedule(self) -> None:
        if self._timer is None:
            self._timer = self._loop.call_later(INTERVAL_S, self._flush)

    def _flush(self) -> None:
        self._timer = None
        now = self._loop.time()
        for found in self._table.values():
            for address in [name for name in found.pending if now >= found.ready.get(name, 0.0)]:
                value = found.pending.pop(address)
                self._note(found, address, now)
                self._send(encode(address, *spread((value,))), found.target)
            if found.pending:
                self._schedule()

    def _expire(self) -> None:
        now = self._loop.time()
        for target in [target for target, found in self._table.items() if found.expires < now]:
            del self._table[target]
