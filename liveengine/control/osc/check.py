"""Packets to checked calls: addresses, patterns, buttons, timetags. Runs on: event loop.

Nothing has changed when a packet is found wrong: its messages are checked together, and if one is wrong, none runs.
What shows only when a message runs, such as an empty slot, an unknown stem or a full queue, is its own fault alone.

Buttons act on values above 0 only: an action whose arguments are all optional takes the float 1.0 (or true) as a press,
and runs with its defaults; the float 0.0 (or false) is the release, and nothing happens. So a push button of TouchOSC
or Lemur, which sends 1.0 and 0.0, acts once. Integers are arguments (`/stop` with the integer 0 stops at once). An
action without arguments takes any number: above 0 is a press. A bang (I) and nil (N) are presses, too.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Any, NamedTuple, Protocol

from liveengine.command import Command, Registry
from liveengine.control.osc.clock import Timetags
from liveengine.control.osc.codec import IMMEDIATELY, Bundle, Message
from liveengine.control.osc.pattern import Pattern, Steps, is_pattern
from liveengine.control.osc.peers import Peer
from liveengine.errors import LiveEngineError, OutOfRange, UnknownAddress

MAX_CALLS = 256  # of one packet
MAX_ERRORS = 16  # of one packet; what comes after them is not looked at

Own = Callable[[tuple[Any, ...], Peer, str | None], None]


class Room(Protocol):
    """Whoever answers all addresses that begin with a word."""

    def check(self, address: str, args: tuple[Any, ...], *, whole: bool) -> None:
        """Raise a LiveEngineError for a message that may not run; with `whole` also for one that would in part."""

    def take(self, address: str, args: tuple[Any, ...], peer: Peer) -> None:
        """Do what a checked message says."""

    def fail(self, error: Exception, peer: Peer) -> None:
        """Tell whoever sent it why a message was not taken."""


class Call(NamedTuple):
    """What runs, and what the answer needs."""

    address: str
    command: Command | None  # None: one of the door's own addresses
    run: Callable[[], Any]
    args: tuple[Any, ...]
    frame: int | None
    mark: str | None

    @property
    def waits(self) -> bool:
        """Return whether it may take a while."""
        return self.command is not None and self.command.waits


class Fault(NamedTuple):
    """Why a message is wrong."""

    address: str
    error: LiveEngineError
    mark: str | None
    room: Room | None = None  # that tells of it


class _Enough(Exception):
    """The packet has MAX_ERRORS."""


class Checker:
    """Looks commands up and checks their arguments."""

    def __init__(
        self,
        registry: Registry,
        counts: Mapping[str, int],
        timetags: Timetags,
        own: Mapping[str, Own],
        rooms: Mapping[str, Room],
    ) -> None:
        """`counts` bounds the numbers of an address, by name of the path parameter: {"track": 16}.

        What begins with a key of `rooms` goes there instead of to the registry.
        """
        self._registry = registry
        self._counts = counts
        self._timetags = timetags
        self._own = own
        self._rooms = rooms
        self.messages = 0

    def check(self, packet: Message | Bundle, peer: Peer) -> tuple[list[Call], list[Fault]]:
        """Return the calls of a packet, or what is wrong with it."""
        look = _Look(peer, [], [], Steps(), isinstance(packet, Bundle))
        try:
            if isinstance(packet, Message):
                self._message(packet, None, look)
            else:
                self._bundle(packet, None, look)
        except _Enough:
            pass
        return look.calls, look.faults

    def _bundle(self, bundle: Bundle, frame: int | None, look: "_Look") -> None:
        """Check each message; a bundle for "now" inside another one keeps the other's `frame`."""
        try:
            if bundle.timetag > IMMEDIATELY:
                frame = self._timetags.frame(bundle.timetag, sum(isinstance(item, Message) for item in bundle.items))
        except LiveEngineError as error:
            look.fail(Fault("#bundle", error, None))
            return
        for item in bundle.items:
            if isinstance(item, Message):
                self._message(item, frame, look)
            else:
                self._bundle(item, frame, look)

    def _message(self, message: Message, frame: int | None, look: "_Look") -> None:
        self.messages += 1
        address, args = message
        mark = None
        if args and isinstance(args[-1], str) and args[-1].startswith("#"):
            mark, args = args[-1][:64], args[:-1]
        peer, room = look.peer, None
        try:
            if (own := self._own.get(address)) is not None:
                look.add(Call(address, None, lambda: own(args, peer, mark), args, frame, mark))
            elif (room := self._room_of(address)) is not None:
                room.check(address, args, whole=look.whole)
                look.add(Call(address, None, partial(room.take, address, args, peer), args, frame, mark))
            elif is_pattern(address):
                for match in self._matches(address, look.steps):
                    self._call(match, args, frame, mark, look)
            else:
                self._call(address, args, frame, mark, look)
        except LiveEngineError as error:
            look.fail(Fault(address, error, mark, room))

    def _room_of(self, address: str) -> Room | None:
        return next((room for start, room in self._rooms.items() if address.startswith(start)), None)

    def _matches(self, address: str, steps: Steps) -> Iterator[str]:
        matches = Pattern.parse(address).expand(self._registry, self._counts, steps=steps)
        found = list(islice(matches, MAX_CALLS + 1))
        if not found:
            raise UnknownAddress(f"no command matches {address!r}; `/commands` lists them all")
        if len(found) > MAX_CALLS:
            raise OutOfRange(f"{address!r} matches more than {MAX_CALLS} commands; be more exact")
        return iter(found)

    def _call(self, address: str, args: tuple[Any, ...], frame: int | None, mark: str | None, look: "_Look") -> None:
        command, numbers = self._registry.find(address)
        if len(args) == 1 and command.kind == "action":
            pressed = _button(command, args)
            if pressed is None:
                return
            args = pressed
        bound = command.check(numbers, args, self._counts, whole=look.whole)
        look.add(Call(address, command, partial(command.run, bound), args, frame, mark))


class _Look(NamedTuple):
    """One packet that is being checked."""

    peer: Peer
    calls: list[Call]
    faults: list[Fault]
    steps: Steps
    whole: bool  # it is a bundle, played as a whole or not at all

    def add(self, call: Call) -> None:
        if len(self.calls) >= MAX_CALLS:
            self.faults.append(Fault("#bundle", _too_many(), None))
            raise _Enough
        self.calls.append(call)

    def fail(self, fault: Fault) -> None:
        self.faults.append(fault)
        if len(self.faults) >= MAX_ERRORS:
            raise _Enough


def _too_many() -> OutOfRange:
    return OutOfRange(f"a packet runs at most {MAX_CALLS} commands; spread them over bundles with the same timetag")


def _button(command: Command, args: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """Return the arguments without a button's press; None for a button's release."""
    value = True if args[0] is None else args[0]
    arguments = command.arguments
    if not isinstance(value, int | float) or any(p.required for p in arguments):
        return args
    if not arguments:
        return () if value > 0 else None
    if isinstance(value, int) and not isinstance(value, bool):
        return args
    if value == 0.0:
        return None
    return () if value == 1.0 else args
