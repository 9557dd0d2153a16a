"""Who gives the beat: one master at a time. Runs on: event loop."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal, Protocol

from pydantic import BaseModel, Field

from liveengine.bus import Event
from liveengine.command import Quantum, command
from liveengine.engine.engine import Snapshot
from liveengine.errors import BadArgument, LiveEngineError
from liveengine.events import Changed, SyncChanged, SyncLost
from liveengine.session.core import Core
from liveengine.session.extras import Extras
from liveengine.session.timebase import TimeBase
from liveengine.session.transport import Transport
from liveengine.sync.internal import Internal
from liveengine.sync.jack import JackMaster
from liveengine.sync.line import Line, Reading
from liveengine.sync.link import LinkMaster
from liveengine.sync.midi import MidiMaster
from liveengine.sync.steering import Steering

log = logging.getLogger(__name__)

SourceName = Literal["internal", "link", "midi", "jack"]
Offset = Annotated[
    float, Field(ge=-500, le=500, allow_inf_nan=False, description="milliseconds after the master; negative = before")
]
Nudge = Annotated[float, Field(ge=-500, le=500, allow_inf_nan=False, description="milliseconds; positive = earlier")]
PortName = Annotated[str, Field(max_length=128, description="a part of a MIDI port's name; empty = whichever sends")]

RECORD = "sync"  # in the session record's extras
TOLD_S = 1.0  # between two reports of what is measured


class Master(Protocol):
    """What can be followed."""

    def reading(self, now_ns: float) -> Reading:
        """Return what it says."""

    def tempo(self, tempo: float) -> None:
        """Hear of our tempo."""

    def running(self, running: bool) -> None:
        """Hear whether our transport runs."""

    async def close(self) -> None:
        """Let it go."""


class SyncState(BaseModel):
    """How the master is followed."""

    source: str
    locked: bool = Field(description="its beat is known, and followed")
    tempo: float = Field(description="its tempo in beats per minute; ours while it has none")
    jitter: float = Field(description="of its clock, in ms")
    phase: float = Field(description="by how many ms our beat is heard after its own, as far as that is known")
    peers: int = Field(description="how many others there are: Link's peers, a clock that ticks, a JACK server")
    running: bool = Field(description="whether our transport runs")


class Sync:
    """The master's commands, and the look at it fifty times a second."""

    def __init__(
        self, core: Core, transport: Transport, timebase: TimeBase, now: Callable[[], int] = time.monotonic_ns
    ) -> None:
        """`now` tells the monotonic time in ns."""
        self._now = now
        self._core = core
        self._extras = Extras(core, RECORD)
        self._transport = transport
        self._timebase = timebase
        self._internal = Internal()
        self._master: Master = self._internal
        self._steering = Steering(transport, timebase)
        self._reading = Reading()
        self._leads = False  # the master has a line that we follow
        self._led = False  # ... or had one, and is not gone
        self._due = 0  # what the engine must have committed to have taken what we pushed
        self._told = SyncChanged("internal", False, 0.0, 0.0, 0.0, 0)
        self._told_at = 0.0
        self._leave = core.bus.subscribe(self._on_event)

    # --- commands

    @command("/sync/source", role="arrange")
    async def source(self, value: SourceName | None = None) -> str:
        """Who gives the beat: internal, link (Ableton Link, an extra), midi (a MIDI clock) or jack (its transport)."""
        if value is not None and value != self._extras.get("source", "internal"):
            await self._become(value)
            self._keep("source", value)
        return str(self._extras.get("source", "internal"))

    @command("/sync/state", query=True)
    def state(self) -> SyncState:
        """How the master is followed: locked, tempo, jitter, phase, peers."""
        now = self._measured()
        return SyncState(
            source=now.source, locked=now.locked, tempo=now.tempo, jitter=now.jitter, phase=now.phase, peers=now.peers,
            running=self._transport.running,
        )  # fmt: skip

    @command("/sync/offset", role="arrange")
    def offset(self, value: Offset | None = None) -> float:
        """By how many milliseconds what is heard comes after the master's beat; negative = before."""
        if value is not None:
            self._keep("offset", value)
        return float(self._extras.get("offset", 0.0))

    @command("/transport/nudge")
    def nudge(self, milliseconds: Nudge) -> float:
        """Shift what plays against the clock: positive = earlier, negative = later; nothing jumps.

        While a master is followed the offset to it changes by so much. Returns the offset in milliseconds.
        """
        if self._leads:
            return self.offset(min(500.0, max(-500.0, self.offset() - milliseconds)))
        snapshot = self._core.engine.snapshot()
        if snapshot.running:
            heard = self._timebase.heard_ns(snapshot.frame)
            per_beat = snapshot.frames_per_beat * self._timebase.period
            told = 60e9 / self._core.model.tempo if self._internal.reading(0.0).line is None else per_beat
            self._internal.nudge(Line(heard, snapshot.beat(), told), milliseconds * 1e6)
        return self.offset()

    @command("/sync/midi/input", role="arrange")
    async def midi_input(self, value: PortName | None = None) -> str:
        """The MIDI port whose clock is followed, by a part of its name; empty = the first one that sends a clock."""
        if value is not None:
            self._keep("midi_input", value)
            if isinstance(self._master, MidiMaster):
                await self._become("midi")
        return str(self._extras.get("midi_input", ""))

    @command("/sync/link/startstop", role="arrange")
    def link_startstop(self, value: bool | None = None) -> bool:
        """Whether Link's peers and we start and stop together."""
        if value is not None:
            self._keep("link_startstop", value)
            if isinstance(self._master, LinkMaster):
                self._master.start_stop = value
        return bool(self._extras.get("link_startstop", True))

    @command("/sync/link/quantum", role="arrange")
    def link_quantum(self, value: Quantum | None = None) -> float:
        """The beats within which Link's peers and we are at the same place: 4 = a bar."""
        if value is not None:
            if value == 0.0:
                raise BadArgument("/sync/link/quantum: 0 beats have no phase to share; take at least 1")
            self._keep("link_quantum", value)
            if isinstance(self._master, LinkMaster):
                self._master.quantum = value
        return float(self._extras.get("link_quantum", 4.0))

    # --- the parts around it

    async def start(self) -> None:
        """Follow whom the record names, or wait for it; without the package that it needs we are on our own."""
        name: SourceName = self._extras.get("source", "internal")
        try:
            await self._become(name, wait=False)
        except LiveEngineError as error:
            log.warning("/sync/source %s: %s; the clock is our own", name, error)
            self._keep("source", "internal")

    async def close(self) -> None:
        """Let the master go."""
        self._leave()
        await self._master.close()

    def timing(self, port: str, ns: int, message: Sequence[int]) -> None:
        """Take a MIDI message of the clock (F2, F8, FA, FB, FC) with its monotonic time; from any thread."""
        master = self._master
        if isinstance(master, MidiMaster):
            master.timing(port, ns, message)

    def wants(self, port: str) -> bool:
        """Return whether a MIDI input is needed for its clock; from any thread."""
        name = str(self._extras.get("midi_input", "")).lower()
        return bool(name) and isinstance(self._master, MidiMaster) and name in port.lower()

    def look(self, snapshot: Snapshot) -> None:
        """Follow the master; called with each look at the engine."""
        now = self._now()
        reading = self._master.reading(now)
        try:
            self._follow(reading, snapshot, now)
        except LiveEngineError as error:  # the engine takes no records now; the next look tries again
            log.debug("sync: %s", error)
        self._reading = reading
        self._tell()

    # --- inside

    def _follow(self, reading: Reading, snapshot: Snapshot, now: int) -> None:
        if snapshot.committed < self._due:  # what was pushed last may not be in it
            return
        header = self._core.engine.memory.header
        pushed = int(header["command_write"][0])
        self._steer(reading, snapshot, now)
        if int(header["command_write"][0]) != pushed:
            self._due = int(header["committed"][0]) + 2  # the block under way may have begun without it

    def _steer(self, reading: Reading, snapshot: Snapshot, now: int) -> None:
        nudged = self._master is self._internal
        if reading.line is None and self._leads:
            self._steering.hold()
        self._leads = reading.line is not None and not nudged
        if self._led and reading.peers == 0:  # one that is there and not understood is not gone
            self._core.bus.publish(SyncLost(self._name, round(self._steering.tempo, 3)))
        self._led = (self._led or self._leads) and reading.peers > 0
        self._steering.follow(reading, snapshot, now, 0.0 if nudged else self.offset() * 1e6)
        if nudged and self._internal.ends(self._steering.error_ns, snapshot.running):
            self._transport.steer(self._core.model.tempo, 1.0)

    async def _become(self, name: SourceName, *, wait: bool = True) -> None:
        """Follow another master; raises LiveEngineError, and nothing has changed then.

        With `wait` it must be there; else one that may come is waited for.
        """
        fresh: Master = self._internal
        if name == "midi":
            engine, port = self._core.engine, str(self._extras.get("midi_input", ""))
            fresh = MidiMaster(lambda: self.look(engine.snapshot()), self._timebase, engine.memory.header[0], port)
            await fresh.open()
        elif name == "link":
            fresh = LinkMaster(self.link_quantum(), self.link_startstop())
            await fresh.open(self._core.model.tempo)
        elif name == "jack":
            fresh = JackMaster(lambda: self._core.model.tempo)
            await fresh.open(wait=wait)
        before, self._master = self._master, fresh
        if before is not fresh:
            await before.close()
        if self._leads:
            self._steering.hold()
        self._leads = self._led = False
        self._steering = Steering(self._transport, self._timebase)

    def _on_event(self, event: Event) -> None:
        """Let the master hear what we do."""
        if isinstance(event, Changed) and event.property == "/transport/tempo":
            self._master.tempo(event.value)
        elif isinstance(event, Changed) and event.property == "/transport/running":
            self._master.running(event.value)

    @property
    def _name(self) -> str:
        names: dict[type, str] = {MidiMaster: "midi", LinkMaster: "link", JackMaster: "jack"}
        return names.get(type(self._master), "internal")

    def _measured(self) -> SyncChanged:
        reading = self._reading
        tempo = reading.line.tempo if reading.line is not None else self._core.model.tempo
        phase = self._steering.error_ns * 1e-6 if self._leads else 0.0
        locked = self._leads and reading.locked
        return SyncChanged(
            self._name, locked, round(tempo, 3), round(reading.jitter_ns * 1e-6, 3), round(phase, 3), reading.peers
        )

    def _tell(self) -> None:
        """Publish at once what is new, and what is measured now and then."""
        now, fresh = self._now() * 1e-9, self._measured()
        told = self._told
        same = (fresh.source, fresh.locked, fresh.peers) == (told.source, told.locked, told.peers)
        if same and (fresh.source == "internal" or fresh == told or now - self._told_at < TOLD_S):
            return
        self._told, self._told_at = fresh, now
        self._core.bus.publish(fresh)

    def _keep(self, name: str, value: Any) -> None:
        self._extras.set(name, value, f"/sync/{name.replace('_', '/')}")
