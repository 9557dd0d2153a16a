"""MIDI clock to others: switches the ticker process, and says how well it ticks. Runs on: event loop."""

import asyncio
import logging
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field

from liveengine.command import command
from liveengine.events import ClockChanged
from liveengine.session.core import Core
from liveengine.session.extras import Extras
from liveengine.sync.helper import AGAIN_S, Helper, cancelled

log = logging.getLogger(__name__)

RECORD = "clock"  # in the session record's extras

PortName = Annotated[str, Field(max_length=128, description="a part of a MIDI output's name; empty = our own port")]


Offset = Annotated[
    float, Field(ge=-500, le=500, allow_inf_nan=False, description="milliseconds after the beat; negative = before")
]


class ClockState(BaseModel):
    """How our clock ticks."""

    sending: bool
    wrong: str = Field(description="what keeps it from being sent though it shall be; empty = nothing")
    ticks: int = Field(description="in the last second")
    late: float = Field(description="by how many ms the latest of them was sent too late")


class Sender:
    """Our beats as MIDI clock, with start, stop and song position."""

    def __init__(self, core: Core, shared: Path) -> None:
        """`shared` is the folder of the engine's memory."""
        self._core = core
        self._extras = Extras(core, RECORD)
        self._shared = shared
        self._task: asyncio.Task[None] | None = None
        self._said: dict[str, int] = {}
        self._told = ClockChanged(False, "")

    @command("/sync/clock", role="arrange")
    async def send(self, value: bool | None = None) -> bool:
        """Whether our beats are sent as MIDI clock, with start, stop, continue and song position."""
        if value is not None:
            self._keep("send", value)
            await self._switch(value)
        return bool(self._extras.get("send", False))

    @command("/sync/clock/output", role="arrange")
    async def output(self, value: PortName | None = None) -> str:
        """The MIDI output that gets our clock, by a part of its name; empty = a port of our own, named clock."""
        if value is not None:
            self._keep("output", value)
            if self._task is not None:
                await self._switch(True)
        return str(self._extras.get("output", ""))

    @command("/sync/clock/offset", role="arrange")
    async def offset(self, value: Offset | None = None) -> float:
        """By how many milliseconds our clock comes after the beat as it leaves the speaker; negative = before."""
        if value is not None:
            self._keep("offset", value)
            if self._task is not None:
                await self._switch(True)
        return float(self._extras.get("offset", 0.0))

    @command("/sync/clock/state", query=True)
    def state(self) -> ClockState:
        """How our clock ticks: whether it is sent or why not, its ticks in the last second, the latest one's delay."""
        late = self._said.get("late_ns", 0) * 1e-6
        return ClockState(
            sending=bool(self._said), wrong=self._told.wrong, ticks=self._said.get("ticks", 0), late=round(late, 4)
        )

    async def start(self) -> None:
        """Send where the record says so."""
        await self._switch(bool(self._extras.get("send", False)))

    async def close(self) -> None:
        """Send no more."""
        await self._switch(False)

    async def _switch(self, on: bool) -> None:
        task, self._task = self._task, None
        await cancelled(task)
        self._tell("")
        if on:
            self._task = asyncio.create_task(self._keep_ticking(), name="midi clock")

    async def _keep_ticking(self) -> None:
        told = False
        while True:
            code = await self._tick()
            ended = f"its process has ended with code {code}; it is started again" if code else ""
            self._tell(self._told.wrong or ended)
            if code and not told:
                log.warning("the MIDI clock's process has ended with code %d; it is started again", code)
                told = True
            await asyncio.sleep(AGAIN_S)

    async def _tick(self) -> int:
        """Have a ticker tick until it ends; return its code."""
        wanted = ("--port", str(self._extras.get("output", "")), f"--offset-ms={self._extras.get('offset', 0.0)}")
        try:
            return await Helper(self._take, "liveengine.sync.ticker", "--shared", str(self._shared), *wanted).run()
        finally:
            self._said = {}

    def _take(self, line: dict[str, Any]) -> None:
        if wrong := line.get("wrong"):
            self._tell(wrong)
        else:
            self._said = line
            self._tell("")

    def _tell(self, wrong: str) -> None:
        """Publish whether it is sent, and what is wrong, where that is new."""
        fresh = ClockChanged(bool(self._said), wrong)
        if fresh != self._told:
            self._told = fresh
            self._core.bus.publish(fresh)

    def _keep(self, name: str, value: Any) -> None:
        self._extras.set(name, value, "/sync/clock" if name == "send" else f"/sync/clock/{name}")
