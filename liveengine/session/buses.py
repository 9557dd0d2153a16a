"""Buses, and the cue bus with what is listened to on it. Runs on: event loop."""

from liveengine.command import Bus, Fader, Text, command
from liveengine.engine.engine import Snapshot
from liveengine.engine.ops import Op
from liveengine.errors import BadArgument
from liveengine.session.core import Core
from liveengine.session.desk import SAME_GAIN, Channel
from liveengine.session.fader import Level, fader_of_gain, fader_of_level, gain_of_fader, shown
from liveengine.session.mixer import Pan


class Buses:
    """The buses' strips and the cue bus's fader."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def _channel(self, bus: int) -> Channel:
        return Channel(self._core, self._core.mixbus(bus), self._core.engine.tracks + bus, f"/bus/{bus}")

    @command("/bus/{bus}/name")
    def name(self, bus: Bus, value: Text | None = None) -> str:
        """The name of a bus."""
        return self._channel(bus).name(value)

    @command("/bus/{bus}/gain")
    def gain(self, bus: Bus, value: Fader | None = None) -> float:
        """The fader of a bus, 0 to 1; 0.75 = 0 dB, 1 = +6 dB."""
        return self._channel(bus).gain(value)

    @command("/bus/{bus}/level")
    def level(self, bus: Bus, value: Level | None = None) -> float:
        """The level of a bus in decibels, -144 to +6."""
        return shown(self.gain(bus, None if value is None else fader_of_level(value)))

    @command("/bus/{bus}/pan")
    def pan(self, bus: Bus, value: Pan | None = None) -> float:
        """The balance of a bus, -1 left to 1 right."""
        return self._channel(bus).pan(value)

    @command("/bus/{bus}/mute")
    def mute(self, bus: Bus, value: bool | None = None) -> bool:
        """Whether a bus is silenced."""
        return self._channel(bus).switch("mute", value)

    @command("/bus/{bus}/solo")
    def solo(self, bus: Bus, value: bool | None = None) -> bool:
        """Whether a bus is soloed: what goes into it is heard, and nothing else."""
        return self._channel(bus).switch("solo", value)

    @command("/bus/{bus}/cue")
    def cue(self, bus: Bus, value: bool | None = None) -> bool:
        """Whether a bus is heard on the cue bus: before its fader, muted or not."""
        return self._channel(bus).switch("cue", value)

    @command("/bus/{bus}/output", role="arrange")
    def output(self, bus: Bus, value: Text | None = None) -> str:
        """Where a bus goes: master, or none; its own outputs carry it in any case."""
        if value is not None and value not in ("master", "none"):
            raise BadArgument(f"output {value!r}: a bus goes to master or to none, so that nothing feeds itself")
        return self._channel(bus).output(value, 0)

    @command("/cue/gain")
    def cue_gain(self, value: Fader | None = None) -> float:
        """The fader of the cue bus, 0 to 1; 0.75 = 0 dB, 1 = +6 dB."""
        if value is not None:
            self._core.push(Op.CUE_GAIN, value=gain_of_fader(value))
            self._core.model.cue = value
            self._core.faded("/cue", value, shown(value))
        return self._core.model.cue

    @command("/cue/level")
    def cue_level(self, value: Level | None = None) -> float:
        """The level of the cue bus in decibels, -144 to +6."""
        return shown(self.cue_gain(None if value is None else fader_of_level(value)))

    def apply(self) -> None:
        """Push every setting of the model to an engine that does not know them yet; raise RingFull."""
        self._core.push(Op.CUE_GAIN, value=gain_of_fader(self._core.model.cue))
        for number in range(1, len(self._core.model.buses) + 1):
            self._channel(number).apply()

    def reconcile(self, snapshot: Snapshot) -> None:
        """Take the settings from the engine and tell what differs; a fader that agrees keeps its exact position."""
        model = self._core.model
        for number, view in enumerate(snapshot.buses, 1):
            self._channel(number).reconcile(view)
        cue = float(self._core.engine.memory.bank["cue"]["gain"]["target"][snapshot.committed & 1])
        if abs(gain_of_fader(model.cue) - cue) > SAME_GAIN:
            model.cue = fader_of_gain(cue)
            self._core.faded("/cue", model.cue, shown(model.cue))
