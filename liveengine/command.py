"""One registry for every door: a command is declared on the method that does the work. Runs on: event loop.

`@command("/track/{track}/clip/{slot}/launch")` sits on a method. Its signature (types with Pydantic ranges) and
docstring give the OSC address, the HTTP route, the WebSocket method, the MIDI target and the row of the README's
table. A parameter named `value` with default None, alone beside those of the path, makes a property: with a value it
sets, without it gets.
`@command(address, query=True)` marks a command that only reads: HTTP offers it under GET too.
`@command(address, role="admin")` tells which role of `caller.py` a command needs; where it tells none, the owner's ROLE
counts, else `play`. To read a query or a property, `watch` is enough.
`@command(address, whole="fits")` names a method of the same owner that takes the same arguments and raises where the
command would do something else than it was asked for: what is done as a whole or not at all asks it beforehand.
"""

import inspect
import re
import reprlib
import typing
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import AfterValidator, BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from liveengine.caller import ROLES, Caller, Role, caller
from liveengine.errors import BadArgument, LiveEngineError, OutOfRange, UnknownAddress

# The engine frame at which the door wants the command to take effect (an OSC timetag); None = as soon as possible.
when: ContextVar[int | None] = ContextVar("when", default=None)

_INT64 = (1 << 63) - 1  # what the database can hold
FINEST = 1 / 64  # beats; the engine refuses a finer grid


def coarse(beats: float) -> float:
    """Return a grid in beats unless it is finer than the engine's finest; 0 and below mean other things."""
    if 0.0 < beats < FINEST:
        raise PydanticCustomError("greater_than_equal", "a grid is 0 or at least 1/64 beat")
    return beats


def said(prompt: str) -> str:
    """Return a prompt unless it says nothing."""
    if not prompt.strip():
        raise PydanticCustomError("empty", "it is empty; say what you hear, such as 'dark techno kick'")
    return prompt


# How many there are is the running engine's to say: `beyond` is what it says of the others.
Track = Annotated[int, Field(ge=1, description="track, counted from 1")]
Bus = Annotated[int, Field(ge=1, description="bus, counted from 1")]
Slot = Annotated[int, Field(ge=1, description="slot of the track, counted from 1")]
Scene = Annotated[int, Field(ge=1, description="scene, counted from 1")]
StemId = Annotated[int, Field(ge=1, le=_INT64, description="stem of the library")]
JobId = Annotated[int, Field(ge=1, le=_INT64, description="job")]
Quantum = Annotated[
    float, Field(ge=0, le=32, allow_inf_nan=False, description="grid in beats; 0 = at once"), AfterValidator(coarse)
]
Fader = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False, description="fader, 0..1; 0.75 = 0 dB")]
Text = Annotated[str, Field(min_length=1, max_length=512)]
Prompt = Annotated[str, Field(max_length=512), AfterValidator(said)]

_HAS = {
    "track": ("the engine has", "tracks", "engine.tracks"),
    "bus": ("the engine has", "buses", "engine.buses"),
    "slot": ("a track has", "slots", "session.scenes"),
    "scene": ("the session has", "scenes", "session.scenes"),
}


def beyond(noun: str, number: int, most: int) -> OutOfRange:
    """Return what is wrong with a track, bus, slot or scene that is not there; `most` of them are."""
    if noun not in _HAS:
        return OutOfRange(f"{noun} {number}: there are 1..{most}")
    owner, several, setting = _HAS[noun]
    there = f"{several} 1..{most}" if most else f"no {several}"
    return OutOfRange(f"{noun} {number}: {owner} {there}; raise {setting} for more")


_Method = TypeVar("_Method", bound=Callable[..., Any])
_SPAN = re.compile(r"\{(\w+)\}")
_SCALARS = (int, float, str, bool, type(None))
_OUT_OF_RANGE = {"greater_than", "greater_than_equal", "less_than", "less_than_equal", "finite_number"}


