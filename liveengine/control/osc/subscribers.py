"""Who wants which events over OSC: leases, coalescing, echo suppression. Runs on: event loop.

A subscriber is where the pushes go: the sender's address, or the same host at the port it asked for, whoever asks. The
lease of LEASE_S is renewed by any message of the sender, and by subscribing again from any port; a stream's lasts as
long as the stream, a fixed target's for ever. A property's new value is pushed at the property's own address, at most
every INTERVAL_S for each address and subscriber, the latest value last; events that are no property are sent one by
one. Who has just set a property is not told the same value, and a different one (another client's, or a bounded one)
only ECHO_S after its last touch, so that a fader under a finger never jumps. A stream that is not read is sent the
latest values once it is.
"""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from liveengine.control.osc.answers import spread
from liveengine.control.osc.codec import encode
from liveengine.control.osc.pattern import Pattern
from liveengine.control.osc.peers import Peer, host_of, is_behind
from liveengine.errors import Full
from liveengine.events import Bus, Changed, Event

LEASE_S = 60.0
INTERVAL_S = 1 / 30
ECHO_S = 0.2
SLICE_S = 0.002  # of values that have waited, in one turn of the loop
MAX_SUBSCRIBERS = 64
MAX_PATTERNS = 64  # of one subscriber ...
MAX_ALL_PATTERNS = 1024  # ... and of all: a new address is held against each of them
MAX_SENDERS = 256  # remembered; tools that send from a new port each time would add up
MAX_KNOWN = 16_384  # addresses remembered


@dataclass(eq=False)
class _Subscriber:
    target: Peer
    expires: float
    patterns: dict[str, Pattern] = field(default_factory=dict)
    ready: dict[str, float] = field(default_factory=dict)  # by address: not before this time
    touched: dict[str, Any] = field(default_factory=dict)  # by address: the value that the client itself has set
    pending: dict[str, Any] = field(default_factory=dict)

    def wants(self, address: str) -> bool:
        return any(pattern.covers(address) for pattern in self.patterns.values())


