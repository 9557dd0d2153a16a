"""What computes, in the stand-in for Max. Runs on: tests."""

import asyncio
from typing import Any

from tests.clients.max.box import BANG, Atom, Box, Message, atoms, is_number


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
