import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from liveengine.engine.ops import Op, Warp
from liveengine.errors import JobFailure
from liveengine.events import VariantFailed, VariantPlaying
from liveengine.session.clip import Clip, Variant
from tests.session.stage import BAR, BEAT, RATE, Sound, Stage, stage
from tests.session.test_settings import pushed

STEADY = 2 * RATE + 4_000  # frames after which a tempo is steady and was seen to be
CLIP = "/track/1/clip/1"


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        yield made


def tone(frames: int = BAR, cycles: int = 400) -> Sound:
    return (0.25 * np.sin(2 * np.pi * cycles * np.arange(frames) / frames)).astype(np.float32)


async def playing(live: Stage, tempo: float = 100.0, **settings: Any) -> Clip:
    """Play a tone of four beats, stretched, and return its clip."""
    await live.call("/transport/tempo", tempo)
    await live.call(f"{CLIP}/load", await live.stem(tone(), settings.pop("category", "synth")))
    for name, value in ({"warp": "stretch"} | settings).items():
        await live.call(f"{CLIP}/{name}", value)
    await live.call(f"{CLIP}/launch", 0)
    return live.session.core.clip(1, 1)


def variant(clip: Clip) -> Variant | None:
    return clip.variant


async def made(live: Stage) -> None:
    """Wait until everything that is being rendered is there."""
    live.render(STEADY)
    while live.session.variants._making:
        await asyncio.sleep(0.005)


async def about_to_swap(live: Stage) -> tuple[Clip, Any]:
    """Return a clip that plays, and the record by which the engine is to go over to its variant at its seam."""
    clip = await playing(live)
    await made(live)
    live.render(100)
    swap = pushed(live, Op.SWAP)[-1]
    assert clip.variant is not None
    assert swap["segment"] == clip.variant.segment
    return clip, swap


async def is_taken_back(live: Stage, clip: Clip, swap: Any) -> None:
    """Change the tempo: the swap does not happen any more."""
    await live.call("/transport/tempo", 110)
    live.render(2 * BAR)
    assert live.engine.snapshot().tracks[0].segment == clip.segment
    assert [cancel["start"] for cancel in pushed(live, Op.CANCEL)] == [swap["token"]]


def pitch(sound: Sound) -> float:
    """Return the frequency of a tone, in cycles per second."""
    spectrum = np.abs(np.fft.rfft(sound[0] * np.hanning(sound.shape[1])))
    return float(spectrum.argmax() * RATE / sound.shape[1])


async def test_a_steady_tempo_has_the_loop_rendered_in_the_length_of_its_beats(live: Stage) -> None:
    clip = await playing(live)
    live.render(2 * RATE - 1_000)
    assert variant(clip) is None
    await made(live)
    assert clip.variant is not None
    frames = round(4 * 60 * RATE / 100)
    assert (clip.variant.frames, clip.variant.tempo) == (frames, 100.0)
    assert pushed(live, Op.CLIP)[-1][["segment", "loop_end", "warp"]].tolist() == (
        clip.variant.segment, frames, Warp.STRETCH,
    )  # fmt: skip


async def test_what_plays_is_told_to_go_over_once(live: Stage) -> None:
    clip = await playing(live)
    await made(live)
    for _ in range(5):
        live.hear()
    assert clip.variant is not None
    swaps = [record for record in pushed(live, Op.SWAP) if record["segment"] == clip.variant.segment]
    assert len(swaps) == 1
    assert swaps[0][["track", "slot", "source_frames_per_beat"]].tolist() == (0, 1, clip.variant.frames / 4)


async def test_the_next_launch_plays_the_variant_at_its_own_pitch_on_the_grid(live: Stage) -> None:
    clip = await playing(live, transpose=12.0)
    await made(live)
    await live.call(f"{CLIP}/launch", 0)
    live.render(1_000)
    assert clip.variant is not None
    assert live.engine.snapshot().tracks[0].segment == clip.variant.segment
    assert pitch(live.render(RATE)) == pytest.approx(400.0, abs=2.0)  # 200 cycles a second, an octave up


