"""A stand-in for Max: what the objects of our patch do, as Max's reference says, on real UDP sockets. Runs on: tests.

A message is a list of atoms; `["bang"]` is a bang. Where several lines leave one outlet, Max serves the box furthest
right first, and the lower one of two in a column; `backwards` turns that round, for what must not depend on it.
"""

import asyncio
import contextlib
import json
import socket
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.osc_packet import OscPacket

Atom = int | float | str
Message = list[Any]
BANG: Message = ["bang"]


def atoms(text: str) -> Message:
    """Return what Max reads of a text."""
    return [_atom(word) for word in text.split()]


def _atom(word: str) -> Atom:
    for kind in (int, float):
        with contextlib.suppress(ValueError):
            return kind(word)
    return word


def is_number(message: Message) -> bool:
    return len(message) == 1 and isinstance(message[0], int | float)


class Box:
    """A box: what it was made with, its lines, what it does with a message."""

    def __init__(self, machine: "Machine", made: dict[str, Any], words: list[str]) -> None:
        self.machine = machine
        self.made = dict(made)
        self.given = [_atom(word) for word in words]
        self.lines: dict[int, list[tuple[Box, int]]] = defaultdict(list)

    def send(self, outlet: int, message: Message) -> None:
        targets = sorted(self.lines[outlet], key=lambda line: line[0].made["patching_rect"][:2], reverse=True)
        for box, inlet in reversed(targets) if self.machine.backwards else targets:
            box.take(inlet, list(message))

    def take(self, inlet: int, message: Message) -> None:
        raise AssertionError(f"{self.made.get('text', self.made['maxclass'])} takes no {message}")

    def load(self) -> None:
        """The patch is open."""


# ── what computes ──


class Append(Box):
    def take(self, inlet: int, message: Message) -> None:
        self.send(0, [*message, *self.given])


class Change(Box):
    kept: Atom = 0

    def take(self, inlet: int, message: Message) -> None:
        assert is_number(message)
        if message[0] != self.kept:
            self.kept = message[0]
            self.send(0, message)


class Delay(Box):
    timer: asyncio.TimerHandle | None = None

    def take(self, inlet: int, message: Message) -> None:
        assert (inlet, message) == (0, BANG)
        if self.timer is not None:
            self.timer.cancel()
        self.timer = self.machine.later(self.given[0], lambda: self.send(0, BANG))


class Gate(Box):
    def __init__(self, *made: Any) -> None:
        super().__init__(*made)
        self.open = self.given[1] if len(self.given) > 1 else 0

    def take(self, inlet: int, message: Message) -> None:
        if inlet == 0:
            assert is_number(message)
            self.open = int(message[0])
        elif self.open:
            self.send(int(self.open) - 1, message)


class Int(Box):
    def __init__(self, *made: Any) -> None:
        super().__init__(*made)
        self.kept = self.given[0] if self.given else 0

    def take(self, inlet: int, message: Message) -> None:
        if message != BANG:
            assert is_number(message), message
            self.kept = int(message[0])
        if inlet == 0:
            self.send(0, [self.kept])


class Loadbang(Box):
    def load(self) -> None:
        self.send(0, BANG)


class MessageBox(Box):
    def __init__(self, *made: Any) -> None:
        super().__init__(*made)
        assert not set(self.made["text"]) & set(",;$#\\"), "what these letters do is not simulated"
        self.content = atoms(self.made["text"])

    def take(self, inlet: int, message: Message) -> None:
        assert inlet == 0
        if message[0] == "set":
            self.content = message[1:]
        elif self.content:
            self.send(0, self.content)


class Metro(Box):
    running = False

    def take(self, inlet: int, message: Message) -> None:
        assert is_number(message)
        before, self.running = self.running, bool(message[0])
        if self.running and not before:
            self.tick()

    def tick(self) -> None:
        if self.running:
            self.machine.later(self.given[0], self.tick)
            self.send(0, BANG)


class Pack(Box):
    hot = False

    def __init__(self, *made: Any) -> None:
        super().__init__(*made)
        self.kept = ["" if one == "s" else one for one in self.given]

    def take(self, inlet: int, message: Message) -> None:
        if message != BANG:
            for place, one in enumerate(message, inlet):
                self.kept[place] = self.fitting(self.kept[place], one)
        if inlet == 0 or self.hot:
            self.send(0, self.kept)

    def fitting(self, before: Atom, one: Atom) -> Atom:
        if isinstance(before, str):
            return one
        return 0 if isinstance(one, str) else type(before)(one)


class Pak(Pack):
    hot = True


class Prepend(Box):
    def take(self, inlet: int, message: Message) -> None:
        if message[0] == "set" and len(message) > 1:
            self.given = message[1:]
        else:
            self.send(0, [*self.given, *message])  # a bang is the word bang


class Receive(Box):
    def load(self) -> None:
        self.machine.named[str(self.given[0])].append(self)


