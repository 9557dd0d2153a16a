"""Strips, buses and the cue bus of the stage. Runs on: tests."""

from typing import Annotated, Any

from pydantic import Field

from liveengine.command import Bus, Fader, StemId, Text, Track, command
from tests.clients.stage import Stage

Pan = Annotated[float, Field(ge=-1, le=1)]
NOWHERE = "nowhere: 2 outputs are open, the cue bus needs outputs 3 and 4 or JACK"


class Mixing:
    """What mixer, routing and pre-listening call."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def _strip(self, at: str, name: str, value: Any) -> Any:
        strip = self.stage.strips[at]
        if value is not None:
            strip[name] = self.stage.changed(f"/{at}/{name}", value)
        return strip[name]

    @command("/track/{track}/name")
    def track_name(self, track: Track, value: Text | None = None) -> str:
        """Get or set the name."""
        return str(self._strip(f"track/{track}", "name", value))

    @command("/track/{track}/gain")
    def track_gain(self, track: Track, value: Fader | None = None) -> float:
        """Get or set the fader."""
        return float(self._strip(f"track/{track}", "gain", value))

    @command("/track/{track}/pan")
    def track_pan(self, track: Track, value: Pan | None = None) -> float:
        """Get or set the pan."""
        return float(self._strip(f"track/{track}", "pan", value))

    @command("/track/{track}/mute")
    def track_mute(self, track: Track, value: bool | None = None) -> bool:
        """Get or set the mute."""
        return bool(self._strip(f"track/{track}", "mute", value))

    @command("/track/{track}/solo")
    def track_solo(self, track: Track, value: bool | None = None) -> bool:
        """Get or set the solo."""
        return bool(self._strip(f"track/{track}", "solo", value))

    @command("/track/{track}/cue")
    def track_cue(self, track: Track, value: bool | None = None) -> bool:
        """Get or set whether it is on cue."""
        return bool(self._strip(f"track/{track}", "cue", value))

    @command("/track/{track}/output")
    def track_output(self, track: Track, value: Text | None = None) -> str:
        """Get or set where it goes."""
        return str(self._strip(f"track/{track}", "output", value))

    @command("/bus/{bus}/name")
    def bus_name(self, bus: Bus, value: Text | None = None) -> str:
        """Get or set the name."""
        return str(self._strip(f"bus/{bus}", "name", value))

    @command("/bus/{bus}/gain")
    def bus_gain(self, bus: Bus, value: Fader | None = None) -> float:
        """Get or set the fader."""
        return float(self._strip(f"bus/{bus}", "gain", value))

    @command("/bus/{bus}/pan")
    def bus_pan(self, bus: Bus, value: Pan | None = None) -> float:
        """Get or set the pan."""
        return float(self._strip(f"bus/{bus}", "pan", value))

    @command("/bus/{bus}/mute")
    def bus_mute(self, bus: Bus, value: bool | None = None) -> bool:
        """Get or set the mute."""
        return bool(self._strip(f"bus/{bus}", "mute", value))

    @command("/bus/{bus}/solo")
    def bus_solo(self, bus: Bus, value: bool | None = None) -> bool:
        """Get or set the solo."""
        return bool(self._strip(f"bus/{bus}", "solo", value))

    @command("/bus/{bus}/cue")
    def bus_cue(self, bus: Bus, value: bool | None = None) -> bool:
        """Get or set whether it is on cue."""
        return bool(self._strip(f"bus/{bus}", "cue", value))

    @command("/bus/{bus}/output")
    def bus_output(self, bus: Bus, value: Text | None = None) -> str:
        """Get or set where it goes."""
        return str(self._strip(f"bus/{bus}", "output", value))

    @command("/track/{track}/send/{bus}")
    def send(self, track: Track, bus: Bus, value: Fader | None = None) -> float:
        """Get or set how much of a track goes to a bus."""
        sends = self.stage.strips[f"track/{track}"]["sends"]
        if value is not None:
            sends[bus - 1] = self.stage.changed(f"/track/{track}/send/{bus}", value)
        return float(sends[bus - 1])

    @command("/master/gain")
    def master(self, value: Fader | None = None) -> float:
        """Get or set the master's fader."""
        return float(self._strip("master", "gain", value))

    @command("/cue/gain")
    def cue(self, value: Fader | None = None) -> float:
        """Get or set the cue bus's fader."""
        return float(self._strip("cue", "gain", value))

    @command("/cue/audition")
    def audition(self, stem: StemId) -> dict[str, Any]:
        """Play a stem on the cue bus."""
        self.stage.listened = self.stage.changed("/cue/stem", stem)
        return {"stem": stem, "name": self.stage.stems[stem].title, "heard": NOWHERE}

    @command("/cue/stop")
    def stop(self) -> None:
        """End it."""
        self.stage.listened = self.stage.changed("/cue/stem", 0)

    @command("/cue/stem", query=True)
    def stem(self) -> int:
        """Return what is played on the cue bus."""
        return self.stage.listened

    @command("/engine/stats", query=True)
    def stats(self) -> dict[str, Any]:
        """Return where the cue bus is heard."""
        return {"cue": NOWHERE}
