"""The addresses that only OSC has: greeting, order, subscriptions, how answers travel. Runs on: event loop."""

import asyncio
import contextlib
import ipaddress
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import liveengine
from liveengine.caller import program
from liveengine.command import Command, Registry
from liveengine.control.osc import answers
from liveengine.control.osc.check import Own
from liveengine.control.osc.codec import encode
from liveengine.control.osc.delivery import Delivery
from liveengine.control.osc.pattern import Pattern
from liveengine.control.osc.peers import Peer, host_of
from liveengine.control.osc.subscribers import Subscribers
from liveengine.control.osc.tasks import Tasks
from liveengine.errors import BadArgument, LiveEngineError, OutOfRange

Welcome = Callable[[str, str, str], str]

NAME = "liveengine"
MAX_PAGE = 1024  # messages
MAX_PATH = 256  # characters

# As `/commands` lists them: address, arguments, what it does.
DESCRIBED = (
    (
        "/ping",
        "[url] [path]",
        "Answer /pong name version tracks; to a URL, as SooperLooper: path url version tracks.",
    ),
    ("/hello", "[token] [name]", "Pair this machine by its token, and say its name; answers with its role."),
    ("/sync", "[id]", "Answer /synced id when all earlier commands of this sender are done."),
    ("/subscribe", "pattern [port]", "Tell the values that match, then each change, to the sender or to a port of it."),
    ("/unsubscribe", "[pattern] [port]", "End a subscription, or all of this sender."),
    ("/reply/port", "[port]", "Send the answers to this port of the sender's host; 0 = to where it sends from."),
    ("/reply/page", "[messages]", "Stop an answer after so many messages with /reply/more address number; 0 = none."),
    ("/reply/more", "number", "Send the next page of an answer."),
)


class OwnAddresses:
    """What each of the addresses does."""

    def __init__(  # noqa: PLR0917
        self,
        registry: Registry,
        counts: Mapping[str, int],
        subscribers: Subscribers,
        delivery: Delivery,
        tasks: Tasks,
        send: Callable[[bytes, Peer], None],
        port: int,
        welcome: Welcome,
    ) -> None:
        """`welcome(host, token, name)` pairs a machine, and returns its role."""
        self._registry = registry
        self._counts = counts
        self._subscribers = subscribers
        self._delivery = delivery
        self._tasks = tasks
        self._send = send
        self._port = port
        self._welcome = welcome
        self._telling: dict[tuple[Peer, str], bool] = {}  # who is told, and whether it has asked again meanwhile
        self.table: dict[str, Own] = {
            "/ping": self._ping,
            "/hello": self._hello,
            "/sync": self._sync,
            "/subscribe": self._subscribe,
            "/unsubscribe": self._unsubscribe,
            "/reply/port": self._redirect,
            "/reply/page": self._paging,
            "/reply/more": self._more,
        }

    # ── greeting and order ──

    def _ping(self, args: tuple[Any, ...], peer: Peer, mark: str | None) -> None:
        tracks = self._counts.get("track", 0)
        if len(args) == 2 and isinstance(args[0], str):  # as SooperLooper is pinged
            target, path = _return_address(args, peer)
            here = f"osc.udp://{_bracketed(host_of(peer))}:{self._port}/"
            self._send(encode(path, here, liveengine.__version__, tracks, *_end(mark)), target)
        else:
            self._delivery.answer(encode("/pong", NAME, liveengine.__version__, tracks, *_end(mark)), peer)

    def _hello(self, args: tuple[Any, ...], peer: Peer, mark: str | None) -> None:
        if len(args) > 2 or not all(isinstance(arg, str) for arg in args):
            raise BadArgument("/hello takes a token and a name")
        token, name = (*args, "", "")[:2]
        self._delivery.answer(answers.reply("/hello", self._welcome(host_of(peer), token, name), mark), peer)

    def _sync(self, args: tuple[Any, ...], peer: Peer, mark: str | None) -> None:
        before = self._tasks.of(peer)
        answer = encode("/synced", *args[:1], *_end(mark))
        if before:
            self._tasks.start(self._sync_later(before, answer, peer), None)
        else:
            self._delivery.answer(answer, peer)

    async def _sync_later(self, before: list[asyncio.Task[None]], answer: bytes, peer: Peer) -> None:
        if before:
            await asyncio.wait(before)
        self._delivery.answer(answer, peer)

    # ── subscriptions ──

    def _subscribe(self, args: tuple[Any, ...], peer: Peer, mark: str | None) -> None:
        if not 1 <= len(args) <= 2 or not isinstance(args[0], str):
            raise BadArgument("/subscribe needs a pattern, and takes a port")
        target = self._subscribers.subscribe(peer, args[0], _port_of(args[1:]) or None)
        self.tell(target, args[0], peer, [] if mark is None else [answers.reply("/subscribe", args[0], mark)])

    def _unsubscribe(self, args: tuple[Any, ...], peer: Peer, mark: str | None) -> None:
        if len(args) > 2:
            raise BadArgument("/unsubscribe takes a pattern and a port")
        pattern = str(args[0]) if args else None
        self._subscribers.unsubscribe(peer, pattern, _port_of(args[1:]) or None)
        if mark is not None:
            self._delivery.answer(answers.reply("/unsubscribe", pattern, mark), peer)

    def tell(self, target: Peer, pattern: str, peer: Peer | None, last: list[bytes]) -> None:
        """Send a new subscriber the present values of all that the pattern covers, then `last` to the sender."""
        again = (target, pattern) in self._telling
        self._telling[target, pattern] = again
        if not again:
            self._delivery.pace(self._present(target, Pattern.parse(pattern)), target, peer)
        for packet in last:
            assert peer is not None
            self._tasks.start(self._sync_later(self._tasks.of(peer), packet, peer), None)

    def _present(self, target: Peer, pattern: Pattern) -> Iterator[bytes]:
        """Yield the present values, and once more if they were asked for again meanwhile."""
        asked = True
        try:
            while asked:
                self._telling[target, pattern.text] = False
                yield from self._values(target, pattern)
                asked = self._telling[target, pattern.text]
        except OutOfRange:
            return  # a pattern that is too costly matches nothing
        finally:
            del self._telling[target, pattern.text]

    def _values(self, target: Peer, pattern: Pattern) -> Iterator[bytes]:
        """Yield the present values, an empty packet where there is none, such as the gain of an empty slot.

        Each is asked for when it is sent, so that no older one follows a newer. Raises OutOfRange.
        """
        readable = [command for command in self._registry if _is_state(command, self._counts)]
        for address in pattern.expand(readable, self._counts, below=True):
            if not self._subscribers.wants(target):
                return
            command, numbers = self._registry.find(address)
            try:
                with program():
                    value = command.plain(command.method(**command.bind(numbers, (), {})))
            except LiveEngineError:
                yield b""
            else:
                yield encode(address, *answers.spread((value,)))

    # ── how answers travel ──

    def _redirect(self, args: tuple[Any, ...], peer: Peer, mark: str | None) -> None:
        if args:
            self._delivery.redirect(peer, _port_of(args))
        target = self._delivery.target(peer)
        port = target[1] if isinstance(target, tuple) and target != peer else 0
        self._delivery.answer(answers.reply("/reply/port", port, mark), peer)

    def _paging(self, args: tuple[Any, ...], peer: Peer, mark: str | None) -> None:
        if args:
            if not isinstance(args[0], int | float) or not 0 <= args[0] <= MAX_PAGE:
                raise BadArgument(f"page {args[0]!r} is no number of messages from 0 to {MAX_PAGE}; 0 = all")
            self._delivery.paging(peer, int(args[0]))
        self._delivery.answer(answers.reply("/reply/page", self._delivery.page(peer), mark), peer)

    def _more(self, args: tuple[Any, ...], peer: Peer, mark: str | None) -> None:
        if len(args) != 1 or not isinstance(args[0], int | float):
            raise BadArgument("/reply/more needs the number that the last page has ended with")
        self._delivery.more(peer, int(args[0]))


