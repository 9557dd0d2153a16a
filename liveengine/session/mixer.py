"""The mixer: tracks and the master. Runs on: event loop; what ends in `_at_once` on any thread.

`/gain` speaks fader, `/level` decibels (see fader.py); a change is pushed at both.
"""

from typing import Annotated

from pydantic import Field

from liveengine.command import Bus, Fader, Text, Track, command
from liveengine.engine.engine import Snapshot
from liveengine.engine.ops import Op
from liveengine.errors import Full
from liveengine.session.core import Core
from liveengine.session.desk import SAME_GAIN, Channel
from liveengine.session.fader import Level, fader_of_gain, fader_of_level, gain_of_fader, shown

Pan = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False, description="-1 left, 0 centre, 1 right")]


class Mixer:
    """Tracks' strips and the master."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def _channel(self, track: int) -> Channel:
        return Channel(self._core, self._core.track(track), track - 1, f"/track/{track}")

    @command("/track/{track}/name")
    def name(self, track: Track, value: Text | None = None) -> str:
        """The name of a track."""
        return self._channel(track).name(value)

    @command("/track/{track}/gain", swift="gain_at_once")
    def gain(self, track: Track, value: Fader | None = None) -> float:
        """The fader of a track, 0 to 1; 0.75 = 0 dB, 1 = +6 dB."""
        return self._channel(track).gain(value)

    @command("/track/{track}/level")
    def level(self, track: Track, value: Level | None = None) -> float:
        """The level of a track in decibels, -144 to +6."""
        return shown(self.gain(track, None if value is None else fader_of_level(value)))

    @command("/track/{track}/pan", swift="pan_at_once")
    def pan(self, track: Track, value: Pan | None = None) -> float:
        """The balance of a track, -1 left to 1 right; in the centre both sides are untouched."""
        return self._channel(track).pan(value)

    @command("/track/{track}/mute")
    def mute(self, track: Track, value: bool | None = None) -> bool:
        """Whether a track is silenced."""
        return self._channel(track).switch("mute", value)

    @command("/track/{track}/solo")
    def solo(self, track: Track, value: bool | None = None) -> bool:
        """Whether a track is soloed; while any is, the others are silent. What it sends to buses stays audible."""
        return self._channel(track).switch("solo", value)

    @command("/track/{track}/cue")
    def cue(self, track: Track, value: bool | None = None) -> bool:
        """Whether a track is heard on the cue bus: before its fader, muted or not."""
        return self._channel(track).switch("cue", value)

    @command("/track/{track}/output", role="arrange")
    def output(self, track: Track, value: Text | None = None) -> str:
        """Where a track goes: master, bus1, bus2 ... or none; its own outputs carry it in any case."""
        return self._channel(track).output(value, len(self._core.model.buses))

    @command("/track/{track}/send/{bus}", swift="send_at_once")
    def send(self, track: Track, bus: Bus, value: Fader | None = None) -> float:
        """How much of a track goes to a bus besides, behind its fader: 0 to 1; 0.75 = 0 dB."""
        strip = self._core.track(track)
        self._core.mixbus(bus)
        if value is not None:
            self._core.push(Op.SEND, track=track - 1, slot=bus, value=gain_of_fader(value))
            self._sent(track, bus, value)
        return strip.sends[bus - 1]

    @command("/track/{track}/send/{bus}/level")
    def send_level(self, track: Track, bus: Bus, value: Level | None = None) -> float:
        """How much of a track goes to a bus besides, in decibels, -144 to +6."""
        return shown(self.send(track, bus, None if value is None else fader_of_level(value)))

    @command("/master/gain", swift="master_at_once")
    def master_gain(self, value: Fader | None = None) -> float:
        """The master fader, 0 to 1; 0.75 = 0 dB, 1 = +6 dB."""
        if value is not None:
            self._core.push(Op.MASTER_GAIN, value=gain_of_fader(value))
            self._core.model.master = value
            self._core.faded("/master", value, shown(value))
        return self._core.model.master

    @command("/master/level")
    def master_level(self, value: Level | None = None) -> float:
        """The level of the master in decibels, -144 to +6."""
        return shown(self.master_gain(None if value is None else fader_of_level(value)))

    # --- the engine's part of it, from any thread; False = nothing has happened

    def gain_at_once(self, track: int, value: float) -> bool:
        """Bring a track's fader there."""
        return 0 <= value <= 1 and self._push(Op.GAIN, track, gain_of_fader(value))

    def pan_at_once(self, track: int, value: float) -> bool:
        """Bring a track's balance there."""
        return -1 <= value <= 1 and self._push(Op.PAN, track, value)

    def send_at_once(self, track: int, bus: int, value: float) -> bool:
        """Bring a send there."""
        there = 1 <= bus <= len(self._core.model.buses) and 0 <= value <= 1
        return there and self._push(Op.SEND, track, gain_of_fader(value), slot=bus)

    def master_at_once(self, value: float) -> bool:
        """Bring the master fader there."""
        return 0 <= value <= 1 and self._push(Op.MASTER_GAIN, 1, gain_of_fader(value))

    def _push(self, op: Op, track: int, value: float, **more: int) -> bool:
        if not 1 <= track <= len(self._core.model.tracks):
            return False
        try:
            self._core.push(op, track=track - 1, value=value, **more)
        except Full:
            return False
        return True

    def apply(self) -> None:
        """Push every setting of the model to an engine that does not know them yet; raise RingFull."""
        self._core.push(Op.MASTER_GAIN, value=gain_of_fader(self._core.model.master))
        for number, strip in enumerate(self._core.model.tracks, 1):
            self._channel(number).apply()
            for bus, fader in [(bus, fader) for bus, fader in enumerate(strip.sends, 1) if fader]:
                self._core.push(Op.SEND, track=number - 1, slot=bus, value=gain_of_fader(fader))

    def reconcile(self, snapshot: Snapshot) -> None:
        """Take the settings from the engine and tell what differs; a fader that agrees keeps its exact position."""
        model = self._core.model
        for number, (strip, view) in enumerate(zip(model.tracks, snapshot.tracks, strict=True), 1):
            self._channel(number).reconcile(view)
            for bus, gain in enumerate(view.sends, 1):
                if abs(gain_of_fader(strip.sends[bus - 1]) - gain) > SAME_GAIN:
                    self._sent(number, bus, fader_of_gain(gain))
        # where the ramp ends, not where it is
        master = float(self._core.engine.memory.bank["master"]["gain"]["target"][snapshot.committed & 1])
        if abs(gain_of_fader(model.master) - master) > SAME_GAIN:
            model.master = fader_of_gain(master)
            self._core.faded("/master", model.master, shown(model.master))

    def _sent(self, track: int, bus: int, fader: float) -> None:
        self._core.track(track).sends[bus - 1] = fader
        self._core.changed(f"/track/{track}/send/{bus}", fader)
        self._core.changed(f"/track/{track}/send/{bus}/level", shown(fader))
