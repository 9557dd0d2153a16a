"""What plays goes over to what its clip is now where its loop goes round, asked for once and taken back once."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from liveengine.engine.layout import FADE_FRAMES
from liveengine.engine.ops import Op
from liveengine.session.clip import Clip, Mutation
from liveengine.session.steering import MUTATED
from tests.session.stage import BAR, Stage, stage
from tests.session.test_mutations import playing, rendered, to_seam
from tests.session.test_settings import pushed


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        yield made


def other(live: Stage, clip: Clip, number: int = 1) -> Mutation:
    """Put a rendering of a clip into the pool: the clip's own sound, turned over and ever softer."""
    sound = -rendered(live, clip.segment) / (1 + number)
    key = MUTATED - 1 - (clip.mark << 32) - number
    segment = live.engine.segments.allocate(len(sound), 1, key)
    live.engine.segments.view(segment)[:] = sound
    live.engine.segments.ready(segment, len(sound))
    live.session.room.hold(segment)
    return Mutation(segment, key, len(sound), 0.0, 0.0, "slices", "auto", 0.5, 0, number)


async def test_another_rendering_is_asked_for_once_and_heard_from_the_seam_on(live: Stage) -> None:
    clip = await playing(live, 0.0)
    made = other(live, clip)
    live.session.steering.given(1, 1, None, made)
    for _ in range(5):
        live.hear()
    assert len(pushed(live, Op.SWAP)) == 1
    left = to_seam(live)
    heard = live.render(left + BAR)[0]
    assert np.array_equal(heard[:left], rendered(live, clip.segment)[BAR - left :])
    assert np.array_equal(heard[left + FADE_FRAMES :], rendered(live, made.segment)[FADE_FRAMES:])
    assert live.session.steering.reading(1, 1) == made


async def test_what_is_wanted_no_more_before_the_seam_is_taken_back(live: Stage) -> None:
    clip = await playing(live, 0.0)
    live.session.steering.given(1, 1, None, other(live, clip))
    live.hear()
    live.session.steering.given(1, 1, None, None)
    live.hear()
    assert len(pushed(live, Op.CANCEL)) == 1
    live.render(2 * BAR)
    assert live.engine.snapshot().tracks[0].segment == clip.segment
    assert live.session.steering.reading(1, 1) is None


async def test_the_last_of_several_counts_and_what_sounded_is_known_until_its_place_is_anothers(live: Stage) -> None:
    clip = await playing(live, 0.0)
    steering = live.session.steering
    first, second = other(live, clip, 1), other(live, clip, 2)
    for made in (first, second, first):
        steering.given(1, 1, None, made)
        live.hear()
    live.render(to_seam(live) + 10)
    assert steering.reading(1, 1) == first
    steering.given(1, 1, None, second)
    assert steering.rendering(clip, first.segment) == first
    live.render(2 * BAR)
    assert steering.reading(1, 1) == second


async def test_a_mutation_is_known_by_its_place_as_that_of_its_clips_loop_alone(live: Stage) -> None:
    clip = await playing(live, 0.0)
    made, steering = other(live, clip), live.session.steering
    assert steering.mutated(clip, made.segment)
    assert not steering.mutated(clip, clip.segment)
    await live.call("/track/1/clip/1/loop/end", 2.0)
    assert not steering.mutated(clip, made.segment)
