"""Controller maps: what a controller's controls do and what its lamps show, as a JSON file says. Runs on: anywhere.

README describes the format with an example. A map of the user, in <library>/controllers, replaces the shipped one of
the same file name. Of two bindings of one control the later one in the file counts.
"""

from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from liveengine.control.midi.lines import line_of
from liveengine.errors import BadInput

Kind = Literal["note", "cc", "cc14", "nrpn", "bend"]
TOP: dict[str, int] = {"note": 127, "cc": 127, "cc14": 16_383, "nrpn": 16_383, "bend": 16_383}  # the greatest value
_NUMBERS: dict[str, int] = {"note": 127, "cc": 127, "cc14": 31, "nrpn": 16_383, "bend": 0}  # the greatest number
_REMEDY = "correct it, and it is read again as soon as it is saved (README, MIDI controllers, describes the format)"
MESSAGE_BYTES = 1024  # the longest that a map may send


class BadMapping(BadInput):
    """A controller map cannot be read; the message names file and place."""

    code = "bad_mapping"


class Key(NamedTuple):
    """A control as a device's messages name it."""

    type: str  # a Kind
    channel: int  # 1..16
    number: int

    def __str__(self) -> str:
        """Return it as a person says it."""
        place = "" if self.type == "bend" else f" {self.number}"
        return f"{self.type}{place} on channel {self.channel}"


def _hex(text: str) -> str:
    """Return a MIDI message in hexadecimal unless it is none."""
    message = bytes.fromhex(text)
    whole = message[:1] == b"\xf0" and message[-1:] == b"\xf7" and all(byte < 0x80 for byte in message[1:-1])
    short = 1 <= len(message) <= 3 and message[0] >= 0x80 and message[0] not in (0xF0, 0xF7)
    if not ((short and all(byte < 0x80 for byte in message[1:])) or whole) or len(message) > MESSAGE_BYTES:
        raise ValueError("a message is one to three bytes, or F0 ... F7, in hexadecimal")
    return text


def _several(given: Any) -> Any:
    return (given,) if isinstance(given, str) else given


