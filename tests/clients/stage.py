"""An owner of commands that answers like a small instrument, so that the page can be played against the real doors.

It keeps time on the event loop and makes no sound; the doors know nothing of music and cannot tell. Runs on: tests.
"""

import asyncio
import math
from collections import Counter
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from liveengine.command import Accepted, Fader, JobId, Quantum, Scene, Slot, StemId, Text, Track, command
from liveengine.errors import EmptySlot, UnknownStem
from liveengine.events import (
    Bus,
    Changed,
    ClipCleared,
    ClipLoaded,
    ClipQueued,
    ClipStarted,
    ClipStopped,
    ClipStopping,
    JobDone,
    JobProgressed,
)
from liveengine.session.clip import FollowName, ModeName, WarpName
from tests.clients.sounds import PULSES, library

TRACKS = SCENES = 16
Pan = Annotated[float, Field(ge=-1, le=1)]
Tempo = Annotated[float, Field(ge=20, le=999)]
SECTIONS = {
    "Intro": (16, "atmo kick"),
    "Build": (16, "atmo kick hihat bass"),
    "Drop": (32, "kick snare hihat percussion bass synth"),
    "Break": (16, "atmo vocal synth fx"),
    "Drop 2": (32, "kick snare hihat percussion bass synth vocal"),
    "Outro": (16, "kick hihat atmo"),
}
ORDER = ("kick", "snare", "hihat", "percussion", "bass", "synth", "vocal", "atmo", "fx")


class Stage:
    """The session, the library and the jobs, in plain values."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.stems = library()
        self.running, self.tempo, self.quantum, self.beat = False, 138.0, 4.0, 0.0
        self.strips = {t: {"gain": 0.75, "pan": 0.0, "mute": False, "solo": False} for t in range(1, TRACKS + 1)}
        self.master = 0.75
        self.clips: dict[tuple[int, int], dict[str, Any]] = {}
        self.due: dict[int, tuple[float, int]] = {}
        self.plan: dict[str, Any] | None = None
        self.section, self.start = 0, 0.0
        self.calls: list[str] = []
        self.jobs: dict[int, dict[str, Any]] = {}
        self.rendering: asyncio.Task[None] | None = None

    def state(self) -> dict[str, Any]:
        """Return the whole session, as it is told to a client that connects."""
        tracks = [
            {
                "track": t,
                "name": f"Track {t}",
                **strip,
                "clips": [clip for (track, _), clip in sorted(self.clips.items()) if track == t],
            }
            for t, strip in self.strips.items()
        ]
        return {
            "transport": {
                "running": self.running,
                "beat": self.beat,
                "tempo": self.tempo,
                "quantum": self.quantum,
            },
            "tracks": tracks,
            "scenes": SCENES,
            "master": {"gain": self.master},
            "plan": self.plan,
            "section": self.section,
            "start": self.start,
        }

    def meters(self) -> bytes:
        """Return peaks as if each playing clip had its category's pulses, then beat and load."""
        peaks = np.zeros(2 * TRACKS + 4, np.float32)
        for (track, _), clip in self.clips.items():
            strip = self.strips[track]
            if clip["state"] in ("playing", "stopping") and self.running and not strip["mute"]:
                phase = (self.beat * PULSES[clip["category"]] / 4) % 1.0
                level = (0.25 + 0.55 * math.exp(-3 * phase)) * (strip["gain"] / 0.75) ** 2
                peaks[2 * track - 2 : 2 * track] = level * 0.97, level
        master = min(0.97, float(np.sqrt((peaks**2).sum()) / 1.6))
        peaks[-4:] = master, master * 0.96, self.beat, 0.11
        return peaks.tobytes()

    async def play(self, speed: float = 1.0) -> None:
        """Let time pass until cancelled."""
        clock = asyncio.get_running_loop().time
        last = clock()
        while True:
            await asyncio.sleep(0.02)
            now = clock()
            self.advance((now - last) * speed)
            last = now

    def advance(self, seconds: float) -> None:
        """Move the beat, and start and stop what waited for a boundary in between."""
        if not self.running:
            return
        self.beat += seconds * self.tempo / 60
        for track, (boundary, slot) in sorted(self.due.items()):
            if self.beat >= boundary:
                del self.due[track]
                self._switch(track, slot, boundary)

    def _switch(self, track: int, slot: int, beat: float) -> None:
        for (other, number), clip in self.clips.items():
            if other == track and number != slot and clip["state"] != "stopped":
                clip["state"] = "stopped"
                self.bus.publish(ClipStopped(track, number, frame=0))
        if slot:
            self.clips[track, slot] |= {"state": "playing", "since": beat}
            self.bus.publish(ClipStarted(track, slot, frame=0, beat=beat))

    def _queue(self, track: int, slot: int, quantum: float | None) -> float:
        grid = self.quantum if quantum is None else quantum
        boundary = math.ceil(self.beat / grid) * grid if grid else self.beat
        self.due[track] = (boundary, slot)
        return boundary

    def work(self, kind: str) -> int:
        """Note a new job and return its number."""
        job = len(self.jobs) + 1
        facts = {"done": 0, "total": 0, "text": "", "error": None, "result": None, "updated_at": 0.0}
        self.jobs[job] = {"id": job, "kind": kind, "state": "running", **facts}
        return job

    def fill(self, track: int, slot: int, stem: int) -> None:
        """Put a stem into a slot."""
        found = self.stems.get(stem)
        if found is None:
            raise UnknownStem(f"no stem {stem}; /stems/search finds those that there are")
        self.clips[track, slot] = {
            "slot": slot,
            "stem": stem,
            "name": found.title,
            "category": found.category,
            "state": "stopped",
            "beats": found.bars * 4,
            "since": 0.0,
            "due": 0.0,
            "mode": "trigger",
            "legato": False,
            "choke": 0,
            "follow": {"beats": 0.0, "a": "next", "b": "none", "chance": 1.0, "jump_a": 1, "jump_b": 1},
            "warp": "stretch",
            "quality": "cubic",
            "transpose": 0.0,
            "reverse": False,
        }
        self.bus.publish(ClipLoaded(track, slot, stem, found.title))


