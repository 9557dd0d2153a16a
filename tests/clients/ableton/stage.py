"""The instrument before the doors, and Live behind the script. Runs on: tests."""

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import LiveEngine.surface

from liveengine.command import Prompt, Quantum, Scene, Slot, Text, Track, command
from liveengine.control.doors import Doors
from liveengine.errors import NotFound
from tests.clients.ableton.live import Instance, Song
from tests.clients.opining import Opining
from tests.clients.stage import Stage

TICK_S = 0.02  # Live's is 0.1; a test has less time


class NothingLikeIt(NotFound):
    """The library is empty."""

    code = "nothing_fits"


class Verbs(Opining):
    """The commands that the script sends besides those of the stage; each call is noted."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.source = "internal"
        self.selected = {"track": 1, "scene": 1}
        self.names = {n: f"Track {n}" for n in range(1, 17)}

    @command("/transport/locate")
    def locate(self, beat: float) -> None:
        """Jump to a beat."""
        self.stage.beat = beat
        self.stage.calls.append(f"/transport/locate {beat:g}")

    @command("/transport/nudge")
    def nudge(self, milliseconds: float) -> float:
        """Shift what plays."""
        self.stage.beat += milliseconds / 1000 * self.stage.tempo / 60
        self.stage.calls.append("/transport/nudge")
        return 0.0

    @command("/sync/source")
    async def sync_source(self, value: Text | None = None) -> str:
        """Who gives the beat."""
        if value is not None:
            self.source = self.stage.changed("/sync/source", value)
        return self.source

    @command("/session/selected/track")
    def selected_track(self, value: int | None = None) -> int:
        """The track that is looked at."""
        if value is not None:
            self.selected["track"] = self.stage.changed("/session/selected/track", value)
        return self.selected["track"]

    @command("/session/selected/scene")
    def selected_scene(self, value: Scene | None = None) -> int:
        """The scene that is looked at."""
        if value is not None:
            self.selected["scene"] = self.stage.changed("/session/selected/scene", value)
        return self.selected["scene"]

    @command("/session/key")
    def key(self, value: Text | None = None) -> str:
        """The key."""
        if value is not None:
            self.stage.calls.append(f"/session/key {value}")
        return value or "none"

    @command("/track/{track}/name")
    def name(self, track: Track, value: Text | None = None) -> str:
        """The name of a track."""
        if value is not None:
            self.names[track] = self.stage.changed(f"/track/{track}/name", value)
        return self.names[track]

    @command("/track/{track}/clip/{slot}/name", query=True)
    def clip_name(self, track: Track, slot: Slot) -> str:
        """The name of what lies in a slot."""
        return str(self.stage.clips[track, slot]["name"])

    @command("/track/{track}/launch/prompt")
    async def prompt(
        self, track: Track, prompt: Prompt, slot: Slot | None = None, quantum: Quantum | None = None
    ) -> dict[str, Any]:
        """Find and launch."""
        self.stage.calls.append(f"/track/{track}/launch/prompt {prompt} {slot}")
        await asyncio.sleep(0)
        if "nothing" in prompt:
            raise NothingLikeIt("no stem is like that; add some")
        return self._chosen(track, slot or 5, "Hypnotic Thud")

    @command("/track/{track}/swap")
    async def swap(self, track: Track, adjective: Text | None = None) -> dict[str, Any]:
        """Swap what a track plays."""
        self.stage.calls.append(f"/track/{track}/swap {adjective}")
        return self._chosen(track, 2, "Concrete Heart")

    def _chosen(self, track: int, slot: int, name: str) -> dict[str, Any]:
        self.stage.fill(track, slot, 1)
        facts = {"stem": 1, "category": "kick", "key": "Am", "seconds": 1.25, "beat": 4.0, "fallback": "none"}
        return {"track": track, "slot": slot, "name": name, "verdict": "good", **facts}


class Studio:
    """Live with the script in it, and the doors that it finds."""

    def __init__(self, stage: Stage, verbs: Verbs, doors: Doors, folder: Path) -> None:
        self.stage, self.verbs, self.doors = stage, verbs, doors
        self._folder = folder
        self.song = Song(time.monotonic)
        self.live = Instance(self.song)
        self.surface: LiveEngine.surface.Surface | None = None

    def open(self, **settings: Any) -> LiveEngine.surface.Surface:
        """Choose the script in Live's preferences."""
        path = self._folder / "settings.json"
        path.write_text(json.dumps({"port": self.doors.ports["osc"]} | settings), "utf-8")
        self.surface = LiveEngine.surface.Surface(self.live, str(path))
        return self.surface

    async def connected(self, **settings: Any) -> LiveEngine.surface.Surface:
        """Choose the script, and wait until it has found the engine and both agree."""
        surface = self.open(**settings)
        await self.until(lambda: surface.door.connected)
        await self.ticks(8)
        return surface

    async def ticks(self, count: int = 5) -> None:
        """Let Live go on."""
        assert self.surface is not None
        for _ in range(count):
            self.surface.update_display()
            await asyncio.sleep(TICK_S)

    async def until(self, true: Callable[[], object], seconds: float = 10.0) -> None:
        """Let Live go on until something is so."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, f"waited in vain; said {self.live.messages}, called {self.stage.calls}"
            await self.ticks(1)

    def launch(self, track: int, slot: int) -> None:
        """Have another client launch a clip."""
        clip = self.stage.clips[track, slot]
        clip |= {"state": "queued", "due": self.stage.queue(track, slot, None)}

    @property
    def calls(self) -> list[str]:
        """Return what the engine was told."""
        return self.stage.calls

    def said(self, *words: str) -> bool:
        """Return whether the status bar has shown a sentence with all the words."""
        return any(all(word in line for word in words) for line in self.live.messages)
