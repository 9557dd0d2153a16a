"""A small stage with commands of every shape, and the doors around it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from liveengine import config
from liveengine.bus import Bus
from liveengine.command import Accepted, Fader, Quantum, Registry, Slot, StemId, Text, Track, command, when
from liveengine.config import Config
from liveengine.control.doors import Doors
from liveengine.control.osc.codec import Bundle, Message, Reject, decode, encode
from liveengine.errors import ModelMissing, UnknownStem
from liveengine.events import Changed, ClipStarted, JobDone, JobFailed

PLAN: dict[str, Any] = {
    "bpm": 138,
    "key": "Am",
    "structure": [
        {"section": "Intro", "bars": 16, "stem_queries": [{"category": "atmo", "tags": ["dark"], "count": 1}]}
    ],
}


class Stage:
    """Owns the commands and remembers each call with the frame that was asked for."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.calls: list[tuple[Any, ...]] = []
        self.gains: dict[int, float] = {}
        self.mutes: dict[int, bool] = {}
        self.pans: dict[int, float] = {}
        self.together: list[str] = []  # names of calls, and brackets around those that belong together

    def _note(self, *call: Any) -> None:
        self.calls.append((*call, when.get()))
        self.together.append(call[0])

    @contextmanager
    def held(self) -> Iterator[None]:
        """Stand in for the engine's `together`."""
        self.together.append("(")
        yield
        self.together.append(")")

    @command("/track/{track}/gain")
    def gain(self, track: Track, value: Fader | None = None) -> float:
        """Fader of a track."""
        if value is not None:
            self._note("gain", track, value)
            self.gains[track] = value
            self.bus.publish(Changed(f"/track/{track}/gain", value))
        return self.gains.get(track, 0.75)

    @command("/track/{track}/mute")
    def mute(self, track: Track, value: bool | None = None) -> bool:
        """Mute of a track."""
        if value is not None:
            self._note("mute", track, value)
            self.mutes[track] = value
            self.bus.publish(Changed(f"/track/{track}/mute", value))
        return self.mutes.get(track, False)

    @command("/track/{track}/clip/{slot}/launch")
    async def launch(self, track: Track, slot: Slot, quantum: Quantum | None = None) -> dict[str, Any]:
        """Launch a clip."""
        self._note("launch", track, slot, quantum)
        self.bus.publish(ClipStarted(track, slot, 4800, 4.0))
        return {"track": track, "slot": slot, "beat": 4.0}

    @command("/track/{track}/clip/{slot}/clear")
    def clear(self, track: Track, slot: Slot) -> None:
        """Empty a slot."""
        self._note("clear", track, slot)

    @command("/track/{track}/clip/{slot}/state", query=True)
    def slot(self, track: Track, slot: Slot) -> str:
        """What a slot does."""
        return "empty"

    @command("/panic", role="watch")
    def panic(self) -> None:
        """Silence everything."""
        self._note("panic")

    @command("/transport/locate")
    def locate(self, beat: float) -> None:
        """Jump to a beat."""
        self._note("locate", beat)

    @command("/stems/mix", query=True)
    def mix(self, file: str, prompt: str | None = None, top_k: int = 10) -> dict[str, int | str | None]:
        """Find stems by several parts."""
        self.calls.append(("mix", Path(file).read_bytes(), prompt, top_k))
        return {"file": file}

    @command("/stems/search", query=True)
    async def search(
        self, prompt: Text, top_k: int = 10, category: str | None = None, min_similarity: float = 0.0
    ) -> list[dict[str, Any]]:
        """Find stems."""
        self._note("search", prompt, top_k, category, min_similarity)
        rows = [
            {
                "filename": f"kick{n}.wav",
                "category": "kick",
                "similarity": 1.0 / n,
                "tags": ["dark", "deep"],
                "path": f"/l/kick{n}.wav",
                "key": None,
                "loop": True,
            }
            for n in (1, 2, 3)
        ]
        return rows[:top_k]

    @command("/stems/list", query=True)
    def stems(self, limit: int = 100) -> list[dict[str, Any]]:
        """List stems."""
        return [{"id": n, "text": "x" * 100} for n in range(1, limit + 1)]

    @command("/session/state", query=True)
    def state(self) -> dict[str, Any]:
        """Tell everything."""
        return {"transport": {"tempo": 128.0, "running": True}, "tracks": [{"gain": 0.5}, {"gain": 0.75}]}

    @command("/render")
    async def render(self, prompt: Text, seed: int = 0) -> Accepted:
        """Render a track."""
        loop = asyncio.get_running_loop()
        if prompt == "fail":
            loop.call_soon(self.bus.publish, JobFailed(7, "render", "nothing_fits", "no stem fits"))
        else:
            result = {"track_path": "/l/track.wav", "arrangement_plan": PLAN}
            loop.call_soon(self.bus.publish, JobDone(7, "render", result))
        return Accepted(job=7)

    @command("/separate")
    async def separate(self, path: str, separator: str | None = None, scene: int | None = None) -> Accepted:
        """Take a track apart."""
        if separator == "nothing":
            raise ModelMissing("there is no separator 'nothing'")
        self.calls.append(("separate", path, scene))
        return Accepted(job=len(self.calls))

    @command("/ingest")
    async def ingest(self, path: Text) -> Accepted:
        """Take files into the library."""
        self._note("ingest", path)
        return Accepted(job=len(self.calls))

    @command("/slow")
    async def slow(self, seconds: float) -> str:
        """Take some time."""
        await asyncio.sleep(seconds)
        self._note("slow")
        return "done"

    @command("/broken")
    def broken(self) -> None:
        """Meet a fault."""
        raise RuntimeError("secret detail")

    @command("/stem/{stem}", query=True)
    def stem(self, stem: StemId) -> dict[str, Any]:
        """Tell about a stem."""
        raise UnknownStem(f"no stem {stem}")


