"""A stand-in for what Ableton Live gives to a remote script, at least as strict as Live. Runs on: tests.

What Live forbids raises here: a change while listeners are notified, a listener twice or the removal of none, any touch
of an object that is gone. Each access gives another Python object for the same thing; they compare by what they stand
for and cannot be hashed.
"""

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

BLOCK_S = 0.01  # by which the song's time steps
NOTIFYING = "Changes cannot be triggered by notifications. You will need to defer your response."


class Thing:
    """What a handle stands for: values, and who listens to them."""

    pointers = itertools.count(0x7F3A00001000, 0x40)
    notifying = 0  # listeners that are being called, of all things

    def __init__(self, fixed: tuple[str, ...] = (), **values: Any) -> None:
        """`fixed` names what a script cannot set."""
        self.pointer = next(Thing.pointers)
        self.fixed = fixed
        self.values = values
        self.listeners: dict[str, list[Callable[[], None]]] = {name: [] for name in values}
        self.gone = False
        self.sets = 0  # by the script

    def read(self, name: str) -> Any:
        """Return a value, as it is now."""
        return self.values[name]

    def change(self, name: str, value: Any) -> None:
        """Change a value as Live itself does, and notify."""
        if self.values[name] != value:
            self.values[name] = value
            self.notify(name)

    def notify(self, name: str) -> None:
        """Call who listens."""
        Thing.notifying += 1
        try:
            for heard in list(self.listeners[name]):
                heard()
        finally:
            Thing.notifying -= 1

    def take(self, name: str, value: Any) -> Any:
        """Return what becomes of a value that the script sets."""
        return value

    def delete(self) -> None:
        """Be gone."""
        self.gone = True
        self.listeners = {name: [] for name in self.listeners}

    @property
    def heard(self) -> int:
        """Return how many listeners there are."""
        return sum(map(len, self.listeners.values()))


