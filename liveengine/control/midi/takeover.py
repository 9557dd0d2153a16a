"""What happens when a control does not stand where its property is. Runs on: event loop; pure.

pickup: nothing, until the control meets the value. jump: the value goes to the control at once. scale: the value goes
the control's way, by the share of the way that is left to the end, until they meet.
"""

from typing import Literal

Kind = Literal["pickup", "jump", "scale"]
NEAR = 3 / 127  # a control this near to the value has met it
MET = 0.5 / 127  # scaled: where no step would be seen


class Takeover:
    """One control's way to its property; positions and values are 0..1."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._last: float | None = None  # where the control was, since it was let go
        self.caught = kind == "jump"

    def release(self) -> None:
        """Let go: another one has moved the value, or the control may have been moved unseen."""
        self.caught = self._kind == "jump"
        self._last = None

    def move(self, position: float, value: float) -> float | None:
        """Return the value that a control at `position` gives to a property at `value`; None = it keeps its own."""
        last, self._last = self._last, position
        if self.caught:
            return position
        if self._kind == "scale":
            return self._scaled(position, last, value)
        crossed = last is not None and (last - value) * (position - value) <= 0
        self.caught = crossed or abs(position - value) <= NEAR
        return position if self.caught else None

    def _scaled(self, position: float, last: float | None, value: float) -> float | None:
        found = value
        if last is None or position == last:
            found = position if abs(position - value) <= MET else value
        elif position > last:
            found = value + (1.0 - value) * (position - last) / (1.0 - last)
        else:
            found = value * position / last
        self.caught = abs(found - position) <= MET
        return position if self.caught else None if found == value else found
