"""Composition root: starts the parts in order, stops them in reverse. Runs on: daemon process, event loop.

`python -m liveengine.daemon --shared FOLDER --library DIR` is what the supervisor starts; `factory` is the same without
engine and doors, for verbs of the command line when no daemon runs.
"""

import argparse
import asyncio
import contextlib
import gc
import json
import logging
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from liveengine import config
from liveengine.arrange.arranger import Arranger
from liveengine.arrange.renderer import Renderer
from liveengine.arrange.renders import Renders
from liveengine.arrange.verbs import Verbs
from liveengine.bus import Bus
from liveengine.command import Registry
from liveengine.config import Config
from liveengine.control.doors import Directory, Doors
from liveengine.control.safety.clients import Clients
from liveengine.control.safety.keys import Keys
from liveengine.control.safety.tokens import Tokens
from liveengine.control.settings import Settings
from liveengine.engine.engine import Engine
from liveengine.engine.shared import Shared, attach
from liveengine.engine.streams import priority
from liveengine.errors import LiveEngineError
from liveengine.fabrik.dreaming import Dreaming
from liveengine.fabrik.generating import Generator
from liveengine.fabrik.listing import ModelCommands
from liveengine.fabrik.mutating import Mutating
from liveengine.fabrik.pending import Pending
from liveengine.fabrik.proposing import Proposing
from liveengine.fabrik.separating import Separating
from liveengine.fabrik.training import Training
from liveengine.fabrik.tuning import Tuning
from liveengine.fabrik.workshop import Workshop
from liveengine.jobs.pool import Pool
from liveengine.lag import Lag
from liveengine.session.journal import Journal
from liveengine.session.plays import Plays
from liveengine.session.session import Session
from liveengine.session.status import Status
from liveengine.stems.adding import AddCommands
from liveengine.stems.commands import StemCommands
from liveengine.stems.editing import EditCommands
from liveengine.stems.exploring import ExploreCommands
from liveengine.stems.export import Exporter
from liveengine.stems.jobs import JobCommands
from liveengine.stems.judging import TasteCommands
from liveengine.stems.kin import LineageCommands
from liveengine.stems.kit import Kit
from liveengine.stems.library import Library
from liveengine.stems.lock import Lock
from liveengine.sync.master import Sync
from liveengine.sync.sender import Sender
from liveengine.terminal import Handler, Terminal

log = logging.getLogger("liveengine.daemon")
Found = TypeVar("Found")

ENGINE_S = 20.0  # how long the daemon waits for the engine's first block while no engine beats
POLL_S = 0.005
BEAT_S = 0.25
SWITCH_S = 0.0005  # a thread that wants Python, such as one with a MIDI note, waits no longer for one that has it


class Working(Protocol):
    """Commands whose work the library's queue does."""

    async def register(self) -> None:
        """Let the queue know how that is done."""


@dataclass(frozen=True)
class Parts:
    """What stands without an engine: the library, its workers, and the commands on them."""

    bus: Bus
    pool: Pool
    library: Library
    registry: Registry
    separating: Separating
    pending: Pending


def owners() -> tuple[type, ...]:
    """Return every class whose methods are commands."""
    from liveengine.control.midi.learn import Learn  # not at the start: the doors import it while others wait

    return (
        StemCommands,
        JobCommands,
        AddCommands,
        EditCommands,
        TasteCommands,
        ExploreCommands,
        LineageCommands,
        Mutating,
        Generator,
        Exporter,
        Separating,
        Kit,
        Training,
        Proposing,
        Dreaming,
        Renderer,
        Renders,
        Tuning,
        ModelCommands,
        *Session.OWNERS,
        Status,
        Sync,
        Sender,
        Arranger,
        Verbs,
        Directory,
        Settings,
        Learn,
        Clients,
        Tokens,
    )


async def _offline(stack: AsyncExitStack, root: Path, settings: Config) -> Parts:
    bus = Bus()
    pool = await stack.enter_async_context(Pool(settings.library.workers))
    library = await Library.open(root, settings, pool, bus)
    stack.push_async_callback(library.close)
    pending, separating = Pending(library, settings.dream.proposals), Separating(library, settings)
    await pending.open()
    stack.push_async_callback(pending.close)
    registry = Registry()
    working = _working(library, pool, settings, pending)
    for owner in (separating, *working):
        await owner.register()
        registry.add(owner)
    for plain in (StemCommands, JobCommands, AddCommands, EditCommands, TasteCommands, LineageCommands, Renders):
        registry.add(plain(library))
    registry.add(ModelCommands(library))
    registry.add(ExploreCommands(library, registry))
    return Parts(bus, pool, library, registry, separating, pending)


