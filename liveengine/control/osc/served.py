"""The OSC door alone, with a small mixer behind it: what `measure.py` talks to. Runs on: a process of its own.

`python -m liveengine.control.osc.served [--changing SHARE]` prints the door's port; when its input ends it prints, as
JSON, what the door has counted and how much processor time the longest turn of the loop took. With `--changing` there
is a wall of WALL x WALL values besides. The first line of input has that share of them change 30 times a second, always
other ones, the second one ends it; each line prints {"cpu_s", "values"}: the processor time, and the changes so far.
"""

import argparse
import asyncio
import gc
import json
import logging
import sys
import time
from typing import Annotated, Any

from pydantic import Field

from liveengine.bus import Bus
from liveengine.command import Registry, command
from liveengine.control.osc.door import OscDoor
from liveengine.control.ports import claim_pair
from liveengine.events import Changed
from liveengine.lag import Lag

TRACKS = 16
WALL = 100
CHANGES_HZ = 30


class Mixer:
    """A property, an action and a long answer as the session has them."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._gains: dict[int, float] = {}

    @command("/track/{track}/gain")
    def gain(
        self, track: Annotated[int, Field(ge=1, le=64)], value: Annotated[float, Field(ge=0, le=1)] | None = None
    ) -> float:
        """Set or get a gain."""
        if value is not None:
            self._gains[track] = value
            self._bus.publish(Changed(f"/track/{track}/gain", value))
        return self._gains.get(track, 0.75)

    @command("/panic")
    def panic(self) -> None:
        """Do nothing."""

    @command("/rows", query=True)
    def rows(self, limit: Annotated[int, Field(ge=0, le=1000)] = 1000) -> list[dict[str, Any]]:
        """List rows."""
        return [{"id": number, "title": "x" * 100} for number in range(limit)]


class Wall:
    """Many values."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._addresses = [f"/wall/{row}/cell/{cell}" for row in range(1, WALL + 1) for cell in range(1, WALL + 1)]
        self._values = dict.fromkeys(self._addresses, 0.0)
        self.changes = 0

    @command("/wall/{row}/cell/{cell}")
    def cell(
        self,
        row: Annotated[int, Field(ge=1, le=WALL)],
        cell: Annotated[int, Field(ge=1, le=WALL)],
        value: float | None = None,
    ) -> float:
        """Set or get a value."""
        if value is not None:
            self._set(f"/wall/{row}/cell/{cell}", value)
        return self._values[f"/wall/{row}/cell/{cell}"]

    def _set(self, address: str, value: float) -> None:
        self._values[address] = value
        self._bus.publish(Changed(address, value))

    async def change(self, share: float) -> None:
        """Change that share of the values, others each time, until cancelled."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            for _ in range(round(share * len(self._addresses))):
                self.changes += 1
                self._set(self._addresses[self.changes * 7 % len(self._addresses)], self.changes * 1e-3)
            due += 1 / CHANGES_HZ
            await asyncio.sleep(due - loop.time())


class _Now:
    def frame_at(self, ntp: int) -> int | None:
        return None


async def _serve(lag: Lag, share: float) -> None:
    bus, registry = Bus(), Registry()
    wall = Wall(bus)
    registry.add(Mixer(bus))
    registry.add(wall)
    datagrams, streams = claim_pair("127.0.0.1", 0)
    door = OscDoor(datagrams, registry, bus, _Now(), {"track": TRACKS, "row": WALL, "cell": WALL})
    await door.listen(streams)
    logging.disable()  # the counts tell it all
    gc.freeze()  # as the daemon does
    print(door.port, flush=True)
    changing: asyncio.Task[None] | None = None
    while await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline):
        if changing is None:
            changing = asyncio.create_task(wall.change(share))
        else:
            changing.cancel()
        print(json.dumps({"cpu_s": time.process_time(), "values": wall.changes}), flush=True)
    found = door.stats() | {"longest_turn_ms": lag.ever.cpu_ms}
    print(json.dumps(found), flush=True)
    await door.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--changing", type=float, default=0.0)
    options = parser.parse_args()
    watched = Lag()
    with asyncio.Runner(loop_factory=watched.loop) as runner:
        runner.run(_serve(watched, options.changing))
