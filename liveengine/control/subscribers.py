"""Who wants which events over OSC: leases, coalescing, echo suppression. Runs on: event loop.

A subscriber is the sender's address, or the same host at the port it asked for. The lease of LEASE_S is renewed by
any message of the sender. A property's new value is pushed at the property's own address, at most every INTERVAL_S for
each address and subscriber, the latest value last; events that are no property are sent one by one. Who has just set a
property is not told the same value, and a different one (another client's, or a bounded one) only ECHO_S after its last
touch, so that a fader under a finger never jumps.
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
        self._table: dict[Peer, _Subscriber] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._leave = bus.subscribe(self._on_event)

    def __len__(self) -> int:
        return len(self._table)

    def subscribe(self, peer: Peer, pattern: str, port: int | None) -> None:
        """Push what matches `pattern` to the peer, or to `port` of its host; raise Full or BadArgument."""
        parsed = Pattern.parse(pattern)
        target = (peer[0], port) if port else peer
        found = self._table.get(peer)
        if found is None:
            self._expire()
            if len(self._table) >= MAX_SUBSCRIBERS:
                raise Full(f"{MAX_SUBSCRIBERS} clients are subscribed already; unsubscribe one, or wait for its lease")
            found = self._table[peer] = _Subscriber(target, 0.0)
        elif len(found.patterns) >= MAX_PATTERNS and pattern not in found.patterns:
            raise Full(f"a client subscribes to at most {MAX_PATTERNS} patterns; a wildcard covers many addresses")
        found.target = target
        found.patterns[pattern] = parsed
        found.wanted.clear()
        self.renew(peer)

    def unsubscribe(self, peer: Peer, pattern: str | None) -> None:
        """Take back one pattern of the peer, or all of them."""
        found = self._table.get(peer)
        if found is None:
            return
        found.wanted.clear()
        found.patterns.pop(pattern, None) if pattern is not None else found.patterns.clear()
        if not found.patterns:
            del self._table[peer]

    def renew(self, peer: Peer) -> None:
        """Renew the lease of the peer, if it has one."""
        if (found := self._table.get(peer)) is not None:
            found.expires = self._loop.time() + LEASE_S

    def touch(self, peer: Peer, address: str, value: Any) -> None:
        """Note that the peer is about to set the property itself."""
        found = self._table.get(peer)
        if found is not None and found.wants(address):
            found.touched[address] = value
            found.ready[address] = self._loop.time() + ECHO_S

    def tell(self, peer: Peer, address: str, value: Any) -> None:
        """Send the peer the present value of a property, if it is still subscribed."""
        if (found := self._table.get(peer)) is not None:
            self._send(encode(address, *spread((value,))), found.target)

    def close(self) -> None:
        """Forget all subscribers."""
        self._leave()
        self._table.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _on_event(self, event: Event) -> None:
        if not self._table:
            return
        address, values = event.message()
        now = self._loop.time()
        packet = b""
        for peer, found in list(self._table.items()):
            if found.expires < now:
                del self._table[peer]
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
        for peer in [peer for peer, found in self._table.items() if found.expires < now]:
            del self._table[peer]
