"""What is asked for by a name: `? dark kick`, `?> darker`, `?+`, `?-`. Runs on: Live's main thread.

A clip that is named `? dark kick` (or launched under such a name) has the engine find it and play it in the slot at the
same place; the clip is then named for what was found, behind a note, and launches it from now on. A track that is named
so gets it into a free slot. All other wishes are about what the track plays. A track, and a clip with one of the other
wishes, gets its former name back.
"""

from __future__ import annotations

from typing import Any, Callable

from .door import Door, record
from .listeners import Listeners
from .names import SCENES, Named, Names
from .places import Places

NOTE = "\u266a "  # a clip so named stands for the engine's slot at the same place
WISH = "?"

Say = Callable[[str], None]


def wish_of(name: str) -> tuple[str, str] | None:
    """Return what a name asks for, and its words, else None: `?` a sound, `>` another one, `+` and `-` an opinion."""
    name = name.strip()
    words = name[1:].strip()
    if not name.startswith(WISH) or not words:
        return None
    if words in ("+", "-"):
        return words, ""
    return (">", words[1:].strip()) if words.startswith(">") else (WISH, words)


class Wishes:
    """Listens to the names of tracks and clips, and has the wishes done with the next tick."""

    def __init__(self, song: Any, door: Door, places: Places, say: Say) -> None:
        self._song, self._door, self._places, self._say = song, door, places, say
        self._changed: list[Named] = []
        self._names = Names(song, self._hear)

    def listen(self, listeners: Listeners) -> None:
        """Listen to the set."""
        self._names.listen(listeners)

    def tick(self) -> None:
        """See to what came and went, and do what was wished."""
        self._names.tick()
        changed, self._changed = self._changed, []
        for named in changed:
            self._take(named)

    def close(self) -> None:
        """Listen to no name any more."""
        self._names.close()

    def _hear(self, named: Named) -> None:
        self._changed.append(named)

    # --- what is wished

    def _take(self, named: Named) -> None:
        try:
            name = str(named.thing.name)
        except Exception:  # it is gone
            return
        found = wish_of(name)
        if found is None:
            named.usual = name
        elif name == named.asked:  # our own answer was undone
            self._say("launch the clip to ask again")
        else:
            self._grant(named, name, *found)

    def launched(self, clip: Any, track: int, slot: int) -> bool:
        """Ask once more for a clip that is launched under a wish; return whether it is one."""
        found = wish_of(str(clip.name))
        if found is None or found[0] != WISH:
            return False
        named = self._names.find(clip)
        if named is not None:
            self._prompt(named, found[1], track, slot)
        return named is not None

    def _grant(self, named: Named, name: str, mark: str, words: str) -> None:
        track, slot = self._place(named.thing)
        if not self._door.connected:
            self._refused(named, "the engine is not there", bool(slot))
        elif track is None:
            self._say("this track stands for none of the engine's")
        elif mark == WISH:
            named.asked = name if slot else ""
            self._prompt(named, words, track, slot)
        elif mark == ">":
            self._swap(named, words, track)
        else:
            self._like(named, "like" if mark == "+" else "reject", track)

    def _place(self, thing: Any) -> tuple[int | None, int]:
        """Return the engine's track, and the slot of a clip, 0 for a track."""
        for track in self._song.tracks:
            if track == thing:
                return self._places.number(track), 0
            for at, slot in enumerate(list(track.clip_slots)[:SCENES]):
                if slot.has_clip and slot.clip == thing:
                    return self._places.number(track), at + 1
        return None, 0

    # --- what is asked

    def _prompt(self, named: Named, words: str, track: int, slot: int) -> None:
        values = (words, slot) if slot else (words,)
        self._say(f"looking for {words!r}")
        self._door.ask(
            f"/track/{track}/launch/prompt",
            *values,
            done=lambda answer: self._chosen(named, record(answer), bool(slot)),
            failed=lambda code, why: self._refused(named, why, bool(slot)),
        )

    def _swap(self, named: Named, words: str, track: int) -> None:
        named.restore()
        values = (words,) if words else ()
        self._door.ask(f"/track/{track}/swap", *values, done=lambda answer: self._swapped(record(answer)))

    def _like(self, named: Named, what: str, track: int) -> None:
        named.restore()
        said = "track {}: {}".format(track, "liked" if what == "like" else "rejected")
        self._door.ask(f"/track/{track}/{what}", True, done=lambda answer: self._say(said))

    def _chosen(self, named: Named, found: dict[str, Any], clip: bool) -> None:
        self._say(told(found))
        if clip:
            named.usual = NOTE + str(found.get("name", ""))
        named.restore()

    def _swapped(self, found: dict[str, Any]) -> None:
        self._say(told(found))
        clip = self._at(found.get("track"), found.get("slot"))
        named = None if clip is None else self._names.find(clip)
        if named is not None and named.usual.startswith(NOTE):
            named.usual = NOTE + str(found.get("name", ""))
            named.restore()

    def _at(self, number: Any, slot: Any) -> Any:
        """Return Live's clip at the place of one of the engine's slots, None where there is none."""
        for track in self._song.tracks:
            slots = track.clip_slots
            if self._places.number(track) == number and isinstance(slot, int) and 0 < slot <= len(slots):
                return slots[slot - 1].clip
        return None

    def _refused(self, named: Named, why: str, clip: bool) -> None:
        self._say(why)
        named.asked = ""
        if not clip:
            named.restore()


def told(found: dict[str, Any]) -> str:
    """Return what was chosen, where, and when it will be heard."""
    place = "track {track} slot {slot}".format(track=found.get("track", "?"), slot=found.get("slot", "?"))
    seconds = found.get("seconds")
    when = f"in {seconds:.1f} s" if isinstance(seconds, float) and seconds > 0.05 else "now"
    why = ", ".join(part for part in (str(found.get("category", "")), str(found.get("key", ""))) if part)
    late = {"other": "; the best was not there in time", "later": "; a boundary later"}
    hint = late.get(str(found.get("fallback")), "")
    if found.get("verdict") == "none":
        hint += "; nothing is really like it"
    return "{} ({}) on {} {}{}".format(found.get("name", "?"), why, place, when, hint)
