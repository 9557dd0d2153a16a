"""OSC address patterns (? * [] {}) without regular expressions. Runs on: anywhere.

A part is matched by moving a set of positions through it, token by token. Each move is a step, and so is each address
looked at; whoever matches pays from a number of `Steps`, so that no pattern, however crafted, takes long.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from liveengine.command import Command
from liveengine.errors import BadArgument, OutOfRange

MAX_PATTERN = 256  # characters
MAX_STEPS = 20_000  # a few ms

_STAR = "*"
_ANY = "?"


class Steps:
    """What matching may cost."""

    def __init__(self, left: int = MAX_STEPS) -> None:
        self.left = left

    def spend(self, count: int) -> None:
        """Note so many steps; raise OutOfRange when they were too many."""
        self.left -= count
        if self.left < 0:
            raise OutOfRange("the pattern takes too many steps to match; use fewer wildcards and alternatives")


@dataclass(frozen=True)
class _Set:
    """[abc], [a-z] or [!abc]: one character."""

    members: frozenset[str]
    negated: bool
    cost = 1

    def advance(self, text: str, at: int) -> list[int]:
        return [at + 1] if at < len(text) and (text[at] in self.members) != self.negated else []


@dataclass(frozen=True)
class _Words:
    """{one,two}: one of several words; a plain word is the same with one choice."""

    words: tuple[str, ...]

    @property
    def cost(self) -> int:
        return len(self.words)

    def advance(self, text: str, at: int) -> list[int]:
        return [at + len(word) for word in self.words if text.startswith(word, at)]


_Token = str | _Set | _Words


def _closing(text: str, at: int, bracket: str) -> int:
    end = text.find(bracket, at)
    if end < 0:
        raise BadArgument(f"pattern {text!r}: {bracket} is missing")
    return end


def _members(inside: str) -> frozenset[str]:
    found: set[str] = set()
    at = 0
    while at < len(inside):
        if at + 2 < len(inside) and inside[at + 1] == "-":
            found.update(chr(code) for code in range(ord(inside[at]), min(ord(inside[at + 2]), 0x7F) + 1))
            at += 3
        else:
            found.add(inside[at])
            at += 1
    return frozenset(found)


def _tokens(part: str) -> tuple[_Token, ...]:
    tokens: list[_Token] = []
    at = 0
    while at < len(part):
        char = part[at]
        if char in "*?":
            if not (char == _STAR and tokens and tokens[-1] == _STAR):
                tokens.append(char)
            at += 1
        elif char == "[":
            end = _closing(part, at, "]")
            inside = part[at + 1 : end]
            tokens.append(_Set(_members(inside.removeprefix("!")), inside.startswith("!")))
            at = end + 1
        elif char == "{":
            end = _closing(part, at, "}")
            tokens.append(_Words(tuple(part[at + 1 : end].split(","))))
            at = end + 1
        else:
            end = next((i for i in range(at, len(part)) if part[i] in "*?[{"), len(part))
            tokens.append(_Words((part[at:end],)))
            at = end
    return tuple(tokens)


def _fits(tokens: tuple[_Token, ...], text: str, steps: Steps) -> bool:
    positions = {0}
    for token in tokens:
        if token == _STAR:
            steps.spend(1)
            positions = set(range(min(positions), len(text) + 1))
        elif token == _ANY:
            steps.spend(len(positions))
            positions = {at + 1 for at in positions if at < len(text)}
        elif not isinstance(token, str):
            steps.spend(len(positions) * token.cost)
            positions = {following for at in positions for following in token.advance(text, at)}
        if not positions:
            return False
    return len(text) in positions


def is_pattern(address: str) -> bool:
    """Return whether the address holds a wildcard."""
    return any(char in address for char in "?*[{")


@dataclass(frozen=True)
class Pattern:
    """A parsed address pattern."""

    text: str
    parts: tuple[tuple[_Token, ...], ...]

    @classmethod
    def parse(cls, text: str) -> "Pattern":
        """Return the pattern; raise BadArgument when it is too long or a bracket is not closed."""
        if len(text) > MAX_PATTERN:
            raise BadArgument(f"a pattern has at most {MAX_PATTERN} characters, this one has {len(text)}")
        return _parse(text)

    def matches(self, address: str, steps: Steps | None = None) -> bool:
        """Return whether the concrete address matches, part by part; a `*` stays inside its part. Raises OutOfRange."""
        parts = address.strip("/").split("/")
        return len(parts) == len(self.parts) and _all_fit(self.parts, parts, steps or Steps())

    def covers(self, address: str) -> bool:
        """Return whether a subscriber to this pattern wants the address: a last part `*` stands for all below it.

        An address whose match would take more than MAX_STEPS is not covered.
        """
        try:
            if self.parts[-1] != (_STAR,):
                return self.matches(address)
            parts = address.strip("/").split("/")
            return len(parts) >= len(self.parts) and _all_fit(self.parts[:-1], parts, Steps())
        except OutOfRange:
            return False

    def expand(
        self,
        commands: Iterable[Command],
        counts: Mapping[str, int],
        *,
        below: bool = False,
        steps: Steps | None = None,
    ) -> Iterator[str]:
        """Yield the concrete addresses of commands that match; with `below`, that are covered. Raises OutOfRange.

        A path parameter runs over 1..counts[its name]; one that is not in `counts` must be a plain number here.
        """
        steps = steps or Steps()
        for command in commands:
            steps.spend(1)
            template = command.address.split("/")[1:]
            parts = self.parts
            if below and parts[-1] == (_STAR,):
                parts += (parts[-1],) * (len(template) - len(parts))
            if len(template) == len(parts):
                choices = []
                for tokens, part in zip(parts, template, strict=True):
                    choices.append(self._choices(tokens, part, counts, steps))
                    if not choices[-1]:
                        break
                else:
                    yield from ("/" + "/".join(found) for found in product(*choices))

    def _choices(self, tokens: tuple[_Token, ...], part: str, counts: Mapping[str, int], steps: Steps) -> list[str]:
        if not part.startswith("{"):
            return [part] if _fits(tokens, part, steps) else []
        if len(tokens) == 1 and isinstance(only := tokens[0], _Words) and len(only.words) == 1:
            return [only.words[0]] if only.words[0].isdigit() else []
        numbers = map(str, range(1, counts.get(part[1:-1], 0) + 1))
        return list(numbers) if tokens == (_STAR,) else [found for found in numbers if _fits(tokens, found, steps)]


def _all_fit(patterns: tuple[tuple[_Token, ...], ...], parts: list[str], steps: Steps) -> bool:
    return all(_fits(tokens, part, steps) for tokens, part in zip(patterns, parts, strict=False))


@lru_cache(256)
def _parse(text: str) -> Pattern:
    return Pattern(text, tuple(_tokens(part) for part in text.strip("/").split("/")))
