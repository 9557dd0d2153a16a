"""What is seen and touched, in the stand-in for Max. Runs on: tests."""

from typing import Any

from tests.clients.max.box import BANG, Box, Message, atoms, is_number


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