class Accepted(BaseModel):
    """The answer to work that goes on: exactly one JobDone or JobFailed with this id follows."""

    job: int


def command(
    address: str, *, query: bool = False, swift: str = "", whole: str = "", role: Role | None = None
) -> Callable[[_Method], _Method]:
    """Declare the method as the command at `address` (`/noun/{index}/verb`) for those who have the `role`.

    A `query` changes nothing. `swift` names a method of the same owner that any thread may call, with the numbers of
    the path and then the rest: it does the same at once and returns True, or nothing and returns False. Of a property
    it brings the engine there and no more: the value is to be set besides.
    """

    def mark(method: _Method) -> _Method:
        method.__dict__["command_address"] = address
        method.__dict__["command_query"] = query
        method.__dict__["command_swift"] = swift
        method.__dict__["command_whole"] = whole
        method.__dict__["command_role"] = role
        return method

    return mark


@dataclass(frozen=True)
class Parameter:
    """One argument of a command: where it travels, its type and its default."""

    name: str
    annotation: Any
    required: bool
    default: Any
    in_path: bool

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """Return what checks the argument; built at first use, to keep the start short."""
        return TypeAdapter(self.annotation)

    def parse(self, raw: Any, address: str) -> Any:
        """Return `raw` as the declared type; raise BadArgument or OutOfRange naming value and remedy.

        A number is taken for text where text is asked for: foreign programs send "909" as one.
        """
        try:
            return self.adapter.validate_python(raw)
        except ValidationError as error:
            detail = error.errors(include_url=False)[0]
            if detail["type"] == "string_type" and type(raw) in {int, float}:
                return self.parse(f"{raw:.15g}", address)
            kind = OutOfRange if detail["type"] in _OUT_OF_RANGE else BadArgument
            wrong = detail["msg"].lower()
            if detail["type"] == "string_too_short" and raw == "":
                wrong = f"it is empty; {'give it something' if self.required else 'leave it out or give it something'}"
            raise kind(f"{address}: {self.name} = {reprlib.repr(raw)}: {wrong}") from None


