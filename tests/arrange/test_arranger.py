from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from liveengine.arrange.arranger import Arranger
from liveengine.errors import EmptySlot, NothingFits, OutOfRange
from liveengine.events import Changed, ClipStarted, ClipStopped
from tests.session.stage import BAR, BEAT, Stage, stage

PROMPT = "techno 120 bpm 1 minute without percussion, no snare, no fx, no vocals"


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        await fill(made)
        conduct(made)
        yield made


async def fill(live: Stage) -> None:
    """Loops of noise, and a one-shot kick."""
    chance = np.random.default_rng(5)
    for category in ("hihat", "hihat", "bass", "bass", "synth", "synth", "atmo", "atmo"):
        noise = chance.uniform(-0.1, 0.1, BAR).astype(np.float32)
        await live.stem(noise, category, key="Am" if category in ("bass", "synth", "atmo") else None)
    await live.stem(np.full(500, 0.5), "kick", loop=False)


def conduct(live: Stage) -> None:
    arranger = Arranger(live.session, live.library, live.config)
    live.registry.add(arranger)


async def test_a_prompt_becomes_tracks_and_scenes(live: Stage) -> None:
    plan = await live.call("/arrange", PROMPT)
    assert (plan["bpm"], plan["key"]) == (120, "Am")
    names = [section["section"] for section in plan["structure"]]
    assert names[0] == "Intro"
    assert names[-1] == "Outro"
    state = await live.call("/session/state")
    assert [track["name"] for track in state["tracks"][:5]] == ["kick", "hihat", "bass", "synth", "atmo"]
    placed = {(p["track"], p["slot"], p["stem"]) for p in plan["placements"]}
    clips = {(track["track"], clip["slot"], clip["stem"]) for track in state["tracks"] for clip in track["clips"]}
    assert placed == clips
    assert await live.call("/arrange/plan") == plan


async def test_the_same_prompt_and_seed_give_the_same_plan(live: Stage) -> None:
    first = await live.call("/arrange", PROMPT, 7)
    assert await live.call("/arrange", PROMPT, 7) == first


async def test_the_plan_is_played_section_by_section_on_its_bars(live: Stage) -> None:
    plan = await live.call("/arrange", PROMPT)
    assert await live.call("/arrange/play") == 0.0
    ends = plan["structure"]
    frames = sum(section["bars"] for section in ends) * BAR
    sound = live.render(frames + 2 * BAR)
    boundaries = {bars * BAR for bars in np.cumsum([0, *(section["bars"] for section in ends)]).tolist()}
    assert {event.frame for event in live.said(ClipStarted)} <= boundaries
    assert {event.frame for event in live.said(ClipStopped)} - boundaries
    assert sound[0, :1].any()
    assert np.abs(sound[0, :frames]).reshape(-1, BAR).max(axis=1).min() > 0.0
    assert not sound[0, frames + 1_000 :].any()
    heard = [event.value for event in live.said(Changed) if event.property == "/arrange/section"]
    assert heard == [*range(1, len(ends) + 1), 0]


async def test_a_one_shot_kick_becomes_four_on_the_floor(live: Stage) -> None:
    await live.call(
        "/arrange", "techno 120 bpm 10 seconds, no hihats, without atmo, no synth, no bass, no snare, no percussion"
    )
    await live.call("/arrange/play")
    sound = live.render(4 * BEAT)[0]
    onsets = np.flatnonzero((sound[1:] > 0.01) & (sound[:-1] <= 0.01)) + 1
    assert [0, *onsets.tolist()] == [0, BEAT, 2 * BEAT, 3 * BEAT]


async def test_a_loop_that_goes_on_is_not_launched_anew(live: Stage) -> None:
    plan = await live.call("/arrange", PROMPT)
    await live.call("/arrange/play")
    live.render(sum(section["bars"] for section in plan["structure"]) * BAR)
    kicks = [event for event in live.said(ClipStarted) if event.track == 1]
    slots = [p["slot"] for p in plan["placements"] if p["track"] == 1]
    gaps = sum(1 for one, two in pairwise(slots) if two > one + 1)
    assert len(kicks) == 1 + gaps


async def test_the_walk_survives_the_daemon(live: Stage) -> None:
    plan = await live.call("/arrange", PROMPT)
    await live.call("/arrange/play")
    live.render(plan["structure"][0]["bars"] * BAR - BEAT)  # the second section is queued
    await live.session.keeper.keep()
    live.daemon()
    await live.session.restore()
    conduct(live)
    live.events.clear()
    frames = sum(section["bars"] for section in plan["structure"]) * BAR
    live.render(frames)
    heard = [event.value for event in live.said(Changed) if event.property == "/arrange/section"]
    assert heard == [*range(1, len(plan["structure"]) + 1), 0]
    boundaries = {bars * BAR for bars in np.cumsum([s["bars"] for s in plan["structure"]]).tolist()}
    assert {event.frame for event in live.said(ClipStarted) if event.beat > 0.0} <= boundaries


