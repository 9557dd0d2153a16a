"""The parent: creates the shared memory, starts engine, recorder and daemon, restarts each. Runs on: supervisor.

Small on purpose: one thread, one poll loop, nothing imported that the children need. A child never outlives it: the
system kills the children when their parent goes (Linux), elsewhere they look for it themselves. While an engine plays,
a second one stands by with everything loaded, so that a lost one is replaced within a tenth of a second.
"""

import contextlib
import json
import os
import selectors
import shutil
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import IO, TYPE_CHECKING, Any, cast

from liveengine.child import HOPELESS_DEATHS, HOPELESS_SECONDS, Child, Log
from liveengine.engine import place
from liveengine.errors import LiveEngineError
from liveengine.healing import Healing, working
from liveengine.heart import Heart
from liveengine.options import Options, command_lines
from liveengine.terminal import Terminal

if TYPE_CHECKING:
    from liveengine.config import Config
    from liveengine.engine.shared import Shared

POLL_SECONDS = 0.02
WEDGED_NS = 1_000_000_000  # no heartbeat and no callbacks for so long: the engine hangs
MUTE_NS = 10_000_000_000  # no heartbeat for so long, whatever the callbacks do
LOAD_SECONDS = 20.0  # an engine that has not begun to beat by then hangs
TAKE_OVER_SECONDS = 3.0  # the same for one that stood by
STOP_SECONDS = {"daemon": 1.4, "engine": 0.7, "recorder": 0.6}  # then SIGKILL; 2.7 s in all
FIRST_START_CODES = (64, 69, 75, 78)  # a child that cannot start says why and ends with one of these
VERDICT_SECONDS = 2.0  # how long a missing device waits for what the daemon says: a locked library explains more
EXIT_SOFTWARE = 70
STANDBY_SECONDS = 1.0  # after an engine has begun to play; then the next one loads


