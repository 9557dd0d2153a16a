"""What plays reaches the search as an argument; what the master has played is searched by."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from liveengine.errors import BadAudio, EngineDown
from liveengine.session.context import Context
from liveengine.stems.exploring import ExploreCommands
from liveengine.stems.fitting import Playing
from tests.session.stage import BAR, RATE, Stage, stage


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage with the real recorder process attached."""
    async with stage(tmp_path) as made:
        options = ["--shared", str(made.shared.folder), "--library", str(tmp_path), "--retro-minutes", "0.1"]
        recorder = subprocess.Popen([sys.executable, "-m", "liveengine.engine.recorder", *options])
        try:
            yield made
        finally:
            recorder.terminate()
            recorder.wait(10)


async def test_what_plays_is_tempo_key_and_each_stem_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as live:
        context = Context(live.session.core, live.library, live.session.recording)
        assert context.playing() == Playing(120.0, None, ())
        loop, silent = await live.stem(np.full(BAR, 0.5)), await live.stem(np.full(BAR, 0.25))
        for track in (1, 2):
            await live.call(f"/track/{track}/clip/1/load", loop)
        await live.call("/track/3/clip/1/load", silent)
        await live.call("/session/key", "Am")
        for track in (1, 2):
            await live.call(f"/track/{track}/clip/1/launch", quantum=0.0)
        live.render(1_000)
        assert context.playing() == Playing(120.0, "Am", (loop,))


async def test_what_fits_is_in_time_and_in_key_and_not_what_plays_already(tmp_path: Path) -> None:
    async with stage(tmp_path) as live:
        playing = await live.stem(np.full(BAR, 0.5), "bass", bpm=120.0, key="Am")
        fits = await live.stem(np.full(BAR, 0.4), "synth", bpm=120.0, key="C")
        half = await live.stem(np.full(BAR, 0.3), "synth", bpm=60.0, key=None)
        clashes = await live.stem(np.full(BAR, 0.2), "synth", bpm=100.0, key="F#")
        await live.call("/track/1/clip/1/load", playing)
        await live.call("/track/1/clip/1/launch", quantum=0.0)
        live.render(1_000)
        found = await live.call("/stems/fitting")
        assert [match["id"] for match in found] == [fits, half, clashes]
        assert found[0]["reasons"] == ["in key (C)", "in time (120 bpm)"]
        assert found[0]["similarity"] > found[1]["similarity"] > found[2]["similarity"]
        assert [match["id"] for match in await live.call("/stems/fitting", top_k=1)] == [fits]
        assert await live.call("/stems/fitting", category="kick") == []
        assert {match["id"] for match in await live.call("/stems/fitting", "synth")} == {fits, half, clashes}


async def test_a_search_for_what_fits_is_remembered_and_repeated_for_what_plays_then(tmp_path: Path) -> None:
    async with stage(tmp_path) as live:
        live.registry.add(ExploreCommands(live.library, live.registry))
        playing = await live.stem(np.full(BAR, 0.5), "bass", bpm=120.0, key="Am")
        other = await live.stem(np.full(BAR, 0.4), "synth", bpm=120.0, key="C")
        first = await live.call("/stems/fitting", top_k=5)
        await live.call("/track/1/clip/1/load", playing)
        await live.call("/track/1/clip/1/launch", quantum=0.0)
        live.render(1_000)
        (search,) = await live.call("/stems/history")
        assert (search["address"], search["arguments"]) == ("/stems/fitting", {"top_k": 5})
        again = await live.call(f"/stems/history/{search['id']}/repeat")
        assert {match["id"] for match in first} == {playing, other}
        assert [match["id"] for match in again] == [other]


async def heard(live: Stage, error: type[Exception] = EngineDown) -> dict[str, Any]:
    """Return the answer once the recorder has seen what was rendered: it looks every few milliseconds."""
    while True:
        try:
            answer: dict[str, Any] = await live.call("/stems/hear", 1.5, top_k=1)
        except error:
            await asyncio.sleep(0.01)
        else:
            return answer


async def test_what_the_master_has_played_is_searched_by(live: Stage) -> None:
    time = np.arange(BAR) / RATE
    tone = await live.stem((0.5 * np.sin(2 * np.pi * 110 * time) * np.exp(-8 * (time % 0.5))).tolist())
    live.render(RATE)
    with pytest.raises(BadAudio, match="play something first"):
        await heard(live)
    await live.call("/track/1/clip/1/load", tone)
    await live.call("/track/1/clip/1/launch", quantum=0.0)
    live.render(2 * RATE)
    answer = await heard(live, BadAudio)
    assert [match["id"] for match in answer["matches"]] == [tone]
    assert list(live.library.staging.iterdir()) == []
