import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from liveengine.arrange import verbs
from liveengine.arrange.verbs import Verbs
from liveengine.command import when
from liveengine.errors import BadArgument, EmptySlot, Full, NothingFits, Superseded
from liveengine.events import ClipStarted
from liveengine.stems.columns import SLOTS, Known, bytes_of, places
from liveengine.stems.embed import DIM
from liveengine.stems.shelf import Entry
from tests.session.stage import BAR, BEAT, Stage, stage


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        made.registry.add(Verbs(made.session, made.library, made.config))
        yield made


async def sound(live: Stage, category: str = "kick", axes: Mapping[str, float] | None = None, **given: Any) -> int:
    """A bar of one sample value, that the search knows as what it is and where it stands on the axes."""
    stem = await live.stem(np.full(given.pop("frames", BAR), given.pop("value", 0.5)), category, **given)
    names = places()
    cells = bytes_of([{f"category.{category}": 1.0, **(axes or {})}.get(name, 0.5) for name in names])
    codes = cells[: names.index("key")].tobytes() + bytes(4 * SLOTS + 4)
    vector = await live.library.vector(category)
    vector = (0.8 * vector + 0.6 * np.eye(DIM, dtype=np.float32)[stem]).astype(np.float32)
    vector /= np.linalg.norm(vector)
    loop = bool(given.get("loop", True))
    known = Known(category, given.get("bpm", 120.0) if loop else None, given.get("key"), loop, 2.0, codes=codes)
    await live.library.finder.put([Entry(stem, vector, known)])
    return stem


async def test_a_sentence_is_found_loaded_and_launched(live: Stage) -> None:
    await sound(live, "bass")
    kick = await sound(live, "kick", value=0.25)
    told = await live.call("/track/2/launch/prompt", "kick")
    assert (told["track"], told["slot"], told["stem"], told["category"]) == (2, 1, kick, "kick")
    assert (told["beat"], told["seconds"], told["fallback"]) == (0.0, 0.0, "none")
    assert told["understood"] == ["kick"]
    assert "in time (120 bpm)" in told["why"]
    assert live.render(BAR)[0, 200:].min() > 0.1
    assert await live.call("/track/2/clip/1/state") == "playing"


async def test_it_begins_at_the_boundary_that_was_told(live: Stage) -> None:
    kick = await sound(live)
    await live.call("/track/1/launch/prompt", "kick")
    live.render(BEAT)
    told = await live.call("/track/2/launch/prompt", "kick", quantum=2.0)
    assert (told["beat"], told["seconds"]) == (2.0, 0.5)
    live.render(BAR)
    assert [(e.track, e.beat) for e in live.said(ClipStarted)] == [(1, 0.0), (2, 2.0)]
    assert [told["stem"], told["slot"]] == [kick, 1]


async def test_a_boundary_that_cannot_be_reached_is_left_to_pass(live: Stage) -> None:
    await sound(live)
    await live.call("/track/1/launch/prompt", "kick")
    live.render(BAR - 100)
    told = await live.call("/track/2/launch/prompt", "kick")
    assert (told["beat"], told["seconds"], told["fallback"]) == (8.0, (BAR + 100) / 8000, "none")
    live.render(BAR + 200)
    assert live.said(ClipStarted)[-1].beat == 8.0


async def test_what_plays_goes_on_until_the_new_clip_begins(live: Stage) -> None:
    await sound(live, "kick", value=0.25)
    await sound(live, "bass", value=0.125)
    await live.call("/track/1/launch/prompt", "kick")
    live.render(BEAT)
    told = await live.call("/track/1/launch/prompt", "bass")
    assert told["slot"] == 2
    assert live.render(3 * BEAT)[0].min() > 0.1
    live.render(BEAT)
    assert await live.call("/track/1/clip/2/state") == "playing"


async def test_a_stem_that_lies_in_the_track_is_not_loaded_twice(live: Stage) -> None:
    await sound(live)
    for _ in range(3):
        assert (await live.call("/track/1/launch/prompt", "kick"))["slot"] == 1
        live.render(BAR)


async def test_the_slot_that_is_named_is_filled(live: Stage) -> None:
    await sound(live)
    assert (await live.call("/track/1/launch/prompt", "kick", 7))["slot"] == 7