Texts = Annotated[tuple[str, ...], BeforeValidator(_several)]
Messages = Annotated[tuple[Annotated[str, AfterValidator(_hex)], ...], BeforeValidator(_several)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Source(_Part):
    """A control that sends, or a lamp."""

    type: Kind
    channel: int = Field(ge=1, le=16)
    number: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.number > _NUMBERS[self.type]:
            raise ValueError(f"number {self.number}: a {self.type} goes to {_NUMBERS[self.type]}")
        return self

    @property
    def key(self) -> Key:
        """Return it as a key."""
        return Key(self.type, self.channel, self.number)


class Span(_Part):
    """A row or column of controls: each has so much more in its message than the one before."""

    count: int = Field(ge=1, le=128)
    number: int = Field(default=1, ge=-127, le=127)
    channel: int = Field(default=0, ge=-15, le=15)
    first: int = Field(default=1, ge=1)  # what stands in the address for the first of them


class Light(_Part):
    """What a control's lamp shows."""

    shows: str = Field(default="", pattern="^(/.*)?$", max_length=256)  # an address; empty = what the binding sets
    look: str = Field(alias="as", max_length=64)  # the name of a look of the map, or position
    out: Source | None = None  # the lamp; none = it has the control's own number


class Lit(_Part):
    """How a lamp is told to look."""

    value: int = Field(ge=0, le=127)
    channel: int | None = Field(default=None, ge=1, le=16)  # none = the lamp's own
    blink: bool = False  # for lamps that cannot blink by themselves


class Binding(_Part):
    """One control, or a field of them, and what it does."""

    source: Source = Field(alias="in")
    to: str = Field(default="", pattern="^(/.*)?$", max_length=256)
    mode: Literal["press", "toggle", "hold", "absolute", "relative", "shift", "move", "off"]
    args: tuple[bool | int | float | str, ...] = ()
    range: tuple[float, float] = (0.0, 1.0)
    takeover: Literal["pickup", "jump", "scale"] = "pickup"
    encoder: Literal["twos", "offset", "sign"] = "twos"
    step: float = Field(default=0.01, gt=0, le=1)  # of the range, for each step of an encoder
    columns: Span | None = None
    rows: Span | None = None
    shift: bool = False  # counts while the shift control is held
    by: tuple[int, int] = (0, 0)  # columns and rows by which `move` moves the window
    light: Light | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.to and self.mode not in ("shift", "move", "off"):
            raise ValueError(f"mode {self.mode} needs an address in `to`")
        if self.range[0] == self.range[1]:
            raise ValueError("range needs two different values")
        for column, row in ((c, r) for c in (0, self.width - 1) for r in (0, self.height - 1)):
            self.at(self.source, column, row)
        return self

    @property
    def width(self) -> int:
        """Return how many columns it has."""
        return self.columns.count if self.columns else 1

    @property
    def height(self) -> int:
        """Return how many rows it has."""
        return self.rows.count if self.rows else 1

    def at(self, source: Source, column: int, row: int) -> Key:
        """Return the control or lamp in a column and row of the field, both from 0; raise ValueError beyond MIDI."""
        number, channel = source.number, source.channel
        for span, place in ((self.columns, column), (self.rows, row)):
            if span is not None:
                number, channel = number + span.number * place, channel + span.channel * place
        if not (0 <= number <= _NUMBERS[source.type] and 1 <= channel <= 16):
            raise ValueError(f"the field of controls goes to {source.type} {number} on channel {channel}")
        return Key(source.type, channel, number)

    def address(self, template: str, column: int, row: int) -> str:
        """Return an address with {column} and {row} filled in, both from 0."""
        for name, span, place in (("{column}", self.columns, column), ("{row}", self.rows, row)):
            template = template.replace(name, str((span.first if span else 1) + place))
        return template


class Device(_Part):
    """Which ports the map is for, and how the device is set up."""

    match: Texts  # parts of the port's name, upper or lower case; empty = our own virtual port
    without: Texts = Field(default=(), alias="not")  # ... unless the name holds one of these
    enter: Messages = ()  # sent when it is connected
    leave: Messages = ()  # sent before it is left


class Mapping(_Part):
    """A controller map."""

    device: Device
    looks: dict[str, dict[str, Lit]] = {}
    bindings: tuple[Binding, ...]

    @model_validator(mode="after")
    def _check(self) -> Self:
        known = {*self.looks, "position"}
        for place, light in enumerate(binding.light for binding in self.bindings):
            if light is not None and light.look not in known:
                raise ValueError(f"bindings.{place}.light: no look is called {light.look!r}")
        return self

    def fits(self, port: str) -> bool:
        """Return whether it is for the port of this name."""
        name = port.lower()
        return any(part and part.lower() in name for part in self.device.match) and not any(
            part.lower() in name for part in self.device.without
        )

    @property
    def virtual(self) -> bool:
        """Return whether it is for our own virtual port."""
        return "" in self.device.match


def load(path: Path) -> Mapping:
    """Return the map in a file; raise BadMapping, which names file, line and place."""
    try:
        text = path.read_text("utf-8")
        return Mapping.model_validate_json(text)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        raise BadMapping(f"{path}{_where(text, detail)}; {_REMEDY}") from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else f"no UTF-8 text: {error.reason}"
        raise BadMapping(f"{path}: {reason}; {_REMEDY}") from None


def _where(text: str, detail: ErrorDetails) -> str:
    """Return line, place and reason of what is wrong in a map's text."""
    said = detail["msg"][:1].lower() + detail["msg"][1:]
    if detail["type"] == "json_invalid":
        return f": {said}"  # that names line and column
    place = ".".join(str(part) for part in detail["loc"])
    return f", line {line_of(text, detail['loc'])}: {place + ': ' if place else ''}{said}"


def save(path: Path, mapping: Mapping) -> None:
    """Write a map, whole or not at all; raise OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(mapping.model_dump_json(by_alias=True, exclude_defaults=True, indent=2) + "\n", "utf-8")
    fresh.replace(path)