class StageCommands:
    """The addresses that the page calls."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def _changed(self, address: str, value: Any) -> Any:
        self.stage.calls.append(f"{address} {value}")
        self.stage.bus.publish(Changed(address, value))
        return value

    @command("/session/state")
    def state(self) -> dict[str, Any]:
        """Return the whole session."""
        return self.stage.state()

    @command("/transport/play")
    def transport_play(self) -> None:
        """Start the transport."""
        self.stage.running = self._changed("/transport/running", True)

    @command("/transport/stop")
    def transport_stop(self) -> None:
        """Stop the transport."""
        self.stage.running = self._changed("/transport/running", False)

    @command("/transport/position")
    def position(self) -> dict[str, float]:
        """Return where we are."""
        return {"beat": self.stage.beat}

    @command("/transport/tap")
    def tap(self) -> float:
        """Count a tap."""
        self.stage.calls.append("/transport/tap")
        return self.stage.tempo

    @command("/transport/tempo")
    def tempo(self, value: Tempo | None = None) -> float:
        """Get or set the tempo."""
        if value is not None:
            self.stage.tempo = self._changed("/transport/tempo", value)
        return self.stage.tempo

    @command("/transport/quantum")
    def quantum(self, value: Quantum | None = None) -> float:
        """Get or set the quantum."""
        if value is not None:
            self.stage.quantum = self._changed("/transport/quantum", value)
        return self.stage.quantum

    @command("/track/{track}/gain")
    def gain(self, track: Track, value: Fader | None = None) -> float:
        """Get or set the fader."""
        return float(self._strip(track, "gain", value))

    @command("/track/{track}/pan")
    def pan(self, track: Track, value: Pan | None = None) -> float:
        """Get or set the pan."""
        return float(self._strip(track, "pan", value))

    @command("/track/{track}/mute")
    def mute(self, track: Track, value: bool | None = None) -> bool:
        """Get or set the mute."""
        return bool(self._strip(track, "mute", value))

    @command("/track/{track}/solo")
    def solo(self, track: Track, value: bool | None = None) -> bool:
        """Get or set the solo."""
        return bool(self._strip(track, "solo", value))

    def _strip(self, track: int, name: str, value: Any) -> Any:
        strip: dict[str, Any] = self.stage.strips[track]
        if value is not None:
            strip[name] = self._changed(f"/track/{track}/{name}", value)
        return strip[name]

    @command("/master/gain")
    def master(self, value: Fader | None = None) -> float:
        """Get or set the master's fader."""
        if value is not None:
            self.stage.master = self._changed("/master/gain", value)
        return self.stage.master

    @command("/track/{track}/clip/{slot}/load")
    def load(self, track: Track, slot: Slot, stem: StemId) -> dict[str, int]:
        """Load a stem into a slot."""
        self.stage.fill(track, slot, stem)
        return {"track": track, "slot": slot, "stem": stem}

    @command("/track/{track}/clip/{slot}/clear")
    def clear(self, track: Track, slot: Slot) -> None:
        """Empty a slot."""
        self.stage.clips.pop((track, slot), None)
        self.stage.bus.publish(ClipCleared(track, slot))

    @command("/track/{track}/clip/{slot}/launch")
    def launch(self, track: Track, slot: Slot, quantum: Quantum | None = None) -> float:
        """Queue a clip."""
        clip = self.stage.clips.get((track, slot))
        if clip is None:
            raise EmptySlot(f"track {track}, slot {slot} holds no clip; load a stem first")
        boundary = self.stage._queue(track, slot, quantum)
        clip |= {"state": "queued", "due": boundary}
        self.stage.bus.publish(ClipQueued(track, slot, boundary))
        return boundary

    @command("/track/{track}/clip/{slot}/press")
    def press(self, track: Track, slot: Slot, value: float) -> None:
        """Press or release a clip."""
        self.stage.calls.append(f"/track/{track}/clip/{slot}/press {value:g}")

    def _set(self, track: int, slot: int, name: str, value: Any) -> Any:
        clip = self.stage.clips[track, slot]
        place, key = (clip["follow"], name.removeprefix("follow/")) if name.startswith("follow/") else (clip, name)
        if value is not None:
            place[key] = self._changed(f"/track/{track}/clip/{slot}/{name}", value)
        return place[key]

    @command("/track/{track}/clip/{slot}/mode")
    def mode(self, track: Track, slot: Slot, value: ModeName | None = None) -> str:
        """Get or set the launch mode."""
        return str(self._set(track, slot, "mode", value))

    @command("/track/{track}/clip/{slot}/warp")
    def warp(self, track: Track, slot: Slot, value: WarpName | None = None) -> str:
        """Get or set the warp."""
        return str(self._set(track, slot, "warp", value))

    @command("/track/{track}/clip/{slot}/transpose")
    def transpose(self, track: Track, slot: Slot, value: float | None = None) -> float:
        """Get or set the transposition."""
        return float(self._set(track, slot, "transpose", value))

    @command("/track/{track}/clip/{slot}/follow/beats")
    def follow_beats(self, track: Track, slot: Slot, value: float | None = None) -> float:
        """Get or set after how many beats the follow action comes."""
        return float(self._set(track, slot, "follow/beats", value))

    @command("/track/{track}/clip/{slot}/follow/a")
    def follow_a(self, track: Track, slot: Slot, value: FollowName | None = None) -> str:
        """Get or set the follow action."""
        return str(self._set(track, slot, "follow/a", value))

    @command("/track/{track}/clip/{slot}/follow/chance")
    def chance(self, track: Track, slot: Slot, value: float | None = None) -> float:
        """Get or set the chance of the follow action."""
        return float(self._set(track, slot, "follow/chance", value))

    @command("/track/{track}/stop")
    def stop_track(self, track: Track, quantum: Quantum | None = None) -> None:
        """Stop a track."""
        for (other, slot), clip in self.stage.clips.items():
            if other == track and clip["state"] in ("playing", "queued"):
                boundary = self.stage._queue(track, 0, quantum)
                clip |= {"state": "stopping", "due": boundary}
                self.stage.bus.publish(ClipStopping(track, slot, boundary))

    @command("/scene/{scene}/launch")
    def scene(self, scene: Scene, quantum: Quantum | None = None) -> None:
        """Launch a row; tracks without a clip in it stop."""
        self.stage.calls.append(f"/scene/{scene}/launch")
        for track in range(1, TRACKS + 1):
            if (track, scene) in self.stage.clips:
                self.launch(track, scene, quantum)
            else:
                self.stop_track(track, quantum)

    @command("/stop")
    def stop(self, quantum: Quantum | None = None) -> None:
        """Stop all tracks."""
        for track in range(1, TRACKS + 1):
            self.stop_track(track, quantum)

    @command("/panic")
    def panic(self) -> None:
        """Silence everything now."""
        self.stage.calls.append("/panic")
        self.stage.due.clear()
        for (track, slot), clip in self.stage.clips.items():
            clip["state"] = "stopped"
            self.stage.bus.publish(ClipStopped(track, slot, frame=0))

    @command("/stems/search")
    def search(
        self, prompt: Text, top_k: int = 10, category: str | None = None, min_similarity: float = 0.0
    ) -> list[dict[str, Any]]:
        """Return stems, best first: those whose category or title the prompt names, then the others."""
        words = {word.strip(",.").removesuffix("s") for word in prompt.lower().replace("-", " ").split()}
        ranked = []
        for stem in self.stage.stems.values():
            named = len(words & {stem.category, *stem.title.lower().split()})
            ranked.append((0.34 + 0.4 * min(named, 1) + 0.02 * (stem.id * 7 % 11), stem))
        ranked.sort(key=lambda pair: -pair[0])
        fitting = [(s, stem) for s, stem in ranked if category in (None, stem.category) and s >= min_similarity]
        return [stem.told() | {"similarity": round(s, 3)} for s, stem in fitting[:top_k]]

    @command("/stems/list")
    def stems(self, category: str | None = None, limit: int = 100, offset: int = 0) -> list[dict[str, Any]]:
        """Return stems by id."""
        kept = [stem for stem in self.stage.stems.values() if category in (None, stem.category)]
        return [stem.told() for stem in kept[offset : offset + limit]]

    @command("/stem/{stem}/favourite")
    def favourite(self, stem: StemId, value: bool | None = None) -> bool:
        """Get or set the favourite mark."""
        return bool(self._changed(f"/stem/{stem}/favourite", bool(value)))

    @command("/stems/categories")
    def categories(self) -> dict[str, int]:
        """Return how many stems each category holds."""
        return dict(Counter(stem.category for stem in self.stage.stems.values()))

    @command("/ingest")
    def ingest(self, path: Text) -> Accepted:
        """Take a file; it is ready at once."""
        job = self.stage.work("ingest")
        self.stage.bus.publish(JobDone(job, "ingest", {"added": 1}))
        return Accepted(job=job)

    @command("/jobs")
    def jobs(self, limit: int = 100) -> list[dict[str, Any]]:
        """Return the jobs."""
        return list(self.stage.jobs.values())[:limit]

    @command("/job/{job}/cancel")
    def cancel(self, job: JobId) -> None:
        """Cancel a job."""
        self.stage.calls.append(f"/job/{job}/cancel")

    @command("/arrange")
    def arrange(self, prompt: Text, seed: int = 0) -> dict[str, Any]:
        """Plan a track, fill the slots, one scene per section."""
        stage = self.stage
        structure, placements = [], []
        for scene, (name, (bars, cast)) in enumerate(SECTIONS.items(), 1):
            queries = [{"category": category, "tags": ["dark"], "count": 1} for category in cast.split()]
            structure.append({"section": name, "bars": bars, "stem_queries": queries})
            for category in cast.split():
                stem = ORDER.index(category) * 4 + 1 + (scene // 4 + seed) % 4
                track = ORDER.index(category) + 1
                stage.fill(track, scene, stem)
                placements.append(
                    {
                        "section": name,
                        "track": track,
                        "slot": scene,
                        "category": category,
                        "name": stage.stems[stem].title,
                    }
                )
        facts = {"bpm": 138, "key": "Am", "prompt": prompt, "genre": "industrial techno", "mood": ["driving", "dark"]}
        stage.plan = facts | {"seed": seed, "structure": structure, "placements": placements}
        self._changed("/arrange/plan", prompt)
        return stage.plan

    @command("/arrange/plan")
    def plan(self) -> dict[str, Any]:
        """Return the plan."""
        return self.stage.plan or {}

    @command("/arrange/play")
    def arrange_play(self) -> None:
        """Play the plan from its first section."""
        self.transport_play()
        self.stage.start = self.stage.beat
        self._section(1)
        self.scene(1, 0.0)

    @command("/arrange/stop")
    def arrange_stop(self) -> None:
        """End the walk through the plan."""
        self._section(0)
        self.stop()

    @command("/arrange/section")
    def section(self) -> int:
        """Return the section that plays."""
        return self.stage.section

    def _section(self, section: int) -> None:
        self.stage.section = section
        self._changed("/arrange/section", section)

    @command("/render")
    async def render(self, prompt: Text, seed: int = 0) -> Accepted:
        """Render a track; the job makes a step every 50 ms."""
        job = self.stage.work("render")
        self.stage.rendering = asyncio.create_task(self._render(job))
        return Accepted(job=job)

    async def _render(self, job: int) -> None:
        for bar in range(0, 129, 8):
            self.stage.bus.publish(JobProgressed(job, "render", bar, 128, "bars"))
            await asyncio.sleep(0.05)
        result = {"track_path": "generated_tracks/track_20260101_120000.wav"}
        self.stage.bus.publish(JobDone(job, "render", result))
