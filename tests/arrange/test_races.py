"""What comes between a sentence and its launch: the newest wish counts, and nothing stays half done."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from liveengine.arrange.verbs import Verbs
from liveengine.errors import NothingFits, Superseded
from tests.arrange.test_verbs import Slow, begun, sound
from tests.session.stage import BAR, BEAT, Stage, stage


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        made.registry.add(Verbs(made.session, made.library, made.config))
        yield made


async def asked(live: Stage, slow: Slow, address: str, *args: Any) -> asyncio.Task[Any]:
    """Ask for a launch, up to where it waits for its stem."""
    slow.asked.clear()
    task = asyncio.create_task(live.call(address, *args))
    await slow.asked.wait()
    assert not task.done()
    return task


@pytest.mark.parametrize("between", ["/track/1/stop", "/stop", "/panic", "/transport/stop", "/session/clear"])
async def test_a_stop_in_between_is_newer_than_the_launch(live: Stage, between: str) -> None:
    kick = await sound(live)
    await begun(live)
    slow = Slow(live, kick)
    task = await asked(live, slow, "/track/1/launch/prompt", "kick")
    await live.call(between)
    slow.go.set()
    with pytest.raises(Superseded, match="was made ready; ask again"):
        await task
    live.render(2 * BAR)
    assert await live.call("/track/1/clip/1/state") == "empty"
    assert live.engine.snapshot().tracks[0].playing_token == 0
    await live.call("/transport/play")
    assert (await live.call("/track/1/launch/prompt", "kick"))["stem"] == kick


async def test_of_two_sentences_the_one_that_was_said_last_is_launched(live: Stage) -> None:
    kick, bass = await sound(live), await sound(live, "bass")
    await begun(live)
    slow = Slow(live, kick)
    first = await asked(live, slow, "/track/1/launch/prompt", "kick")
    assert (await live.call("/track/1/launch/prompt", "bass"))["stem"] == bass
    slow.go.set()
    with pytest.raises(Superseded, match="track 1 was told something else"):
        await first
    live.render(BAR)
    assert [await live.call(f"/track/1/clip/{slot}/state") for slot in (1, 2)] == ["playing", "empty"]


async def test_the_later_of_two_sentences_may_be_ready_later(live: Stage) -> None:
    kick, bass = await sound(live), await sound(live, "bass")
    await begun(live)
    sooner, later = Slow(live, bass), Slow(live, kick)
    first = await asked(live, sooner, "/track/1/launch/prompt", "bass")
    second = await asked(live, later, "/track/1/launch/prompt", "kick")
    sooner.go.set()
    assert (await first)["stem"] == bass
    later.go.set()
    assert (await second)["stem"] == kick
    live.render(2 * BAR)
    assert [await live.call(f"/track/1/clip/{slot}/state") for slot in (1, 2)] == ["stopped", "playing"]


async def test_a_clip_that_is_launched_by_hand_in_between_is_newer(live: Stage) -> None:
    kick, bass = await sound(live), await sound(live, "bass")
    await live.call("/track/1/clip/5/load", bass)
    await begun(live)
    slow = Slow(live, kick)
    task = await asked(live, slow, "/track/1/launch/prompt", "kick")
    await live.call("/track/1/clip/5/launch")
    slow.go.set()
    with pytest.raises(Superseded):
        await task
    live.render(BAR)
    assert await live.call("/track/1/clip/5/state") == "playing"


async def test_a_swap_whose_slot_is_cleared_in_between_changes_nothing(live: Stage) -> None:
    first, second = await sound(live), await sound(live, bpm=121.0)
    await live.call("/track/1/clip/1/load", first)
    await live.call("/track/1/clip/1/launch")
    live.render(BEAT)
    slow = Slow(live, second)
    task = await asked(live, slow, "/track/1/swap")
    await live.call("/track/1/clip/1/clear")
    slow.go.set()
    with pytest.raises(Superseded):
        await task
    live.render(BAR)
    assert await live.call("/track/1/clip/1/state") == "empty"


async def test_a_client_that_goes_away_leaves_the_slot_free(live: Stage) -> None:
    kick = await sound(live)
    slow = Slow(live, kick)
    task = await asked(live, slow, "/track/1/launch/prompt", "kick", 3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    slow.go.set()
    assert live.session.core.slot(1, 3).loading == 0
    assert (await live.call("/track/1/launch/prompt", "kick", 3))["slot"] == 3


async def test_an_empty_library_says_what_to_do(live: Stage) -> None:
    for address, args in (("/track/1/launch/prompt", ("kick",)), ("/cue/audition/prompt", ("kick",))):
        with pytest.raises(NothingFits, match="ingest some"):
            await live.call(address, *args)


async def test_a_file_that_is_gone_is_passed_over_and_told_where_no_other_is(live: Stage) -> None:
    best = await sound(live)
    (await live.library.get(best)).path.unlink()
    with pytest.raises(Exception, match=r"(?i)gone|missing|no file|not there|cannot be") as told:
        await live.call("/track/1/launch/prompt", "kick")
    assert getattr(told.value, "code", "") != "internal"
    second = await sound(live, bpm=121.0)
    answer = await live.call("/track/1/launch/prompt", "kick")
    assert (answer["stem"], answer["fallback"], answer["instead_of"]) == (second, "other", best)
