import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio

from liveengine.engine.layout import FADE_FRAMES
from liveengine.engine.ops import Op, SegmentState
from liveengine.engine.streams import offline
from liveengine.errors import PoolFull
from liveengine.events import Mutated, MutationFailed, MutationLate
from liveengine.jobs.pool import Pool
from liveengine.session import line
from liveengine.session.clip import Clip, Mutation
from liveengine.session.steering import MUTATED
from tests.session.stage import BAR, BEAT, BLOCK, RATE, Sound, Stage, stage
from tests.session.test_settings import pushed

CLIP = "/track/1/clip/1"


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[Pool]:
    """Workers that have loaded what they need."""
    async with Pool(1) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def live(tmp_path: Path, pool: Pool) -> AsyncIterator[Stage]:
    async with stage(tmp_path, pool=pool) as made:
        yield made


def beaten(frames: int = BAR, seed: int = 1) -> tuple[Sound, bytes]:
    """Return a loop of four beats, each with a sound of its own, and its transients."""
    chance = np.random.default_rng(seed)
    decay = np.exp(-np.arange(frames // 4) / 500)
    hits = [0.3 * decay * chance.uniform(-1.0, 1.0, frames // 4) for _ in range(4)]
    return np.concatenate(hits).astype(np.float32), np.arange(0, frames, frames // 4, dtype="<i4").tobytes()


async def playing(live: Stage, amount: float = 0.8, category: str = "drums", **given: Any) -> Clip:
    """Play a loop of one bar, and turn its mutation up."""
    sound, transients = beaten()
    stem = await live.stem(sound, category, transients=transients, **given)
    await live.call(f"{CLIP}/load", stem)
    await live.call(f"{CLIP}/launch", 0)
    live.render(100)
    if amount:
        await live.call("/track/1/mutation", amount)
        live.hear()
    return live.session.core.clip(1, 1)


def mutation(clip: Clip) -> Mutation | None:
    return clip.mutation


def amount_of(clip: Clip) -> float | None:
    return None if clip.mutation is None else clip.mutation.amount


async def ready(live: Stage, count: int = 2) -> None:
    """Wait until so many variations of the clip are there."""
    await until(live, lambda: live.session.mutations.ahead(1, 1) >= count)


async def until(live: Stage, done: Callable[[], bool], frames: int = 0) -> None:
    """Let the session look, and so many frames pass with each look, until something is so."""
    async with asyncio.timeout(20.0):
        while not done():
            if frames:
                live.render(frames)
            live.hear()
            await asyncio.sleep(0.005)


def rendered(live: Stage, segment: int) -> Sound:
    found: Sound = live.engine.segments.view(segment)[0].copy()
    return found


def to_seam(live: Stage) -> int:
    """Return how many frames pass until the loop goes round."""
    view = live.engine.snapshot().tracks[0]
    return BAR - round(view.position * BAR)


async def test_the_next_round_is_a_variation_and_all_before_it_and_its_fade_is_the_original(live: Stage) -> None:
    clip = await playing(live)
    await ready(live)
    live.hear()
    left = to_seam(live)
    assert clip.mutation is not None
    first = clip.mutation
    original, made = rendered(live, clip.segment), rendered(live, first.segment)
    heard = live.render(left + BAR)[0]
    assert np.array_equal(heard[:left], original[BAR - left :])
    fade = (np.arange(FADE_FRAMES) + 1) / FADE_FRAMES
    mixed = made[:FADE_FRAMES] * fade + original[:FADE_FRAMES] * (1 - fade)
    assert np.allclose(heard[left : left + FADE_FRAMES], mixed, atol=4e-3)
    assert np.array_equal(heard[left + FADE_FRAMES : left + BAR], made[FADE_FRAMES:])
    assert not np.array_equal(made, original)


async def test_each_round_brings_another_one_and_says_so_with_its_frame(live: Stage) -> None:
    await playing(live)
    await ready(live)
    live.hear()
    start = live.engine.snapshot().frame + to_seam(live)
    heard = []
    for _ in range(4):
        await ready(live, 1)
        live.render(BAR)
        heard.append(live.engine.snapshot().tracks[0].segment)
    told = live.said(Mutated)
    assert [(event.track, event.slot, event.kind, event.amount, event.step) for event in told] == [
        (1, 1, "slices", 0.8, step) for step in (1, 2, 3, 4)
    ]
    assert [event.frame for event in told] == [start + round_ * BAR for round_ in range(4)]


async def test_amount_0_brings_the_original_back_when_the_loop_goes_round_bit_for_bit(live: Stage) -> None:
    clip = await playing(live)
    await ready(live)
    live.render(2 * BAR + 1_000)
    assert live.engine.snapshot().tracks[0].segment != clip.segment
    await live.call("/track/1/mutation", 0)
    live.hear()
    left = to_seam(live)
    varied = live.engine.snapshot().tracks[0].segment
    made = rendered(live, varied)
    heard = live.render(left + 2 * BAR)[0]
    assert np.array_equal(heard[:left], made[BAR - left :])
    original = rendered(live, clip.segment)
    assert np.array_equal(heard[left + FADE_FRAMES :], np.tile(original, 2)[FADE_FRAMES:])
    assert live.said(Mutated)[-1].amount == 0.0
    assert clip.mutation is None


async def test_what_is_used_no_more_leaves_the_pool(live: Stage) -> None:
    clip = await playing(live)
    for _ in range(4):
        await ready(live, 1)
        live.render(BAR)
    await live.call("/track/1/mutation", 0)
    live.render(4 * BAR)
    rows = live.engine.memory.segments
    there = (rows["state"] == SegmentState.READY) & (rows["stem"] < MUTATED)
    assert not there.any()
    assert rows["state"][clip.segment] == SegmentState.READY


async def test_a_variation_may_last_several_rounds(live: Stage) -> None:
    await live.call("/track/1/mutation/bars", 3)
    await playing(live)
    await ready(live)
    live.render(8 * BAR)
    frames = [event.frame for event in live.said(Mutated)]
    assert len(frames) == 3
    assert set(np.diff(frames)) == {3 * BAR}


async def test_the_fader_plans_anew_what_comes_next(live: Stage) -> None:
    clip = await playing(live, 0.2)
    await ready(live)
    live.hear()
    await live.call("/track/1/mutation", 1.0)
    await until(live, lambda: clip.mutation is not None and clip.mutation.amount == 1.0)
    live.render(BAR)
    assert [event.amount for event in live.said(Mutated)] == [1.0]


async def test_a_step_by_hand_is_one_variation_that_stays(live: Stage) -> None:
    clip = await playing(live, 0.0)
    step = await live.call("/track/1/mutate")
    assert step == {"track": 1, "slot": 1, "step": 1, "amount": 0.5}
    await ready(live, 1)
    live.render(4 * BAR)
    assert [event.step for event in live.said(Mutated)] == [1]
    assert clip.mutation is not None
    await live.call("/track/1/mutate", 0.9)
    await ready(live, 1)
    live.render(2 * BAR)
    assert [(event.step, event.amount) for event in live.said(Mutated)] == [(1, 0.5), (2, 0.9)]
    await live.call("/track/1/mutation", 0)
    live.render(2 * BAR)
    assert live.engine.snapshot().tracks[0].segment == clip.segment


async def test_a_one_shot_is_another_one_with_its_next_launch(live: Stage) -> None:
    sound, _ = beaten(2_000)
    await live.call(f"{CLIP}/load", await live.stem(sound, "snare", loop=False))
    await live.call("/track/1/mutation", 0.7)
    heard = []
    for _ in range(4):
        await live.call(f"{CLIP}/launch", 0)
        heard.append(live.render(4_000)[0])
        await ready(live, 1)
        live.hear()
    assert np.array_equal(heard[0][: len(sound)], sound)
    assert all(not np.array_equal(heard[n], heard[n + 1]) for n in range(3))
    assert [event.step for event in live.said(Mutated)] == [1, 2, 3]


async def test_a_worker_that_is_killed_leaves_what_plays_and_goes_on_when_it_is_back(live: Stage) -> None:
    clip = await playing(live)
    await ready(live)
    for pid in live.pool.pids()["mutate"]:
        os.kill(pid, signal.SIGKILL)
    original = np.tile(rendered(live, clip.segment), 3)
    await live.call("/track/1/mutation", 0)
    begin = BAR - to_seam(live)
    assert np.array_equal(live.render(2 * BAR)[0], original[begin : begin + 2 * BAR])
    await live.call("/track/1/mutation", 0.5)
    await ready(live)
    live.render(2 * BAR)
    assert live.said(Mutated)


async def test_a_worker_that_is_killed_in_each_of_its_jobs_is_told_once_and_the_original_plays_on(live: Stage) -> None:
    clip = await playing(live)
    await ready(live)
    original = np.tile(rendered(live, clip.segment), 9)
    await live.call("/track/1/mutation", 0)
    live.render(2 * BAR)
    (worker,) = live.pool.pids()["mutate"]
    os.kill(worker, signal.SIGSTOP)
    await live.call("/track/1/mutation", 0.5)
    live.hear()
    await asyncio.sleep(0.05)  # it has the job, and stands in the middle of it
    begin, pieces = BAR - to_seam(live), []
    async with asyncio.timeout(20.0):
        while not live.said(MutationFailed):
            for pid in live.pool.pids()["mutate"]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            await asyncio.sleep(0.005)
    for _ in range(8):
        pieces.append(live.render(BAR)[0])
    assert np.array_equal(np.concatenate(pieces), original[begin : begin + 8 * BAR])
    ((track, slot, code, why),) = [
        (event.track, event.slot, event.code, event.reason) for event in live.said(MutationFailed)
    ]
    assert (track, slot) == (1, 1)
    assert code in {"worker_died", "out_of_memory"}  # where the system does not tell who killed it
    assert "SIGKILL" in why
    assert live.said(MutationLate) == [MutationLate(1, 1, 1)]
    await ready(live)
    live.render(2 * BAR)
    assert live.said(Mutated)[-1].amount == 0.5


async def test_what_nobody_expects_of_a_worker_is_told_once_and_it_rests(
    live: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, asked = live.pool.run, []

    async def odd(kind: str, payload: Any, **given: Any) -> Any:
        if kind != "mutate" or "prepare" in payload:
            return await run(kind, payload, **given)
        asked.append(payload["step"])
        return {"attacks": None}

    monkeypatch.setattr(live.pool, "run", odd)
    monkeypatch.setattr(line, "FIRST_S", 60.0)
    clip = await playing(live)
    for _ in range(4):
        live.render(BAR)
        await asyncio.sleep(0.005)
    assert [event.code for event in live.said(MutationFailed)] == ["internal"]
    assert asked == [1]
    assert not (live.engine.memory.segments["state"] == SegmentState.FILLING).any()
    assert live.engine.snapshot().tracks[0].segment == clip.segment


async def test_a_step_by_hand_goes_as_far_as_is_said_and_then_the_fader_counts_again(live: Stage) -> None:
    await live.call("/track/1/mutation/bars", 2)
    clip = await playing(live, 0.2)
    for amount in (1.0, 0.0):
        await ready(live)
        assert (await live.call("/track/1/mutate", amount))["amount"] == amount
        await until(live, lambda: amount_of(clip) == amount, 100)  # noqa: B023
        live.render(to_seam(live) + 10)
        assert np.array_equal(rendered(live, clip.heard), rendered(live, clip.segment)) == (amount == 0.0)
        await ready(live)
        live.render(4 * BAR)
    told = live.said(Mutated)
    amounts = [event.amount for event in told]
    assert [amounts.count(amount) for amount in (1.0, 0.0)] == [1, 1]
    assert {amounts[amounts.index(amount) + 1] for amount in (1.0, 0.0)} == {0.2}
    for amount in (1.0, 0.0):
        at = amounts.index(amount)
        assert told[at + 1].frame - told[at].frame == 2 * BAR


async def test_the_fader_ousts_a_step_by_hand(live: Stage) -> None:
    clip = await playing(live, 0.2)
    await live.call("/track/1/mutation/bars", 64)
    await ready(live)
    await live.call("/track/1/mutate", 1.0)
    await until(live, lambda: amount_of(clip) == 1.0, 100)
    live.render(to_seam(live) + 10)
    await live.call("/track/1/mutation", 0.4)
    await until(live, lambda: amount_of(clip) == 0.4, 100)
    live.render(2 * BAR)
    assert [event.amount for event in live.said(Mutated)][-2:] == [1.0, 0.4]


async def test_a_tempo_that_changes_keeps_the_variation_and_the_beat(live: Stage) -> None:
    clip = await playing(live)
    await live.call(f"{CLIP}/warp", "stretch")
    await ready(live)
    live.render(2 * BAR)
    await live.call("/transport/tempo", 100)
    live.render(1_000)
    view = live.engine.snapshot().tracks[0]
    assert live.session.steering.mutated(clip, view.segment)
    await ready(live)
    live.render(3 * BAR)
    assert len({event.step for event in live.said(Mutated)}) >= 2


async def test_variations_of_a_variant_are_as_long_as_it_is(live: Stage) -> None:
    await live.call("/transport/tempo", 100)
    clip = await playing(live, 0.0)
    await live.call(f"{CLIP}/warp", "stretch")
    live.render(3 * RATE)
    await until(live, lambda: clip.variant is not None, 100)
    await live.call("/track/1/mutation", 0.5)
    live.hear()
    await ready(live)
    live.hear()
    assert clip.mutation is not None
    assert clip.variant is not None
    assert (clip.mutation.frames, clip.mutation.tempo) == (clip.variant.frames, 100.0)
    live.render(3 * BAR)
    assert live.session.steering.mutated(clip, live.engine.snapshot().tracks[0].segment)
    await live.call("/transport/tempo", 110)
    live.render(4 * BAR)
    assert live.engine.snapshot().tracks[0].segment in clip.segments()


async def test_another_loop_is_no_variation_of_the_one_before(live: Stage) -> None:
    clip = await playing(live)
    await ready(live)
    live.render(2 * BAR)
    assert clip.mutation is not None
    await live.call(f"{CLIP}/loop/end", 2.0)
    assert mutation(clip) is None
    live.render(BAR)
    assert live.engine.snapshot().tracks[0].segment == clip.segment
    await ready(live)
    live.render(BAR)
    made = mutation(clip)
    assert made is not None
    assert made.frames == BAR // 2


async def test_a_clip_that_is_replaced_takes_its_variations_with_it(live: Stage) -> None:
    await playing(live)
    await ready(live)
    live.render(BAR)
    await live.call(f"{CLIP}/load", await live.stem(beaten(seed=2)[0]))
    assert live.session.core.clip(1, 1).mutation is None
    live.render(100)
    await live.call(f"{CLIP}/launch", 0)
    live.render(2 * BAR)
    await ready(live)
    live.render(BAR)
    clip = live.session.core.clip(1, 1)
    assert live.session.steering.mutated(clip, live.engine.snapshot().tracks[0].segment)


async def test_stop_clear_and_panic_end_what_is_prepared(live: Stage) -> None:
    for verb in ("/track/1/stop", "/panic", f"{CLIP}/clear"):
        await playing(live)
        await ready(live)
        await live.call(verb, *([0] if verb.endswith("stop") else []))
        live.render(BAR)
        assert live.session.mutations.ahead(1, 1) == 0
        assert not live.render(1_000).any()


async def test_a_full_pool_is_told_and_the_original_plays_on(live: Stage) -> None:
    clip = await playing(live, 0.0)
    held: list[int] = []
    while True:
        try:
            held.append(live.engine.segments.allocate(BAR, 1, -5 - len(held)))
        except PoolFull:
            break
    await live.call("/track/1/mutation", 0.5)
    live.hear()
    await asyncio.sleep(0.05)
    live.render(BAR)
    assert [event.code for event in live.said(MutationFailed)] == ["pool_full"]
    assert live.engine.snapshot().tracks[0].segment == clip.segment
    for segment in held:
        live.engine.segments.free(segment)


async def test_a_new_daemon_goes_on_with_the_variation_that_plays(live: Stage) -> None:
    await playing(live)
    await ready(live)
    live.render(2 * BAR)
    await live.session.keeper.keep()
    sounds = live.engine.snapshot().tracks[0].segment
    live.daemon()
    await live.session.restore()
    live.hear()
    assert live.session.core.track(1).mutation.amount == 0.8
    assert sounds in live.session.core.clip(1, 1).segments()
    before = len(live.said(Mutated))
    await ready(live)
    live.render(2 * BAR)
    assert len(live.said(Mutated)) > before


async def test_a_variation_that_was_never_written_down_is_known_by_its_place(live: Stage) -> None:
    await playing(live)
    await live.session.keeper.keep()
    await ready(live)
    live.render(BAR)
    sounds = live.engine.snapshot().tracks[0].segment
    record = await live.library.load_session()
    assert record is not None
    record["tracks"][0]["slots"]["1"]["mutation"] = None
    await live.session.keeper.keep()
    await live.library.save_session(record)
    live.daemon()
    await live.session.restore()
    found = live.session.core.clip(1, 1).mutation
    assert found is not None
    assert (found.segment, found.frames, found.tempo) == (sounds, BAR, 0.0)
    swaps = len(pushed(live, Op.SWAP))
    live.hear()
    assert len(pushed(live, Op.SWAP)) == swaps


async def test_two_faders_of_two_tracks_take_turns_at_the_worker(live: Stage) -> None:
    sound, transients = beaten()
    for track in (1, 2, 3):
        await live.call(f"/track/{track}/clip/1/load", await live.stem(sound, "drums", transients=transients))
        await live.call(f"/track/{track}/clip/1/launch", 0)
        await live.call(f"/track/{track}/mutation", 0.5)
    live.render(BEAT)
    await until(live, lambda: min(live.session.mutations.ahead(track, 1) for track in (1, 2, 3)) >= 1)
    live.render(2 * BAR)
    assert {event.track for event in live.said(Mutated)} == {1, 2, 3}


async def test_two_tracks_that_change_at_once_have_one_each_before_either_has_two(
    live: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for track in (1, 2):
        sound, transients = beaten(seed=track)
        await live.call(f"/track/{track}/clip/1/load", await live.stem(sound, "drums", transients=transients))
        await live.call(f"/track/{track}/clip/1/launch", 0)
        await live.call(f"/track/{track}/mutation", 0.5)
    live.render(100)
    await until(live, lambda: all(live.session.mutations.ahead(track, 1) == 2 for track in (1, 2)))
    run, made = live.pool.run, []

    async def noted(kind: str, payload: Any, **given: Any) -> Any:
        made.append(payload["source"]["offset"])
        return await run(kind, payload, **given)

    monkeypatch.setattr(live.pool, "run", noted)
    for track in (1, 2):
        await live.call(f"/track/{track}/mutation/seed", 9)
    await until(live, lambda: len(made) >= 4)
    assert made[0] != made[1]


async def test_a_setting_leaves_a_step_by_hand_alone(live: Stage) -> None:
    clip = await playing(live, 0.0)
    await live.call("/track/1/mutate")
    await ready(live, 1)
    live.render(2 * BAR)
    for name, value in (("kind", "grains"), ("bars", 4), ("seed", 7)):
        await live.call(f"/track/1/mutation/{name}", value)
    live.render(2 * BAR)
    assert clip.mutation is not None
    assert live.engine.snapshot().tracks[0].segment == clip.mutation.segment


async def test_a_variation_that_is_replaced_as_it_begins_is_told_as_what_it_is(live: Stage) -> None:
    clip = await playing(live)
    await ready(live)
    live.hear()
    offline.render(live.shared.memory, to_seam(live) + 10, BLOCK)
    first = clip.mutation
    assert first is not None
    live.session.steering.given(1, 1, None, None)
    live.hear()
    assert [(event.step, event.amount) for event in live.said(Mutated)] == [(first.step, first.amount)]
