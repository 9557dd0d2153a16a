"""How answers reach who asked: at once, paced, or page by page; to the sender or to its port. Runs on: event loop.

An answer of up to AT_ONCE messages goes out at once; the rest of a longer one follows no faster than a client with an
ordinary receive buffer can take it, and no faster than a stream is read. A sender may ask for pages: then so many
messages come, and `/reply/more s:address i:number` says that there are more; sending `/reply/more i:number` back brings
the next page. A sender may also name the port of its host to which its answers go. Both last for LEASE_S after its last
message, and with a stream to its end.
"""

import asyncio
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from weakref import WeakSet

from liveengine.control.osc.codec import encode
from liveengine.control.osc.peers import Connection, Peer, host_of, is_behind
from liveengine.control.osc.tasks import Tasks
from liveengine.errors import Full, NotFound

AT_ONCE = 32  # messages
LEASE_S = 60.0
MAX_LONG = 16  # answers that go on and commands under way, of one sender
MAX_SENDERS = 256  # with wishes; who has asked longest ago is forgotten
MAX_PAGED = 8  # answers of one sender of which a page has not been asked for; the oldest is dropped
_STEP = 32  # messages between two pauses, if they take no longer than the slice
_SLICE_S = 0.001
_PAUSE_S = 0.005

Packets = Iterator[bytes]


class UnknownPage(NotFound):
    """No page waits under this number: it was asked for already, or its lease has ended."""

    code = "unknown_page"


@dataclass
class _Wishes:
    expires: float
    target: Peer
    page: int = 0  # messages; 0 = all that there are
    rest: dict[int, tuple[str, Packets, str | None]] = field(default_factory=dict)


class Delivery:
    """Sends answers through `send(packet, target)`."""

    def __init__(self, send: Callable[[bytes, Peer], None], tasks: Tasks) -> None:
        self._send = send
        self._tasks = tasks
        self._loop = asyncio.get_running_loop()
        self._wishes: dict[Peer, _Wishes] = {}
        self._numbers = itertools.count(1)
        self._left: WeakSet[Connection] = WeakSet()  # who will never read on
        self._turn = asyncio.Lock()  # held over a turn of the loop: however many answers are long, each sends one slice

    def renew(self, peer: Peer) -> None:
        """Note that the peer is there."""
        if self._wishes and (wishes := self._wishes.get(peer)) is not None:
            wishes.expires = self._loop.time() + LEASE_S

    def answer(self, packet: bytes, peer: Peer) -> None:
        """Send an answer of one message."""
        self._send(packet, self.target(peer) if self._wishes else peer)

    def answer_all(self, address: str, packets: Packets, mark: str | None, peer: Peer) -> None:
        """Send an answer of as many messages as `packets` gives; `mark` is the caller's `#id`."""
        wishes = self._of(peer)
        if wishes is not None and wishes.page:
            self._page(address, packets, mark, wishes)
            return
        target = peer if wishes is None else wishes.target
        for packet in itertools.islice(packets, AT_ONCE):
            self._send(packet, target)
        following = next(packets, None)
        if following is None:
            return
        if len(self._tasks.of(peer)) >= MAX_LONG:
            raise Full(f"{MAX_LONG} long answers are on their way to you; ask for less at a time")
        self.pace(itertools.chain((following,), packets), target, peer)

    def pace(self, packets: Packets, target: Peer, peer: Peer | None) -> None:
        """Send the packets to `target`, a few at a time, leaving out empty ones; `peer` waits for the last one."""
        self._tasks.start(self._paced(packets, target), peer)

    async def _paced(self, packets: Packets, target: Peer) -> None:
        going = True
        while going:
            async with self._turn:
                going, sent = self._step(packets, target)
                await asyncio.sleep(0)
            if sent:
                await asyncio.sleep(_PAUSE_S)
            while is_behind(target) and target not in self._left:
                await asyncio.sleep(_PAUSE_S)
            going = going and target not in self._left

    def _step(self, packets: Packets, target: Peer) -> tuple[bool, int]:
        """Send for a slice; return whether there is more, and how many were sent."""
        end = self._loop.time() + _SLICE_S
        sent = 0
        for packet in packets:
            if packet:
                self._send(packet, target)
                sent += 1
            if sent == _STEP or self._loop.time() >= end:
                return True, sent
        return False, 0

    # ── wishes ──

    def target(self, peer: Peer) -> Peer:
        """Return where the answers to a sender go."""
        wishes = self._of(peer)
        return peer if wishes is None else wishes.target

    def redirect(self, peer: Peer, port: int) -> None:
        """Send the sender's answers to `port` of its host from now on; 0 = to where it sends from."""
        self._wish(peer).target = (host_of(peer), port) if port else peer

    def paging(self, peer: Peer, messages: int) -> None:
        """Send so many messages of an answer, and the next when they are asked for; 0 = all."""
        self._wish(peer).page = messages

    def page(self, peer: Peer) -> int:
        """Return how many messages of an answer a sender gets at a time; 0 = all."""
        wishes = self._of(peer)
        return 0 if wishes is None else wishes.page

    def more(self, peer: Peer, number: int) -> None:
        """Send the next page; raise UnknownPage."""
        wishes = self._of(peer)
        found = None if wishes is None else wishes.rest.pop(number, None)
        if wishes is None or found is None:
            raise UnknownPage(f"no page waits under {number}; ask the question again")
        address, packets, mark = found
        self._page(address, packets, mark, wishes)

    def forget(self, peer: Peer) -> None:
        """Forget a stream that has ended, and what was on its way to it."""
        self._wishes.pop(peer, None)
        if not isinstance(peer, tuple):
            self._left.add(peer)

    def _page(self, address: str, packets: Packets, mark: str | None, wishes: _Wishes) -> None:
        for packet in itertools.islice(packets, wishes.page or None):
            self._send(packet, wishes.target)
        following = next(packets, None)
        if following is None:
            return
        number = next(self._numbers)
        if len(wishes.rest) >= MAX_PAGED:
            del wishes.rest[next(iter(wishes.rest))]
        wishes.rest[number] = address, itertools.chain((following,), packets), mark
        self._send(encode("/reply/more", address, number, *([] if mark is None else [mark])), wishes.target)

    def _of(self, peer: Peer) -> _Wishes | None:
        wishes = self._wishes.get(peer)
        if wishes is None or not isinstance(peer, tuple) or wishes.expires >= self._loop.time():
            return wishes
        del self._wishes[peer]
        return None

    def _wish(self, peer: Peer) -> _Wishes:
        wishes = self._of(peer)
        if wishes is None:
            if len(self._wishes) >= MAX_SENDERS:
                del self._wishes[next(iter(self._wishes))]
            wishes = self._wishes[peer] = _Wishes(self._loop.time() + LEASE_S, peer)
        return wishes