class Send(Box):
    def take(self, inlet: int, message: Message) -> None:
        for one in self.machine.named[str(self.given[0])]:
            one.send(0, message)


class Route(Box):
    def take(self, inlet: int, message: Message) -> None:
        assert inlet == 0
        if message[0] in self.given:
            self.send(self.given.index(message[0]), message[1:] or BANG)
        else:
            self.send(len(self.given), message)


class Select(Box):
    def take(self, inlet: int, message: Message) -> None:
        assert inlet == 0
        if message[0] in self.given:
            self.send(self.given.index(message[0]), BANG)
        else:
            self.send(len(self.given), message)


class Sprintf(Box):
    def __init__(self, *made: Any) -> None:
        super().__init__(*made)
        self.form = " ".join(self.made["text"].split()[1:]).replace("%ld", "%d")
        self.kept: list[Any] = ["" if kind == "s" else 0 for kind in self._kinds()]

    def _kinds(self) -> list[str]:
        return [part.lstrip("0123456789.")[0] for part in self.form.split("%")[1:]]

    def take(self, inlet: int, message: Message) -> None:
        if message != BANG:
            self.kept[inlet : inlet + len(message)] = message
        if inlet == 0:
            self.send(0, atoms(self.form % tuple(self.kept)))


class Trigger(Box):
    def take(self, inlet: int, message: Message) -> None:
        for outlet in reversed(range(len(self.given))):
            match self.given[outlet]:
                case "b":
                    self.send(outlet, BANG)
                case "l":
                    self.send(outlet, message)
                case "i":
                    self.send(outlet, [int(message[0])])
                case "s":
                    assert isinstance(message[0], str)
                    self.send(outlet, message[:1])
                case constant:
                    assert isinstance(constant, int)
                    self.send(outlet, [constant])


class Unpack(Box):
    def take(self, inlet: int, message: Message) -> None:
        if message == BANG:
            return
        for outlet in reversed(range(min(len(self.given), len(message)))):
            self.send(outlet, [message[outlet]])


class Zl(Box):
    kept: Message | None = None

    def take(self, inlet: int, message: Message) -> None:
        mode, *rest = self.given
        if mode == "reg":
            self.kept = message if message != BANG else self.kept
            if inlet == 0 and self.kept:
                self.send(0, self.kept)
            return
        assert len(message) <= 256
        size = int(rest[0])
        if mode == "iter":
            for at in range(0, len(message), size):
                self.send(0, message[at : at + size])
        else:
            assert mode == "slice"
            if message[size:]:
                self.send(1, message[size:])
            self.send(0, message[:size])


# ── the network ──


class UdpSend(Box):
    def __init__(self, *made: Any) -> None:
        super().__init__(*made)
        self.host, self.port = self.given
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.machine.opened.append(self.socket)

    def take(self, inlet: int, message: Message) -> None:
        if message[0] in ("host", "port"):
            setattr(self, message[0], message[1])
            return
        builder = OscMessageBuilder(str(message[0]))
        for one in message[1:]:
            builder.add_arg(one, {int: "i", float: "f", str: "s"}[type(one)])
        self.machine.sent.append(message)
        with contextlib.suppress(ConnectionRefusedError):
            self.socket.sendto(builder.build().dgram, (str(self.host), int(self.port)))


class UdpReceive(Box):
    heard: socket.socket | None = None

    def load(self) -> None:
        self.bind(int(self.given[0]))

    def take(self, inlet: int, message: Message) -> None:
        assert message[0] == "port"
        self.bind(int(message[1]))

    def bind(self, port: int) -> None:
        loop = asyncio.get_running_loop()
        if self.heard is not None:
            loop.remove_reader(self.heard)
            self.heard.close()
        self.heard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.machine.opened.append(self.heard)
        self.heard.setblocking(False)
        with contextlib.suppress(OSError):  # Max says so in its console, and goes on
            self.heard.bind(("", port))
        loop.add_reader(self.heard, self.receive)

    def receive(self) -> None:
        assert self.heard is not None
        with contextlib.suppress(BlockingIOError):
            while True:
                for timed in OscPacket(self.heard.recv(65_536)).messages:
                    self.send(0, [timed.message.address, *timed.message.params])


# ── what is seen ──


class Seen(Box):
    """A box that is seen: it keeps what it shows, and its attributes can be set by messages."""

    value: Any = 0

    def take(self, inlet: int, message: Message) -> None:
        word, *rest = message
        if word == "set":
            self.show(rest)
        elif word in self.made:
            self.made[word] = rest[0] if len(rest) == 1 else rest or ""
        else:
            self.say(message)

    def show(self, rest: Message) -> None:
        self.value = rest[0] if len(rest) == 1 else rest

    def say(self, message: Message) -> None:
        raise AssertionError(f"{self.made['maxclass']} takes no {message}")