class Handle:
    """What the script has in its hands."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, thing: Thing) -> None:
        self.__dict__["_thing"] = thing

    def __eq__(self, other: object) -> bool:
        if other is None:
            return bool(self._thing.gone)
        return isinstance(other, Handle) and other._thing is self._thing

    def __getattr__(self, name: str) -> Any:
        thing: Thing = self.__dict__["_thing"]
        if name == "_live_ptr":
            return thing.pointer
        if thing.gone:
            raise RuntimeError("Accessing an object that is gone")
        if name in thing.values:
            return handed(thing.read(name))
        return self._listening(thing, name)

    def __setattr__(self, name: str, value: Any) -> None:
        thing: Thing = self.__dict__["_thing"]
        if thing.gone:
            raise RuntimeError("Accessing an object that is gone")
        if name not in thing.values or name in thing.fixed:
            raise AttributeError(f"can't set attribute {name}")
        if Thing.notifying:
            raise RuntimeError(NOTIFYING)
        thing.sets += 1
        thing.change(name, thing.take(name, value._thing if isinstance(value, Handle) else value))

    def _listening(self, thing: Thing, name: str) -> Any:
        for start, end, does in (
            ("add_", "_listener", add),
            ("remove_", "_listener", remove),
            ("", "_has_listener", has),
        ):
            inner = name[len(start) : -len(end)]
            if name.startswith(start) and name.endswith(end) and inner in thing.listeners:
                return lambda heard: does(thing.listeners[inner], heard)
        raise AttributeError(name)


def add(listeners: list[Callable[[], None]], heard: Callable[[], None]) -> None:
    """Listen; raise RuntimeError for what listens already."""
    if heard in listeners:
        raise RuntimeError("Observer already connected")
    listeners.append(heard)


def remove(listeners: list[Callable[[], None]], heard: Callable[[], None]) -> None:
    """Listen no more; raise RuntimeError for what does not listen."""
    if heard not in listeners:
        raise RuntimeError("Observer not connected")
    listeners.remove(heard)


def has(listeners: list[Callable[[], None]], heard: Callable[[], None]) -> bool:
    """Return whether it listens."""
    return heard in listeners


def handed(value: Any) -> Any:
    """Return a value as the script gets it."""
    if isinstance(value, Thing):
        return Handle(value)
    return tuple(map(handed, value)) if isinstance(value, list) else value


class Slot(Thing):
    """A clip slot, empty at first."""

    def __init__(self) -> None:
        super().__init__(("has_clip", "clip"), has_clip=False, clip=None)

    def fill(self, name: str = "") -> Thing:
        """Put a clip into it."""
        self.values["clip"] = Thing(name=name)
        self.change("has_clip", True)
        return self.clip

    def empty(self) -> None:
        """Delete its clip."""
        self.clip.delete()
        self.values["clip"] = None
        self.change("has_clip", False)

    @property
    def clip(self) -> Thing:
        clip = self.values["clip"]
        assert isinstance(clip, Thing)
        return clip


class Track(Thing):
    """A track with its slots."""

    def __init__(self, name: str, scenes: int) -> None:
        slots = [Slot() for _ in range(scenes)]
        super().__init__(
            ("clip_slots", "fired_slot_index", "playing_slot_index"),
            name=name, clip_slots=slots, fired_slot_index=-1, playing_slot_index=-1,
        )  # fmt: skip

    def slot(self, scene: int) -> Slot:
        """Return the slot in a scene, counted from 1."""
        slot = self.values["clip_slots"][scene - 1]
        assert isinstance(slot, Slot)
        return slot

    def fire(self, at: int) -> None:
        """Trigger a slot, -2 the stop button; it plays or stops at once."""
        self.change("fired_slot_index", at)
        self.change("playing_slot_index", max(at, -1))
        self.change("fired_slot_index", -1)

    def follow(self, at: int) -> None:
        """Have a follow action play a slot, which nobody triggers."""
        self.change("playing_slot_index", at)


class Song(Thing):
    """A set: transport, tracks, scenes, and the view's selection."""

    def __init__(self, now: Callable[[], float], tracks: int = 4, scenes: int = 8) -> None:
        """`now` gives seconds."""
        self._now = now
        self._began = 0.0
        rows = [Thing(("is_triggered",), name="", is_triggered=False) for _ in range(scenes)]
        strips: list[Any] = [Track(f"{n}-Audio", scenes) for n in range(1, tracks + 1)]
        self.view = Thing((), selected_track=strips[0], selected_scene=rows[0])
        super().__init__(
            ("is_playing", "tracks", "scenes", "view", "master_track"),
            tempo=120.0, is_playing=False, current_song_time=0.0, signature_numerator=4, signature_denominator=4,
            clip_trigger_quantization=4, root_note=0, scale_name="Major", is_ableton_link_enabled=False,
            tracks=strips, scenes=rows, view=self.view, master_track=Thing(name="Master"),
        )  # fmt: skip

    def read(self, name: str) -> Any:
        if name == "current_song_time" and self.values["is_playing"]:
            seconds = math.floor((self._now() - self._began) / BLOCK_S) * BLOCK_S
            return self.values[name] + seconds * self.values["tempo"] / 60
        return super().read(name)

    def change(self, name: str, value: Any) -> None:
        if name in ("tempo", "is_playing"):  # the time goes on from here
            self.values["current_song_time"] = self.read("current_song_time")
            self._began = self._now()
        super().change(name, value)

    def take(self, name: str, value: Any) -> Any:
        if name != "tempo":
            return value
        if not 20.0 <= value <= 999.0:
            raise RuntimeError("Invalid value")
        return round(value, 2)  # stricter than Live, so that nothing hangs on what is set coming back unchanged

    def track(self, number: int) -> Track:
        """Return a track, counted from 1."""
        track = self.values["tracks"][number - 1]
        assert isinstance(track, Track)
        return track

    def scene(self, number: int) -> Thing:
        """Return a scene, counted from 1."""
        scene = self.values["scenes"][number - 1]
        assert isinstance(scene, Thing)
        return scene

    def launch(self, number: int) -> None:
        """Launch a scene: its row is triggered, then plays."""
        self.scene(number).change("is_triggered", True)
        for track in self.values["tracks"]:
            track.fire(number - 1)
        self.scene(number).change("is_triggered", False)

    def play(self, beat: float = 0.0) -> None:
        """Start."""
        self.values["current_song_time"] = beat
        self.change("is_playing", True)

    def stop(self, beat: float = 0.0) -> None:
        """Stop, and stand at a beat."""
        self.change("is_playing", False)
        self.values["current_song_time"] = beat

    def remove(self, number: int) -> None:
        """Delete a track."""
        track = self.track(number)
        rest = [one for one in self.values["tracks"] if one is not track]
        for slot in track.values["clip_slots"]:
            slot.delete()
        track.delete()
        self.change("tracks", rest)

    def things(self) -> Iterator[Thing]:
        """Iterate over everything that can be listened to."""
        yield self
        yield self.view
        yield from self.values["scenes"]
        for track in self.values["tracks"]:
            yield track
            for slot in track.values["clip_slots"]:
                yield slot
                if slot.values["has_clip"]:
                    yield slot.clip

    @property
    def listened(self) -> int:
        """Return how many listeners there are in the whole set."""
        return sum(thing.heard for thing in self.things())


class Instance:
    """Live's side of a control surface."""

    def __init__(self, song: Song) -> None:
        self._song = song
        self.messages: list[str] = []
        self.log: list[str] = []

    def song(self) -> Handle:
        return Handle(self._song)

    def handle(self) -> int:
        return 17

    def show_message(self, text: str) -> None:
        self.messages.append(text)

    def log_message(self, text: str) -> None:
        self.log.append(text)
