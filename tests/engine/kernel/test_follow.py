"""Follow actions: what comes after a clip has played its beats; four frames to a beat."""

import itertools
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest

from liveengine.engine.layout import FADE_FRAMES
from liveengine.engine.ops import Follow, Happened, Op, Reason
from tests.engine.rig import Rig

COUNT = [1, 2, 3, 4, 5, 6, 7, 8]


def row(*slots: int, beats: float = 2.0, first: Follow = Follow.NEXT, **fields: Any) -> Rig:
    """Return a rig whose track 0 has clips in these slots, each followed after `beats`; the transport runs."""
    rig = Rig(events=8192)
    rig.engine.push(Op.RUN, value=1)
    segment = rig.load(COUNT)
    for slot in slots:
        rig.clip(slot, segment, follow_beats=beats, **{"follow_a": first, **fields})
    return rig


@pytest.mark.parametrize(
    ("way", "slots"),
    [
        (Follow.NEXT, [4, 7, 2, 4]),
        (Follow.PREVIOUS, [4, 2, 7, 4]),
        (Follow.FIRST, [4, 2, 2, 2]),
        (Follow.LAST, [4, 7, 7, 7]),
        (Follow.AGAIN, [4, 4, 4, 4]),
        (Follow.JUMP, [4, 7, 7, 7]),
        (Follow.NONE, [4]),
        (Follow.STOP, [4]),
    ],
)
def test_a_clip_is_followed_as_it_says_round_the_filled_slots(way: Follow, slots: list[int]) -> None:
    rig = row(2, 4, 7, first=way, jump_a=7)
    rig.press(4)
    rig.run(26)
    assert rig.started() == [(8 * n, slot) for n, slot in enumerate(slots)]
    if way != Follow.NONE:
        assert {e.aux for e in rig.events(Happened.FOLLOWED)} == {way}
    assert (rig.state().tracks[0].playing_slot != 0) == (way != Follow.STOP)


def test_other_never_takes_the_same_clip_again() -> None:
    rig = row(1, 2, 3, beats=0.25, first=Follow.OTHER)
    rig.press(1)
    rig.run(400, block=64)
    slots = [slot for _, slot in rig.started()]
    assert len(slots) == 400
    assert all(one != other for one, other in itertools.pairwise(slots))
    assert min(Counter(slots).values()) > 100


def test_any_takes_each_clip_about_equally_often() -> None:
    rig = row(3, 5, 6, 16, beats=0.25, first=Follow.ANY)
    rig.press(3)
    rig.run(1000, block=64)
    assert all(200 < times < 300 for times in Counter(slot for _, slot in rig.started()).values())


@pytest.mark.parametrize("way", [Follow.OTHER, Follow.JUMP])
def test_where_there_is_no_clip_to_go_to_it_plays_on(way: Follow) -> None:
    rig = row(1, first=way, jump_a=9)
    rig.press(1)
    rig.run(12)
    assert rig.started() == [(0, 1)]
    rig.clip(9, 0)
    rig.run(8)
    assert rig.started()[1:] == [(16, 9)]  # asked again each two beats


@pytest.mark.parametrize(("chance", "low", "high"), [(0.0, 0, 0), (0.25, 200, 300), (1.0, 1000, 1000)])
def test_the_first_action_is_taken_with_its_chance(chance: float, low: int, high: int) -> None:
    rig = row(1, beats=0.25, first=Follow.AGAIN, follow_b=Follow.NONE, chance=chance)
    rig.press(1)
    rig.run(1001, block=64)
    taken = Counter(e.aux for e in rig.events(Happened.FOLLOWED))
    assert sum(taken.values()) == 1000
    assert low <= taken[Follow.AGAIN] <= high


def test_the_same_records_take_the_same_choices_whatever_the_block_and_another_seed_takes_others() -> None:
    taken = {}
    for block, seed in ((1, 0), (64, 0), (64, 1)):
        rig = row(1, 2, 3, beats=0.5, first=Follow.ANY)
        rig.memory.header["seed"] = seed
        rig.press(1, frame=1)
        rig.run(200, block=block)
        taken[block, seed] = rig.started()
    assert taken[1, 0] == taken[64, 0]
    assert taken[64, 1] != taken[64, 0]


