"""Bad input at every door of a server that plays, one attack after the other. Runs on: the user's shell.

An attack is a function `(ports, count, random) -> sent`; what it did to the daemon is a `Row`. The clips play on all
the while, and in the end every frame of the master is compared with the offline render of the journal.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Ports:
    """Where the doors of the server are, on this machine."""

    http: int
    osc: int


Attack = Callable[[Ports, int, np.random.Generator], int]


@dataclass(frozen=True)
class Row:
    """What one attack did."""

    what: str
    sent: int  # packets, frames, requests or connections
    seconds: float
    turn_ms: float  # longest turn of the daemon's loop, its processor time
    long_turns: int  # those longer than 10 ms
    records: int  # that the engine was given meanwhile
    late: int  # callbacks of the engine that took longer than their block
    xruns: int  # as the stream reports them, also those that another program has caused
    lines: int  # that were logged
    files: int  # open files more than before, some seconds after
    grown_mib: float  # by which the daemon's memory grew
    alike: bool  # the session's state is what it was
    harmless: bool  # it held no command: nothing may have reached the engine


@dataclass(frozen=True)
class Siege:
    """What all attacks did."""

    rows: list[Row]
    frames: int  # compared with the offline render
    differing: int  # of them