def _end(mark: str | None) -> tuple[str, ...]:
    return () if mark is None else (mark,)


def _is_state(command: Command, counts: Mapping[str, int]) -> bool:
    """Return whether a command tells one present value at once, of something that can be counted."""
    if command.waits or command.kind == "action" or any(p.required and not p.in_path for p in command.parameters):
        return False
    returns = command.returns
    if typing.get_origin(returns) is typing.Annotated:
        returns = typing.get_args(returns)[0]
    plain = command.kind == "property" or returns in (bool, int, float, str)
    return plain and all(p.name in counts for p in command.parameters if p.in_path)


def _port_of(args: tuple[Any, ...]) -> int:
    """Return the port that a message ends with, 0 without one; raise BadArgument."""
    if not args:
        return 0
    if not isinstance(args[0], int | float) or not 0 <= args[0] < 65_536:
        raise BadArgument(f"port {args[0]!r} is no number from 1 to 65535")
    return int(args[0])


def _return_address(args: tuple[Any, ...], peer: Peer) -> tuple[Peer, str]:
    """Return where a SooperLooper client waits: on its own machine, since a door sends nobody else what he did not ask.

    The URL is `osc.udp://host:port` or `host:port`; the host, if it is an address, must be the sender's. Raises
    BadArgument.
    """
    url, path = args
    try:
        found = urlsplit(url if "://" in url else f"osc.udp://{url}")
        host, port = found.hostname or "", found.port or 0
    except (TypeError, ValueError, AttributeError):
        host, port = "", 0
    if not port or not isinstance(path, str) or not path.startswith("/") or len(path) > MAX_PATH:
        raise BadArgument(f"/ping {url!r} {path!r}: write a return URL, such as osc.udp://localhost:9001, and a path")
    with contextlib.suppress(ValueError):
        if ipaddress.ip_address(host) != ipaddress.ip_address(host_of(peer)):
            raise BadArgument(f"/ping {url!r}: answers go to the sender's own machine, {host_of(peer)}, alone")
    return (host_of(peer), port), path


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