def test_follow_beats_are_beats_whatever_the_tempo() -> None:
    rig = row(1, 2, beats=4.0)
    rig.press(1)
    rig.engine.push(Op.TEMPO, value=8.0, frame=8)  # two beats have passed, two more take 16 frames
    rig.run(64)
    assert rig.started() == [(0, 1), (24, 2), (56, 1)]


def test_a_long_chain_stays_on_the_grid_though_no_beat_lies_on_a_frame() -> None:
    rig = row(1, 2, beats=1.0)
    rig.engine.push(Op.TEMPO, value=4.3)
    rig.press(1)
    rig.run(4300, block=64)
    assert [frame for frame, _ in rig.started()] == [round(Fraction(4.3) * n) for n in range(1000)]


def test_the_time_of_a_follow_action_stands_still_with_the_transport() -> None:
    rig = row(1, 2)
    rig.press(1)
    rig.engine.push(Op.RUN, value=0, frame=4)
    rig.engine.push(Op.RUN, value=1, frame=20)
    rig.run(28)
    assert rig.started() == [(0, 1), (24, 2)]


def test_a_locate_leaves_the_time_that_is_left() -> None:
    rig = row(1, 2)
    rig.press(1)
    rig.engine.push(Op.LOCATE, value=100.25, frame=5)
    rig.run(12)
    assert rig.started() == [(0, 1), (8, 2)]


@pytest.mark.parametrize("op", [Op.STOP, Op.CANCEL, Op.PANIC])
def test_a_stop_a_cancel_and_a_panic_end_the_follow_action(op: Op) -> None:
    rig = row(1, 2)
    rig.press(1)
    rig.engine.push(op, track=0, frame=4)
    rig.run(12)
    assert rig.started() == [(0, 1)]
    assert rig.state().queued == 0


def test_a_stop_of_another_slot_does_not_end_it() -> None:
    rig = row(1, 2)
    rig.press(1)
    rig.engine.push(Op.STOP, track=0, slot=2, frame=4)
    rig.run(12)
    assert rig.started() == [(0, 1), (8, 2)]


def test_another_launch_ends_it_even_while_that_waits() -> None:
    rig = row(1, 2)
    rig.press(1)
    rig.run(1)
    rig.play(rig.load(COUNT), slot=5, quantum=4.0)
    rig.run(30)
    assert rig.started() == [(0, 1), (16, 5)]


def test_a_one_shot_is_followed_though_it_is_over() -> None:
    rig = row(1, 2, beats=4.0, loop_end=0)
    rig.press(1)
    rig.run(20)
    assert rig.started() == [(0, 1), (16, 2)]
    assert rig.stopped(Reason.END) == [(8, 1)]


def test_what_waits_for_its_follow_action_is_not_shown_as_queued() -> None:
    rig = row(1, 2)
    rig.press(1)
    rig.run(4)
    view = rig.state().tracks[0]
    assert (view.playing_slot, view.queued_slot, view.queued_token, view.stopping) == (1, 0, 0, False)


def test_a_followed_clip_that_is_legato_goes_on_where_the_other_was() -> None:
    rig = row(1, beats=1.0, first=Follow.NEXT)
    rig.clip(2, rig.load([64 * n for n in COUNT]), legato=1)
    rig.press(1)
    assert rig.left(6) == [1, 2, 3, 4, 5, 6 - 6 / FADE_FRAMES + 6 * 64 / FADE_FRAMES]


def test_follow_actions_without_end_cost_a_launch_a_frame_at_most() -> None:
    rig = row(1, beats=1 / 64, first=Follow.AGAIN)
    rig.press(1)
    rig.run(50)
    assert rig.started() == [(frame, 1) for frame in range(50)]


def test_the_audition_strip_follows_nothing() -> None:
    rig = Rig()
    rig.engine.push(Op.RUN, value=1)
    rig.loop(rig.load(COUNT), track=2, follow_beats=1.0, follow_a=Follow.AGAIN)
    rig.run(12)
    assert rig.started(2) == [(0, 1)]
