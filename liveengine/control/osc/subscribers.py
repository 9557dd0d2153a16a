"""Who wants which events over OSC: leases, senders and targets. Runs on: event loop.

A subscriber is where the pushes go: the sender's address, or the same host at the port it asked for, whoever asks. The
lease of LEASE_S is renewed by any message of the sender, and by subscribing again from any port; a stream's lasts as
long as the stream, a fixed target's for ever. A property's new value is pushed at the property's own address, at most
every `pushes.INTERVAL_S` (see there), the latest value last; events that are no property are sent one by one. Who has
just set a property is not told the same value, and a different one (another client's, or a bounded one) only
`pushes.ECHO_S` after its last touch, so that a fader under a finger never jumps. A stream that is not read is sent the
latest values once it is.
"""

import asyncio
import math
from collections.abc import Callable
from typing import Any

from liveengine.bus import Bus, Event
from liveengine.control.osc.answers import spread
from liveengine.control.osc.codec import encode
from liveengine.control.osc.pattern import Pattern
from liveengine.control.osc.peers import Peer, host_of
from liveengine.control.osc.pushes import MAX_KNOWN, Pushes, Subscriber, Wanting
from liveengine.errors import Full
from liveengine.events import Changed

LEASE_S = 60.0
MAX_SUBSCRIBERS = 64
MAX_PATTERNS = 64  # of one subscriber ...
MAX_ALL_PATTERNS = 1024  # ... and of all: a new address is held against each of them
MAX_SENDERS = 256  # remembered; tools that send from a new port each time would add up


class Subscribers:
    """The table of subscribers; pushes to them through `send(packet, target)`."""

    def __init__(self, bus: Bus, send: Callable[[bytes, Peer], None]) -> None:
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._table: dict[Peer, Subscriber] = {}  # by target
        self._senders: dict[Peer, tuple[Peer, ...]] = {}  # by sender: the targets it asked for, oldest sender first
        self._wanting: dict[str, Wanting] = {}  # by address: who is told
        self._groups: dict[Wanting, Wanting] = {}  # one tuple for the same clients
        self._soonest = math.inf  # no lease ends before
        self._pushes = Pushes(send, self._wanting_of)
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
        found = self._table.setdefault(target, Subscriber(target, 0.0))
        found.patterns[pattern] = parsed
        self._changed()
        if target is not peer or isinstance(peer, tuple):
            self._remember(peer, target)
        self.renew(peer)
        return target

    def hold(self, target: Peer, pattern: str) -> None:
        """Push what matches `pattern` to a target that is written in the settings, for ever."""
        found = self._table.setdefault(target, Subscriber(target, math.inf))
        found.patterns[pattern] = Pattern.parse(pattern)
        self._changed()

    def unsubscribe(self, peer: Peer, pattern: str | None, port: int | None = None) -> None:
        """Take back one pattern, or all, of what goes to `port` of the peer's host; to all that the peer asked for."""
        for found in self._of(peer) if port is None else self._at((host_of(peer), port)):
            found.patterns.pop(pattern, None) if pattern is not None else found.patterns.clear()
            self._changed()
            if not found.patterns:
                self._drop(found)

    def renew(self, peer: Peer) -> None:
        """Renew the leases that the peer has asked for."""
        if not self._table:
            return
        for found in self._of(peer):
            lasting = not isinstance(found.target, tuple) or found.expires == math.inf
            found.expires = math.inf if lasting else self._loop.time() + LEASE_S
            self._soonest = min(self._soonest, found.expires)

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
                self._pushes.touch(found, address, value)

    def wants(self, target: Peer) -> bool:
        """Return whether the target is still subscribed."""
        return target in self._table

    def close(self) -> None:
        """Forget all subscribers."""
        self._leave()
        self._table.clear()
        self._senders.clear()
        self._pushes.close()

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

    def _at(self, *targets: Peer) -> list[Subscriber]:
        return [self._table[target] for target in targets if target in self._table]

    def _of(self, peer: Peer) -> list[Subscriber]:
        """Return the subscribers that a sender has asked for; who sends from where the pushes go is one itself."""
        asked = self._senders.get(peer)
        return self._at(*dict.fromkeys((*asked, peer))) if asked else self._at(peer)

    def _remember(self, peer: Peer, target: Peer) -> None:
        targets = dict.fromkeys((*(found.target for found in self._of(peer)), target))
        self._senders.pop(peer, None)
        self._senders[peer] = tuple(targets)
        if len(self._senders) > MAX_SENDERS:
            del self._senders[next(iter(self._senders))]

    def _wanting_of(self, address: str) -> Wanting:
        found = self._wanting.get(address)
        if found is None:
            if len(self._wanting) >= MAX_KNOWN:
                self._changed()
            now = self._loop.time()
            some = tuple(one for one in self._table.values() if one.expires >= now and one.wants(address))
            found = self._wanting[address] = self._groups.setdefault(some, some)
        return found

    def _changed(self) -> None:
        """Forget who wants what."""
        self._wanting.clear()
        self._groups.clear()

    def _on_event(self, event: Event) -> None:
        if not self._table:
            return
        if self._loop.time() >= self._soonest:
            self._expire()
        address, values = event.message()
        if isinstance(event, Changed):
            self._pushes.push(address, event.value)
        elif wanting := self._wanting_of(address):
            self._pushes.flush()  # nothing overtakes a value that was published before
            packet = encode(address, *spread(values))
            for found in wanting:
                self._send(packet, found.target)

    def _drop(self, found: Subscriber) -> None:
        self._table.pop(found.target, None)
        self._pushes.forget(found)
        self._changed()

    def _expire(self) -> None:
        now = self._loop.time()
        for found in [found for found in self._table.values() if found.expires < now]:
            self._drop(found)
        self._soonest = min((found.expires for found in self._table.values()), default=math.inf)