async def test_a_full_track_gives_the_slot_that_a_sentence_filled_first(live: Stage) -> None:
    bass = await sound(live, "bass")
    await sound(live, "kick")
    await sound(live, "snare")
    await live.call("/track/1/launch/prompt", "kick")
    for slot in range(2, 13):
        await live.call(f"/track/1/clip/{slot}/load", bass)
    with pytest.raises(Full, match="no free slot"):
        await live.call("/track/1/launch/prompt", "snare")
    live.render(BEAT)
    await live.call("/track/1/clip/2/launch")
    live.render(BAR)
    assert (await live.call("/track/1/launch/prompt", "snare"))["slot"] == 1
    assert await live.call("/track/1/clip/2/state") == "playing"


async def test_the_key_of_what_plays_is_taken_over(live: Stage) -> None:
    await sound(live, "synth", key="Am")
    await sound(live, "bass", key="Gm")
    await live.call("/track/1/launch/prompt", "synth")
    live.render(BEAT)
    told = await live.call("/track/2/launch/prompt", "bass")
    assert (told["semitones"], told["key"]) == (2.0, "Am")
    assert "transposed by +2 to Am" in told["why"]


async def test_a_loop_in_time_goes_before_one_that_must_be_bent(live: Stage) -> None:
    await sound(live, bpm=150.0)
    near = await sound(live, bpm=122.0)
    assert (await live.call("/track/1/launch/prompt", "kick"))["stem"] == near


async def test_a_one_shot_is_hit_on_each_beat_unless_one_hit_is_asked_for(live: Stage) -> None:
    await sound(live, "kick", frames=500, loop=False)
    await live.call("/track/1/launch/prompt", "kick")
    heard = live.render(BAR)[0]
    onsets = np.flatnonzero((heard[1:] > 0.01) & (heard[:-1] <= 0.01)) + 1
    assert onsets[-3:].tolist() == [BEAT, 2 * BEAT, 3 * BEAT]
    await live.call("/panic")
    live.render(BAR)
    told = await live.call("/track/2/launch/prompt", "kick one-shot")
    heard = live.render(2 * BAR)[0]
    assert await live.call(f"/track/2/clip/{told['slot']}/state") == "stopped"
    assert np.count_nonzero(heard > 0.01) < 1_000


async def test_what_nothing_answers_says_so_and_changes_nothing(live: Stage) -> None:
    await sound(live)
    await live.call("/track/1/launch/prompt", "kick")
    live.render(BEAT)
    with pytest.raises(NothingFits, match="no stem answers 'violin'"):
        await live.call("/track/1/launch/prompt", "violin", slot=1)
    assert live.render(BAR)[0].min() > 0.1
    assert (await live.call("/session/state"))["tracks"][0]["playing"] == 1


async def test_the_only_kick_answers_whatever_kick_is_asked_for(live: Stage) -> None:
    await sound(live, "hihat")
    kick = await sound(live, axes={"brightness": 0.9, "air": 0.9})
    told = await live.call("/track/1/launch/prompt", "very dark, deep, dull and soft kick")
    assert (told["stem"], told["fallback"]) == (kick, "none")


class Slow:
    """Loads of some stems that take until they are told to go on."""

    def __init__(self, live: Stage, *stems: int) -> None:
        self.go, self.asked = asyncio.Event(), asyncio.Event()
        self._load, self._stems = live.session.buffers.hold, stems
        live.session.buffers.hold = self.hold  # type: ignore[method-assign]

    async def hold(self, stem: Any, early: bool = False) -> Any:
        if stem.id in self._stems:
            self.asked.set()
            await self.go.wait()
        return await self._load(stem, early)


async def begun(live: Stage) -> None:
    """The transport runs: a hat plays; a beat of a bar is over."""
    hat = await sound(live, "hihat")
    await live.call("/track/12/clip/1/load", hat)
    await live.call("/track/12/clip/1/launch")
    live.render(BEAT)


async def test_the_next_best_in_memory_stands_in_for_what_cannot_be_there_in_time(
    live: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verbs, "HANDLING_S", 10.0)
    best = await sound(live, "kick", favourite=1)
    second = await sound(live, "kick", bpm=121.0)
    await live.call("/track/3/clip/1/load", second)
    await begun(live)
    slow = Slow(live, best)
    told = await live.call("/track/1/launch/prompt", "kick")
    assert (told["stem"], told["fallback"], told["instead_of"], told["beat"]) == (second, "other", best, 4.0)
    slow.go.set()
    await asyncio.sleep(0)
    live.render(BAR)
    assert await live.call("/track/1/clip/1/state") == "playing"


