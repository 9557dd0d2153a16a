"""The engine goes with Live: tempo, start, stop, bar. Runs on: Live's main thread.

Tempo, start and stop are sent while Live notifies, without waiting for a tick. Where Live starts on a bar, the engine
starts on that bar, and what it played when Live stopped plays again from there.
"""

from __future__ import annotations

from typing import Any, Callable

from .door import Door
from .listeners import Listeners
from .phase import Phase
from .settings import Settings
from .shared import Shared
from .slots import Place, Slots

TEMPO_MIN, TEMPO_MAX = 20.0, 999.0
TEMPO_CLOSE = 0.001  # beats per minute: nearer is the same
ON_BAR = 0.25  # beats after a bar: a start that is told so late was on it
MOVED = 0.01  # beats
LONGEST = 32.0  # beats of a quantum
# Live's launch quantization, by its number: bars, then beats.
BARS = {1: 8, 2: 4, 3: 2, 4: 1}
BEATS = {5: 2.0, 6: 4 / 3, 7: 1.0, 8: 2 / 3, 9: 0.5, 10: 1 / 3, 11: 0.25, 12: 1 / 6, 13: 0.125}


class Clock:
    """Follows the song's transport, unless the engine follows a master of its own."""

    def __init__(self, song: Any, door: Door, slots: Slots, settings: Settings, say: Callable[[str], None]) -> None:
        self._song, self._door, self._slots, self._settings, self._say = song, door, slots, settings, say
        self._source = ""  # of the engine's beat; not known yet
        self._running = False  # the engine's transport
        self._playing = bool(song.is_playing)
        self._here: float | None = None  # where the engine stands since it was put there
        self._stood: float | None = None  # where Live stood then
        self._bar = self._beats()
        self._resume: list[Place] = []
        self._later: list[Place] = []  # to be launched with the next tick, when the engine runs
        self._phase = Phase(song, door, settings.offset)
        self.tempo = Shared(door, "/transport/tempo", lambda: float(song.tempo), self._set_tempo, TEMPO_CLOSE)
        self.tempo.leads = lambda: self.leads
        door.on("/transport/running", self._told_running)
        door.on("/sync/source", self._told_source)
        door.subscribe("/transport/*")
        door.subscribe("/sync/source")
        door.greets.append(self._greet)

    @property
    def leads(self) -> bool:
        """Return whether the engine goes with Live; not where it follows Link, a MIDI clock or JACK."""
        return self._settings.follow == "live" and self._source == "internal"

    def listen(self, listeners: Listeners) -> None:
        """Listen to the song."""
        listeners.add(self._song, "tempo", self.tempo.moved)
        listeners.add(self._song, "is_playing", self._on_playing)
        for name in ("signature_numerator", "signature_denominator", "clip_trigger_quantization"):
            listeners.add(self._song, name, self._on_grid)

    def tick(self) -> None:
        """Do what could not be done while Live notified."""
        self.tempo.tick()
        if not self.leads or not self._door.connected:
            return
        later, self._later = self._later, []
        for track, slot in later:
            self._door.send(f"/track/{track}/clip/{slot}/launch")
        if self._playing:
            self._phase.tick(self._running, self._bar)
        elif not self._running:
            self._stand()

    # --- Live has changed

    def _on_playing(self) -> None:
        playing = bool(self._song.is_playing)
        if playing == self._playing:
            return
        self._playing = playing
        self._phase.reset()
        if self.leads:
            self._start() if playing else self._stop()

    def _start(self) -> None:
        """Start with Live: on its bar, if it has begun on one."""
        beat = max(0.0, float(self._song.current_song_time))
        resume, self._resume = self._resume, []
        past = beat % self._bar
        if past < ON_BAR:
            beat -= past
        if past < ON_BAR and self._here is not None and abs(beat - self._here) < MOVED:
            launches = [(f"/track/{track}/clip/{slot}/launch",) for track, slot in resume]
            self._door.together(*launches, ("/transport/play",))
        else:
            self._later = resume  # they wait for the next bar, once the engine counts
            self._door.together(("/transport/locate", beat), ("/transport/play",))
        self._here, self._running = None, True

    def _stop(self) -> None:
        """Stop with Live, at once, and remember what played."""
        self._resume = self._slots.playing()
        self._door.together(("/stop", 0), ("/transport/stop",))  # an integer: 0.0 is a button released
        self._running, self._stood = False, None

    def _stand(self) -> None:
        """Have the engine stand where Live stands, so that it starts there."""
        beat = max(0.0, float(self._song.current_song_time))
        if self._stood is None or abs(beat - self._stood) > MOVED:
            self._here = self._stood = beat
            self._door.send("/transport/locate", beat)

    def _on_grid(self) -> None:
        """Have launches wait for what they wait for in Live."""
        self._bar = self._beats()
        if self.leads:
            grid = int(self._song.clip_trigger_quantization)
            beats = BARS[grid] * self._bar if grid in BARS else BEATS.get(grid, 0.0)
            self._door.send("/transport/quantum", min(beats, LONGEST))

    def _beats(self) -> float:
        """Return the beats of a bar, a beat being a quarter note."""
        return 4.0 * float(self._song.signature_numerator) / float(self._song.signature_denominator)

    # --- the engine says

    def _greet(self) -> None:
        self._here, self._stood, self._later, self._source = None, None, [], ""
        self._phase.reset()
        if self._settings.follow == "link":
            self._follow_link()
        else:
            self._door.ask("/sync/source", done=lambda values: self._told_source((), values))

    def _follow_link(self) -> None:
        for name in ("is_ableton_link_enabled", "is_ableton_link_start_stop_sync_enabled"):
            if hasattr(self._song, name):
                setattr(self._song, name, True)
        self._door.ask("/sync/source", "link", done=lambda values: self._say("both follow Link"))

    def _told_source(self, numbers: tuple[int, ...], values: tuple[Any, ...]) -> None:
        if len(values) == 1 and values[0] != self._source:
            self._source = str(values[0])
            self._phase.reset()
            if self.leads:
                self.tempo.greet()
                self._on_grid()
                if self._playing:
                    self._start()

    def _told_running(self, numbers: tuple[int, ...], values: tuple[Any, ...]) -> None:
        self._running = bool(values and values[0])
        if self._running:
            self._here = None

    def _set_tempo(self, tempo: float) -> None:
        self._song.tempo = min(TEMPO_MAX, max(TEMPO_MIN, tempo))
