"""OSC over UDP and TCP: packets to commands, answers to who asked. Runs on: event loop.

Each command of the registry has its OSC address; what an answer looks like is written in `answers.py`, how it travels
in `delivery.py`, what subscribers get in `subscribers.py`, the door's own addresses in `own.py`. A pattern in an
address (`/track/*/mute`) runs the command at each match.

Timetags: a bundle's messages are checked together (if one is wrong, none runs) and run in their order, at once; the
engine records that they push carry the timetag's frame and wait in the engine, which starts them on it. So launch,
stop, gain, tempo and all else that ends in an engine record is exact to the frame; what a command does outside the
engine (a search, a name, a push to subscribers) happens when the bundle arrives. Late: the record goes to the engine
with its frame, and the engine slides it to the next boundary or starts it at once. The records of a bundle for "now"
reach the engine together, in one block.
"""

import asyncio
import logging
import socket
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from liveengine.bus import Bus
from liveengine.caller import caller
from liveengine.command import Registry, fault
from liveengine.control.osc import answers
from liveengine.control.osc.check import Call, Checker, Room
from liveengine.control.osc.clock import Clock, Timetags
from liveengine.control.osc.codec import Reject, decode, encode
from liveengine.control.osc.delivery import Delivery
from liveengine.control.osc.own import OwnAddresses
from liveengine.control.osc.peers import Peer, host_of
from liveengine.control.osc.ready import Ready
from liveengine.control.osc.run import Runner, Together
from liveengine.control.osc.sieve import Sieve
from liveengine.control.osc.stream import Streams
from liveengine.control.osc.subscribers import Subscribers
from liveengine.control.osc.targets import Target
from liveengine.control.osc.tasks import Tasks
from liveengine.control.quiet import Quiet
from liveengine.control.safety.clients import Clients
from liveengine.control.safety.pairing import NotAdmitted, Pairing, is_panic
from liveengine.control.safety.share import Shares
from liveengine.errors import TooFast, Unpaired

log = logging.getLogger(__name__)

_REFUSED = {
    "unpaired": "it is not paired; send /hello with the token of `liveengine serve --lan`",
    "too_fast": "it sends more than one machine may",
}
_ASKING = encode("/track/1/gain")  # what is walked through while nobody asks
_HERE = ("127.0.0.1", 0)
_BATCH = 128  # datagrams taken before the loop may do something else ...
_BATCH_S = 0.001  # ... or fewer when their commands take this long


