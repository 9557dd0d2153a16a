"""How far an endless encoder was turned: the three usual ways to say it in seven bits. Runs on: anywhere; pure."""

from typing import Literal

Encoder = Literal["twos", "offset", "sign"]


def steps(value: int, encoder: Encoder) -> int:
    """Return the steps, above 0 to the right, of a value 0..127.

    twos: two's complement, 1..63 right, 127..64 left. offset: counted from 64, 65 is one right. sign: 1..63 right,
    65..127 left, 65 one step.
    """
    if encoder == "offset":
        return value - 64
    if encoder == "sign":
        return -(value & 63) if value & 64 else value
    return value - 128 if value & 64 else value
