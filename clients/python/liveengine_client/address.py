"""An address as Python says it: `engine.track[1].clip[2].launch(4)` calls `/track/1/clip/2/launch`."""

import re
from collections.abc import Callable
from typing import Any

from liveengine_client.names import COMMANDS

URL = "http://127.0.0.1:8000"

_NUMBER = re.compile(r"\d+|\{\w+\}")
_SHAPES = {_NUMBER.sub("#", address): (address, *told) for address, told in COMMANDS.items()}

Call = Callable[..., Any]


def arguments(address: str, args: tuple[Any, ...], named: dict[str, Any]) -> list[Any] | dict[str, Any]:
    """Return the arguments as a WebSocket takes them: by place or by name, and by name where both are used."""
    return named_arguments(address, args, named) if args and named else named or list(args)


def named_arguments(address: str, args: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
    """Return all arguments by name; raise TypeError for one too many or twice, or where the names are not known."""
    known = _SHAPES.get(_NUMBER.sub("#", address))
    if args and known is None:
        raise TypeError(f"{address}: this client does not know the command; give its arguments by name")
    names = known[1] if known else ()
    if len(args) > len(names) or named.keys() & set(names[: len(args)]):
        raise TypeError(f"{address} takes {', '.join(names) or 'no arguments'}; one is too many, or given twice")
    return dict(zip(names, args, strict=False)) | named


class Address:
    """A place in the tree of commands: attributes are words, `[n]` is a number, calling it runs the command."""

    __slots__ = ("_call", "_path")

    def __init__(self, call: Call, path: str = "") -> None:
        self._call = call
        self._path = path

    def __getattr__(self, word: str) -> "Address":
        if word.startswith("_"):
            raise AttributeError(word)
        return Address(self._call, f"{self._path}/{word.rstrip('_')}")

    def __getitem__(self, number: int) -> "Address":
        return Address(self._call, f"{self._path}/{int(number)}")

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Run the command at this address."""
        return self._call(self._path, *args, **named)

    def __iter__(self) -> Any:
        raise TypeError(f"{self._path or '/'} is an address; it counts from 1 and cannot be gone through")

    def __dir__(self) -> list[str]:
        shape = _NUMBER.sub("#", self._path) + "/"
        return sorted({s[len(shape) :].split("/")[0] for s in _SHAPES if s.startswith(shape)} - {"#"})

    def __repr__(self) -> str:
        _, names, told = _SHAPES.get(_NUMBER.sub("#", self._path), ("", (), "below it: " + ", ".join(dir(self))))
        return " ".join([self._path or "/", *names]) + f"\n{told}"