class Supervisor:
    """Starts, watches and ends the children."""

    def __init__(self, library: Path, config: "Config", options: Options) -> None:
        self.library = library
        self.config = config
        self.folder = place.make(config.engine.pool_mib << 20)
        self.children = [
            Child(name, argv) for name, argv in command_lines(library, self.folder, config, options).items()
        ]
        self.recorder, self.engine, self.daemon = self.children
        self.standby = Child("standby", [*self.engine.argv, "--standby"])
        self._hearts = [(child, Heart(child.name)) for child in (self.recorder, self.daemon, self.standby)]
        self.shared: Shared | None = None
        self.ending = False
        self.ready = False
        self._invite = options.invite
        self._stdout, self._stderr = Terminal(1), Terminal(2)
        self._selector = selectors.DefaultSelector()
        self._began = time.monotonic()
        self._missing: tuple[int, float] | None = None  # a first-start code of engine or recorder, and when
        self._patience = LOAD_SECONDS  # with the engine that was started last
        self._healing = Healing(self.say)
        self._hung = 0  # the process that was found to hang last
        self._callbacks = (0, 0)  # header.callbacks and when it last changed, ns

    def say(self, text: str) -> None:
        """Write a line for people."""
        self._stderr.write(f"liveengine: {text}\n".encode())

    def run(self) -> int:
        """Serve until a signal or until a child cannot start; return the exit code."""
        from_dead = place.sweep()
        if from_dead:
            self.say(f"removed the shared memory of {len(from_dead)} session(s) that ended without clearing up")
        (self.library / "logs").mkdir(parents=True, exist_ok=True)
        if not self._shared().exists():  # a session that is over
            (self.library / "run.json").unlink(missing_ok=True)
        try:
            for child in self.children:  # at once: they load while the memory is being made
                self._start(child)
            from liveengine.engine.shared import create

            self.shared = create(self.config, self.folder)
            code = self._loop()
        finally:
            self._stop()
        return code

    def _loop(self) -> int:
        while not self.ending:
            self._pump(POLL_SECONDS)
            now = time.monotonic()
            for child in self.children:
                if child.process is not None and child.process.poll() is not None:
                    code = self._lost(child, child.process.returncode, now)
                    if code:
                        return code
                if child.process is None and self._due(child, now):
                    self._start(child)
            if self._missing is not None and (self.daemon.ready or now - self._missing[1] > VERDICT_SECONDS):
                return self._missing[0]
            self._watch_engine()
            self._watch_hearts()
            self._watch_ready()
            self._keep_standby(now)
            self._watch_healing(now)
        return 0

    def _due(self, child: Child, now: float) -> bool:
        return now >= child.due or (child is self.engine and self.standby.alive())

    def _start(self, child: Child) -> None:
        if child is self.engine and self.standby.alive():
            self._promote()
            return
        if child is self.engine:
            self._patience = LOAD_SECONDS
        if child.log is None:
            child.log = Log(self.library / "logs" / f"{child.name}.log", self._stderr)
        child.start(waiting=child is self.standby)
        if child.process is not None and child.process.stdout is not None:
            self._selector.register(child.process.stdout, selectors.EVENT_READ, child)
            child.watch(self._selector)

    def _promote(self) -> None:
        """Let the standby be the engine: it has loaded everything and needs a word only."""
        engine, standby = self.engine, self.standby
        engine.process, standby.process = standby.process, None
        engine.started = time.monotonic()
        self._patience = TAKE_OVER_SECONDS
        if engine.process is not None and engine.process.stdin is not None and engine.process.stdout is not None:
            with contextlib.suppress(OSError):  # it died just now; the next look finds out
                engine.process.stdin.write(b"go\n")
                engine.process.stdin.close()
            self._selector.modify(engine.process.stdout, selectors.EVENT_READ, engine)

    def _keep_standby(self, now: float) -> None:
        """Have an engine in waiting, as soon as the real one plays and the start is over."""
        standby = self.standby
        if standby.process is not None and not standby.alive():
            self._drain_rest(standby)
            why = _why(standby.process.returncode)
            standby.died(now)
            self._healing.lost("standby", why, now)
        if not (self.ready and self.engine.ready):
            standby.due = max(standby.due, now + STANDBY_SECONDS)
        elif standby.process is None and now >= standby.due:
            standby.log = self.engine.log
            self._start(standby)

    def _pump(self, timeout: float) -> None:
        """Pass on what the children say, for up to `timeout` seconds."""
        for key, _ in self._selector.select(timeout) if self._selector.get_map() else []:
            self._drain(key.data, key.fileobj)
        if not self._selector.get_map():
            time.sleep(timeout)
        self._stdout.flush()
        self._stderr.flush()

    def _drain(self, child: Child, pipe: Any) -> None:
        if isinstance(pipe, int):  # the process has ended; the loop looks now
            self._selector.unregister(pipe)
            os.close(pipe)
            return
        data = pipe.read(1 << 16)
        if data:
            child.log.write(data)  # type: ignore[union-attr]
        elif data == b"":
            self._selector.unregister(pipe)
            pipe.close()

    def _drain_rest(self, child: Child) -> None:
        """Pass on what a child said last."""
        pipe = child.process.stdout if child.process else None
        if pipe is not None and not pipe.closed:
            self._drain(child, pipe)

    def _lost(self, child: Child, code: int, now: float) -> int:
        """Note that a child died; return the exit code with which to end, or 0."""
        self._drain_rest(child)
        first = not child.ready and not child.deaths
        was_ready = child.ready
        child.died(now)
        if first and code in FIRST_START_CODES:
            if child is self.daemon:
                return code
            self._missing = self._missing or (code, now)
            child.due = now + 2 * VERDICT_SECONDS
            return 0
        if child is self.daemon and child.hopeless(now):
            return self._pause(_why(code), now)
        if not self.ready:
            self.say(f"{child.name} {'died' if was_ready else 'did not start'} ({_why(code)}); starting a new one")
        elif not self.ending:
            self._healing.lost(child.name, _why(code), now, warm=child is self.engine and self.standby.alive())
        return 0

    def _pause(self, why: str, now: float) -> int:
        """Leave a daemon alone for a while that dies again and again; before it was ready once, end."""
        log = self.library / "logs" / "daemon.log"
        text = f"the daemon died {HOPELESS_DEATHS} times within {HOPELESS_SECONDS:.0f} s ({why}), see {log}"
        if not self.ready:
            self.say(text)
            return EXIT_SOFTWARE
        self.daemon.due = now + HOPELESS_SECONDS
        self.say(f"{text}; the music plays on without control, a new one is tried in {HOPELESS_SECONDS:.0f} s")
        return 0

    def _watch_engine(self) -> None:
        """Replace an engine that lives but does nothing any more."""
        process = self.engine.process
        if self.shared is None or process is None:
            return
        header = self.shared.memory.header[0]
        now = time.monotonic_ns()
        callbacks = int(header["callbacks"])
        if callbacks != self._callbacks[0]:
            self._callbacks = (callbacks, now)
        if int(header["engine_pid"]) != process.pid:
            if time.monotonic() - self.engine.started > self._patience:
                self._end_hanging(self.engine)
            return
        beat = now - int(header["beat_ns"])
        if beat > MUTE_NS or (beat > WEDGED_NS and now - self._callbacks[1] > WEDGED_NS):
            self._end_hanging(self.engine)

    def _watch_hearts(self) -> None:
        """Replace a child that has beaten and has stopped."""
        for child, heart in self._hearts if self.shared is not None else ():
            process = child.process
            if process is not None and heart.stopped(self.shared.memory.header[0], process.pid):  # type: ignore[union-attr]
                self._end_hanging(child)

    def _watch_healing(self, now: float) -> None:
        """Say what is back of what died, once the start is over."""
        if self.ready and self.shared is not None:
            header = self.shared.memory.header[0]
            children = (*self.children, self.standby)
            found = working(header, {child.name: child.process.pid for child in children if child.process is not None})
            if self.daemon.ready:
                found.add("daemon")
            self._healing.look(found, 1000 * int(header["gap"]) / int(header["rate"]), now)

    def _end_hanging(self, child: Child) -> None:
        """End a child for good before another one takes its place: two engines must never write the banks."""
        if child.process is not None and child.process.pid != self._hung:
            self._hung = child.process.pid
            self.say(f"the {child.name} hangs; killing it")
        child.kill(signal.SIGKILL)

    def _watch_ready(self) -> None:
        if self.shared is None:
            return
        header = self.shared.memory.header[0]
        process = self.engine.process
        plays = process is not None and int(header["engine_pid"]) == process.pid and int(header["callbacks"]) > 0
        self.engine.ready = plays
        self.recorder.ready = int(header["recorder_pid"]) != 0
        if self.daemon.ready and self.ready:
            return
        run = self._run()
        self.daemon.ready = run is not None
        if not self.ready and run is not None and plays:
            self.ready = True
            self._stdout.write(f"ready {_url(run)} (start took {_age():.2f} s)\n".encode())
            self._say_invitation(run)

    def _say_invitation(self, run: dict[str, Any]) -> None:
        if self._invite is not None:
            try:
                self._stdout.write(f"{self._invite(run)}\n".encode())
            except LiveEngineError as error:
                self.say(str(error))

    def _run(self) -> dict[str, Any] | None:
        """Return what the daemon says about itself, if it is this daemon."""
        try:
            run: dict[str, Any] = json.loads((self.library / "run.json").read_text("utf-8"))
        except (OSError, ValueError):
            return None
        process = self.daemon.process
        return run if process is not None and run.get("pid") == process.pid else None

    def _shared(self) -> Path:
        """Return the folder that run.json names, one that does not exist if it names none."""
        try:
            return Path(json.loads((self.library / "run.json").read_text("utf-8"))["shared"])
        except (OSError, ValueError, KeyError, TypeError):
            return self.library / "none"

    def _stop(self) -> None:
        """End the children, last started first: the engine fades, the recorder writes the fade's frames."""
        self.ending = True
        self.standby.kill(signal.SIGKILL)
        if self.standby.process is not None:
            self.standby.process.wait()
        for child in reversed(self.children):
            self._stop_child(child)
        self._close()
        if self._shared() == self.folder:
            (self.library / "run.json").unlink(missing_ok=True)
        if self.shared is not None:
            self.shared.close()
            self.shared.unlink()
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _close(self) -> None:
        """Close all that led to the children: the pipes of those that ended a moment ago are open still."""
        if self.standby.process is not None and self.standby.process.stdin is not None:
            self.standby.process.stdin.close()
        for key in list(self._selector.get_map().values()):
            os.close(key.fd) if isinstance(key.fileobj, int) else cast("IO[bytes]", key.fileobj).close()
        self._selector.close()

    def _stop_child(self, child: Child) -> None:
        process = child.process
        if process is not None:
            child.kill(signal.SIGTERM)
            end = time.monotonic() + STOP_SECONDS[child.name]
            while process.poll() is None and time.monotonic() < end:
                self._pump(0.01)
            if process.poll() is None:
                if self.ready:  # while it starts, that is no news
                    self.say(f"{child.name} does not end; killing it")
                child.kill(signal.SIGKILL)
                process.wait()
            self._drain_rest(child)
        if child.log is not None:
            child.log.close()


