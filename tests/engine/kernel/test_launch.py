"""What a launch asks for: clips in their slots, legato, choke groups, and what makes no sense."""

from typing import Any

import pytest

from liveengine.engine.layout import FADE_FRAMES, FADE_MIN, ONE_FRAME
from liveengine.engine.ops import Follow, Happened, LaunchMode, Op, Reason, Refusal, Tier, Warp
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
        ({"follow_beats": 0.015}, Refusal.VALUE),
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


def legato(here: dict[str, Any], there: dict[str, Any], frames: int) -> list[float]:
    """Return the new clip's samples, in counts, when it takes over after `frames` frames of another one."""
    rig = Rig()
    rig.engine.push(Op.RUN, value=1)
    rig.loop(rig.load([0] * 16), **here)
    rig.run(frames)
    rig.loop(rig.load(range(16)), **({"legato": 1, "slot": 2} | there))
    return rig.left(FADE_FRAMES + 4, block=32)[-4:]


def test_a_legato_clip_goes_on_where_the_other_one_was() -> None:
    assert legato({}, {}, 5) == [5 + n for n in range(4)]
    assert legato({}, {"legato": 0}, 5) == [0, 1, 2, 3]


def test_legato_counts_in_beats_from_the_start_of_each_loop() -> None:
    tempo = {"source_frames_per_beat": 4.0}
    half = {"source_frames_per_beat": 2.0, "loop_start": 4, "loop_end": 12}
    after = [7 + (FADE_FRAMES + n) % 16 for n in range(4)]
    assert legato(tempo, tempo, 7) == after
    sound = legato(tempo, half, 6)  # one and a half beats: three frames into the loop, at half the speed
    assert sound == [4 + 3 + n / 2 for n in range(4)]


def test_legato_comes_round_a_shorter_loop() -> None:
    assert legato({}, {"loop_end": 8}, 13) == [5, 6, 7, 0]


def test_legato_with_nothing_to_replace_begins_at_the_start() -> None:
    rig = Rig()
    rig.play(rig.load(COUNT), legato=1)
    assert rig.left(4) == [1, 2, 3, 4]


def test_a_legato_clip_at_unity_rate_begins_on_a_whole_frame() -> None:
    rig = Rig()
    rig.loop(rig.load([0] * 16), source_frames_per_beat=5.0)
    rig.run(3)  # at frame 3.75
    rig.loop(rig.load([256] * 16), legato=1)
    rig.run(1)
    assert int(rig.memory.voices["position"][int(rig.memory.header["committed"][0]) & 1, 1]) % ONE_FRAME == 0


def test_a_clip_chokes_the_others_of_its_group_on_any_track() -> None:
    rig = Rig(tracks=4)
    segment = rig.load([64] * 4)
    for track, group in ((0, 1), (1, 2), (2, 1)):
        rig.loop(segment, track=track, choke=group, frame=track)
    rig.loop(segment, track=3, choke=1, frame=8)
    sound = rig.run(8 + FADE_MIN + 8)
    assert [(e.track, e.frame) for e in rig.events(Happened.STOPPED) if e.aux == Reason.CHOKED] == [
        (0, 2 + FADE_MIN),
        (2, 8 + FADE_MIN),
    ]
    assert sound[6, 8:12].tolist() == [64, 63, 62, 61]
    assert sound[4].tolist() == [0] + [64] * (7 + FADE_MIN + 8)


def test_a_choke_fades_as_long_as_the_launch_says_within_bounds() -> None:
    for ramp, frames in ((1, FADE_MIN), (100, 100), (1 << 20, FADE_FRAMES)):
        rig = Rig()
        segment = rig.load([64] * 4)
        rig.loop(segment, choke=1)
        rig.loop(segment, track=1, choke=1, ramp=ramp)
        rig.run(FADE_FRAMES + 4, block=20)
        assert rig.stopped(Reason.CHOKED) == [(frames, 1)]


def test_a_choked_clip_is_not_followed() -> None:
    rig = Rig()
    rig.engine.push(Op.RUN, value=1)
    rig.clip(1, rig.load(COUNT), choke=1, follow_beats=2.0, follow_a=Follow.AGAIN)
    rig.press(1)
    rig.loop(rig.load(COUNT), track=1, choke=1, frame=4)
    rig.run(16)
    assert rig.started() == [(0, 1)]
