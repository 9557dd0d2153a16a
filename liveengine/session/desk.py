"""What the strips of tracks and buses have in common: settings, kept and pushed to the engine. Runs on: event loop."""

from typing import Any, Literal, Protocol

from liveengine.engine.engine import StripView
from liveengine.engine.layout import NOWHERE
from liveengine.engine.ops import Op
from liveengine.errors import BadArgument, OutOfRange
from liveengine.session.core import Core
from liveengine.session.fader import fader_of_gain, gain_of_fader, shown

SAME_GAIN = 1e-6  # linear

Switch = Literal["mute", "solo", "cue"]
_SWITCHES: dict[Switch, Op] = {"mute": Op.MUTE, "solo": Op.SOLO, "cue": Op.CUE}


class Strip(Protocol):
    """A track's or a bus's settings in the model."""

    name: str
    gain: float  # fader
    pan: float
    mute: bool
    solo: bool
    output: int  # 0 master, 1.. a bus, NOWHERE
    cue: bool


class Channel:
    """One strip: its settings in the model, its number in the engine, its address at the doors."""

    def __init__(self, core: Core, strip: Strip, number: int, address: str) -> None:
        self._core = core
        self._strip: Any = strip
        self._number = number
        self._address = address

    def name(self, value: str | None) -> str:
        """Return the name, a new one if it is given; so do the others."""
        if value is not None:
            self._strip.name = value
            self._core.changed(f"{self._address}/name", value)
        return str(self._strip.name)

    def gain(self, value: float | None) -> float:
        """The fader."""
        if value is not None:
            self._core.push(Op.GAIN, track=self._number, value=gain_of_fader(value))
            self._strip.gain = value
            self._core.faded(self._address, value, shown(value))
        return float(self._strip.gain)

    def pan(self, value: float | None) -> float:
        """The balance."""
        if value is not None:
            self._core.push(Op.PAN, track=self._number, value=value)
            self._set("pan", value)
        return float(self._strip.pan)

    def switch(self, name: Switch, value: bool | None) -> bool:
        """Mute, solo or cue."""
        if value is not None:
            self._core.push(_SWITCHES[name], track=self._number, value=float(value))
            self._set(name, value)
        return bool(getattr(self._strip, name))

    def output(self, value: str | None, buses: int) -> str:
        """Where it goes, as a word."""
        if value is not None:
            route = route_of(value, buses)
            self._core.push(Op.ROUTE, track=self._number, value=float(route))
            self._strip.output = route
            self._core.changed(f"{self._address}/output", word_of(route))
        return word_of(self._strip.output)

    def apply(self) -> None:
        """Push every setting to an engine that does not know them yet; raise RingFull."""
        strip = self._strip
        settings = [(Op.GAIN, gain_of_fader(strip.gain)), (Op.PAN, strip.pan), (Op.MUTE, float(strip.mute))]
        settings.append((Op.SOLO, float(strip.solo)))
        settings += [(op, float(value)) for op, value in ((Op.ROUTE, strip.output), (Op.CUE, strip.cue)) if value]
        for op, value in settings:
            self._core.push(op, track=self._number, value=value)

    def reconcile(self, view: StripView) -> None:
        """Take the settings from the engine and tell what differs; a fader that agrees keeps its exact position."""
        if abs(gain_of_fader(self._strip.gain) - view.gain) > SAME_GAIN:
            self._strip.gain = fader = fader_of_gain(view.gain)
            self._core.faded(self._address, fader, shown(fader))
        for name in ("pan", "mute", "solo", "cue"):
            if getattr(self._strip, name) != (value := getattr(view, name)):
                self._set(name, value)
        if self._strip.output != view.output:
            self._strip.output = view.output
            self._core.changed(f"{self._address}/output", word_of(view.output))

    def _set(self, name: str, value: Any) -> None:
        setattr(self._strip, name, value)
        self._core.changed(f"{self._address}/{name}", value)


def word_of(route: int) -> str:
    """Return where a strip goes as clients say it: master, bus1 .., none."""
    return {0: "master", NOWHERE: "none"}.get(route, f"bus{route}")


def route_of(word: str, buses: int) -> int:
    """Return the engine's number for such a word; raise BadArgument, or OutOfRange for a bus that is not there."""
    if word in ("master", "none"):
        return 0 if word == "master" else NOWHERE
    number = word.removeprefix("bus")
    if number == word or not (number.isascii() and number.isdigit()) or len(number) > 3:
        raise BadArgument(f"output {word!r}: a track goes to master, to bus1, bus2 ... or to none")
    if not 1 <= int(number) <= buses:
        raise OutOfRange(f"output {word!r}: there {'are buses' if buses else 'is no bus'} {_range(buses)}".rstrip())
    return int(number)


def _range(buses: int) -> str:
    return f"1..{buses}; raise engine.buses for more" if buses else "here; raise engine.buses"
