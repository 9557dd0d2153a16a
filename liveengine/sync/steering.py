"""The engine's beats brought onto a master's, so that nobody hears it. Runs on: event loop.

The engine plays a little faster or slower until its beat is heard when the master's is: what is too late by e ns is
made up for over `SETTLE_NS`, by no more than a share of the tempo. Only what is wrong by more than a beat jumps, and
what is silent anyway.
"""

from liveengine.engine.engine import Snapshot
from liveengine.session.timebase import TimeBase
from liveengine.session.transport import Transport
from liveengine.sync.line import ABSOLUTE, FREE, Line, Reading
from liveengine.units import TEMPO_MAX, TEMPO_MIN

SETTLE_NS = 1e9  # after which 1/e of an error is left
SOON_NS = 250e6  # over which an error must stay small for the tempo to be left alone
SMALL_NS = 50_000.0  # such an error
GENTLE = 0.01  # share of the tempo: the most by which it is changed ...
FIRM = 0.03  # ... and that for errors that are heard themselves, ...
HEARD_NS = 30e6  # ... as these are, and behind a start, ...
CATCH_NS = 3e9  # ... for so long, ...
CATCH_SETTLE_NS = 0.5e9  # ... while errors settle sooner
SILENT_NS = 200_000.0  # an error that is worth a jump which nobody hears
PAUSE_NS = 100e6  # between two changes of the tempo
BIG = 0.002  # share: a change for which nobody waits
AHEAD_BLOCKS = 3  # until a record has arrived
SAME_PLACE = 0.125  # beats: a master that begins so near to where we play is followed without a jump
SAME_TEMPO = 0.0001  # share by which a measured tempo may be off the one that is told, ...
SURE = 4.0  # ... or so many times its standard error
ROUND = 0.02  # beats per minute: a tempo so near to a tenth is meant to be that


