"""From the bytes of MIDI messages to turns of controls. Runs on: event loop; pure.

High resolution takes two messages or more (MIDI 1.0 Detailed Specification, "Control Change"): a controller 0..31 has
its lower 7 bits in the one 32 above; 99 and 98 choose a parameter (NRPN) that 6 and 38 then set.
"""

from collections.abc import Sequence, Set
from typing import NamedTuple

from liveengine.control.midi.mapping import TOP, Key

LATE_S = 0.005  # without its lower half for so long, the upper half counts alone
_UPPER, _LOWER = 99, 98  # of a parameter's number
_DATA, _DATA_LOWER = 6, 38
_REGISTERED = (100, 101)  # another kind of parameter: what data follows is not ours
_NO_PARAMETER = 16_383
PAIRED = 32  # from a controller to the one with its lower half


class Turn(NamedTuple):
    """What a control was brought to."""

    type: str  # a Kind
    channel: int  # 1..16
    number: int
    value: int  # 0..127, or ..16383; of a note 0 = released

    @property
    def key(self) -> Key:
        """Return which control it was."""
        return Key(self.type, self.channel, self.number)

    @property
    def position(self) -> float:
        """Return where the control stands, 0..1."""
        return self.value / TOP[self.type]


def parse(message: Sequence[int]) -> Turn | None:
    """Return what a note, controller or pitch bend message says; None for all else.

    A note-on with velocity 0 is a release.
    """
    if len(message) < 3 or not (0 <= message[1] <= 127 and 0 <= message[2] <= 127):
        return None
    kind, channel = message[0] & 0xF0, (message[0] & 0x0F) + 1
    if kind == 0x90:
        return Turn("note", channel, message[1], message[2])
    if kind == 0x80:
        return Turn("note", channel, message[1], 0)
    if kind == 0xB0:
        return Turn("cc", channel, message[1], message[2])
    return Turn("bend", channel, 0, message[1] | message[2] << 7) if kind == 0xE0 else None


class Assembler:
    """Puts together what arrives in halves, for the controls that a map binds so; all else passes as it is."""

    def __init__(self, keys: Set[Key]) -> None:
        self._pairs = {(key.channel, key.number) for key in keys if key.type == "cc14"}
        self._channels = {key.channel for key in keys if key.type == "nrpn"}
        self._upper: dict[Key, int] = {}  # the upper half that came last
        self._waiting: dict[Key, float] = {}  # upper halves whose lower half may follow: until when
        self._parameter: dict[int, int] = {}  # the one that was chosen, by channel

    @property
    def due(self) -> float | None:
        """Return when `flush` should be called, in seconds as `take` was told; None = not at all."""
        return min(self._waiting.values(), default=None)

    def take(self, turn: Turn, now: float) -> Turn | None:
        """Return the turn that is complete with this one, `now` in seconds; None if none is."""
        if turn.type != "cc":
            return turn
        if turn.channel in self._channels and (found := self._data(turn)) is not None:
            return self._half(*found, turn.value, now)
        for lower in (False, True):
            number = turn.number - PAIRED * lower
            if (turn.channel, number) in self._pairs:
                return self._half(Key("cc14", turn.channel, number), lower, turn.value, now)
        return None if turn.channel in self._channels and turn.number in _PARTS else turn

    def flush(self, now: float) -> list[Turn]:
        """Return the turns whose lower half did not come in time."""
        late = [key for key, due in self._waiting.items() if due <= now]
        for key in late:
            del self._waiting[key]
        return [Turn(*key, self._upper[key] << 7) for key in late]

    def _data(self, turn: Turn) -> tuple[Key, bool] | None:
        """Return the parameter that a data message sets, and whether it is its lower half; keep one that is chosen."""
        chosen = self._parameter.get(turn.channel, _NO_PARAMETER)
        if turn.number == _UPPER:
            self._parameter[turn.channel] = (chosen & 0x7F) | turn.value << 7
        elif turn.number == _LOWER:
            self._parameter[turn.channel] = (chosen & 0x3F80) | turn.value
        elif turn.number in _REGISTERED:
            self._parameter[turn.channel] = _NO_PARAMETER
        elif turn.number in (_DATA, _DATA_LOWER) and chosen != _NO_PARAMETER:
            return Key("nrpn", turn.channel, chosen), turn.number == _DATA_LOWER
        return None

    def _half(self, key: Key, lower: bool, value: int, now: float) -> Turn | None:
        if not lower:
            self._upper[key] = value
            self._waiting[key] = now + LATE_S
            return None
        self._waiting.pop(key, None)
        upper = self._upper.get(key)
        return None if upper is None else Turn(*key, upper << 7 | value)


_PARTS = frozenset((_UPPER, _LOWER, _DATA, _DATA_LOWER, *_REGISTERED))
