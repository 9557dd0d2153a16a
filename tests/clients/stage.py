"""A small instrument in plain values, so that the page can be played against the real doors.

It keeps time on the event loop and makes no sound; the doors know nothing of music and cannot tell. Its commands are in
playing, mixing, finding and arranging. Runs on: tests.
"""

import asyncio
import math
from typing import Any

import numpy as np

from liveengine.bus import Bus
from liveengine.errors import UnknownStem
from liveengine.events import Changed, ClipLoaded, ClipStarted, ClipStopped
from tests.clients.sounds import PULSES, library

TRACKS = SCENES = 16
BUSES = 4
UNITY = 0.75
STILL = {"amount": 0.0, "kind": "auto", "bars": 0, "style": 0, "seed": 0}  # nothing mutates
ASKED = 1_700_000_000.0  # seconds since 1970
JOB = {
    "done": 0, "total": 0, "text": "", "about": "", "code": None, "error": None, "result": None, "created_at": ASKED,
    "seconds": None, "seconds_left": None,
}  # fmt: skip
PER_BEAT = 20_870  # frames of a stem at 138 beats per minute and 48 kHz


class Stage:
    """The session, the library and the jobs, in plain values."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.stems = library()
        self.running, self.tempo, self.quantum, self.beat = False, 138.0, 4.0, 0.0
        self.strips: dict[str, dict[str, Any]] = {
            f"track/{t}": _strip(f"Track {t}") | {"sends": [0.0] * BUSES, "mutation": dict(STILL)}
            for t in range(1, TRACKS + 1)
        }
        self.strips |= {f"bus/{b}": _strip(f"Bus {b}") for b in range(1, BUSES + 1)}
        self.strips |= {"master": {"gain": UNITY}, "cue": {"gain": UNITY}}
        self.listened = 0
        self.clips: dict[tuple[int, int], dict[str, Any]] = {}
        self.due: dict[int, tuple[float, int]] = {}
        self.plan: dict[str, Any] | None = None
        self.section, self.start = 0, 0.0
        self.fallback = "none"  # of the next launch by a sentence
        self.calls: list[str] = []
        self.jobs: dict[int, dict[str, Any]] = {}
        self.faults: dict[int, list[dict[str, Any]]] = {}  # by job
        self.logs: dict[int, list[dict[str, Any]]] = {}  # by job
        self.opinions: dict[tuple[int, str], bool] = {}
        self.taught = ["kick"]  # categories that have a model
        self.lineages: dict[int, dict[str, Any]] = {}  # of the stems that were made here
        self.rendering: asyncio.Task[None] | None = None

    def state(self) -> dict[str, Any]:
        """Return the whole session, as it is told to a client that connects."""
        tracks = [
            {
                "track": t,
                **self.strips[f"track/{t}"],
                "clips": [clip for (track, _), clip in sorted(self.clips.items()) if track == t],
            }
            for t in range(1, TRACKS + 1)
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
            "master": self.strips["master"],
            "cue": self.strips["cue"],
            "buses": [{"bus": b, **self.strips[f"bus/{b}"]} for b in range(1, BUSES + 1)],
            "plan": self.plan,
            "section": self.section,
            "start": self.start,
        }

    def meters(self) -> bytes:
        """Return peaks as if each playing clip had its category's pulses, then beat and load."""
        sounds = dict.fromkeys(range(1, TRACKS + 1), 0.0)
        for (track, _), clip in self.clips.items():
            if clip["state"] in ("playing", "stopping") and self.running:
                phase = (self.beat * PULSES[clip["category"]] / 4) % 1.0
                sounds[track] = 0.25 + 0.55 * math.exp(-3 * phase)
        heard = {f"track/{track}": self._heard(f"track/{track}", sound) for track, sound in sounds.items()}
        into = {f"bus/{bus}": self._into(bus, heard) for bus in range(1, BUSES + 1)}
        heard |= {at: self._heard(at, sound) for at, sound in into.items()}
        on_cue = [sound for track, sound in sounds.items() if self.strips[f"track/{track}"]["cue"]]
        cue = max([0.6 if self.listened else 0.0, *on_cue])
        master = min(0.97, math.hypot(*(sound for at, sound in heard.items() if self.strips[at]["output"] == "master")))
        peaks = [peak for sound in (*heard.values(), cue, master) for peak in (sound * 0.97, sound)]
        return np.array([*peaks, self.beat, 0.11], np.float32).tobytes()

    def _heard(self, at: str, sound: float) -> float:
        """Return a strip's peak, behind its fader."""
        strip = self.strips[at]
        return 0.0 if strip["mute"] else float(sound * (strip["gain"] / UNITY) ** 2)

    def _into(self, bus: int, heard: dict[str, float]) -> float:
        """Return the peak of what goes into a bus."""
        strips = [(self.strips[at], sound) for at, sound in heard.items()]
        return max(s if strip["output"] == f"bus{bus}" else s * strip["sends"][bus - 1] for strip, s in strips)

    def changed(self, address: str, value: Any) -> Any:
        """Note that a property was set, tell everybody, and return the value."""
        self.calls.append(f"{address} {value}")
        self.bus.publish(Changed(address, value))
        return value

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

    def queue(self, track: int, slot: int, quantum: float | None) -> float:
        grid = self.quantum if quantum is None else quantum
        boundary = math.ceil(self.beat / grid) * grid if grid else self.beat
        self.due[track] = (boundary, slot)
        return boundary

    def work(self, kind: str, about: str = "") -> int:
        """Note a new job and return its number."""
        job = len(self.jobs) + 1
        self.jobs[job] = JOB | {"id": job, "kind": kind, "state": "running", "about": about}
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
            "loop": True,
            "region": [0, 16 * PER_BEAT],
            "source_frames_per_beat": float(PER_BEAT),
            "mutation": None,
        }
        self.bus.publish(ClipLoaded(track, slot, stem, found.title))


def _strip(name: str) -> dict[str, Any]:
    return {"name": name, "gain": UNITY, "pan": 0.0, "mute": False, "solo": False, "cue": False, "output": "master"}