def _why(code: int) -> str:
    """Return a process's end in words."""
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _url(run: dict[str, Any]) -> str:
    host = run.get("host", "127.0.0.1").replace("0.0.0.0", "127.0.0.1")
    ports = run.get("ports", {})
    return f"http://{host}:{ports['http']}/" if "http" in ports else ""


def _age() -> float:
    """Return the seconds since this process was started (Linux), else since this module was loaded."""
    ticks = place.started(os.getpid())
    if not ticks:
        return time.monotonic() - _LOADED
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)) - ticks / os.sysconf("SC_CLK_TCK")


_LOADED = time.monotonic()


def serve(library: Path, config: "Config", options: Options | None = None) -> int:
    """Serve the library until SIGINT or SIGTERM; return the exit code.

    0 after a signal; the code of a daemon or an engine that cannot start (64, 69, 75, 78: its line is on stderr);
    70 when the daemon cannot stay alive before it was ready once; that of DiskFull when shared memory finds no room.
    Call it on the main thread.
    """
    try:
        supervisor = Supervisor(library, config, options or Options())
    except LiveEngineError as error:
        print(f"liveengine: {error}", file=sys.stderr)
        return error.exit_code

    def end(number: int, frame: FrameType | None) -> None:
        supervisor.ending = True

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        return supervisor.run()
    except LiveEngineError as error:
        print(f"liveengine: {error}", file=sys.stderr)
        return error.exit_code
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
