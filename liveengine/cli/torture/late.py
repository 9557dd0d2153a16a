"""Blocks that an engine was late with, and whether nobody had a core then. Runs on: bench; a thread of its own."""

import math
import threading
import time
from collections.abc import Iterable
from typing import Self

from liveengine.cli.torture.target import Target
from liveengine.cli.torture.witness import BEFORE_ALL, Stall, Witnesses
from liveengine.engine.streams.priority import raise_own

LOOK_S = 0.001
TOGETHER_NS = 6_000_000  # what is late is told with the next block, or the one behind it


class Stalls(threading.Thread):
    """Looks a thousand times a second whether the engine was late."""

    def __init__(self, target: Target, witnesses: Witnesses) -> None:
        super().__init__(daemon=True)
        self._target, self._witnesses = target, witnesses
        self._found: list[tuple[Stall, int]] = []  # between two looks so many blocks were late
        self._ending = threading.Event()

    def run(self) -> None:
        """Look until told to end, before everything else where that is allowed, so that the looks lie close."""
        raise_own(BEFORE_ALL, alone=True)
        missed, looked = self._missed(), time.monotonic_ns()
        while not self._ending.wait(LOOK_S):
            before, looked = looked, time.monotonic_ns()
            if (now := self._missed()) != missed:
                self._found.append((Stall(before, looked), now - missed))
                missed = now

    def since(self, began: int) -> tuple[float, float]:
        """Return how many blocks were late since then, in ns: those of ours, and those while nobody had a core.

        A stall of a witness accounts for no more blocks than fit into it and one beside, however long nobody looked.
        """
        block_ns = self._target.header("block") * 1e9 / self._target.header("rate")
        stalls = joined(list(self._witnesses.stalls))
        fit = [math.ceil((stall.last - stall.first) / block_ns) + 1 for stall in stalls]
        every = away = 0
        for between, blocks in list(self._found):
            left = blocks
            for at, stall in enumerate(stalls):
                if stall.meets(between, TOGETHER_NS):
                    taken = min(left, fit[at])
                    left, fit[at] = left - taken, fit[at] - taken
            if between.last >= began:
                every, away = every + blocks, away + blocks - left
        return float(every - away), float(away)

    def _missed(self) -> int:
        return self._target.header("late") + self._target.header("xruns")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *what: object) -> None:
        self._ending.set()
        self.join()


def joined(stalls: Iterable[Stall]) -> list[Stall]:
    """Return the stalls in their order, those that overlap, on whichever cores, as one."""
    found: list[Stall] = []
    for stall in sorted(stalls):
        if found and stall.first <= found[-1].last:
            found[-1] = Stall(found[-1].first, max(found[-1].last, stall.last))
        else:
            found.append(stall)
    return found
