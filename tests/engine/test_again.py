"""A journal of presses, follow actions, chokes and what came of them sounds the same again, from any blocks."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from liveengine.engine.again import obeyed
from liveengine.engine.ops import Follow, LaunchMode, Op, Tier, Warp
from liveengine.engine.streams.offline import replay
from tests.engine.rig import UNIT, Rig, Sound

FRAMES = 1200
SEGMENTS = 3
CLIPS = st.fixed_dictionaries(
    {
        "mode": st.sampled_from(LaunchMode),
        "legato": st.integers(0, 1),
        "choke": st.integers(0, 1),
        "warp": st.sampled_from(Warp),
        "tier": st.sampled_from([Tier.LINEAR, Tier.CUBIC]),
        "quantum": st.sampled_from([0.0, 0.5, 4.0]),
        "source_frames_per_beat": st.sampled_from([0.0, 2.9, 4.0]),
        "follow_beats": st.sampled_from([0.0, 3.0, 7.3]),
        "follow_a": st.sampled_from(Follow),
        "follow_b": st.sampled_from(Follow),
        "chance": st.sampled_from([0.0, 0.5, 1.0]),
        "jump_a": st.integers(0, 3),
        "segment": st.integers(0, SEGMENTS - 1),
    }
)
EVENTS = st.tuples(
    st.sampled_from([Op.PRESS, Op.PRESS, Op.PRESS, Op.LAUNCH, Op.STOP, Op.CANCEL, Op.TEMPO, Op.CLIP_GAIN, Op.WARP]),
    st.integers(0, 1),  # track
    st.integers(1, 3),  # slot
    st.integers(0, 1),  # value
    st.integers(1, 60),  # frames until the next
)


def stage() -> Rig:
    """Return a rig with three buffers of noise."""
    rig = Rig(events=1 << 14, commands=256, queue=256)
    noise = np.random.default_rng(1).uniform(-300, 300, (SEGMENTS, 2, 333))
    for pair in noise:
        rig.load(*pair)
    return rig


def perform(clips: list[Any], events: list[Any], block: int) -> tuple[Rig, list[np.void], Sound]:
    """Return the rig, what was pushed and the sound of a performance, rendered in these blocks."""
    rig = stage()
    pushed = rig.pushed()
    rig.engine.push(Op.RUN, value=1)
    for n, clip in enumerate(clips):
        rig.engine.push(Op.CLIP, track=n % 2, slot=1 + n // 2, loop_end=333 if n % 3 else 0, **clip)
    sound = []
    done = 0
    for op, track, slot, value, wait in events:
        amount = {Op.TEMPO: 3.0 + value, Op.CLIP_GAIN: 0.4 + value / 2}.get(op, value)
        fields = {"segment": 0, "loop_end": 300, "quantum": 1.0, "choke": 1} if op == Op.LAUNCH else {"quantum": value}
        rig.engine.push(op, track=track, slot=slot, value=amount, **(fields if op != Op.PRESS else {}))
        sound.append(rig.run(min(wait, FRAMES - done), block))
        done += sound[-1].shape[1]
    sound.append(rig.run(FRAMES - done, block))
    return rig, list(pushed.values()), np.hstack(sound)


@settings(max_examples=60, derandomize=True)
@given(
    clips=st.lists(CLIPS, min_size=6, max_size=6),
    events=st.lists(EVENTS, min_size=1, max_size=15),
    blocks=st.tuples(st.integers(1, 100), st.integers(1, 512)),
)
def test_a_performance_sounds_the_same_again(clips: list[Any], events: list[Any], blocks: tuple[int, int]) -> None:
    rig, pushed, sound = perform(clips, events, blocks[0])
    journal = obeyed({int(record["token"]): record for record in pushed}, rig.heard)
    assert not {int(op) for op in journal["op"]} & {Op.PRESS, Op.CLIP, Op.FOLLOW}
    again = replay(stage().memory, journal, FRAMES, blocks[1]) / np.float32(UNIT)
    np.testing.assert_array_equal(again, sound)


@settings(max_examples=30, derandomize=True)
@given(
    clips=st.lists(CLIPS, min_size=6, max_size=6),
    events=st.lists(EVENTS, min_size=1, max_size=15),
    blocks=st.tuples(st.integers(1, 100), st.integers(1, 100)),
)
def test_a_performance_does_not_depend_on_the_blocks(
    clips: list[Any], events: list[Any], blocks: tuple[int, int]
) -> None:
    one, other = (perform(clips, events, block) for block in blocks)
    np.testing.assert_array_equal(one[2], other[2])
    told = [[(r.kind, r.track, r.slot, r.frame, r.aux) for r in rig.heard] for rig, _, _ in (one, other)]
    assert told[0] == told[1]
