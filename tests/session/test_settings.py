from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from liveengine.engine.ops import Follow, LaunchMode, Op, Tier, Warp
from liveengine.errors import BadArgument, EmptySlot, OutOfRange
from liveengine.events import Changed
from tests.session.stage import BAR, BEAT, Stage, stage

CLIP = "/track/2/clip/3"


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        yield made


def pushed(live: Stage, op: Op) -> list[np.void]:
    """Return the records of this kind that lie in the ring, oldest first."""
    memory = live.engine.memory
    end = int(memory.header["command_write"][0])
    ring = [memory.commands[n % len(memory.commands)] for n in range(max(0, end - len(memory.commands)), end)]
    return [record for record in ring if record["op"] == op]


async def loaded(live: Stage, **given: Any) -> None:
    await live.call(f"{CLIP}/load", await live.stem(np.full(2 * BAR, 0.25), **given))


SETTINGS: list[tuple[str, Any, str, float]] = [
    ("mode", "gate", "mode", LaunchMode.GATE),
    ("legato", True, "legato", 1),
    ("choke", 3, "choke", 3),
    ("follow/beats", 8.0, "follow_beats", 8.0),
    ("follow/a", "jump", "follow_a", Follow.JUMP),
    ("follow/b", "any", "follow_b", Follow.ANY),
    ("follow/chance", 0.25, "chance", 0.25),
    ("follow/a/slot", 5, "jump_a", 5),
    ("follow/b/slot", 6, "jump_b", 6),
    ("warp", "beats", "warp", Warp.BEATS),
    ("quality", "sinc", "tier", Tier.SINC),
    ("transpose", -12.0, "pitch", 0.5),
    ("reverse", True, "reverse", 1),
    ("crossfade", 10.0, "crossfade", 80),
    ("loop/start", 4.0, "loop_start", BAR),
    ("loop/end", 4.0, "loop_end", BAR),
    ("loop/start/frame", 100, "loop_start", 100),
    ("loop/end/frame", 164, "loop_end", 164),
    ("quantum", 2.0, "quantum", 2.0),
    ("gain", 0.0, "gain", 0.0),
    ("loop", False, "loop_end", 0),
]


@pytest.mark.parametrize(("name", "value", "field", "stored"), SETTINGS, ids=[one[0] for one in SETTINGS])
async def test_a_setting_is_pushed_told_and_kept(live: Stage, name: str, value: Any, field: str, stored: float) -> None:
    await loaded(live)
    live.events.clear()
    assert await live.call(f"{CLIP}/{name}", value) == pytest.approx(value)
    assert Changed(f"{CLIP}/{name}", value) in live.events
    assert pushed(live, Op.CLIP)[-1][["track", "slot"]].tolist() == (1, 3)
    assert pushed(live, Op.CLIP)[-1][field] == pytest.approx(stored)
    await live.session.keeper.keep()
    live.daemon()
    await live.session.restore()
    assert await live.call(f"{CLIP}/{name}") == pytest.approx(value)


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("mode", "hold", BadArgument),
        ("choke", 65, OutOfRange),
        ("follow/chance", float("nan"), OutOfRange),
        ("follow/a/slot", 13, OutOfRange),
        ("transpose", 12.5, OutOfRange),
        ("transpose", float("inf"), OutOfRange),
        ("warp", "complex", BadArgument),
        ("loop/start", 8.0, OutOfRange),
        ("loop/end", 8.01, OutOfRange),
        ("loop/end/frame", 63, OutOfRange),
        ("crossfade", -1, OutOfRange),
    ],
)
async def test_a_setting_out_of_range_is_refused_and_nothing_changes(
    live: Stage, name: str, value: Any, error: type[Exception]
) -> None:
    await loaded(live)
    before, records = await live.call("/session/state"), len(pushed(live, Op.CLIP))
    with pytest.raises(error):
        await live.call(f"{CLIP}/{name}", value)
    assert await live.call("/session/state") == before
    assert len(pushed(live, Op.CLIP)) == records


async def test_an_empty_slot_has_no_settings(live: Stage) -> None:
    with pytest.raises(EmptySlot):
        await live.call(f"{CLIP}/warp", "stretch")


async def test_a_loop_in_beats_needs_a_tempo(live: Stage) -> None:
    await loaded(live, bpm=None)
    with pytest.raises(BadArgument, match="in frames"):
        await live.call(f"{CLIP}/loop/end", 4.0)
    assert await live.call(f"{CLIP}/loop/end/frame", 1_000) == 1_000


async def test_what_plays_takes_warp_and_pitch_over_at_once_and_a_new_loop_when_it_goes_round(live: Stage) -> None:
    await loaded(live)
    await live.call(f"{CLIP}/launch", 0)
    live.render(100)
    await live.call(f"{CLIP}/transpose", 12)
    await live.call(f"{CLIP}/loop/end", 4.0)
    assert pushed(live, Op.WARP)[-1][["track", "slot", "pitch", "tier"]].tolist() == (1, 3, 2.0, Tier.CUBIC)
    assert pushed(live, Op.SWAP)[-1][["track", "slot", "loop_start", "loop_end"]].tolist() == (1, 3, 0, BAR)


async def test_a_clip_that_is_silent_is_only_defined(live: Stage) -> None:
    await loaded(live)
    await live.call(f"{CLIP}/transpose", 12)
    await live.call(f"{CLIP}/loop/end", 4.0)
    assert pushed(live, Op.WARP) == pushed(live, Op.SWAP) == []


async def test_a_clips_definition_waits_for_the_sessions_quantum_unless_it_has_its_own(live: Stage) -> None:
    await loaded(live)
    await live.call("/transport/quantum", 8.0)
    assert pushed(live, Op.CLIP)[-1]["quantum"] == 8.0
    await live.call(f"{CLIP}/quantum", 1.0)
    await live.call("/transport/quantum", 4.0)
    assert pushed(live, Op.CLIP)[-1]["quantum"] == 1.0


async def test_a_cleared_slot_is_undefined(live: Stage) -> None:
    await loaded(live)
    await live.call(f"{CLIP}/clear")
    assert pushed(live, Op.UNCLIP)[-1][["track", "slot"]].tolist() == (1, 3)


async def test_stems_are_transposed_into_the_sessions_key_when_they_are_stretched(live: Stage) -> None:
    await live.call("/session/key", "Am")
    stem = await live.stem(np.full(2 * BAR, 0.25), "bass", key="Bm")
    await live.call(f"{CLIP}/load", stem)
    assert await live.call(f"{CLIP}/transpose") == (-2.0 if live.config.session.warp == "stretch" else 0.0)
    with pytest.raises(BadArgument, match="Bb"):
        await live.call("/session/key", "X")
    assert await live.call("/session/key", "none") == "none"


async def test_the_whole_state_tells_the_settings(live: Stage) -> None:
    await loaded(live)
    await live.call(f"{CLIP}/mode", "repeat")
    clip = (await live.call("/session/state"))["tracks"][1]["clips"][0]
    assert (clip["mode"], clip["quality"], clip["follow"]["beats"]) == ("repeat", "cubic", 0.0)
    assert clip["region"] == [0, 2 * BAR]
    assert clip["source_frames_per_beat"] == BEAT


async def test_a_follow_action_comes_no_sooner_than_the_finest_grid(live: Stage) -> None:
    await loaded(live)
    with pytest.raises(OutOfRange, match="1/64 beat"):
        await live.call(f"{CLIP}/follow/beats", 1e-6)
    assert await live.call(f"{CLIP}/follow/beats", 1 / 64) == 1 / 64
