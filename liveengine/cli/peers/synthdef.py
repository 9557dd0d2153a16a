"""A graph of unit generators as scsynth reads it: the file format SCgf, version 2. Runs on: bench.

Source: SuperCollider's reference "Synth Definition File Format". A program that only plays scores thus needs scsynth
alone and no sclang.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

_FILE = b"SCgf"
_VERSION = 2
_ADD, _TIMES = 0, 2  # which operator a BinaryOpUGen is
_CONSTANT = -1  # in place of a generator's number


class Rate(IntEnum):
    """How often a generator computes."""

    ONCE = 0
    CONTROL = 1  # per block
    AUDIO = 2  # per frame


@dataclass(frozen=True)
class Wire:
    """One output of a generator."""

    generator: int
    output: int


@dataclass
class SynthDef:
    """A definition under construction: generators in the order in which they compute."""

    name: str
    controls: dict[str, float] = field(default_factory=dict)  # set once, when the synth starts
    _constants: list[float] = field(default_factory=list)
    _generators: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._wires = dict(zip(self.controls, self.add("Control", Rate.ONCE, (), len(self.controls)), strict=True))

    def control(self, name: str) -> Wire:
        """Return the wire that carries a control's value."""
        return self._wires[name]

    def add(
        self, kind: str, rate: Rate, inputs: Sequence[Wire | float], outputs: int = 1, special: int = 0
    ) -> list[Wire]:
        """Append a generator; return its outputs. `special` means something to some kinds only."""
        number = len(self._generators)
        spec = _text(kind) + struct.pack(">biih", rate, len(inputs), outputs, special)
        spec += b"".join(struct.pack(">ii", *self._source(one)) for one in inputs)
        self._generators.append(spec + bytes([rate]) * outputs)
        return [Wire(number, n) for n in range(outputs)]

    def sum(self, rate: Rate, a: Wire | float, b: Wire | float) -> Wire:
        """Return the wire that carries a + b."""
        return self.add("BinaryOpUGen", rate, (a, b), 1, _ADD)[0]

    def product(self, rate: Rate, a: Wire | float, b: Wire | float) -> Wire:
        """Return the wire that carries a * b."""
        return self.add("BinaryOpUGen", rate, (a, b), 1, _TIMES)[0]

    def _source(self, one: Wire | float) -> tuple[int, int]:
        """Return what an input's two numbers are."""
        if isinstance(one, Wire):
            return one.generator, one.output
        if one not in self._constants:
            self._constants.append(one)
        return _CONSTANT, self._constants.index(one)

    def encode(self) -> bytes:
        """Return the file's bytes."""
        names = b"".join(_text(name) + struct.pack(">i", n) for n, name in enumerate(self.controls))
        return b"".join(
            (
                _FILE + struct.pack(">ih", _VERSION, 1),
                _text(self.name),
                _floats(self._constants),
                _floats(list(self.controls.values())),
                struct.pack(">i", len(self.controls)) + names,
                struct.pack(">i", len(self._generators)) + b"".join(self._generators),
                struct.pack(">h", 0),  # variants
            )
        )


def _text(text: str) -> bytes:
    return bytes([len(text)]) + text.encode("ascii")


def _floats(values: Sequence[float]) -> bytes:
    return struct.pack(f">i{len(values)}f", len(values), *values)