@dataclass(frozen=True)
class Command:
    """A command as the doors see it."""

    address: str
    method: Callable[..., Any]
    parameters: tuple[Parameter, ...]
    summary: str
    doc: str
    returns: Any
    kind: Literal["action", "property", "query"]
    waits: bool  # the method is a coroutine
    role: Role  # that acting needs; reading needs `watch`
    swift: Callable[..., bool] | None = None  # does the same from any thread, or returns False
    whole: Callable[..., None] | None = None  # raises where the method would do something else than it is asked for

    @cached_property
    def arguments(self) -> tuple[Parameter, ...]:
        """Return the parameters that do not sit in the path, in order."""
        return tuple(p for p in self.parameters if not p.in_path)

    @cached_property
    def path(self) -> tuple[str, ...]:
        """Return the names of the numbers in the address, in order."""
        return tuple(p.name for p in self.parameters if p.in_path)

    @cached_property
    def reply(self) -> TypeAdapter[Any]:
        """Return what turns the method's result into plain data."""
        return TypeAdapter(self.returns)

    @cached_property
    def _required(self) -> frozenset[str]:
        return frozenset(p.name for p in self.parameters if p.required)

    async def call(self, path: tuple[Any, ...], args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Check the arguments, run the method, return its reply as plain data (what JSON can hold)."""
        result = self.run(self.bind(path, args, named))
        if inspect.isawaitable(result):
            result = await result
        return self.plain(result)

    def run(self, bound: dict[str, Any]) -> Any:
        """Run the method with what `bind` has returned; return its result, an awaitable one if it waits.

        When it is done, the caller has heard of the track that it has changed.
        """
        result = self.method(**bound)
        who, track = caller.get(), bound.get("track")
        if who is None or type(track) is not int or self._reads(bound):
            return result
        if self.waits:
            return _touching(result, who, track)
        who.touch(track)
        return result

    def check(
        self, path: tuple[Any, ...], args: tuple[Any, ...], counts: Mapping[str, int], *, whole: bool
    ) -> dict[str, Any]:
        """Return the checked arguments by name; raises what `bind` does, and OutOfRange for what is not there.

        `counts` has how many there are, by name of the path parameter. With `whole` it also raises where the command
        would do something else than it is asked for.
        """
        bound = self.bind(path, args, {})
        for name, number in zip(self.path, path, strict=True):
            if (most := counts.get(name)) is not None and number > most:
                raise beyond(name, number, most)
        if whole and self.whole is not None:
            self.whole(**bound)
        return bound

    def plain(self, result: Any) -> Any:
        """Return the method's result as plain data (what JSON can hold)."""
        return result if type(result) in _SCALARS else self.reply.dump_python(result, mode="json")

    def bind(self, path: tuple[Any, ...], args: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
        """Return the checked arguments by name; raise BadArgument, OutOfRange or Forbidden.

        This is where each call of each door passes, before anything has changed.
        """
        arguments = self.arguments
        if len(args) > len(arguments):
            raise BadArgument(f"{self.address} takes at most {len(arguments)} arguments, got {len(args)}")
        given = dict(zip((p.name for p in arguments), args, strict=False))
        if named:
            self._check_names(given, named)
            given |= named
        given |= zip((p.name for p in self.parameters if p.in_path), path, strict=True)
        if (who := caller.get()) is not None:
            return self._bind_for(who, given)
        return self._parse(given)

    def _parse(self, given: dict[str, Any]) -> dict[str, Any]:
        if not self._required <= given.keys():
            raise BadArgument(f"{self.address} needs {', '.join(sorted(self._required - given.keys()))}")
        return {p.name: p.parse(given[p.name], self.address) for p in self.parameters if p.name in given}

    def _bind_for(self, who: Caller, given: dict[str, Any]) -> dict[str, Any]:
        """Return the checked arguments if the caller may act."""
        who.check(self.address, "watch" if self.kind == "property" and self._reads(given) else self.role)
        return self._parse(given)

    def _reads(self, given: dict[str, Any]) -> bool:
        return self.kind == "query" or (self.kind == "property" and given.get("value") is None)

    def _check_names(self, given: dict[str, Any], named: dict[str, Any]) -> None:
        """Raise BadArgument for a name that is unknown or already given by its place."""
        if extra := (named.keys() & given.keys()) | (named.keys() - {p.name for p in self.arguments}):
            known = ", ".join(p.name for p in self.arguments) or "none"
            raise BadArgument(f"{self.address}: unexpected {', '.join(sorted(extra))}; it takes: {known}")


async def _touching(work: Coroutine[Any, Any, Any], who: Caller, track: int) -> Any:
    result = await work
    who.touch(track)
    return result


def _describe(address: str, method: Callable[..., Any]) -> Command:
    hints = typing.get_type_hints(method, include_extras=True)
    parameters = _parameters(address, method, hints)
    doc = inspect.cleandoc(method.__doc__ or "")
    kind = _kind(method, parameters)
    return Command(
        address=address,
        method=method,
        parameters=parameters,
        summary=doc.split("\n", 1)[0],
        doc=doc,
        returns=hints.get("return", type(None)),
        kind=kind,
        waits=inspect.iscoroutinefunction(method),
        swift=_beside(method, "command_swift"),
        whole=_beside(method, "command_whole"),
        role=_role_of(method, kind),
    )


def _parameters(address: str, method: Callable[..., Any], hints: Mapping[str, Any]) -> tuple[Parameter, ...]:
    """Return a method's parameters, those of the address first, in its order."""
    path = _SPAN.findall(address)
    parameters = [
        Parameter(
            name=name,
            annotation=hints[name],
            required=parameter.default is inspect.Parameter.empty,
            default=None if parameter.default is inspect.Parameter.empty else parameter.default,
            in_path=name in path,
        )
        for name, parameter in inspect.signature(method).parameters.items()
    ]
    if unknown := set(path) - {p.name for p in parameters}:
        raise TypeError(f"{address}: {method.__qualname__} has no parameter {unknown}")
    return tuple(sorted(parameters, key=lambda p: path.index(p.name) if p.in_path else len(path)))


def _kind(method: Callable[..., Any], parameters: Sequence[Parameter]) -> Literal["action", "property", "query"]:
    """Return what a command is: one whose only value may be left out is read and written, a property."""
    value = next((p for p in parameters if p.name == "value"), None)
    alone = all(p.in_path or p is value for p in parameters)
    if value is not None and alone and not value.required and value.default is None:
        return "property"
    return "query" if getattr(method, "command_query", False) else "action"


def _beside(method: Callable[..., Any], mark: str) -> Callable[..., Any] | None:
    """Return the method of the same owner that the mark names."""
    name = getattr(method, mark, "")
    return getattr(method.__self__, name) if name else None  # type: ignore[attr-defined]


def _role_of(method: Callable[..., Any], kind: str) -> Role:
    usual = "watch" if kind == "query" else getattr(getattr(method, "__self__", None), "ROLE", "play")
    role: Any = getattr(method, "command_role", None) or usual
    if role not in ROLES:
        raise TypeError(f"{method.__qualname__}: {role!r} is no role; there are {', '.join(ROLES)}")
    return cast("Role", role)


@lru_cache(4096)
def _shape(address: str) -> tuple[str, tuple[int, ...]]:
    """Split an address into its shape (numbers replaced by {}) and the numbers."""
    numbers: list[int] = []
    parts = []
    for part in address.split("/"):
        if part.isascii() and part.isdigit() and len(part) < 16:
            numbers.append(int(part))
            parts.append("{}")
        else:
            parts.append(part)
    return "/".join(parts), tuple(numbers)


class Registry:
    """All commands, found by address in one dictionary lookup."""

    def __init__(self) -> None:
        self._commands: dict[str, Command] = {}

    def add(self, owner: object) -> None:
        """Register each method of `owner` that carries `@command`."""
        for name, function in inspect.getmembers(type(owner), inspect.isfunction):
            address = getattr(function, "command_address", None)
            if address is None:
                continue
            shape = _SPAN.sub("{}", address)
            if shape in self._commands:
                raise ValueError(f"{address} is declared twice, by {name} and {self._commands[shape].method}")
            self._commands[shape] = _describe(address, getattr(owner, name))

    def __iter__(self) -> Iterator[Command]:
        """Iterate over the commands in the order of their addresses."""
        return iter(sorted(self._commands.values(), key=lambda c: c.address))

    def find(self, address: str) -> tuple[Command, tuple[int, ...]]:
        """Return the command at a concrete address and the numbers of its path; raise UnknownAddress."""
        shape, numbers = _shape(address)
        found = self._commands.get(shape)
        if found is None:
            raise UnknownAddress(f"no command at {address[:200]!r}; `liveengine commands` lists them all")
        return found, numbers

    def swift(self, address: str) -> Callable[..., bool] | None:
        """Return what does the work of the command at `address` at once, from any thread; None where nothing can.

        It takes the arguments that the address does not hold, unchecked, and returns False where it has done nothing:
        `call` is the way then. Raises UnknownAddress.
        """
        found, numbers = self.find(address)
        return None if found.swift is None else partial(found.swift, *numbers)

    async def call(self, address: str, *args: Any, **named: Any) -> Any:
        """Run the command at `address` and return its reply as plain data; raise a LiveEngineError otherwise."""
        found, numbers = self.find(address)
        return await found.call(numbers, args, named)


def fault(error: BaseException) -> tuple[str, str]:
    """Return (code, sentence) for the doors; anything that is no LiveEngineError is `internal`, without detail."""
    if isinstance(error, LiveEngineError):
        return error.code, str(error)
    return "internal", "an internal fault; the log of the daemon holds the traceback"