class Clock:
    """One frame per 1/48000 s of NTP time, from a fixed moment."""

    def frame_at(self, ntp: int) -> int | None:
        return 1000 + ((ntp >> 32) % 100)


class Client:
    """A UDP client of the test, that never blocks the loop."""

    def __init__(self, port: int) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.connect(("127.0.0.1", port))

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    def send(self, address: str, *values: Any) -> None:
        self.socket.send(encode(address, *values))

    async def receive(self, timeout: float = 2.0) -> Message:
        loop = asyncio.get_running_loop()
        packet = await asyncio.wait_for(loop.sock_recv(self.socket, 65_536), timeout)
        assert len(packet) < 8192
        found = decode(packet)
        assert isinstance(found, Message), found
        assert not isinstance(found, Bundle | Reject)
        return found

    async def ask(self, address: str, *values: Any) -> Message:
        self.send(address, *values)
        return await self.receive()

    async def silence(self, seconds: float = 0.1) -> None:
        with pytest.raises(TimeoutError):
            await self.receive(seconds)

    def close(self) -> None:
        self.socket.close()


def settings(**control: Any) -> Config:
    values = {"http_port": 0, "osc_port": 0, "midi": False, "discovery": False} | control
    return config.load(overrides={"control": values, "library": {"max_file_mib": 1}})


@asynccontextmanager
async def opened(
    doors: Doors, registry: Registry, bus: Bus, library: Path, state: Callable[[], dict[str, Any]], **more: Any
) -> AsyncIterator[Doors]:
    """Open doors in front of a registry, and close them in the end; `more` as for `Doors.start`."""
    given = {"meters": lambda: b"\0" * 16, "audio": lambda stem: library / "x.wav", "peaks": lambda stem: bytes(4)}
    try:
        await doors.start(registry, bus, Clock(), library=library, state=state, **(given | more))
        yield doors
    finally:
        await doors.close()


class House:
    """The doors with the stage behind them."""

    def __init__(self, doors: Doors, stage: Stage, library: Path) -> None:
        self.doors = doors
        self.stage = stage
        self.bus = stage.bus
        self.together = stage.together
        self.library = library
        self.url = f"http://127.0.0.1:{doors.ports['http']}"
        self.ws = f"ws://127.0.0.1:{doors.ports['http']}/ws"

    @contextmanager
    def osc(self) -> Iterator[Client]:
        with closing(Client(self.doors.ports["osc"])) as client:
            yield client