async def test_a_loop_at_its_own_tempo_and_a_clip_that_repitches_need_none(live: Stage) -> None:
    own = await playing(live, 120.0)
    await made(live)
    assert own.variant is None
    tape = await playing(live, 100.0, warp="repitch")
    await made(live)
    assert tape.variant is None


async def test_half_time_that_is_no_stretching_needs_none(live: Stage) -> None:
    clip = await playing(live, 60.0)
    await made(live)
    assert variant(clip) is None


async def test_a_change_of_tempo_goes_back_to_the_original_before_the_engine_hears_of_it(live: Stage) -> None:
    clip = await playing(live, transpose=5.0)
    await made(live)
    await live.call(f"{CLIP}/launch", 0)
    live.render(1_000)
    assert clip.variant is not None
    left = clip.variant.segment
    await live.call("/transport/tempo", 110)
    assert variant(clip) is None
    memory, end = live.engine.memory, int(live.engine.memory.header["command_write"][0])
    last = [memory.commands[n % len(memory.commands)] for n in range(end - 3, end)]
    assert [record["op"] for record in last] == [Op.CLIP, Op.WARP, Op.TEMPO]
    assert last[0]["segment"] == clip.segment != left
    assert last[1][["warp", "pitch"]].tolist() == (Warp.STRETCH, 1.0)  # the variant is transposed already
    live.render(1_000)
    swap = pushed(live, Op.SWAP)[-1]
    assert swap[["segment", "warp"]].tolist() == (clip.segment, Warp.STRETCH)
    assert swap["pitch"] == pytest.approx(2 ** (5 / 12))


async def test_a_swap_that_waits_when_the_tempo_changes_is_taken_back(live: Stage) -> None:
    clip, swap = await about_to_swap(live)
    await is_taken_back(live, clip, swap)
    assert live.said(VariantPlaying) == []


async def test_a_daemon_that_took_over_takes_back_the_swap_that_its_predecessor_left_waiting(live: Stage) -> None:
    clip, swap = await about_to_swap(live)
    await live.session.keeper.keep()
    live.daemon()
    await live.session.restore()
    await is_taken_back(live, clip, swap)


async def test_a_swap_that_the_engine_has_not_taken_yet_is_taken_back_too(live: Stage) -> None:
    clip = await playing(live)
    await made(live)
    live.session.look(live.engine.snapshot())
    swap = pushed(live, Op.SWAP)[-1]
    assert live.session.core.waiting > 0
    await is_taken_back(live, clip, swap)


async def test_a_swap_that_waits_spares_what_is_loaded_and_launched_in_its_slot(live: Stage) -> None:
    clip, swap = await about_to_swap(live)
    await live.call(f"{CLIP}/load", await live.stem(tone(cycles=800)))
    await live.call(f"{CLIP}/launch", 0)
    live.render(STEADY - BEAT)
    assert live.engine.snapshot().tracks[0].segment not in {clip.segment, swap["segment"]}


async def test_the_tempo_that_was_finds_its_variant_in_the_pool_again(live: Stage) -> None:
    clip = await playing(live)
    await made(live)
    first = clip.variant
    await live.call("/transport/tempo", 110)
    live.render(1_000)
    await live.call("/transport/tempo", 100)
    await made(live)
    assert clip.variant == first


async def test_another_transposition_bends_the_variant_until_the_loop_goes_round(live: Stage) -> None:
    clip = await playing(live, transpose=2.0)
    await made(live)
    await live.call(f"{CLIP}/launch", 0)
    live.render(1_000)
    await live.call(f"{CLIP}/transpose", 4.0)
    assert variant(clip) is None
    bent = pushed(live, Op.WARP)[-1]
    assert (bent["warp"], bent["pitch"]) == (Warp.STRETCH, pytest.approx(2 ** (2 / 12)))
    await made(live)
    assert clip.variant is not None
    assert clip.variant.semitones == 4.0


