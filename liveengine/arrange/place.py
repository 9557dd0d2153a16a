"""From chosen stems to slots, and from slots to what happens at which beat. Runs on: event loop; pure.

Each lane gets a track, each section a scene. At a section's beginning a track launches, stops or plays on: a loop that
continues is not launched again, so that it does not stumble at the seam.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from liveengine.arrange.choose import LOOSE, Pick, lanes
from liveengine.arrange.plan import Placement, Plan
from liveengine.arrange.styles import Styles
from liveengine.errors import OutOfRange
from liveengine.stems.model import Stem
from liveengine.units import gain_of

LOUDEST_DB, SOFTEST_DB = 6.0, -24.0  # what balancing may do to a stem
HEADROOM_DB = -1.0  # a single stem's peak after its gain


@dataclass(frozen=True)
class Cue:
    """At `beat` (from the track's beginning), `track` (from 1) launches `slot` (from 1), or stops when it is 0."""

    beat: int
    track: int
    slot: int


def place(plan: Plan, picks: Sequence[Pick], styles: Styles, tracks: int) -> Plan:
    """Return the plan with its placements, each balanced to the loudness of its category.

    Raises OutOfRange when the plan needs more than `tracks` tracks.
    """
    track_of = assign(plan, picks, styles.tracks.order)
    if len(track_of) > tracks:
        raise OutOfRange(f"the plan needs {len(track_of)} tracks, the engine has {tracks}; raise engine.tracks")
    placements = [
        Placement(
            section=plan.structure[pick.section].section,
            track=track_of[pick.category, pick.part],
            slot=pick.section + 1,
            category=pick.category,
            stem=pick.stem.id,
            filename=pick.stem.filename,
            gain=balance(pick.stem, styles.loudness.get(pick.category, styles.loudness["other"])),
        )
        for pick in picks
    ]
    return plan.model_copy(update={"placements": placements})


def assign(plan: Plan, picks: Sequence[Pick], order: Sequence[str]) -> dict[tuple[str, int], int]:
    """Return the track, from 1, of each lane that got a stem, in the order of the categories."""
    filled = {(pick.category, pick.part) for pick in picks}
    places = {category: index for index, category in enumerate(order)}
    wanted = [lane for lane in lanes(plan) if lane in filled]
    ranked = sorted(wanted, key=lambda lane: (places.get(lane[0], len(places)), lane[1]))
    return {lane: track for track, lane in enumerate(ranked, 1)}


def balance(stem: Stem, target: float) -> float:
    """Return the linear gain that brings a stem to `target` LUFS, within limits and without clipping by itself."""
    level = target - stem.loudness if stem.loudness is not None else -6.0
    if stem.peak is not None:
        level = min(level, HEADROOM_DB - stem.peak)
    return round(gain_of(min(LOUDEST_DB, max(SOFTEST_DB, level))), 6)


def loops(category: str, stem: Stem) -> bool:
    """Return whether a stem goes round in a section: a loop, or a one-shot laid as a pattern; effects are hit once."""
    return stem.loop or category not in LOOSE


def hits(category: str, stem: Stem, styles: Styles) -> list[float] | None:
    """Return the beats of a bar on which a one-shot is laid as a pattern; None where the stem plays as it is.

    An empty list: hit again each time it has rung out, in whole bars.
    """
    if stem.loop or category in LOOSE:
        return None
    return styles.patterns.get(category, [])


def cues(plan: Plan, section: int, stems: Mapping[int, Stem]) -> list[Cue]:
    """Return what happens where section number `section` (from 0) begins; the one after the last is the end.

    What goes round plays on when the next section has it in the same track.
    """
    before = {p.track: p for p in plan.placements if p.slot == section}
    now = {p.track: p for p in plan.placements if p.slot == section + 1}
    beat = plan.starts()[section]
    found = []
    for track in sorted(before.keys() | now.keys()):
        old, new = before.get(track), now.get(track)
        if new is None:
            found.append(Cue(beat, track, 0))
        elif old is None or (old.stem, old.gain) != (new.stem, new.gain) or not loops(new.category, stems[new.stem]):
            found.append(Cue(beat, track, new.slot))
    return found
