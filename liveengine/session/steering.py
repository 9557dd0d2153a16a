"""What plays goes over to what its clip is now, where its loop goes round. Runs on: event loop.

A clip is its original, a variant rendered for the session's tempo, or a mutation of one of them. Whoever changes which
one it is says so here; the engine is asked once, by a SWAP that waits for the loop's seam, and what nobody wants any
more is taken back.
"""

from liveengine.engine.engine import Snapshot, StripView
from liveengine.engine.layout import ALL
from liveengine.engine.ops import Op, SegmentState
from liveengine.session.clip import Clip, Mutation, Variant
from liveengine.session.core import Core
from liveengine.session.table import Table

MUTATED = -(1 << 60)  # the keys of mutations lie below; bits 32 to 55 of the rest say which clip's loop they are of


class Steering:
    """Has the engine read what the clips are."""

    def __init__(self, core: Core, table: Table) -> None:
        self._core = core
        self._table = table
        self._left: dict[int, Variant | Mutation] = {}  # by segment, those that may sound still
        self._asked: dict[tuple[int, int], int] = {}  # by (track, token) the segment that was asked for
        self._recalled: set[int] = set()  # tokens of SWAPs that were taken back and wait still, as far as is known

    def watch(self, snapshot: Snapshot) -> None:
        """Bring what plays in step with what shall play; called with each look."""
        self._forget()
        for number, view in enumerate(snapshot.tracks[: len(self._core.model.tracks)]):
            if view.playing_slot and view.segment >= 0:
                self._steer(number, view)

    def given(self, track: int, slot: int, variant: Variant | None, mutation: Mutation | None) -> None:
        """Make a clip read something else from its next launch on, and from when its loop goes round next."""
        clip = self._core.clip(track, slot)
        for made, now in ((clip.variant, variant), (clip.mutation, mutation)):
            if made is not None and made != now:
                self._left[made.segment] = made
        for made in (variant, mutation):
            if made is not None:
                self._left.pop(made.segment, None)
        clip.variant, clip.mutation = variant, mutation
        self.recall(track - 1)
        self._table.define(track, slot)

    def recall(self, number: int = ALL) -> None:
        """Take back what waits for a loop to go round and would go over to what its clip is not, whoever asked for it.

        Of all tracks, or of one.
        """
        swaps = self._core.engine.waiting(lambda records: records["op"] == Op.SWAP)
        self._recalled &= set(swaps["token"].tolist())
        for track, slot, segment, token, value in swaps[["track", "slot", "segment", "token", "value"]].tolist():
            if token in self._recalled or number not in (ALL, track) or track >= len(self._core.model.tracks):
                continue
            clip = self._core.slot(track + 1, slot).clip
            if clip is None or segment not in clip.segments():
                self._core.push(Op.CANCEL, track=track, start=token)
                self._recalled.add(token)
                self._asked.pop((track, int(value)), None)

    def bend(self, track: int, slot: int, left: Variant | None = None) -> None:
        """Have what plays or waits from a slot sound as its clip says at once, though it may read another rendering.

        `left` is the variant that a launch which waits would start.
        """
        clip, place = self._core.clip(track, slot), self._core.slot(track, slot)
        if not (place.playing or place.queued):
            return
        reads = self.reading(track, slot) if place.playing else clip.mutation or left
        tier = clip.fields(self._core.engine.rate)["tier"]
        self._core.push(Op.WARP, track=track - 1, slot=slot, tier=tier, **clip.manner(reads))

    def reading(self, track: int, slot: int) -> Variant | Mutation | None:
        """Return what is heard of a slot's clip now; None = its original, or nothing."""
        clip = self._core.clip(track, slot)
        view = self._core.engine.snapshot().tracks[track - 1]
        return self.rendering(clip, view.segment) if view.playing_slot == slot else None

    def rendering(self, clip: Clip, segment: int) -> Variant | Mutation | None:
        """Return which rendering of a clip, also one that it was told to leave, a segment holds; None = none."""
        for made in (clip.mutation, clip.variant):
            if made is not None and made.segment == segment:
                return made
        return None if segment == clip.segment else self._left.get(segment)

    def _steer(self, number: int, view: StripView) -> None:
        """Ask the engine for the buffer that a playing clip shall read, once for each voice and buffer."""
        track, slot = number + 1, view.playing_slot
        clip = self._core.slot(track, slot).clip
        if clip is None or not clip.round or clip.segment < 0:
            return
        if view.segment == clip.heard or not self._its_own(clip, view.segment):
            self._asked.pop((number, view.playing_token), None)
            return
        if self._asked.get((number, view.playing_token)) == clip.heard:
            return
        if isinstance(self._left.get(view.segment), Variant):
            self.bend(track, slot)
        fields = clip.fields(self._core.engine.rate)
        self._core.engine.push(Op.SWAP, track=number, slot=slot, value=view.playing_token, **fields)
        self._asked = {place: asked for place, asked in self._asked.items() if place[0] != number}
        self._asked[number, view.playing_token] = clip.heard

    def _its_own(self, clip: Clip, segment: int) -> bool:
        """Tell whether a segment holds what the clip is, was, or was to a daemon that is gone."""
        return segment in clip.segments() or segment in self._left or self.mutated(clip, segment)

    def mutated(self, clip: Clip, segment: int) -> bool:
        """Tell whether a segment holds a mutation of a clip's loop."""
        key = int(self._core.engine.memory.segments["stem"][segment])
        return key < MUTATED and (MUTATED - key) >> 32 == clip.mark

    def _forget(self) -> None:
        """Drop the renderings whose place is another's now."""
        rows = self._core.engine.memory.segments
        ready = rows["state"] == SegmentState.READY
        self._left = {n: made for n, made in self._left.items() if ready[n] and int(rows["stem"][n]) == made.key}