async def test_a_worker_that_fails_leaves_the_original_and_is_told_once(
    live: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any, **__: Any) -> Any:
        raise JobFailure("the worker died of SIGKILL")

    clip = await playing(live)
    monkeypatch.setattr(live.session.buffers._pool, "run", fail)
    await made(live)
    await made(live)
    assert live.said(VariantFailed) == [VariantFailed(1, 1, "job_failed", "the worker died of SIGKILL")]
    assert variant(clip) is None
    assert live.render(BAR)[0].any()


async def test_a_tempo_that_changes_while_the_worker_renders_wants_nothing_of_it(live: Stage) -> None:
    clip = await playing(live)
    live.render(STEADY)
    assert live.session.variants._making
    await live.call("/transport/tempo", 110)
    while live.session.variants._making:
        await asyncio.sleep(0.005)
    assert variant(clip) is None


async def test_a_new_daemon_finds_the_variant_that_plays_and_disturbs_nothing(live: Stage) -> None:
    clip = await playing(live)
    await made(live)
    await live.call(f"{CLIP}/launch", 0)
    live.render(1_000)
    await live.session.keeper.keep()
    before, swaps = clip.variant, len(pushed(live, Op.SWAP))
    live.daemon()
    await live.session.restore()
    live.render(STEADY)
    assert live.session.core.clip(1, 1).variant == before
    assert len(pushed(live, Op.SWAP)) == swaps


async def test_markers_move_with_the_loop_and_percussion_keeps_its_attacks(live: Stage) -> None:
    marks = np.arange(0, BAR, BEAT, dtype="<i4")
    sound = np.zeros(BAR, np.float32)
    for mark in marks:
        sound[mark : mark + 200] = 0.5
    await live.call("/transport/tempo", 100)
    await live.call(f"{CLIP}/load", await live.stem(sound, "kick", transients=marks.tobytes()))
    await live.call(f"{CLIP}/warp", "stretch")
    await live.call(f"{CLIP}/launch", 0)
    await made(live)
    rendering = live.session.core.clip(1, 1).variant
    assert rendering is not None
    assert live.engine.segments.markers(rendering.segment) == [0, 4_800, 9_600, 14_400]
    rendered = live.engine.segments.view(rendering.segment)[0]
    for mark in (0, 4_800, 9_600, 14_400):
        assert np.allclose(rendered[mark : mark + 200], 0.5, atol=1e-6)


async def test_what_plays_goes_over_at_its_seam_and_back_after_a_change_of_tempo_and_nothing_clicks(
    live: Stage,
) -> None:
    clip = await playing(live, transpose=5.0)
    await made(live)
    live.heard.clear()
    first = clip.variant
    assert first is not None
    live.render(3 * BAR)
    assert live.engine.snapshot().tracks[0].segment == first.segment
    await live.call("/transport/tempo", 110)
    live.render(BEAT)
    assert live.engine.snapshot().tracks[0].segment == first.segment  # until it goes round
    live.render(BAR)
    assert live.engine.snapshot().tracks[0].segment == clip.segment
    await made(live)
    live.render(2 * BAR)
    second = clip.variant
    assert second is not None
    assert live.engine.snapshot().tracks[0].segment == second.segment != first.segment
    assert [event.rendered for event in live.said(VariantPlaying)] == [True, False, True]
    heard = np.concatenate(live.heard, axis=1)[0]
    steps = np.abs(np.diff(heard))
    assert steps.max() < 1.5 * np.percentile(steps, 99)  # no more than the tone's own


async def test_a_variant_is_made_and_stays_while_the_engine_is_trimmed_to_a_master(live: Stage) -> None:
    clip = await playing(live)
    live.session.transport.steer(100.0, 1.0004)
    await made(live)
    taken = variant(clip)
    assert taken is not None
    live.session.transport.steer(100.0, 0.9997)
    live.render(2 * BAR)
    assert variant(clip) == taken
    assert live.engine.snapshot().tracks[0].segment == taken.segment
    live.session.transport.steer(103.0, 0.9997)
    live.render(100)
    assert variant(clip) is None