class Comment(Seen):
    value = ""

    def show(self, rest: Message) -> None:
        self.value = " ".join(map(str, rest))


class Number(Seen):
    """A number box, or a slider."""

    def show(self, rest: Message) -> None:
        assert is_number(rest)
        self.value = self.bounded(rest[0])

    def bounded(self, value: float) -> float:
        made = self.made
        low = made.get("minimum", made.get("min", float("-inf")))
        high = made["min"] + made["size"] if "size" in made else made.get("maximum", float("inf"))
        whole = made["maxclass"] == "number"
        return (int if whole else float)(min(max(value, low), high))

    def say(self, message: Message) -> None:
        assert is_number(message)
        self.enter(message[0])

    def enter(self, value: float) -> None:
        """What a hand does."""
        self.value = self.bounded(value)
        self.send(0, [self.value])


class Button(Seen):
    """A text button: with mode 1 it stays down."""

    def press(self) -> None:
        """What a hand does."""
        assert not self.made.get("ignoreclick")
        if self.made.get("mode"):
            self.value = int(not self.value)
            self.send(0, [self.value])
        else:
            self.send(0, BANG)


class Words(Seen):
    """A line of text."""

    def show(self, rest: Message) -> None:
        self.made["text"] = " ".join(map(str, rest))

    def enter(self, text: str) -> None:
        """What a hand does: words, then Enter."""
        assert self.made["keymode"] == 1
        self.made["text"] = text
        self.send(0, ["text", *([text] if self.made["outputmode"] else atoms(text))])


class Menu(Seen):
    def choose(self, item: str) -> None:
        """What a hand does."""
        items = [one for one in self.made["items"] if one != ","]
        self.send(1, atoms(item))
        self.send(0, [items.index(item)])


KINDS: dict[str, type[Box]] = {
    "append": Append, "change": Change, "delay": Delay, "gate": Gate, "int": Int, "loadbang": Loadbang, "metro": Metro,
    "pack": Pack, "pak": Pak, "prepend": Prepend, "r": Receive, "route": Route, "s": Send, "sel": Select,
    "sprintf": Sprintf, "t": Trigger, "udpreceive": UdpReceive, "udpsend": UdpSend, "unpack": Unpack, "zl": Zl,
    "comment": Comment, "flonum": Number, "message": MessageBox, "number": Number, "slider": Number,
    "textbutton": Button, "textedit": Words, "umenu": Menu,
}  # fmt: skip


class Machine:
    """An open patch; `machine["strip_3/gain"]` is a box by its scripting names."""

    def __init__(self, patch: Path, engine: int, *, backwards: bool = False, speed: float = 1.0) -> None:
        """Read the patch as if it had been saved for an engine at another port; its time may run faster."""
        self.backwards, self.speed = backwards, speed
        self.named: dict[str, list[Box]] = defaultdict(list)
        self.sent: list[Message] = []
        self.opened: list[socket.socket] = []
        self._boxes: list[Box] = []
        self._names: dict[str, Box] = {}
        self._timers: list[asyncio.TimerHandle] = []
        text = patch.read_text("utf-8").replace("udpsend 127.0.0.1 9000", f"udpsend 127.0.0.1 {engine}")
        self._open(json.loads(text)["patcher"], "")

    def _open(self, patcher: dict[str, Any], path: str) -> None:
        made: dict[str, Box] = {}
        for one in patcher["boxes"]:
            box = one["box"]
            if "patcher" in box:
                name = box.get("varname") or box["text"].removeprefix("p ")
                self._open(box["patcher"], f"{path}{name}/")
                continue
            kind, *words = box["text"].split() if box["maxclass"] == "newobj" else [box["maxclass"]]
            made[box["id"]] = KINDS[kind](self, box, words)
            if "varname" in box:
                self._names[path + box["varname"]] = made[box["id"]]
        for line in patcher["lines"]:
            (source, outlet), (target, inlet) = line["patchline"]["source"], line["patchline"]["destination"]
            made[source].lines[outlet].append((made[target], inlet))
        self._boxes += made.values()

    def __getitem__(self, name: str) -> Any:
        return self._names[name]

    def names(self) -> Iterator[str]:
        """Iterate over the names of the boxes."""
        return iter(self._names)

    def load(self) -> None:
        """Open the patch: what loadbang sends comes when everything is there."""
        for box in sorted(self._boxes, key=lambda box: isinstance(box, Loadbang)):
            box.load()

    def later(self, ms: Any, work: Callable[[], None]) -> asyncio.TimerHandle:
        self._timers.append(asyncio.get_running_loop().call_later(float(ms) / 1000 / self.speed, work))
        return self._timers[-1]

    def close(self) -> None:
        for timer in self._timers:
            timer.cancel()
        loop = asyncio.get_running_loop()
        for one in self.opened:
            if one.fileno() >= 0:
                loop.remove_reader(one)
                one.close()
