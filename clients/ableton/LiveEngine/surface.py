"""The control surface that Live loads: all parts, and the calls that Live makes. Runs on: Live's main thread.

A plain class with the methods that Live calls, without Ableton's frameworks, which differ from version to version. Live
calls `update_display` about ten times a second: all that changes something in Live is done there, since a change is
forbidden while Live notifies a listener. Nothing waits, and no exception leaves a call.
"""

from __future__ import annotations

from typing import Any, Callable

from .buttons import Buttons
from .clock import Clock
from .door import Door
from .key import Key
from .launches import Launches
from .listeners import Listeners
from .places import Places
from .settings import FILE, load
from .slots import Slots
from .wishes import Wishes

NAME = "LiveEngine"


class Surface:
    """Made when the surface is chosen in Live's preferences, and anew with each set."""

    def __init__(self, c_instance: Any, path: str = FILE) -> None:
        """`c_instance` is Live's side of the surface; `path` names the settings."""
        self._live = c_instance
        self._said = ""  # the last fault in the log
        settings, faults = load(path)
        for fault in faults:
            self._live.log_message(f"{NAME}: {fault}")
        song = c_instance.song()
        self.door = door = Door((settings.host, settings.port), settings.token, self.say)
        slots = Slots(door)
        self._places = places = Places(song, door, settings)
        self._clock = Clock(song, door, slots, settings, self.say)
        self._wishes = Wishes(song, door, places, self.say)
        self._launches = Launches(song, door, places, self._wishes, settings)
        self._buttons = Buttons(door, places, settings, self.say)
        self._names, self._listeners = settings.names, Listeners()
        slots.started = self._started
        for part in (self._clock, places, self._launches):
            part.listen(self._listeners)
        if settings.names:
            self._wishes.listen(self._listeners)
        if settings.key:
            Key(song, door).listen(self._listeners)
        self.say(faults[0] if faults else f"looking for the engine at {settings.host} {settings.port}")

    def say(self, text: str) -> None:
        """Show a sentence in Live's status bar."""
        self._live.show_message(f"{NAME}: {text}")

    def _started(self, track: int, slot: int) -> None:
        """Tell of what the selected track begins to play."""
        if track == self._places.selected_track():
            self.door.ask(
                f"/track/{track}/clip/{slot}/name",
                done=lambda values: self.say("track {} plays {}".format(track, values[0] if values else "")),
                failed=lambda code, why: None,
            )

    def _guarded(self, work: Callable[[], None]) -> None:
        """Do something; what goes wrong is written to Live's log, once."""
        try:
            work()
        except Exception as error:  # an exception here would come ten times a second
            fault = f"{NAME}: {error!r}"
            if fault != self._said:
                self._said = fault
                self._live.log_message(fault)

    # --- what Live calls

    def update_display(self) -> None:
        """Take what has come, and do what waits; about ten times a second."""
        for part in (self.door, self._clock, self._places, self._launches):
            self._guarded(part.tick)
        if self._names:
            self._guarded(self._wishes.tick)

    def disconnect(self) -> None:
        """Leave: the set is closed, or another surface was chosen."""
        for close in (self._listeners.clear, self._wishes.close, self._launches.close, self.door.close):
            self._guarded(close)

    def build_midi_map(self, midi_map_handle: Any) -> None:
        """Have the buttons forwarded."""
        self._guarded(lambda: self._buttons.forward(self._live.handle(), midi_map_handle))

    def receive_midi(self, midi_bytes: tuple[int, ...]) -> None:
        """Take a MIDI message that was forwarded."""
        self._guarded(lambda: self._buttons.receive(tuple(midi_bytes)))

    def refresh_state(self) -> None:
        """Nothing is shown on a device."""

    def port_settings_changed(self) -> None:
        """The MIDI ports were chosen; Live asks for the map by itself."""

    def connect_script_instances(self, instanciated_scripts: Any) -> None:
        """No other surface is needed."""

    def can_lock_to_devices(self) -> bool:
        """Return False: no device is controlled."""
        return False

    def lock_to_device(self, device: Any) -> None:
        """No device is controlled."""

    def unlock_from_device(self, device: Any) -> None:
        """No device is controlled."""

    def suggest_input_port(self) -> str:
        """Return no port: which one has the buttons is the user's choice."""
        return ""

    def suggest_output_port(self) -> str:
        """Return no port: nothing is sent to a device."""
        return ""

    def suggest_map_mode(self, cc_no: int, channel: int) -> int:
        """Return -1: as Live likes it."""
        return -1
