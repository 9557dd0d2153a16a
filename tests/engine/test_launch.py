"""Clips in their slots, and what a record may ask of a launch."""

from typing import Any

import pytest

from liveengine.engine.layout import Follow, Happened, LaunchMode, Op, Refusal, Tier, Warp
from tests.engine.rig import Rig

COUNT = [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_segment_is_not_retired_while_a_clip_has_it() -> None:
    rig = Rig()
    segment = rig.load(COUNT)
    rig.engine.push(Op.CLIP, track=1, slot=3, segment=segment)
    rig.engine.push(Op.RETIRE, segment=segment)
    rig.run(8)
    assert not rig.events(Happened.RETIRED)
    rig.engine.push(Op.UNCLIP, track=1, slot=3)
    rig.run(8)
    assert [e.segment for e in rig.events(Happened.RETIRED)] == [segment]


@pytest.mark.parametrize("op", [Op.LAUNCH, Op.CLIP])
@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"pitch": 0.49}, Refusal.VALUE),
        ({"pitch": 2.01}, Refusal.VALUE),
        ({"pitch": float("nan")}, Refusal.VALUE),
        ({"crossfade": -1}, Refusal.VALUE),
        ({"crossfade": 5}, Refusal.VALUE),
        ({"loop_end": 0, "crossfade": 1}, Refusal.VALUE),
        ({"warp": max(Warp) + 1}, Refusal.VALUE),
        ({"tier": max(Tier) + 1}, Refusal.VALUE),
        ({"tier": -1}, Refusal.VALUE),
        ({"reverse": 2}, Refusal.VALUE),
        ({"mode": max(LaunchMode) + 1}, Refusal.VALUE),
        ({"legato": 2}, Refusal.VALUE),
        ({"choke": -1}, Refusal.VALUE),
        ({"follow_a": max(Follow) + 1}, Refusal.VALUE),
        ({"follow_b": -1}, Refusal.VALUE),
        ({"follow_beats": -1.0}, Refusal.VALUE),
        ({"follow_beats": float("inf")}, Refusal.VALUE),
        ({"chance": 1.1}, Refusal.VALUE),
        ({"chance": float("nan")}, Refusal.VALUE),
        ({"jump_a": 17}, Refusal.VALUE),
        ({"jump_b": -1}, Refusal.VALUE),
        ({"segment": 1}, Refusal.SEGMENT),
        ({"track": 4}, Refusal.TRACK),
        ({"track": -1}, Refusal.TRACK),
    ],
)
def test_a_clip_that_makes_no_sense_is_refused(op: Op, fields: dict[str, Any], reason: Refusal) -> None:
    rig = Rig()
    good = {"track": 0, "slot": 1, "segment": rig.load(COUNT), "loop_start": 2, "loop_end": 6}
    token = rig.engine.push(op, **(good | fields))
    assert rig.left(4) == [0] * 4
    assert [(e.kind, e.token, e.aux) for e in rig.heard] == [(Happened.REFUSED, token, reason)]


@pytest.mark.parametrize("op", [Op.CLIP, Op.UNCLIP])
@pytest.mark.parametrize(("track", "slot"), [(2, 1), (-1, 1), (0, 0), (0, 17)])
def test_a_slot_that_does_not_exist_is_refused(op: Op, track: int, slot: int) -> None:
    rig = Rig()
    rig.engine.push(op, track=track, slot=slot, segment=rig.load(COUNT))
    rig.run(4)
    assert [(e.kind, e.aux) for e in rig.heard] == [(Happened.REFUSED, Refusal.TRACK)]
