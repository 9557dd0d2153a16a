"""The mixer: faders, levels, pan, mute, solo. Runs on: event loop.

Fader law: level = 6 dB * log(fader / 0.75) / log(4/3), so 0.75 is 0 dB, 1 is +6 dB, and every step of the fader by the
same factor changes the level by the same number of decibels; 0 is silence. `/gain` speaks fader, `/level` decibels;
a change is pushed at both.
"""

import math
from typing import Annotated, Any

from pydantic import Field

from liveengine.command import Fader, Text, Track, command
from liveengine.engine.engine import Snapshot
from liveengine.engine.layout import Op
from liveengine.session.core import Core
from liveengine.session.model import UNITY
from liveengine.units import SILENCE_DB, gain_of, level_of

LOUDEST_DB = 6.0
SAME_GAIN = 1e-6  # linear
_LAW = LOUDEST_DB / math.log(1.0 / UNITY)

Level = Annotated[
    float, Field(ge=SILENCE_DB, le=LOUDEST_DB, allow_inf_nan=False, description="level in dB; -144 = silence")
]
Pan = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False, description="-1 left, 0 centre, 1 right")]


def level_of_fader(fader: float) -> float:
    """Return the level in decibels of a fader position 0..1; `SILENCE_DB` at 0."""
    return max(SILENCE_DB, _LAW * math.log(fader / UNITY)) if fader > 0.0 else SILENCE_DB


def fader_of_level(level: float) -> float:
    """Return the fader position of a level in decibels: 0 at `SILENCE_DB` and below, 1 at +6 dB and above."""
    return 0.0 if level <= SILENCE_DB else min(1.0, UNITY * math.exp(level / _LAW))


def gain_of_fader(fader: float) -> float:
    """Return the linear gain of a fader position."""
    return gain_of(level_of_fader(fader))


def fader_of_gain(gain: float) -> float:
    """Return the fader position of a linear gain."""
    return fader_of_level(level_of(gain))


class Mixer:
    """Strips and master."""

    def __init__(self, core: Core) -> None:
        self._core = core

    @command("/track/{track}/name")
    def name(self, track: Track, value: Text | None = None) -> str:
        """The name of a track."""
        strip = self._core.track(track)
        if value is not None:
            strip.name = value
            self._core.changed(f"/track/{track}/name", value)
        return strip.name

    @command("/track/{track}/gain")
    def gain(self, track: Track, value: Fader | None = None) -> float:
        """The fader of a track, 0 to 1; 0.75 = 0 dB, 1 = +6 dB."""
        strip = self._core.track(track)
        if value is not None:
            self._core.push(Op.GAIN, track=track - 1, value=gain_of_fader(value))
            strip.gain = value
            self._faded(f"/track/{track}", value)
        return strip.gain

    @command("/track/{track}/level")
    def level(self, track: Track, value: Level | None = None) -> float:
        """The level of a track in decibels, -144 to +6."""
        if value is not None:
            self.gain(track, fader_of_level(value))
        return _shown(level_of_fader(self._core.track(track).gain))

    @command("/track/{track}/pan")
    def pan(self, track: Track, value: Pan | None = None) -> float:
        """The balance of a track, -1 left to 1 right; in the centre both sides are untouched."""
        strip = self._core.track(track)
        if value is not None:
            self._core.push(Op.PAN, track=track - 1, value=value)
            strip.pan = value
            self._core.changed(f"/track/{track}/pan", value)
        return strip.pan

    @command("/track/{track}/mute")
    def mute(self, track: Track, value: bool | None = None) -> bool:
        """Whether a track is silenced."""
        return self._switch(Op.MUTE, track, "mute", value)

    @command("/track/{track}/solo")
    def solo(self, track: Track, value: bool | None = None) -> bool:
        """Whether a track is soloed; while any is, the others are silent."""
        return self._switch(Op.SOLO, track, "solo", value)

    @command("/master/gain")
    def master_gain(self, value: Fader | None = None) -> float:
        """The master fader, 0 to 1; 0.75 = 0 dB, 1 = +6 dB."""
        if value is not None:
            self._core.push(Op.MASTER_GAIN, value=gain_of_fader(value))
            self._core.model.master = value
            self._faded("/master", value)
        return self._core.model.master

    @command("/master/level")
    def master_level(self, value: Level | None = None) -> float:
        """The level of the master in decibels, -144 to +6."""
        if value is not None:
            self.master_gain(fader_of_level(value))
        return _shown(level_of_fader(self._core.model.master))

    def apply(self) -> None:
        """Push every setting of the model to an engine that does not know them yet; raise RingFull."""
        self._core.push(Op.MASTER_GAIN, value=gain_of_fader(self._core.model.master))
        for number, strip in enumerate(self._core.model.tracks):
            settings = ((Op.GAIN, gain_of_fader(strip.gain)), (Op.PAN, strip.pan))
            for op, value in (*settings, (Op.MUTE, float(strip.mute)), (Op.SOLO, float(strip.solo))):
                self._core.push(op, track=number, value=value)

    def reconcile(self, snapshot: Snapshot) -> None:
        """Take the settings from the engine and tell what differs; a fader that agrees keeps its exact position."""
        model = self._core.model
        for number, (strip, view) in enumerate(zip(model.tracks, snapshot.tracks, strict=True), 1):
            if abs(gain_of_fader(strip.gain) - view.gain) > SAME_GAIN:
                strip.gain = fader_of_gain(view.gain)
                self._faded(f"/track/{number}", strip.gain)
            for name in ("pan", "mute", "solo"):
                if getattr(strip, name) != (value := getattr(view, name)):
                    setattr(strip, name, value)
                    self._core.changed(f"/track/{number}/{name}", value)
        # where the ramp ends, not where it is
        master = float(self._core.engine.memory.bank["master"]["gain"]["target"][snapshot.committed & 1])
        if abs(gain_of_fader(model.master) - master) > SAME_GAIN:
            model.master = fader_of_gain(master)
            self._faded("/master", model.master)

    def _switch(self, op: Op, track: int, name: str, value: bool | None) -> bool:
        strip: Any = self._core.track(track)
        if value is not None:
            self._core.push(op, track=track - 1, value=float(value))
            setattr(strip, name, value)
            self._core.changed(f"/track/{track}/{name}", value)
        return bool(getattr(strip, name))

    def _faded(self, strip: str, fader: float) -> None:
        self._core.changed(f"{strip}/gain", fader)
        self._core.changed(f"{strip}/level", _shown(level_of_fader(fader)))


def _shown(level: float) -> float:
    return round(level, 6)