async def test_a_new_plan_leaves_what_plays_until_it_is_played(live: Stage) -> None:
    await live.call("/arrange", PROMPT)
    await live.call("/arrange/play")
    live.render(BAR)
    await live.call("/arrange", "house 124 bpm 1 minute without percussion, no snare, no fx, no vocals", 3)
    assert await live.call("/transport/tempo") == 120.0
    assert live.render(BAR)[0].any()
    start = await live.call("/arrange/play")
    assert start in {8.0, 12.0}
    live.render(3 * BAR)
    assert await live.call("/transport/tempo") == 124.0
    anchor = live.engine.snapshot()
    assert (anchor.anchor_beat, anchor.anchor_frame) == (start, start * BEAT)
    assert {event.frame for event in live.said(ClipStarted)[-2:]} == {int(start * BEAT)}


async def test_stop_ends_the_walk_at_the_next_bar(live: Stage) -> None:
    await live.call("/arrange", PROMPT)
    await live.call("/arrange/play")
    live.render(BEAT)
    await live.call("/arrange/stop")
    sound = live.render(2 * BAR)
    assert sound[0, : 3 * BEAT].any()
    assert not sound[0, 3 * BEAT + 1_000 :].any()
    assert await live.call("/arrange/section") == 0


async def test_a_needed_category_that_the_library_lacks_is_named_and_nothing_changes(live: Stage) -> None:
    with pytest.raises(NothingFits, match="vocal"):
        await live.call("/arrange", "techno with vocals")
    assert not [clip for track in (await live.call("/session/state"))["tracks"] for clip in track["clips"]]
    assert live.engine.segments.used == 0


async def test_without_a_plan_there_is_nothing_to_play(live: Stage) -> None:
    with pytest.raises(EmptySlot):
        await live.call("/arrange/play")
    with pytest.raises(OutOfRange):
        await live.call("/arrange", "techno 5000 bpm")


async def test_a_new_client_is_told_the_plan_and_the_section(live: Stage) -> None:
    arranger = Arranger(live.session, live.library, live.config)
    assert arranger.state() == {"plan": None, "section": 0, "start": 0.0}
    plan = await live.call("/arrange", PROMPT)
    assert arranger.state() == {"plan": plan, "section": 0, "start": 0.0}


@pytest.mark.parametrize("address", ["/stop", "/panic", "/session/clear"])
async def test_who_silences_everything_does_not_hear_the_next_section(live: Stage, address: str) -> None:
    plan = await live.call("/arrange", PROMPT)
    await live.call("/arrange/play")
    live.render(BEAT)
    await live.call(address)
    live.render(BAR)
    assert await live.call("/arrange/section") == 0
    assert not live.render(sum(section["bars"] for section in plan["structure"]) * BAR).any()


async def test_a_plan_whose_clips_are_gone_is_not_played_in_silence(live: Stage) -> None:
    await live.call("/arrange", PROMPT)
    await live.call("/session/clear")
    with pytest.raises(EmptySlot, match="/arrange again"):
        await live.call("/arrange/play")
    assert not live.engine.snapshot().running


async def test_a_plan_whose_clips_still_load_is_not_played_in_part(live: Stage) -> None:
    plan = await live.call("/arrange", PROMPT)
    first = next(p for p in plan["placements"] if p["slot"] == 1)
    clip = live.session.model.tracks[first["track"] - 1].slots[0].clip
    assert clip is not None
    clip.segment = -1
    with pytest.raises(EmptySlot, match="still loading"):
        await live.call("/arrange/play")


async def test_stop_silences_what_an_earlier_plan_still_plays(live: Stage) -> None:
    await live.call("/arrange", PROMPT)
    await live.call("/arrange/play")
    live.render(BEAT)
    await live.call("/arrange", "techno 120 bpm 10 seconds, no hihats, no atmo, no synth, no bass, no snare")
    await live.call("/arrange/stop")
    live.render(BAR + 1_000)
    assert not live.render(BAR).any()


async def test_an_empty_library_says_what_it_lacks(tmp_path: Path) -> None:
    async with stage(tmp_path / "empty") as made:
        conduct(made)
        with pytest.raises(NothingFits, match="ingest some"):
            await made.call("/arrange", "techno")


async def test_a_plan_arranged_while_music_plays_brings_its_tempo_with_its_first_scene(live: Stage) -> None:
    await live.call("/arrange", PROMPT)
    await live.call("/arrange/play")
    live.render(BAR + BEAT)
    await live.call("/arrange", PROMPT.replace("120", "130"))
    live.render(BEAT)
    assert await live.call("/transport/tempo") == 120.0
    await live.call("/scene/1/launch")
    live.events.clear()
    live.render(2 * BAR)
    assert await live.call("/transport/tempo") == 130.0
    assert live.engine.snapshot().anchor_frame == 2 * BAR
    assert {event.frame for event in live.said(ClipStarted)} == {2 * BAR}
    await live.call("/transport/tempo", 126)
    await live.call("/scene/2/launch")
    assert await live.call("/transport/tempo") == 126.0  # whoever changes it later is not overruled
