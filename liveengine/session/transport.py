"""The transport: run, stand, tempo, position. Runs on: event loop.

This part alone sends TEMPO, LOCATE and RUN, so that the anchor in the engine has one author.
"""

import math
import time
from collections.abc import Callable
from typing import Annotated

from pydantic import Field

from liveengine.command import Quantum, command, when
from liveengine.engine.engine import Report, Snapshot
from liveengine.engine.ops import Happened, Op
from liveengine.errors import OutOfRange
from liveengine.events import Changed
from liveengine.session.core import Core
from liveengine.session.table import Table
from liveengine.session.tap import Taps
from liveengine.units import TEMPO_MAX, TEMPO_MIN, frames_per_beat, tempo_of

TempoValue = Annotated[
    float,
    Field(
        description="tempo in beats per minute; beyond 20..999 the nearest of them is set, and the error says so",
        json_schema_extra={"minimum": TEMPO_MIN, "maximum": TEMPO_MAX},
    ),
]
Beat = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False, description="position in beats, from 0")]

SAME_TEMPO = 1e-6  # beats per minute


class Transport:
    """The clock's commands; `running` and `tempo` count what was asked for, before the engine has taken it."""

    def __init__(self, core: Core, table: Table) -> None:
        self._core = core
        self._table = table
        self._wished: dict[int, bool] = {}  # tokens of RUN records that are under way
        self._taps = Taps()
        self._ratio = 1.0  # the engine's tempo by the one that is told: a master is followed by small changes
        self._ran = False  # as last published
        self.leaving: Callable[[float], None] = lambda tempo: None  # hears of a tempo before the engine does

    @property
    def running(self) -> bool:
        """Return whether the transport runs, or will with the records under way."""
        if self._wished:
            return list(self._wished.values())[-1]
        return self._core.engine.running

    @command("/transport/play")
    def play(self) -> None:
        """Let the transport run on from where it stands."""
        self._run(True)

    @command("/transport/stop")
    def stop(self) -> None:
        """Let the transport stand: beats stop counting, queued launches wait; what sounds goes on."""
        self._run(False)

    @command("/transport/running")
    def run(self, value: bool | None = None) -> bool:
        """Whether the transport runs; setting it is play or stop."""
        if value is not None:
            self._run(value)
            return value
        return self.running

    @command("/transport/tempo", whole="fits")
    def tempo(self, value: TempoValue | None = None) -> float:
        """The tempo in beats per minute, 20 to 999; loops and everything queued follow at once.

        A tempo beyond that sets the nearest one and answers with `out_of_range`, except in a bundle, which is played as
        a whole or not at all; one that is no number changes nothing.
        """
        if value is not None:
            self._clamp(value)
        return self._core.model.tempo

    def fits(self, value: float | None = None) -> None:
        """Raise OutOfRange for a tempo that would not be the one that is set."""
        if value is not None and not TEMPO_MIN <= value <= TEMPO_MAX:
            raise OutOfRange(f"tempo {value:g}: {TEMPO_MIN:g} to {TEMPO_MAX:g} beats per minute")

    def _clamp(self, tempo: float) -> None:
        """Set the tempo; one out of range becomes the nearest in it, and raises OutOfRange."""
        if math.isnan(tempo):
            raise OutOfRange(f"a tempo that is no number: it stays {self._core.model.tempo:g} beats per minute")
        nearest = min(TEMPO_MAX, max(TEMPO_MIN, tempo))
        self.set_tempo(nearest)
        if nearest != tempo:
            limits = f"{TEMPO_MIN:g} to {TEMPO_MAX:g}"
            raise OutOfRange(f"tempo {tempo:g}: {limits} beats per minute; it is {nearest:g} now")

    def set_tempo(self, tempo: float, frame: int | None = None) -> None:
        """Change the tempo, at an exact frame if given; raise OutOfRange."""
        self.fits(tempo)
        core = self._core
        self.leaving(tempo)
        exact = {} if frame is None else {"frame": frame}
        core.push(Op.TEMPO, value=frames_per_beat(tempo, core.engine.rate), **exact)
        core.model.tempo, self._ratio = tempo, 1.0
        core.changed("/transport/tempo", tempo)

    def set_tempo_at(self, tempo: float, beat: float, snapshot: Snapshot) -> None:
        """Change the tempo on the frame of a coming beat, which lies exactly on that beat from then on."""
        away = math.floor((beat - snapshot.anchor_beat) * snapshot.frames_per_beat + 0.5)
        frame = snapshot.anchor_frame + away
        self.set_tempo(tempo, frame)
        self._core.push(Op.LOCATE, value=beat, frame=frame)

    def steer(self, tempo: float, ratio: float) -> None:
        """Follow a master: have the engine play `ratio` times as fast as `tempo`, which is what everybody is told.

        Raises RingFull; `tempo` lies within 20..999.
        """
        core = self._core
        if tempo != core.model.tempo:
            self.leaving(tempo)
        core.push(Op.TEMPO, value=frames_per_beat(tempo, core.engine.rate) / ratio)
        self._ratio = ratio
        if tempo != core.model.tempo:
            core.model.tempo = tempo
            core.changed("/transport/tempo", tempo)

    def place(self, beat: float, frame: int | None = None, *, start: bool = False) -> None:
        """Put a beat on a frame, or on the next one that is rendered; with `start` the transport runs from there."""
        exact = {} if frame is None else {"frame": frame}
        self._core.reserve(2)
        self._core.push(Op.LOCATE, value=beat, **exact)
        if start:
            self._wished[self._core.push(Op.RUN, value=1.0, **exact)] = True

    @command("/transport/quantum")
    def quantum(self, value: Quantum | None = None) -> float:
        """The grid in beats that launches and stops wait for when they name none: 4 = one bar, 0 = at once."""
        if value is not None:
            self._core.model.quantum = value
            self._table.define_all()
            self._core.changed("/transport/quantum", value)
        return self._core.model.quantum

    @command("/transport/position", query=True)
    def position(self) -> float:
        """The beat that the engine plays now, counted from 0."""
        return self._core.engine.beat()

    @command("/transport/locate")
    def locate(self, beat: Beat) -> None:
        """Jump to a beat; what sounds goes on, what waits for a boundary waits for it from there."""
        self._core.push(Op.LOCATE, value=beat)

    @command("/transport/tap")
    def tap(self) -> float:
        """Tap the tempo: from the second tap on the tempo follows; returns it in beats per minute.

        The last taps count; one that was forgotten or slipped does not. A pause of 3 seconds begins a new count.
        """
        frame = when.get()
        tempo = self._taps.tap(time.monotonic() if frame is None else frame / self._core.engine.rate)
        if tempo is not None:
            self.set_tempo(min(TEMPO_MAX, max(TEMPO_MIN, round(tempo, 1))))
        return self._core.model.tempo

    def boundary(self, quantum: float, snapshot: Snapshot | None = None) -> float:
        """Return the beat of the next boundary of `quantum` (0: the beat now) as far as it can be told from here."""
        beat = self._core.engine.beat() if snapshot is None else snapshot.beat()
        return math.ceil(beat / quantum - 1e-9) * quantum if quantum > 0 else beat

    def awaken(self, quantum: float) -> float | None:
        """Prepare a launch while the transport stands: move on to the next boundary of `quantum` and return its beat.

        The launches then carry this beat, and `go` starts the clock, so that they sound in the first block. Returns
        None when the transport runs already.
        """
        if self.running:
            return None
        beat = self.boundary(quantum)
        if quantum > 0:
            self._core.push(Op.LOCATE, value=beat)
        return beat

    def go(self) -> None:
        """Start the clock after the launches that `awaken` prepared."""
        self._run(True)

    def report(self, report: Report) -> None:
        """Follow what the engine did with the RUN records."""
        if report.kind == Happened.TOOK and report.aux == Op.RUN:
            running = self._wished.pop(report.token, None)
            if running is not None:
                self._runs(running)
        elif report.kind in (Happened.REFUSED, Happened.CANCELLED):
            self._wished.pop(report.token, None)

    def reconcile(self, snapshot: Snapshot) -> None:
        """Take over what the engine says, and tell what differs."""
        self._wished.clear()
        self._runs(snapshot.running)
        tempo = tempo_of(snapshot.frames_per_beat, snapshot.rate) / self._ratio
        if abs(tempo - self._core.model.tempo) > SAME_TEMPO:
            self._core.model.tempo = round(tempo, 6)
            self._core.changed("/transport/tempo", self._core.model.tempo)

    def _runs(self, running: bool) -> None:
        if running != self._ran:
            self._ran = running
            self._core.bus.publish(Changed("/transport/running", running))

    def _run(self, running: bool) -> None:
        token = self._core.push(Op.RUN, value=float(running))
        self._wished[token] = running
