"""The session put together: its parts, its reports, its record, its clock. Runs on: event loop."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from liveengine.bus import Bus
from liveengine.config import Config
from liveengine.engine.engine import Engine, Report, Snapshot
from liveengine.engine.ops import Happened
from liveengine.engine.shared import Shared
from liveengine.engine.take import Recorder
from liveengine.events import EngineLost, EngineReturned
from liveengine.fabrik.training import FOLDER
from liveengine.jobs.pool import Pool
from liveengine.session.ahead import Ahead
from liveengine.session.audition import Audition
from liveengine.session.buffers import Buffers
from liveengine.session.buses import Buses
from liveengine.session.clips import Clips
from liveengine.session.context import Context
from liveengine.session.core import Core
from liveengine.session.fetch import Fetch
from liveengine.session.follow import Follow
from liveengine.session.journal import Journal
from liveengine.session.keeper import Keeper
from liveengine.session.liking import Liking
from liveengine.session.memory import Memory
from liveengine.session.metronome import Metronome
from liveengine.session.mixer import Mixer
from liveengine.session.model import Session as Model
from liveengine.session.mutate import Mutate
from liveengine.session.mutations import Mutations
from liveengine.session.overload import Overload
from liveengine.session.press import Press
from liveengine.session.record import Recording
from liveengine.session.restore import Restore
from liveengine.session.room import Room
from liveengine.session.settings import Settings
from liveengine.session.spread import Spread
from liveengine.session.steering import Steering
from liveengine.session.table import Table
from liveengine.session.timebase import TimeBase
from liveengine.session.transport import Transport
from liveengine.session.variants import Variants
from liveengine.session.view import View
from liveengine.session.warming import Warming
from liveengine.stems.library import Library

log = logging.getLogger(__name__)

POLL_S = 0.004  # between looks for reports of the engine
LOOK_S = 0.02  # between snapshots for the clock and those who watch
FLUSH_S = 0.25  # between writes of the journal

_ENDS = (Happened.TOOK, Happened.CANCELLED, Happened.REFUSED)  # of a record that waited

Watcher = Callable[[Snapshot], None]


class Session:
    """What plays, and everything that can be asked of it.

    Either call `poll` every few milliseconds or let `run` do it; `restore` comes before the first of them.
    """

    OWNERS = (
        Transport,
        Mixer,
        Buses,
        Audition,
        Metronome,
        Clips,
        Fetch,
        Settings,
        Press,
        Mutate,
        Recording,
        Context,
        Liking,
        Memory,
        View,
    )

    def __init__(  # noqa: PLR0917  # one argument per part that it is put together from
        self,
        engine: Engine,
        library: Library,
        pool: Pool,
        bus: Bus,
        config: Config,
        shared: Shared,
        journal: Journal | None = None,
    ) -> None:
        """`journal.pushed` must be the one that `engine` was made with, to have the pushed records in it."""
        self.engine = engine
        self.bus = bus
        self.library = library
        self.journal = journal or Journal(library.root / "journal")
        self.place = f"{shared.folder.name}:{int(engine.memory.header['supervisor_pid'][0])}"
        self.timebase = TimeBase(engine.rate)
        self._compose(pool, config, shared)
        self._watchers: list[Watcher] = []
        self._looked = self._flushed = 0.0
        self._lost = 0
        self._alive: bool | None = None
        self._doubt = False  # a record for an exact frame has ended: is the model still what the engine has?
        self._faults = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def _compose(self, pool: Pool, config: Config, shared: Shared) -> None:
        """Make the parts, each from those before it."""
        live, library = config.session, self.library
        self.model = Model.fresh((self.engine.tracks, self.engine.buses, live.scenes), live.tempo, live.quantum)
        self.keeper = Keeper(self._record, library.save_session)
        self.core = Core(self.engine, self.bus, self.model, self.keeper.touch, self.keeper.keep)
        self.table = Table(self.core)
        self.transport = Transport(self.core, self.table)
        self.mixer = Mixer(self.core)
        self.buses = Buses(self.core)
        self.follow = Follow(self.core)
        self.overload = Overload(self.bus)
        self._compose_clips(pool, config, shared)
        self.recording = Recording(
            self.core, Recorder(shared), library.root / "generated_tracks", config.library.retro_minutes
        )
        self.context = Context(self.core, library, self.recording)
        self.liking = Liking(self.core, library)
        self.view = View(self.core)

    def _compose_clips(self, pool: Pool, config: Config, shared: Shared) -> None:
        core, library = self.core, self.library
        self.room = Room(core)
        self.buffers = Buffers(core, self.room, pool, shared, config.library.max_minutes, self._loaded)
        parts = (self.buffers, self.table, self.transport, self.follow)
        self.clips = Clips(core, library, *parts, config.session)
        kept = config.library.variants_mib << 20
        self.steering = Steering(core, self.table)
        self.variants = Variants(core, library, self.steering, self.room, self.buffers, kept)
        self.transport.leaving = self.variants.tempo_changes
        parts_of_it = (self.steering, self.room, self.buffers)
        self.mutations = Mutations(core, library, *parts_of_it, library.root / FOLDER)
        self.warming = Warming(core, pool, library.root / FOLDER)
        self.mutate = Mutate(core, library, self.mutations, self.steering, self.room, self.warming)
        self.settings = Settings(core, self.table, self.variants)
        self.audition = Audition(core, library, self.buffers, self.clips)
        self.fetch = Fetch(library, self.clips)
        self.spread = Spread(core, library, self.buffers, self.clips)
        self.metronome = Metronome(core, self.room, self.buffers)
        self.press = Press(core, self.clips, self.transport, self.table)
        self.ahead = Ahead(core, library, self.buffers)
        self.memory = Memory(core, self.buffers, self.room, self.ahead)

    @property
    def owners(self) -> list[object]:
        """Return the objects whose methods are the session's commands."""
        sound = [self.transport, self.mixer, self.buses, self.audition, self.metronome]
        clips = [self.clips, self.fetch, self.settings, self.press, self.mutate]
        return [*sound, *clips, self.recording, self.context, self.liking, self.memory, self.view]

    def state(self) -> dict[str, Any]:
        """Return everything about the session as plain data."""
        return self.view.state()

    def meters(self) -> bytes:
        """Return the meters as float32 little-endian (see `View.meters`)."""
        return self.view.meters()

    def watch(self, watcher: Watcher) -> None:
        """Call `watcher` with a fresh snapshot about 50 times a second."""
        self._watchers.append(watcher)

    async def restore(self) -> None:
        """Become what the record in the library says and what the engine plays; returns before clips are reloaded.

        Clips whose buffer is not in the pool (after a start of the engine's memory) are loaded in the background.
        """
        try:
            record = await self.library.load_session()
        except Exception:
            log.exception("the session record cannot be read; the session starts with what the engine plays")
            record = None
        parts = (self.transport, self.mixer, self.buses, self.clips, self.follow, self.table, self.journal)
        restore = Restore(self.core, self.library, self.buffers, *parts)
        restore.adopt(record, survived=record is not None and record.get("place") == self.place)
        snapshot = self.engine.snapshot()
        self.mutations.adopt(snapshot)
        self._lost = snapshot.events_lost
        self.journal.begin(
            {
                "place": self.place,
                "rate": snapshot.rate,
                "frame": snapshot.frame,
                "beat": snapshot.beat(),
                "frames_per_beat": snapshot.frames_per_beat,
                "running": snapshot.running,
                "tracks": len(snapshot.tracks),
            }
        )
        if self._lost:
            self.journal.missed(self._lost)
        self._spawn(restore.reload(), "reload clips")
        self._spawn(self.metronome.watch(), "metronome")

    def on_report(self, report: Report) -> None:
        """Take one report of the engine: journal, states, events."""
        self.journal.reported(report)
        self.transport.report(report)
        self.follow.report(report)
        self.mutations.report(report)
        self.overload.report(report)
        if report.kind == Happened.RETIRED:
            self.room.retired(report)
        elif report.kind == Happened.REFUSED:
            self.room.refused(report)
        if report.token in self.core.timed and report.kind in _ENDS:
            self.core.timed.discard(report.token)
            self._doubt = True

    def poll(self) -> None:
        """Take what the engine has reported; now and then look at its clock, and write the journal."""
        for report in self.engine.reports():
            try:
                self.on_report(report)
            except Exception:
                self._fault(f"report {report}")
        now = time.monotonic()
        if now - self._looked >= LOOK_S:
            self._looked = now
            self.look(self.engine.snapshot())
        if now - self._flushed >= FLUSH_S:
            self._flushed = now
            self._spawn(self.journal.flush(), "flush journal")

    def look(self, snapshot: Snapshot) -> None:
        """Take a snapshot: clock, lost events, the engine's presence, then those who watch."""
        self.timebase.update(snapshot.clock_ns, snapshot.clock_frame, snapshot.latency)
        self.table.tidy()
        self.recording.watch()
        self.audition.watch(snapshot)
        self.metronome.look(snapshot)
        self.overload.look(snapshot)
        if snapshot.events_lost != self._lost:
            log.warning("%d reports of the engine were lost; states are taken anew", snapshot.events_lost - self._lost)
            self.journal.missed(snapshot.events_lost - self._lost)
            self._lost = snapshot.events_lost
            self.core.timed.clear()
            self._doubt = True
            self.transport.reconcile(snapshot)
            self.follow.reconcile(snapshot)
            self.room.ask_again()
        if self._doubt:
            self._reconcile()
        alive = self.engine.alive() and snapshot.gap >= 0
        if self._alive is not None and alive != self._alive:
            self.bus.publish(EngineReturned(snapshot.gap) if alive else EngineLost())
        self._alive = alive
        self.mutations.watch(snapshot)
        self.variants.watch(snapshot)
        for watcher in self._watchers:
            watcher(snapshot)

    async def run(self) -> None:
        """Poll until cancelled."""
        while True:
            try:
                self.poll()
            except Exception:
                self._fault("a look at the engine")
            await asyncio.sleep(POLL_S)

    async def close(self) -> None:
        """Write record and journal."""
        await self.ahead.close()
        await self.warming.close()
        await self.mutations.close()
        await self.variants.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.keeper.close()
        await self.journal.flush()

    def _reconcile(self) -> None:
        """Bring tempo and mixer in step with the engine, once nothing is under way that would change them."""
        if self.core.waiting == 0 and (snapshot := self.engine.snapshot()).queued == 0:
            self._doubt = False
            self.transport.reconcile(snapshot)
            self.mixer.reconcile(snapshot)
            self.buses.reconcile(snapshot)

    def _fault(self, subject: str) -> None:
        """Log the first, second, fourth, eighth ... fault: a lasting one would fill the disk."""
        self._faults += 1
        if self._faults & (self._faults - 1) == 0:
            log.exception("the session stumbled over %s and goes on (fault %d)", subject, self._faults)

    def _record(self) -> dict[str, Any]:
        return self.model.record() | {"place": self.place}

    def _loaded(self, segment: int, facts: dict[str, Any]) -> None:
        """Have it on disk before it can be launched: no ring remembers it."""
        self.journal.loaded(segment, facts)
        self._spawn(self.journal.flush(), "flush journal")

    def _spawn(self, work: Any, name: str) -> None:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s failed", task.get_name(), exc_info=error)