class Steering:
    """Follows one master; made anew for the next one."""

    def __init__(self, transport: Transport, timebase: TimeBase) -> None:
        self._transport = transport
        self._timebase = timebase
        self._epoch = 0  # of the master, as followed
        self._running: bool | None = None  # of the master, as followed
        self._apart: float | None = None  # beats by which a FREE master's count differs from ours
        self._placed = 0  # the frame of the last jump
        self._changed_ns = 0.0
        self._began_ns = -CATCH_NS  # when the master's last start or jump was followed
        self._counted = 0.0  # the master's tempo by our device's clock, which holds when the master is gone
        self.tempo = 0.0  # the master's, in beats per minute; 0 = not known
        self.error_ns = 0.0  # by how much ours is heard too late

    def follow(self, reading: Reading, snapshot: Snapshot, now_ns: float, offset_ns: float) -> None:
        """Do what brings the engine nearer to the master; what is heard shall come `offset_ns` after the master's.

        Raises RingFull and Full; what was left undone is done with the next call.
        """
        if snapshot.frame <= self._placed:
            return  # a jump is on its way
        if reading.epoch != self._epoch and self._there(reading, snapshot, offset_ns):
            self._epoch, self._running, self._apart, self._began_ns = reading.epoch, True, None, now_ns
        if reading.epoch != self._epoch:
            self._begin(reading, snapshot, now_ns, offset_ns)
            return
        if reading.running is not None and reading.running != self._running:
            joined, self._running = self._running is None and reading.grid > 0.0, reading.running
            if snapshot.running and not reading.running and not joined:  # who joins a session does not stop for it
                self._transport.stop()
        line = reading.line
        if line is None:
            return
        self._apply(line, reading, snapshot, now_ns, offset_ns)

    def hold(self) -> None:
        """Go on at the master's tempo, now that it is gone; raise RingFull."""
        if self.tempo:
            self._tell(self._counted * self._timebase.nominal / self._timebase.period, Reading())
        self._running, self._apart = None, None

    # --- the beginning

    def _there(self, reading: Reading, snapshot: Snapshot, offset_ns: float) -> bool:
        """Return whether the master began where we are playing: one that went away and comes again."""
        ours = snapshot.beat(self._timebase.frame_heard(reading.since_ns + offset_ns))
        error = reading.position - ours
        if reading.grid > 0.0:
            error = self._folded(error, reading.grid)
        return snapshot.running and reading.grid != FREE and abs(error) < SAME_PLACE

    def _begin(self, reading: Reading, snapshot: Snapshot, now_ns: float, offset_ns: float) -> None:
        """Start where the master starts, or jump where it has jumped."""
        frame: int | None = self._timebase.frame_heard(reading.since_ns + offset_ns)
        first = self._first(snapshot, now_ns)
        beat, line = reading.position, reading.line
        if line is not None:
            self._counted = line.tempo * self._timebase.period / self._timebase.nominal
            self._set(line, reading)
        if frame is not None and frame < first:  # it has begun already
            late = line is not None and (silent(snapshot) or reading.grid != ABSOLUTE)
            frame = first if late else None  # else the first beat is not left out: the rest is made up for
            beat = line.at(self._timebase.heard_ns(first) - offset_ns) if late and line is not None else beat
        if reading.grid != ABSOLUTE:
            beat = _near(snapshot.beat(first), beat, reading.grid)
        self._transport.place(max(beat, 0.0), frame, start=not snapshot.running)
        self._placed = frame or 0
        self._epoch, self._running, self._apart, self._began_ns = reading.epoch, True, None, now_ns

    def _first(self, snapshot: Snapshot, now_ns: float) -> int:
        """Return the first frame for which a record arrives in time."""
        due = self._timebase.frame_of(int(now_ns)) + AHEAD_BLOCKS * max(snapshot.block, 1)
        return max(due, snapshot.frame + snapshot.block)

    # --- underway

    def _apply(self, line: Line, reading: Reading, snapshot: Snapshot, now_ns: float, offset_ns: float) -> None:
        self._counted = line.tempo * self._timebase.period / self._timebase.nominal
        if not snapshot.running or reading.running is False:
            self._set(line, reading)
            return
        frame = snapshot.frame
        error = line.at(self._timebase.heard_ns(frame) - offset_ns) - snapshot.beat(frame)
        error = self._folded(error, reading.grid)
        self.error_ns = error * line.per_beat
        if abs(error) >= 1.0 or (silent(snapshot) and abs(self.error_ns) > SILENT_NS):
            self._set(line, reading)
            first = self._first(snapshot, now_ns)
            self._transport.place(max(snapshot.beat(first) + error, 0.0), first)
            self._placed = first
            return
        catching = now_ns - self._began_ns < CATCH_NS
        limit = FIRM if catching or abs(self.error_ns) >= HEARD_NS else GENTLE
        trim = min(max(self.error_ns / (CATCH_SETTLE_NS if catching else SETTLE_NS), -limit), limit)
        wanted = line.per_beat / self._timebase.period / (1.0 + trim)  # frames per beat
        off = snapshot.frames_per_beat * self._timebase.period / line.per_beat - 1.0  # how much slower we are
        left = max(abs(self.error_ns), abs(self.error_ns + off * SOON_NS))
        change = abs(wanted / snapshot.frames_per_beat - 1.0)
        if left > SMALL_NS and (change > BIG or now_ns - self._changed_ns >= PAUSE_NS):
            self._changed_ns = now_ns
            self._tell(line.tempo, reading, 60.0 * snapshot.rate / wanted)

    def _folded(self, error: float, grid: float) -> float:
        if grid == ABSOLUTE:
            return error
        if grid == FREE:
            if self._apart is None:
                self._apart = error
            return error - self._apart
        return (error + grid / 2.0) % grid - grid / 2.0

    def _set(self, line: Line, reading: Reading) -> None:
        """Take over the master's tempo, as it is."""
        self.error_ns = 0.0
        if self.tempo == 0.0 or abs(line.tempo / self.tempo - 1.0) > SAME_TEMPO:
            self._tell(line.tempo, reading)

    def _tell(self, tempo: float, reading: Reading, engine: float | None = None) -> None:
        """Have the engine play at a tempo, else at the master's, which is told to everybody as it may be meant."""
        before = self._transport.tempo()
        ours = tempo * self._timebase.period / self._timebase.nominal  # as our device counts its frames
        if reading.locked and reading.jitter_ns == 0.0:
            told = round(tempo, 3)  # Link counts whole microseconds to the beat
        elif abs(ours / before - 1.0) > max(SURE * reading.doubt, SAME_TEMPO):
            told = _meant(ours)
        else:
            told = before
        told = min(max(told, TEMPO_MIN), TEMPO_MAX)
        self._transport.steer(told, min(max(engine or ours, TEMPO_MIN), TEMPO_MAX) / told)
        self.tempo = tempo


def silent(snapshot: Snapshot) -> bool:
    """Return whether nothing sounds and nothing waits to."""
    return snapshot.voices == 0 and snapshot.queued == 0


def _near(ours: float, wanted: float, grid: float) -> float:
    """Return the beat that is `wanted` on the grid and nearest to ours, from 0."""
    beat = ours + (wanted - ours + grid / 2.0) % grid - grid / 2.0 if grid > 0.0 else ours
    return beat if beat >= 0.0 else beat + grid


def _meant(tempo: float) -> float:
    """Return the tempo that a measured one stands for: a round one, if it is near to that."""
    tenth = round(tempo, 1)
    return tenth if abs(tempo - tenth) < ROUND else round(tempo, 2)