def _working(library: Library, pool: Pool, settings: Config, pending: Pending) -> tuple[Working, ...]:
    """Return the owners whose commands are jobs."""
    workshop = Workshop(library, pool)
    return (
        Kit(library),
        Training(library),
        Proposing(library, pending, workshop),
        Dreaming(library, workshop, settings.dream.stems),
        Exporter(library, pool),
        Mutating(library),
        Renderer(library, settings),
        Generator(library),
        Tuning(library),
    )


@asynccontextmanager
async def factory(root: Path, settings: Config) -> AsyncIterator[Registry]:
    """Give the commands that need no engine and no doors: ingest, search, render, jobs."""
    async with AsyncExitStack() as stack:
        yield (await _offline(stack, root, settings)).registry


async def _session(
    stack: AsyncExitStack, parts: Parts, shared: Shared, settings: Config
) -> tuple[Session, Arranger, Sync]:
    journal = Journal(parts.library.root / "journal")
    engine = Engine(shared.memory, journal.pushed, shared)
    await _first_block(engine)
    session = Session(engine, parts.library, parts.pool, parts.bus, settings, shared, journal)
    arranger = Arranger(session, parts.library, settings)
    stack.push_async_callback(session.close)
    plays = Plays(session.core, parts.library, session.place)
    stack.push_async_callback(plays.close)
    await plays.open()
    parts.pending.sounding = plays.sounding
    session.watch(plays.look)
    status = Status(session.core)
    session.watch(status.look)
    parts.library.budget.load = status.load
    sync = Sync(session.core, session.transport, session.timebase)
    stack.push_async_callback(sync.close)
    sender = Sender(session.core, shared.folder)
    stack.push_async_callback(sender.close)
    verbs = Verbs(session, parts.library, settings)
    for owner in (*session.owners, status, sync, sender, arranger, verbs):
        parts.registry.add(owner)
    parts.separating.play_on(session.spread)
    await session.restore()
    await sync.start()
    await sender.start()
    session.watch(sync.look)
    pump = asyncio.create_task(session.run(), name="session")
    stack.push_async_callback(_cancelled, pump)
    return session, arranger, sync


async def _first_block(engine: Engine) -> None:
    """Wait for the engine: only then is the device's rate known. Without one the daemon starts all the same.

    One that beats is on its way: the first time on a machine it compiles, for a minute on a small one.
    """
    loop = asyncio.get_running_loop()
    end, beat = loop.time() + ENGINE_S, 0
    while not engine.alive() and loop.time() < end:
        if (latest := int(engine.memory.header["beat_ns"][0])) != beat:
            end, beat = loop.time() + ENGINE_S, latest
        await asyncio.sleep(POLL_S)


