"""A click on each beat, on the cue bus alone. Runs on: event loop.

Clicks are short voices on the audition strip. Each is pushed a little ahead with its beat, so that the engine starts it
on its frame and a change of tempo moves it.
"""

import math
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from liveengine.command import Fader, command
from liveengine.engine.engine import Snapshot
from liveengine.engine.ops import Op
from liveengine.errors import LiveEngineError
from liveengine.session.buffers import Buffers, key_of
from liveengine.session.core import Core
from liveengine.session.extras import Extras
from liveengine.session.fader import gain_of_fader
from liveengine.session.model import UNITY
from liveengine.session.room import Room

SLOTS = range(2, 10)  # of the audition strip, one after the other; the first one is what is listened to
AHEAD_S = 0.25  # so long before its beat a click is pushed, and at least a beat
CLICK_S = 0.03
HIGH_HZ, LOW_HZ = 1_760.0, 1_175.0  # the bar's first beat, the others
PEAK = 0.5
RECORD = "metronome"  # in the session record's extras

BarBeats = Annotated[int, Field(ge=1, le=32, description="beats from one accent to the next")]


class Metronome:
    """Keeps the engine supplied with clicks while it is on."""

    def __init__(self, core: Core, room: Room, buffers: Buffers) -> None:
        self._core = core
        self._extras = Extras(core, RECORD)
        self._room = room
        self._buffers = buffers
        self._segments: dict[bool, int] = {}  # by whether it is the accent
        self._next: int | None = None  # the next beat to push; None = none is out

    @command("/metronome")
    async def on(self, value: bool | None = None) -> bool:
        """Whether each beat clicks on the cue bus while the transport runs; the first of a bar is higher."""
        if value is not None:
            if value:
                await self._prepare()
            else:
                self._silence()
            self._keep("on", value)
        return bool(self._extras.get("on", False))

    @command("/metronome/gain")
    def gain(self, value: Fader | None = None) -> float:
        """The fader of the clicks, 0 to 1; 0.75 = 0 dB."""
        if value is not None:
            self._keep("gain", value)
        return float(self._extras.get("gain", UNITY))

    @command("/metronome/beats")
    def beats(self, value: BarBeats | None = None) -> int:
        """Every how many beats the click is accented, counted from beat 0; 4 = each bar."""
        if value is not None:
            self._keep("beats", value)
        return int(self._extras.get("beats", 4))

    async def watch(self) -> None:
        """Go on clicking where the record says so; called once, before the first look."""
        if self._extras.get("on", False):
            await self._prepare()

    def look(self, snapshot: Snapshot) -> None:
        """Push the clicks that are near; called with each look at the engine."""
        if not (self._extras.get("on", False) and self._segments):
            return  # while the transport stands clicks wait in the engine: the first one sounds with its start
        beat = snapshot.beat()
        if self._next is not None and not self._next - 2 * self._reach(snapshot) - 1 <= beat <= self._next + 1:
            self._silence()  # the transport has jumped
        first = math.ceil(beat)
        for number in range(first if self._next is None else max(self._next, first), 1 << 53):
            if number > beat + self._reach(snapshot):
                break
            try:
                self._click(number)
            except LiveEngineError:
                return  # the engine has no room now; the next look tries again
            self._next = number + 1

    def _reach(self, snapshot: Snapshot) -> float:
        """Return how many beats ahead clicks are pushed."""
        return max(1.0, AHEAD_S * snapshot.rate / snapshot.frames_per_beat)

    def _click(self, beat: int) -> None:
        accent = beat % self.beats() == 0
        engine, gain = self._core.engine, gain_of_fader(self.gain())
        segment, slot = self._segments[accent], SLOTS[beat % len(SLOTS)]
        engine.push(Op.LAUNCH, track=engine.tracks, slot=slot, segment=segment, beat=float(beat), gain=gain)

    def _silence(self) -> None:
        for slot in SLOTS:
            self._core.engine.push(Op.CANCEL, track=self._core.engine.tracks, slot=slot)
        self._next = None

    async def _prepare(self) -> None:
        """Have both clicks in the pool, for as long as this daemon lives; raises PoolFull."""
        rate, segments = self._core.engine.rate, self._core.engine.segments
        for accent in (True, False):
            if accent in self._segments:
                continue
            key = key_of(("click", rate, accent))
            segment = segments.find(key)
            if segment is None:
                samples = click(rate, HIGH_HZ if accent else LOW_HZ)
                segment = await self._room.take(len(samples), 1, key)
                segments.view(segment)[0] = samples
                segments.ready(segment, len(samples))
                self._buffers.note(segment, key, 0, {"click": HIGH_HZ if accent else LOW_HZ, "loop": False})
            self._room.hold(segment)
            self._segments[accent] = segment

    def _keep(self, name: str, value: Any) -> None:
        self._extras.set(name, value, "/metronome" if name == "on" else f"/metronome/{name}")


def click(rate: int, pitch: float) -> npt.NDArray[np.float32]:
    """Return a decaying sine of `CLICK_S`, float32[frames], that begins at once and ends in silence."""
    at = np.arange(round(CLICK_S * rate)) / rate
    sound = PEAK * np.cos(2.0 * np.pi * pitch * at) * np.exp(-at / (CLICK_S / 5.0)) * (1.0 - at / CLICK_S)
    return sound.astype(np.float32)