def same(left: Any, right: Any) -> bool:
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
        self._wanting: dict[str, tuple[_Subscriber, ...]] = {}  # by address: who is told
        self._late: dict[_Subscriber, None] = {}  # who has values that wait, in the order of their turns
        self._timer: asyncio.Handle | None = None
        self._leave = bus.subscribe(self._on_event)

    def __len__(self) -> int:
        return len(self._table)

    def subscribe(self, peer: Peer, pattern: str, port: int | None) -> Peer:
        """Push what matches `pattern` to the peer, or to `port` of its host; return which. Raises Full, BadArgument."""
        parsed = Pattern.parse(pattern)
        target = (host_of(peer), port) if port else peer
        if pattern not in self._patterns_of(target):
            self._expire()
            self._make_room(target)
        found = self._table.setdefault(target, _Subscriber(target, 0.0))
        found.patterns[pattern] = parsed
        self._wanting.clear()
        if target is not peer or isinstance(peer, tuple):
            self._remember(peer, target)
        self.renew(peer)
        return target

    def hold(self, target: Peer, pattern: str) -> None:
        """Push what matches `pattern` to a target that is written in the settings, for ever."""
        found = self._table.setdefault(target, _Subscriber(target, math.inf))
        found.patterns[pattern] = Pattern.parse(pattern)
        self._wanting.clear()

    def unsubscribe(self, peer: Peer, pattern: str | None, port: int | None = None) -> None:
        """Take back one pattern, or all, of what goes to `port` of the peer's host; to all that the peer asked for."""
        for found in self._of(peer) if port is None else self._at((host_of(peer), port)):
            found.patterns.pop(pattern, None) if pattern is not None else found.patterns.clear()
            self._wanting.clear()
            if not found.patterns:
                self._drop(found)

    def renew(self, peer: Peer) -> None:
        """Renew the leases that the peer has asked for."""
        if not self._table:
            return
        for found in self._of(peer):
            lasting = not isinstance(found.target, tuple) or found.expires == math.inf
            found.expires = math.inf if lasting else self._loop.time() + LEASE_S

    def gone(self, peer: Peer) -> None:
        """Forget a stream that has ended; what it asked for at ports ends with its lease."""
        if (found := self._table.get(peer)) is not None:
            self._drop(found)
        self._senders.pop(peer, None)

    def expel(self, host: str) -> None:
        """Forget what a machine has asked for, but not a fixed target."""
        for found in list(self._table.values()):
            if host_of(found.target) == host and isinstance(found.target, tuple) and found.expires != math.inf:
                self._drop(found)
        for peer in [peer for peer in self._senders if host_of(peer) == host]:
            del self._senders[peer]

    def touch(self, peer: Peer, address: str, value: Any) -> None:
        """Note that the peer is about to set the property itself."""
        if not self._table:
            return
        for found in self._of(peer):
            if found in self._wanting_of(address):
                found.touched[address] = value
                found.ready[address] = self._loop.time() + ECHO_S

    def wants(self, target: Peer) -> bool:
        """Return whether the target is still subscribed."""
        return target in self._table

    def close(self) -> None:
        """Forget all subscribers."""
        self._leave()
        self._table.clear()
        self._senders.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _patterns_of(self, target: Peer) -> dict[str, Pattern]:
        found = self._table.get(target)
        return {} if found is None else found.patterns

    def _make_room(self, target: Peer) -> None:
        """Raise Full unless the target may have one more pattern."""
        if target not in self._table and len(self._table) >= MAX_SUBSCRIBERS:
            raise Full(f"{MAX_SUBSCRIBERS} clients are subscribed already; unsubscribe one, or wait for its lease")
        if len(self._patterns_of(target)) >= MAX_PATTERNS:
            raise Full(f"a client subscribes to at most {MAX_PATTERNS} patterns; a wildcard covers many addresses")
        if sum(len(one.patterns) for one in self._table.values()) >= MAX_ALL_PATTERNS:
            raise Full(f"all clients together have subscribed to {MAX_ALL_PATTERNS} patterns; use wildcards")

    def _at(self, *targets: Peer) -> list[_Subscriber]:
        return [self._table[target] for target in targets if target in self._table]

    def _of(self, peer: Peer) -> list[_Subscriber]:
        """Return the subscribers that a sender has asked for; who sends from where the pushes go is one itself."""
        asked = self._senders.get(peer)
        return self._at(*dict.fromkeys((*asked, peer))) if asked else self._at(peer)

    def _remember(self, peer: Peer, target: Peer) -> None:
        targets = dict.fromkeys((*(found.target for found in self._of(peer)), target))
        self._senders.pop(peer, None)
        self._senders[peer] = tuple(targets)
        if len(self._senders) > MAX_SENDERS:
            del self._senders[next(iter(self._senders))]

    def _wanting_of(self, address: str) -> tuple[_Subscriber, ...]:
        found = self._wanting.get(address)
        if found is None:
            if len(self._wanting) >= MAX_KNOWN:
                self._wanting.clear()
            found = self._wanting[address] = tuple(one for one in self._table.values() if one.wants(address))
        return found

    def _on_event(self, event: Event) -> None:
        if not self._table:
            return
        address, values = event.message()
        now = self._loop.time()
        packet = b""
        for found in self._wanting_of(address):
            if found.expires < now:
                self._drop(found)
            elif not (isinstance(event, Changed) and self._held(found, address, event.value, now)):
                packet = packet or encode(address, *spread(values))
                self._send(packet, found.target)

    def _held(self, found: _Subscriber, address: str, value: Any, now: float) -> bool:
        """Return whether the value waits, or is one that the client knows; else note that it is sent now."""
        if address in found.touched and same(found.touched[address], value):
            found.pending.pop(address, None)
            return True
        if now < found.ready.get(address, 0.0) or is_behind(found.target):
            found.pending[address] = value
            self._late[found] = None
            self._schedule()
            return True
        self._note(found, address, now)
        return False

    def _note(self, found: _Subscriber, address: str, now: float) -> None:
        if len(found.ready) >= MAX_KNOWN:
            found.ready = {name: at for name, at in found.ready.items() if at > now}
        found.ready[address] = now + INTERVAL_S
        found.touched.pop(address, None)

    def _schedule(self) -> None:
        if self._timer is None:
            self._timer = self._loop.call_later(INTERVAL_S, self._flush)

    def _flush(self) -> None:
        """Send the values whose time has come, as many as fit into a slice; who has not had a turn is first next."""
        self._timer = None
        end = self._loop.time() + SLICE_S
        waiting = list(reversed(self._late))
        while waiting:
            found = waiting[-1]
            if is_behind(found.target) or self._tell(found, end):
                waiting.pop()
                del self._late[found]
                if found.pending:
                    self._late[found] = None
            if self._loop.time() >= end:
                break
        if waiting:
            self._timer = self._loop.call_soon(self._flush)
        elif self._late:
            self._schedule()

    def _tell(self, found: _Subscriber, end: float) -> bool:
        """Send what is due of one subscriber; return False when the slice was over before."""
        now = self._loop.time()
        for number, address in enumerate([name for name in found.pending if now >= found.ready.get(name, 0.0)]):
            if number % 16 == 15 and self._loop.time() >= end:
                return False
            value = found.pending.pop(address)
            self._note(found, address, now)
            self._send(encode(address, *spread((value,))), found.target)
        return True

    def _drop(self, found: _Subscriber) -> None:
        self._table.pop(found.target, None)
        self._late.pop(found, None)
        self._wanting.clear()

    def _expire(self) -> None:
        now = self._loop.time()
        for found in [found for found in self._table.values() if found.expires < now]:
            self._drop(found)
