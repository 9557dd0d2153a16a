"""Slots for clips that come without one: where they lie already, an empty one, an older one. Runs on: event loop."""

from collections import defaultdict

from liveengine.errors import Full
from liveengine.session.clip import Clip
from liveengine.session.model import SlotState
from liveengine.session.session import Session


class Free:
    """Gives clips their slots and remembers which it gave."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._given: dict[int, list[tuple[int, int]]] = defaultdict(list)  # by track: slot and stem, the oldest first

    def put(self, track: int, clip: Clip) -> int:
        """Put a clip whose buffer is held into a slot of the track and return its number; the hold ends.

        That is the slot that holds it already, else an empty one, else the one that was given longest ago and does not
        sound. Raises Full when there is none; the hold has ended then, too.
        """
        for number, found in enumerate(self._session.core.track(track).slots, 1):
            if found.clip is not None and (found.clip.stem, found.clip.key) == (clip.stem, clip.key):
                self._session.buffers.let_go(clip.segment)
                return number
        try:
            number = self._find(track)
        except Full:
            self._session.buffers.let_go(clip.segment)
            raise
        self._session.clips.put(track, number, clip)
        self._given[track] = [one for one in self._given[track] if one[0] != number] + [(number, clip.stem)]
        return number

    def _find(self, track: int) -> int:
        strip = self._session.core.track(track)
        for number, found in enumerate(strip.slots, 1):
            if found.clip is None and not found.loading:
                return number
        for number, stem in self._given[track]:
            found = strip.slots[number - 1]
            rests = found.state is SlotState.STOPPED and strip.asked_slot != number
            if rests and found.clip is not None and found.clip.stem == stem:
                return number
        raise Full(f"track {track} has no free slot among its {len(strip.slots)}; clear one, or name one to fill")
