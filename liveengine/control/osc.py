"""OSC over UDP: datagrams to commands, replies to the sender. Runs on: event loop.

Each command of the registry has its OSC address; what an answer looks like is written in `answers.py`, what subscribers
get in `subscribers.py`. The door's own addresses:

- `/ping` → `/pong s:name s:version i:tracks`
- `/sync i:id` → `/synced i:id`, once all earlier commands of this sender are done
- `/subscribe s:pattern [i:port]` → the present values of the properties that match, then each change, at its own
  address, to the sender or to `port` of its host; renewed for 60 s by any message. `*` alone, and `*` as the last part
  of a pattern, stand for everything below. `/unsubscribe [s:pattern [i:port]]`
- `/commands` (in the registry) describes all commands, one row each

Wildcards in an address (`/track/*/mute`) run the command at each match, at most MAX_MATCHES.

Buttons: an action whose arguments are all optional takes the float 1.0 (or true) as a press, and runs with its
defaults; a 0.0 (or false) that follows a press of the same sender is the release, and nothing happens. So a push button
of TouchOSC or Lemur, which sends 1.0 and 0.0, acts once. An action without arguments takes any number: above 0 is a
press. Integers, and a 0.0 without a press, are arguments as ever (`/stop f 0` stops at once).

Timetags: a bundle's messages are checked together (if one is wrong, none runs) and run in their order, at once; the
engine records that they push carry the timetag's frame and wait in the engine, which starts them on it. So launch,
stop, gain, tempo and all else that ends in an engine record is exact to the frame; what a command does outside the
engine (a search, a name, a push to subscribers) happens when the bundle arrives. Late: the record goes to the engine
with its frame, and the engine slides it to the next boundary or starts it at once.
"""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import liveengine
from liveengine.command import Command, Registry, fault, when
from liveengine.control import answers
from liveengine.control.clock import Clock, Timetags
from liveengine.control.osc_codec import IMMEDIATELY, Bundle, Message, Reject, decode, encode
from liveengine.control.pattern import Pattern, is_pattern
from liveengine.control.quiet import Quiet
from liveengine.control.subscribers import Peer, Subscribers
from liveengine.errors import BadArgument, Full, LiveEngineError, OutOfRange, UnknownAddress
from liveengine.events import Bus

log = logging.getLogger(__name__)

MAX_MATCHES = 256
MAX_WAITING = 1024  # commands under way that could not answer at once
_BATCH = 128  # datagrams taken before the loop may do something else ...
_BATCH_S = 0.004  # ... or fewer when their commands take this long
_AT_ONCE = 64  # datagrams of one answer
_PAUSE_S = 0.005
_MAX_PRESSED = 4096
_MAX_PRESENT = 1024  # properties sent to a new subscriber


class _Call(NamedTuple):
    """A checked message: what runs, and what the answer needs."""

    address: str
    command: Command | None  # None: one of the door's own addresses
    run: Callable[[], Any]
    frame: int | None
    mark: str | None


