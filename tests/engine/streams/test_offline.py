"""Offline: the same sound whatever the blocks, from a journal, and after a kill inside a block."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from liveengine.engine.again import obeyed
from liveengine.engine.kernel import block as kernel
from liveengine.engine.memory import Memory
from liveengine.engine.ops import Op
from liveengine.engine.streams import callback
from liveengine.engine.streams.context import Context
from liveengine.engine.streams.offline import render, replay
from tests.engine.rig import Rig, Sound

from numba import njit  # isort: skip  # after the cache folder is set

FRAMES = 1500
RECORDS = st.lists(
    st.tuples(
        st.sampled_from([op for op in Op if op not in (Op.NONE, Op.RETIRE)]),
        st.integers(0, 4),
        st.integers(0, FRAMES),
        st.floats(0.0, 1.0),
        st.integers(0, 2),
        st.sampled_from([0.0, 2.9, 4.0, 5.1]),
        st.sampled_from([0.0, 0.5, 1.0, 16.0]),
        st.integers(0, 300),
    ),
    min_size=1,
    max_size=25,
)


def perform(records: list[Any]) -> Rig:
    """Return a rig with three buffers and these records pushed."""
    rig = Rig(commands=128, queue=128)
    noise = np.random.default_rng(1).uniform(-300, 300, (3, 2, 333))
    noise[2, 0, 222] = np.nan
    segments = [rig.load(*pair) for pair in noise]
    for op, track, frame, value, segment, source, quantum, ramp in records:
        exact = {"frame": frame} if quantum == 0.0 else {"quantum": quantum}
        switch = {Op.TEMPO: 3.0 + value, Op.MUTE: round(value), Op.SOLO: round(value), Op.RUN: round(value + 0.3)}
        switch |= {Op.ROUTE: round(3 * value) - 1, Op.CUE: round(value)}
        fields = {"slot": 1 + ramp % 2} if op == Op.SEND else {}
        launch = {"slot": 1, "segment": segments[segment], "source_frames_per_beat": source, "start": ramp % 100}
        launch |= {"tier": frame % 3, "warp": ramp % 3, "reverse": int(frame % 5 == 0), "crossfade": ramp % 30}
        launch |= {"pitch": [1.0, 0.7, 1.9][ramp % 7 % 3], "gain": 0.5 + value}
        fields |= launch | {"loop_start": 20, "loop_end": 333 if frame % 3 else 0} if op == Op.LAUNCH else {}
        rig.engine.push(op, track=track, value=switch.get(op, value), ramp=ramp, **exact, **fields)
    return rig


@settings(max_examples=60, derandomize=True)
@given(records=RECORDS, block=st.integers(1, 2048), cuts=st.lists(st.integers(1, 2048), min_size=1))
def test_the_sound_does_not_depend_on_the_blocks(records: list[Any], block: int, cuts: list[int]) -> None:
    expected = render(perform(records).memory, FRAMES, FRAMES)
    assert np.isfinite(expected).all()
    np.testing.assert_array_equal(render(perform(records).memory, FRAMES, block), expected)
    memory = perform(records).memory
    pieces: list[Sound] = []
    while (done := sum(piece.shape[1] for piece in pieces)) < FRAMES:
        pieces.append(render(memory, min(cuts[len(pieces) % len(cuts)], FRAMES - done)))
    np.testing.assert_array_equal(np.hstack(pieces), expected)


def test_a_journal_replays_bit_for_bit_however_long_it_is() -> None:
    rig = Rig(commands=16, queue=16, events=4096)
    pushed = rig.pushed()
    segments = [rig.load(np.random.default_rng(n).uniform(-300, 300, 333)) for n in range(2)]
    rig.engine.push(Op.RUN, value=1)
    sound = []
    for turn in range(60):
        rig.loop(segments[turn % 2], track=turn % 2, quantum=[0.0, 1.0, 4.0][turn % 3], source_frames_per_beat=3.1)
        rig.engine.push(Op.GAIN, track=turn % 2, value=turn % 7 / 7, frame=turn * 25 + 20)
        rig.engine.push(Op.TEMPO, value=4.0 - turn % 5 / 10)
        sound.append(rig.run(25, block=1 + turn % 30))
    copy = Rig(commands=16, queue=16)
    for n in range(2):
        copy.load(np.random.default_rng(n).uniform(-300, 300, 333))
    again = replay(copy.memory, obeyed(pushed, rig.heard), 1500, 64) / np.float32(1 / 1024)
    np.testing.assert_array_equal(again, np.hstack(sound))


def test_more_records_at_one_frame_than_the_ring_holds_are_replayed() -> None:
    rig = Rig(commands=4, queue=4)
    records = np.zeros(50, rig.memory.commands.dtype)
    records["op"], records["value"], records["ramp"], records["beat"] = Op.GAIN, 1.0, 1, np.nan
    records["frame"] = 10
    records["value"][-1] = 0.25
    assert replay(rig.memory, records, 20, 8).shape == (rig.memory.rows, 20)
    assert rig.state().tracks[0].gain == 0.25


def copied(memory: Memory) -> Memory:
    arrays: dict[str, Any] = {name: array.copy() for name, array in zip(Memory._fields, memory, strict=True)}
    return Memory(**arrays)


def test_a_kill_inside_a_block_leaves_the_last_whole_one() -> None:
    records = [(Op.RUN, 0, 0, 1.0, 0, 0.0, 0.0, 0)]
    records += [(Op.LAUNCH, n % 2, 40 * n, 1.0, n % 2, 3.7, 0.0, 5 * n) for n in range(12)]
    rig = perform(records)
    render(rig.memory, 200, 50)
    twin = copied(rig.memory)
    render(rig.memory, 64)
    rig.memory.header[:] = twin.header  # all of the block is done but its commit, and then the process is gone
    kernel.recover(rig.memory)
    np.testing.assert_array_equal(render(rig.memory, 400, 64), render(twin, 400, 64))
    assert rig.memory.events.tobytes() == twin.events.tobytes()
    assert rig.memory.tap.tobytes() == twin.tap.tobytes()


def test_a_kill_between_commit_and_publishing_is_made_good() -> None:
    rig = perform([(Op.LAUNCH, 0, 2, 1.0, 0, 0.0, 0.0, 0)])
    before = rig.memory.header.copy()
    rig.run(8, 8)
    for name in ("command_read", "event_write", "frame"):
        rig.memory.header[name] = before[name]
    kernel.recover(rig.memory)
    assert rig.memory.header["frame"] == 8
    assert rig.memory.header["command_read"] == 1
    assert rig.memory.header["event_write"] > before["event_write"]


def skip(context: Context, frames: int) -> None:
    """Call what only compiled code calls."""
    callback.prepare(context)

    def call(page: Any, memory: Memory, frames: int) -> None:
        callback.skip(page, memory, frames)

    njit(call)(context.page, context.memory, frames)


def test_skipping_is_rendering_that_nobody_hears() -> None:
    records = [(Op.LAUNCH, n % 2, 40 * n, 1.0, n % 2, 3.7, 0.0, 5 * n) for n in range(12)]
    heard, skipped = perform(records), perform(records)
    sound = render(heard.memory, 1400)
    skip(Context(skipped.memory), 1300)
    np.testing.assert_array_equal(render(skipped.memory, 100), sound[:, 1300:])
    assert skipped.memory.tap.tobytes() == heard.memory.tap.tobytes()


def test_the_tap_holds_the_last_frames_of_the_master() -> None:
    rig = perform([(Op.LAUNCH, 0, 2, 1.0, 0, 0.0, 0.0, 0)])
    sound = render(rig.memory, 100, 7)
    frames = np.arange(100 - 64, 100)
    np.testing.assert_array_equal(rig.memory.tap[frames % 64], sound[:2, frames].T)
