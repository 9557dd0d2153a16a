"""What `serve` tells people when something died: what plays on, since when all is whole. Runs on: supervisor.

One line when it dies, one when its work is taken up again, one when nothing is missing any more, a standby included.
"""

import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from liveengine.engine.streams import StreamKind

# What happens next, by what died.
LOST = {
    "engine": "no standby was ready: a new one is starting, the transport counts on",
    "daemon": "the music plays on, a new one is starting",
    "recorder": "the music plays on, a new one is starting",
    "standby": "the music plays on, a new one is loading",
}
TAKEN_OVER = "the standby takes over"
BACK = {
    "engine": "sound again: {gap:,.0f} ms were not heard, the music is at the right place",
    "daemon": "control is back after {seconds:.1f} s; the music went on meanwhile",
    "recorder": "the recorder is back after {seconds:.1f} s; the music went on meanwhile",
}


def working(header: Any, pids: Mapping[str, int]) -> set[str]:
    """Return who of engine, recorder and standby does its work; `pids`: the processes that there are, by name."""
    found = {name for name in ("engine", "recorder", "standby") if pids.get(name) == int(header[f"{name}_pid"])}
    stream = int(header["stream"])
    if stream <= 0 or int(header["gap"]) < 0:
        found.discard("engine")  # its device is lost, or it does not sound yet
    if stream != StreamKind.PORTAUDIO and int(header["standby_open"]) != stream:
        found.discard("standby")  # it loads, or has no device yet
    return found


class Healing:
    """Keeps in mind what is missing, and says when it is back."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._missing: dict[str, float] = {}  # since when, monotonic seconds
        self._began: float | None = None  # when the first of them died

    def lost(self, name: str, why: str, now: float, *, warm: bool = False) -> None:
        """Say that a child died, and what happens now; `warm`: a standby can take over at once.

        One that had not yet taken up the work of another that died is told in fewer words.
        """
        if name in self._missing:
            self._say(f"the new {name} died as well ({why}); another one is starting")
            return
        self._missing[name] = now
        self._began = now if self._began is None else self._began
        self._say(f"the {name} died ({why}); {TAKEN_OVER if warm else LOST[name]}")
        if warm:
            self._missing.setdefault("standby", now)

    def look(self, working: Collection[str], gap_ms: float, now: float) -> None:
        """Say what is back; `working`: who does their work, `gap_ms`: what the engine did not sound."""
        for name in [name for name in self._missing if name in working]:
            since = self._missing.pop(name)
            if name in BACK:
                self._say(BACK[name].format(gap=gap_ms, seconds=now - since))
        if self._began is not None and "standby" in working and not self._missing:
            clock = time.strftime("%H:%M:%S")
            self._say(f"whole again since {clock}, after {now - self._began:.1f} s; a standby is warm")
            self._began = None