class OscDoor:
    """Serves a bound UDP socket on the running loop, and a listening TCP socket when it is told to."""

    def __init__(
        self,
        sock: socket.socket,
        registry: Registry,
        bus: Bus,
        clock: Clock,
        counts: Mapping[str, int],
        *,
        pairing: Pairing | None = None,
        together: Together = nullcontext,
        targets: Iterable[Target] = (),
        rooms: Mapping[str, Room] = MappingProxyType({}),
    ) -> None:
        """Without a `pairing` only this machine is listened to.

        `counts` bounds the numbers of an address, by name of the path parameter: {"track": 16}.

        `together()` is a context manager: what is pushed to the engine inside it arrives at once. `targets` are
        subscribed for ever. A message whose address begins with a key of `rooms` is checked there with the others of
        its packet, and goes there in its turn; what the room raises then is answered.
        """
        self._socket = sock
        pairing = self._pairing = pairing or Pairing(_nobody, Shares(), Clients(bus))
        self._loop = asyncio.get_running_loop()
        self._quiet = Quiet(log)
        self._timetags = Timetags(clock)
        self._subscribers = Subscribers(bus, self.send)
        self._tasks = Tasks()
        self._delivery = Delivery(self.send, self._tasks)
        own = OwnAddresses(
            registry, counts, self._subscribers, self._delivery, self._tasks, self.send, self.port, pairing.hello
        )
        self._checker = Checker(registry, counts, self._timetags, own.table, rooms)
        self._runner = Runner(self._tasks, together, self._begin, self._finish)
        self._streams = Streams(self._quiet, self.packet, self._runner.busy, self.gone)
        pairing.expelled = self._expel
        self._sieve = Sieve(sock)
        self._ready = Ready(self._walk)
        self._walked = 0
        self._packets = self._sent = 0
        self._loop.add_reader(sock.fileno(), self._drain)
        for target in targets:
            self._subscribers.hold(target.address, target.pattern)
            own.tell(target.address, target.pattern, None, [])

    @property
    def port(self) -> int:
        """Return the port that the door listens on."""
        return int(self._socket.getsockname()[1])

    def stats(self) -> dict[str, int]:
        """Return what was counted since the start: packets, messages, sent, late, rejects by reason, kernel drops."""
        return {
            "packets": self._packets,
            "messages": self._checker.messages - self._walked,
            "sent": self._sent,
            "late": self._timetags.late,
            "subscribers": len(self._subscribers),
            "streams": len(self._streams),
            "sieved": self._sieve.times,
            "kernel_drops": _kernel_drops(self._socket),
            **self._quiet.counts,
        }

    async def listen(self, sock: socket.socket) -> None:
        """Take TCP connections at a socket that listens."""
        await self._streams.listen(sock)

    async def close(self) -> None:
        """Stop listening; commands under way are cancelled."""
        self._loop.remove_reader(self._socket.fileno())
        self._sieve.close()
        self._ready.close()
        self._runner.close()
        await self._streams.close()
        self._subscribers.close()
        await self._tasks.close()
        self._socket.close()

    def packet(self, packet: bytes, peer: Peer) -> None:
        """Do what a packet says."""
        self._packets += 1
        try:
            token = caller.set(self._pairing.admit(packet, host_of(peer)))
            try:
                self._take(packet, peer)
            finally:
                caller.reset(token)
        except NotAdmitted as reason:
            if isinstance(peer, tuple):
                self._sieve.refuse(peer[0])
            self._quiet.warn(f"refused.{reason}", "OSC from %s is not taken: %s", host_of(peer), _REFUSED[str(reason)])
        except Exception as error:
            self._quiet.warn("fault", "a packet from %s hit a fault", peer, error=error)

    def answer(self, packet: bytes, peer: Peer) -> None:
        """Send a packet where the answers to a peer go."""
        self._delivery.answer(packet, peer)

    def send(self, packet: bytes, target: Peer) -> None:
        """Send a packet; what the system refuses is counted."""
        self._sent += 1
        if not isinstance(target, tuple):
            target.send(packet)
            return
        try:
            self._socket.sendto(packet, target)
        except OSError as error:
            self._quiet.warn("unsent", "cannot send OSC to %s: %s", target, error)

    def _drain(self) -> None:
        now = self._loop.time()
        self._ready.came(now)
        end = now + _BATCH_S
        for _ in range(_BATCH):
            if self._runner.busy():
                return
            try:
                packet, peer = self._socket.recvfrom(65_536)
            except BlockingIOError:
                return
            except OSError as error:
                self._quiet.warn("receive", "OSC socket: %s", error)
                return
            if peer[0] not in self._sieve.out or is_panic(packet):  # what came before the filter did
                self.packet(packet, peer[:2])
            if self._loop.time() >= end:
                return

    def _take(self, packet: bytes, peer: Peer) -> None:
        self._subscribers.renew(peer)
        self._delivery.renew(peer)
        found = decode(packet)
        if isinstance(found, Reject):
            self._quiet.warn(f"reject.{found.reason}", "rejected an OSC packet from %s: %s", peer, found.reason)
            return
        calls, faults = self._checker.check(found, peer)
        for wrong in faults:
            if isinstance(wrong.error, TooFast) and isinstance(peer, tuple):
                self._sieve.refuse(peer[0])
            if wrong.room is not None:
                wrong.room.fail(wrong.error, peer)
            else:
                self._fail(wrong.address, wrong.error, wrong.mark, peer)
        if not faults:
            self._runner.run(calls, peer)

    def _walk(self) -> None:
        """Go the way of a message up to its answer, which nobody gets."""
        self._walked += 1
        token = caller.set(self._pairing.admit(_ASKING, _HERE[0]))
        try:
            found = decode(_ASKING)
            assert not isinstance(found, Reject)
            for call in self._checker.check(found, _HERE)[0]:
                answers.reply(call.address, call.run(), None)
        finally:
            caller.reset(token)

    def _begin(self, call: Call, peer: Peer) -> None:
        if call.args and call.command is not None and call.command.kind == "property":
            self._subscribers.touch(peer, call.address, call.args[0])

    def _finish(self, call: Call, peer: Peer, result: Any, error: Exception | None) -> None:
        try:
            if error is not None:
                raise error
            if call.command is not None:
                self._answer(call.address, call.command.plain(result), call.mark, peer)
        except Exception as raised:
            self._fail(call.address, raised, call.mark, peer)

    def _answer(self, address: str, value: Any, mark: str | None, peer: Peer) -> None:
        if answers.is_short(value):
            self._delivery.answer(answers.reply(address, value, mark), peer)
        else:
            self._delivery.answer_all(address, answers.replies(address, value, mark), mark, peer)

    def _fail(self, address: str, error: Exception, mark: str | None, peer: Peer) -> None:
        code, message = fault(error)
        if code == "internal":
            self._quiet.warn("internal", "fault in %s", address, error=error)
        self._quiet.counts["errors"] += 1
        self._delivery.answer(answers.error(address, code, message, mark), peer)

    def _expel(self, host: str) -> None:
        """Tell a machine nothing more that is paired no longer."""
        self._subscribers.expel(host)
        self._streams.expel(host)

    def gone(self, peer: Peer) -> None:
        """Forget a client that has left."""
        self._subscribers.gone(peer)
        self._delivery.forget(peer)


def _nobody(host: str, token: str) -> NoReturn:
    raise Unpaired("no other machine is let in here")


def _kernel_drops(sock: socket.socket) -> int:
    """Return how many datagrams found the socket's buffer full; 0 where the system does not say."""
    try:
        inode = str(Path(f"/proc/self/fd/{sock.fileno()}").readlink()).strip("socket:[]")
        for line in Path("/proc/net/udp").read_text("ascii").splitlines()[1:]:
            fields = line.split()
            if fields[9] == inode:
                return int(fields[12])
    except (OSError, IndexError):
        pass
    return 0