class OscDoor:
    """Serves a bound UDP socket on the running loop."""

    def __init__(self, sock: socket.socket, registry: Registry, bus: Bus, clock: Clock, counts: Mapping[str, int]):
        """`counts` bounds the numbers that wildcards run over, by name of the path parameter: {"track": 16}."""
        self._socket = sock
        self._registry = registry
        self._counts = counts
        self._loop = asyncio.get_running_loop()
        self._quiet = Quiet(log)
        self._timetags = Timetags(clock)
        self._subscribers = Subscribers(bus, self._send)
        self._pressed: dict[tuple[Peer, str], None] = {}
        self._tasks: dict[asyncio.Task[None], Peer] = {}
        self._telling: set[tuple[Peer, str]] = set()
        self._unstarted = 0  # tasks that have not run yet; what comes after them may not overtake
        self._packets = self._messages = self._sent = 0
        self._own: dict[str, Callable[[tuple[Any, ...], Peer], None]] = {
            "/ping": self._ping,
            "/sync": self._sync,
            "/subscribe": self._subscribe,
            "/unsubscribe": self._unsubscribe,
        }
        self._loop.add_reader(sock.fileno(), self._drain)

    @property
    def port(self) -> int:
        """Return the port that the door listens on."""
        return int(self._socket.getsockname()[1])

    def stats(self) -> dict[str, int]:
        """Return what was counted since the start: packets, messages, sent, late, rejects by reason, kernel drops."""
        return {
            "packets": self._packets,
            "messages": self._messages,
            "sent": self._sent,
            "late": self._timetags.late,
            "subscribers": len(self._subscribers),
            "kernel_drops": _kernel_drops(self._socket),
            **self._quiet.counts,
        }

    async def close(self) -> None:
        """Stop listening; commands under way are cancelled."""
        self._loop.remove_reader(self._socket.fileno())
        self._subscribers.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._socket.close()

    def _drain(self) -> None:
        end = self._loop.time() + _BATCH_S
        for _ in range(_BATCH):
            try:
                packet, peer = self._socket.recvfrom(65_536)
            except BlockingIOError:
                return
            except OSError as error:
                self._quiet.warn("receive", "OSC socket: %s", error)
                return
            self._packets += 1
            try:
                self._packet(packet, peer[:2])
            except Exception as error:
                self._quiet.warn("fault", "a packet from %s hit a fault", peer, error=error)
            if self._loop.time() >= end:
                return

    def _packet(self, packet: bytes, peer: Peer) -> None:
        self._subscribers.renew(peer)
        found = decode(packet)
        if isinstance(found, Reject):
            self._quiet.warn(f"reject.{found.reason}", "rejected an OSC packet from %s: %s", peer, found.reason)
            return
        calls: list[_Call] = []
        if isinstance(found, Message):
            good = self._check(found, None, peer, calls)
        else:
            good = self._check_bundle(found, None, peer, calls)
        if good:
            self._run(calls, peer)

    # ── checking ──

    def _check_bundle(self, bundle: Bundle, frame: int | None, peer: Peer, calls: list[_Call]) -> bool:
        """Check each message; a bundle for "now" inside another one keeps the other's `frame`."""
        messages = sum(isinstance(item, Message) for item in bundle.items)
        try:
            if bundle.timetag > IMMEDIATELY:
                frame = self._timetags.frame(bundle.timetag, messages)
        except LiveEngineError as error:
            self._fail("#bundle", error, None, peer)
            return False
        good = True
        for item in bundle.items:
            if isinstance(item, Message):
                good = self._check(item, frame, peer, calls) and good
            else:
                good = self._check_bundle(item, frame, peer, calls) and good
        return good

    def _check(self, message: Message, frame: int | None, peer: Peer, calls: list[_Call]) -> bool:
        """Append what the message asks for to `calls`; answer an error and return False when it is wrong."""
        self._messages += 1
        address, args = message
        mark = None
        if args and isinstance(args[-1], str) and args[-1].startswith("#"):
            mark, args = args[-1][:64], args[:-1]
        try:
            if (own := self._own.get(address)) is not None:
                calls.append(_Call(address, None, lambda: own(args, peer), frame, mark))
            elif is_pattern(address):
                calls += [self._call(match, args, frame, mark, peer) for match in self._matches(address)]
            else:
                calls.append(self._call(address, args, frame, mark, peer))
        except _Released:
            return True
        except LiveEngineError as error:
            self._fail(address, error, mark, peer)
            return False
        return True

    def _matches(self, address: str) -> list[str]:
        found = Pattern.parse(address).expand(self._registry, self._counts, MAX_MATCHES + 1)
        if not found:
            raise UnknownAddress(f"no command matches {address!r}; `/commands` lists them all")
        if len(found) > MAX_MATCHES:
            raise OutOfRange(f"{address!r} matches more than {MAX_MATCHES} commands; be more exact")
        return found

    def _call(self, address: str, args: tuple[Any, ...], frame: int | None, mark: str | None, peer: Peer) -> _Call:
        command, numbers = self._registry.find(address)
        if len(args) == 1 and command.kind == "action":
            args = self._button(command, address, args, peer)
        bound = command.bind(numbers, args, {})
        if args and command.kind == "property":
            self._subscribers.touch(peer, address, args[0])
        return _Call(address, command, lambda: command.method(**bound), frame, mark)

    def _button(self, command: Command, address: str, args: tuple[Any, ...], peer: Peer) -> tuple[Any, ...]:
        """Return the arguments without a button's press; raise _Released for a button's release."""
        value = args[0]
        arguments = command.arguments
        if not isinstance(value, int | float) or any(p.required for p in arguments):
            return args
        if not arguments:
            if value > 0:
                return ()
            raise _Released
        if isinstance(value, int) and not isinstance(value, bool):
            return args
        key = (peer, address)
        if value == 1.0:
            if len(self._pressed) >= _MAX_PRESSED:
                self._pressed.pop(next(iter(self._pressed)))
            self._pressed[key] = None
            return ()
        if value == 0.0 and key in self._pressed:
            del self._pressed[key]
            raise _Released
        return args

    # ── running ──

    def _run(self, calls: list[_Call], peer: Peer) -> None:
        """Run the calls in order; at once if none of them waits, else in a task."""
        if not self._unstarted and not any(call.command is not None and call.command.waits for call in calls):
            for call in calls:
                self._finish(call, peer, *self._start(call))
        elif len(self._tasks) >= MAX_WAITING:
            busy = Full(f"{MAX_WAITING} commands are under way; try again later")
            for call in calls:
                self._fail(call.address, busy, call.mark, peer)
        else:
            self._unstarted += 1
            self._keep(self._loop.create_task(self._run_waiting(calls, peer)), peer)

    async def _run_waiting(self, calls: list[_Call], peer: Peer) -> None:
        self._unstarted -= 1
        for call in calls:
            result, error = self._start(call)
            if error is None and call.command is not None and call.command.waits:
                when.set(call.frame)  # for the coroutine's body; this context is the task's own
                try:
                    result = await result
                except Exception as raised:
                    error = raised
            self._finish(call, peer, result, error)

    def _start(self, call: _Call) -> tuple[Any, Exception | None]:
        token = when.set(call.frame)
        try:
            return call.run(), None
        except Exception as error:
            return None, error
        finally:
            when.reset(token)

    def _finish(self, call: _Call, peer: Peer, result: Any, error: Exception | None) -> None:
        if error is not None:
            self._fail(call.address, error, call.mark, peer)
        elif call.command is not None:
            packets = answers.replies(call.address, call.command.plain(result), call.mark)
            for packet in packets[:_AT_ONCE]:
                self._send(packet, peer)
            if len(packets) > _AT_ONCE:
                self._keep(self._loop.create_task(self._send_rest(packets, peer)), peer)

    async def _send_rest(self, packets: list[bytes], peer: Peer) -> None:
        """Send a long answer no faster than a client with an ordinary receive buffer can take it."""
        for at in range(_AT_ONCE, len(packets), _AT_ONCE):
            await asyncio.sleep(_PAUSE_S)
            for packet in packets[at : at + _AT_ONCE]:
                self._send(packet, peer)

    def _keep(self, task: asyncio.Task[None], peer: Peer) -> None:
        self._tasks[task] = peer
        task.add_done_callback(self._tasks.pop)

    def _fail(self, address: str, error: Exception, mark: str | None, peer: Peer) -> None:
        code, message = fault(error)
        if code == "internal":
            self._quiet.warn("internal", "fault in %s", address, error=error)
        self._quiet.counts["errors"] += 1
        self._send(answers.error(address, code, message, mark), peer)

    def _send(self, packet: bytes, target: Peer) -> None:
        try:
            self._socket.sendto(packet, target)
            self._sent += 1
        except OSError as error:
            self._quiet.warn("unsent", "cannot send OSC to %s: %s", target, error)

    # ── the door's own addresses ──

    def _ping(self, args: tuple[Any, ...], peer: Peer) -> None:
        self._send(encode("/pong", "liveengine", liveengine.__version__, self._counts.get("track", 0)), peer)

    def _sync(self, args: tuple[Any, ...], peer: Peer) -> None:
        current = asyncio.current_task() if self._tasks else None
        before = [task for task, owner in self._tasks.items() if owner == peer and task is not current]
        answer = encode("/synced", *args[:1])
        if not before:
            self._send(answer, peer)
            return
        self._keep(self._loop.create_task(self._sync_later(before, answer, peer)), ("", 0))

    async def _sync_later(self, before: list[asyncio.Task[None]], answer: bytes, peer: Peer) -> None:
        await asyncio.wait(before)
        self._send(answer, peer)

    def _subscribe(self, args: tuple[Any, ...], peer: Peer) -> None:
        if not 1 <= len(args) <= 2 or not isinstance(args[0], str):
            raise BadArgument("/subscribe needs a pattern, and takes a port")
        target = self._subscribers.subscribe(peer, args[0], _port(args[1:]))
        if (told := (target, args[0])) not in self._telling:
            self._telling.add(told)
            self._keep(self._loop.create_task(self._tell(target, Pattern.parse(args[0]))), peer)

    def _unsubscribe(self, args: tuple[Any, ...], peer: Peer) -> None:
        self._subscribers.unsubscribe(peer, str(args[0]) if args else None, _port(args[1:]))

    async def _tell(self, target: Peer, pattern: Pattern) -> None:
        """Send the present values of the properties that the pattern covers, a few at a time."""
        readable = [command for command in self._registry if command.kind == "property" and not command.waits]
        try:
            for number, address in enumerate(pattern.expand(readable, self._counts, _MAX_PRESENT, below=True), start=1):
                command, numbers = self._registry.find(address)
                with contextlib.suppress(LiveEngineError):  # such as the gain of an empty slot
                    value = command.plain(command.method(**command.bind(numbers, (), {})))
                    self._subscribers.tell(target, address, value)
                if number % _AT_ONCE == 0:
                    await asyncio.sleep(_PAUSE_S)
        finally:
            self._telling.discard((target, pattern.text))


def _port(args: tuple[Any, ...]) -> int | None:
    """Return the port that a message ends with, None without one; raise BadArgument."""
    if not args:
        return None
    if not isinstance(args[0], int | float) or not 0 < args[0] < 65_536:
        raise BadArgument(f"port {args[0]!r} is no number from 1 to 65535")
    return int(args[0])


class _Released(Exception):
    """A button was let go: nothing to do."""


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