async def _cancelled(task: asyncio.Task[Any]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _open(stack: AsyncExitStack, shared: Shared, root: Path, settings: Config, lag: Lag) -> Doors:
    """Start everything; return the doors."""
    Lock.take(root).release()  # another daemon on this library is named before the ports that it has
    doors = Doors(settings, Keys(root))  # a port in use ends the start before anything is touched
    stack.push_async_callback(doors.close)
    parts = await _offline(stack, root, settings)
    session, arranger, sync = await _session(stack, parts, shared, settings)
    library = parts.library
    for watch in (library.watch(), parts.separating.watch()):
        stack.push_async_callback(_cancelled, asyncio.create_task(watch.run(), name="watch"))

    async def audio(stem: int) -> Path:
        path = (await library.get(stem)).path
        library.taste.touched(stem)
        return path

    async def peaks(stem: int) -> bytes:
        return (await library.get(stem)).peaks

    await doors.start(
        registry=parts.registry,
        bus=parts.bus,
        clock=session.timebase,
        state=lambda: session.state() | arranger.state() | {"sync": sync.state().model_dump()},
        meters=session.meters,
        library=root,
        audio=audio,
        peaks=peaks,
        health=lambda: _health(session, doors, lag),
        together=session.core.engine.together,
        midi_timing=sync.timing,
        midi_wanted=sync.wants,
    )
    warming = asyncio.create_task(_warmed(library), name="warm the search")
    stack.push_async_callback(_cancelled, warming)
    return doors


async def _warmed(library: Library) -> None:
    """Load now what the first sentence would wait for."""
    try:
        await library.asking.warm()
    except Exception:
        log.exception("the search model could not be loaded; the first search tells why")
    gc.freeze()


async def _beat(shared: Shared) -> None:
    """Show the supervisor that the event loop turns; one that stands is replaced."""
    while True:
        shared.memory.header["daemon_beat_ns"] = time.monotonic_ns()
        for handler in logging.getLogger().handlers:
            handler.flush()  # the lines that waited for room
        await asyncio.sleep(BEAT_S)


def _health(session: Session, doors: Doors, lag: Lag) -> dict[str, Any]:
    alive = session.engine.alive()
    longest = {name: round(value, 3) for name, value in lag.longest()._asdict().items()}
    return {
        "status": "ok" if alive else "no engine",
        "engine": alive,
        "doors": doors.stats(),
        "longest_turn": longest,
    }


def _announce(root: Path, shared: Path, ports: dict[str, int], host: str) -> None:
    """Write run.json, by which the supervisor and the command line find this daemon."""
    run = {"pid": os.getpid(), "host": host, "ports": ports, "shared": str(shared)}
    fresh = root / "run.json.new"
    fresh.write_text(json.dumps(run), "utf-8")
    fresh.replace(root / "run.json")


def as_before(settings: Config, root: Path, shared: Path) -> Config:
    """Return the settings with the ports of a daemon that this one replaces, where the settings leave them open."""
    try:
        run = json.loads((root / "run.json").read_text("utf-8"))
        ports = run["ports"] if run["shared"] == str(shared) else {}
    except (OSError, ValueError, KeyError):
        return settings
    control = settings.control
    kept = {"http_port": control.http_port or ports.get("http", 0), "osc_port": control.osc_port or ports.get("osc", 0)}
    return settings.model_copy(update={"control": control.model_copy(update=kept)})


async def _unless(stop: asyncio.Event, work: Coroutine[None, None, Found]) -> Found | None:
    """Return what `work` returns, or None when it is told to stop first; the work is then cancelled."""
    task, told = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait((task, told), return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if not task.done():
        await _cancelled(task)
        return None
    return task.result()


async def run(folder: Path, root: Path, settings: Config, lag: Lag) -> None:
    """Run the daemon on the shared memory in `folder` until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        shared = attach(folder, wait=5.0)
        shared.memory.header["daemon_pid"] = os.getpid()
        beating = asyncio.create_task(_beat(shared), name="heartbeat")
        stack.push_async_callback(_cancelled, beating)
        doors = await _unless(stop, _open(stack, shared, root, as_before(settings, root, folder), lag))
        if doors is None:
            return
        gc.freeze()  # what is there now stays: a full collection of it would hold the loop for tens of ms
        priority.raise_own(priority.ANSWERING, alone=True)  # an ingest beside it would delay commands by many ms
        _announce(root, folder, doors.ports, settings.control.host)
        doors.announce()
        log.debug("ready: http %d, osc %d", doors.ports["http"], doors.ports["osc"])
        await stop.wait()


def _log(level: str) -> None:
    handler = Handler(Terminal(2, "daemon"))
    logging.basicConfig(level=level, format="daemon: %(levelname)s %(name)s: %(message)s", handlers=[handler])
    if level == "INFO":
        logging.getLogger("uvicorn").setLevel(logging.WARNING)  # it tells of each connection


def main(arguments: list[str] | None = None) -> int:
    """Run a daemon process; return its exit code."""
    parser = argparse.ArgumentParser(prog="liveengine.daemon")
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--settings", type=json.loads, default={}, help="settings that override the files', as JSON")
    options = parser.parse_args(arguments)
    try:
        settings = config.load(options.library, options.settings)
        _log(settings.log.level)
        sys.setswitchinterval(SWITCH_S)
        lag = Lag()
        with asyncio.Runner(loop_factory=lag.loop) as runner:
            runner.run(run(options.shared, options.library, settings, lag))
    except LiveEngineError as error:
        print(f"liveengine: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