async def test_without_one_in_memory_it_comes_a_boundary_later(live: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "HANDLING_S", 10.0)
    kick = await sound(live)
    await begun(live)
    slow = Slow(live, kick)
    asked = asyncio.create_task(live.call("/track/1/launch/prompt", "kick"))
    await slow.asked.wait()
    live.render(BAR)
    slow.go.set()
    told = await asked
    assert (told["stem"], told["fallback"], told["instead_of"], told["beat"]) == (kick, "later", None, 8.0)


async def test_the_last_that_was_asked_for_a_slot_wins(live: Stage) -> None:
    kick = await sound(live)
    slow = Slow(live, kick)
    asked = asyncio.create_task(live.call("/track/1/launch/prompt", "kick", 3))
    await slow.asked.wait()
    await live.call("/track/1/clip/3/clear")
    slow.go.set()
    with pytest.raises(Superseded):
        await asked
    assert await live.call("/track/1/clip/3/state") == "empty"


async def test_a_broken_file_is_passed_over(live: Stage) -> None:
    best = await sound(live)
    second = await sound(live, bpm=121.0)
    (await live.library.get(best)).path.write_bytes(b"RIFF")
    told = await live.call("/track/1/launch/prompt", "kick")
    assert (told["stem"], told["fallback"], told["instead_of"]) == (second, "other", best)


async def test_a_bundle_s_moment_is_the_launch_s(live: Stage) -> None:
    await sound(live)
    await begun(live)
    token = when.set(2 * BEAT + 17)
    told = await live.call("/track/1/launch/prompt", "kick")
    when.reset(token)
    assert told["seconds"] == pytest.approx((BEAT + 17) / 8000, abs=1e-4)
    live.render(2 * BAR)
    assert live.said(ClipStarted)[-1].frame == 2 * BEAT + 17


# ── swap ──


async def test_a_swap_goes_in_the_direction_of_its_adjective(live: Stage) -> None:
    middle = await sound(live, axes={"brightness": 0.5, "air": 0.5})
    dark = await sound(live, axes={"brightness": 0.1, "air": 0.1})
    bright = await sound(live, axes={"brightness": 0.9, "air": 0.9})
    await sound(live, "bass", axes={"brightness": 0.1, "air": 0.1})
    await live.call("/track/1/clip/5/load", middle)
    await live.call("/track/1/clip/5/mode", "gate")
    await live.call("/track/1/clip/5/launch")
    live.render(BEAT)
    told = await live.call("/track/1/swap", "darker")
    assert (told["slot"], told["stem"], told["instead_of"], told["beat"]) == (5, dark, middle, 4.0)
    assert live.render(3 * BEAT)[0].min() > 0.1
    assert await live.call("/track/1/clip/5/mode") == "gate"
    live.render(BEAT)
    assert (await live.call("/track/1/swap", "heller"))["stem"] == bright


async def test_swaps_without_a_word_go_round_all_that_is_like_it(live: Stage) -> None:
    kicks = {await sound(live) for _ in range(3)}
    await live.call("/track/1/clip/1/load", min(kicks))
    await live.call("/track/1/clip/1/launch")
    heard = {min(kicks)}
    for _ in range(2):
        live.render(BAR)
        heard.add((await live.call("/track/1/swap"))["stem"])
    assert heard == kicks
    live.render(BAR)
    assert (await live.call("/track/1/swap"))["stem"] in kicks


async def test_a_swap_needs_something_that_plays_and_a_direction(live: Stage) -> None:
    with pytest.raises(EmptySlot, match="track 1 plays no clip"):
        await live.call("/track/1/swap", "darker")
    kick = await sound(live)
    await live.call("/track/1/clip/1/load", kick)
    await live.call("/track/1/clip/1/launch")
    live.render(BEAT)
    with pytest.raises(BadArgument, match="'xyzzy' says no direction"):
        await live.call("/track/1/swap", "xyzzy")
    with pytest.raises(NothingFits, match="no other kick"):
        await live.call("/track/1/swap", "darker")
    assert live.render(BAR)[0].min() > 0.1


# ── audition ──


async def test_a_sentence_is_listened_to_on_the_cue_bus(live: Stage) -> None:
    kick = await sound(live)
    told = await live.call("/cue/audition/prompt", "kick")
    assert (told["stem"], told["category"], told["understood"]) == (kick, "kick", ["kick"])
    assert not live.render(BAR)[0].any()
    assert await live.call("/cue/stem") == kick
