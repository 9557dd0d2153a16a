import json
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from liveengine.engine import pool
from liveengine.engine.memory import on_heap
from liveengine.engine.ops import Op
from liveengine.engine.shared import capacity_for
from liveengine.engine.streams import offline
from liveengine.session import fit, journal
from liveengine.units import frames_per_beat
from tests.disk import full
from tests.e2e import score
from tests.session.stage import BAR, BEAT, RATE, Stage, stage


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        yield made


async def perform(live: Stage) -> None:
    """Two clips, launches, tempo changes, a mute, a superseded launch."""
    await live.session.restore()
    noise = np.random.default_rng(3).uniform(-0.3, 0.3, (2, BAR)).astype(np.float32)
    for track, samples in enumerate(noise, 1):
        await live.call(f"/track/{track}/clip/1/load", await live.stem(samples))
    await live.call("/track/1/clip/1/launch")
    live.render(BEAT + 70, block=70)
    await live.call("/track/2/clip/1/launch")
    await live.call("/track/2/clip/1/launch", 1)
    live.render(3 * BEAT, block=70)
    await live.call("/transport/tempo", 133.0)
    await live.call("/track/1/mute", True)
    live.render(2 * BEAT, block=70)
    await live.call("/track/1/stop")
    await live.call("/track/2/gain", 0.3)
    live.render(2 * BAR, block=70)


async def test_a_replayed_journal_gives_the_same_samples(live: Stage) -> None:
    await perform(live)
    await live.session.journal.flush()
    assert_replayed(live)


def assert_replayed(live: Stage) -> None:
    """What the journals of this life give is what was heard."""
    played = np.concatenate(live.heard, axis=1)
    memory = on_heap(capacity_for(live.config), RATE, 1.0, frames_per_beat(120.0, RATE))
    pool.copy(live.shared.memory, memory)
    files = journal.life(live.library.root / "journal")
    again = offline.replay(memory, journal.records(*files), played.shape[1], 512)[:2]
    assert np.array_equal(again, played)
    assert played.any()


async def test_a_journal_goes_on_over_daemons_that_were_killed_before_they_wrote(live: Stage) -> None:
    await perform(live)
    await live.session.journal.flush()
    for gain in (0.2, 0.9):  # none of this is written by the daemon that did it
        await live.call("/track/2/clip/1/launch", 1)
        await live.call("/track/2/gain", gain)
        live.render(BEAT + 30, block=70)
        await live.call("/transport/tempo", 100.0 + 50.0 * gain)
        live.heard.append(offline.render(live.shared.memory, 700, 70)[:2])  # nobody hears the reports
        live.daemon()
        await live.session.restore()
        live.render(BEAT, block=70)
    await live.session.journal.flush()
    assert len(journal.life(live.library.root / "journal")) == 2
    assert_replayed(live)


async def test_what_follows_a_write_that_was_cut_short_is_whole(tmp_path: Path) -> None:
    kept = journal.Journal(tmp_path)
    kept.loaded(1, {})
    await kept.flush()
    assert kept.path is not None
    with full(kept.path.stat().st_size + 5):
        kept.loaded(2, {})
        await kept.flush()
    for segment in (3, 4):
        kept.loaded(segment, {})
        await kept.flush()
    assert kept.lost == 1
    assert [segment for segment, _ in journal.loads(kept.path)] == [1, 3, 4]


async def test_patterns_and_one_shots_are_replayed_from_the_journal_alone(live: Stage) -> None:
    await live.session.restore()
    hit = np.random.default_rng(5).uniform(-0.3, 0.3, 900).astype(np.float32)
    stem = await live.library.get(await live.stem(hit, loop=False, rate=11_025))
    for slot, at in enumerate(([0.0, 1.5], [0.5, 2.0, 3.0]), 1):  # two rhythms of one sound
        buffer, beats = await live.session.buffers.hold_pattern(stem, at, 120.0)
        laid = fit.Fit(0, buffer.frames, BEAT, beats)
        live.session.clips.put(1, slot, live.session.clips.prepare(stem, buffer, laid))
        await live.call(f"/track/1/clip/{slot}/launch", 0)
        live.render(BAR)
    await live.call("/track/2/clip/1/load", stem.id)
    await live.call("/track/2/clip/1/launch", 0)
    live.render(BAR)
    await live.session.journal.flush()
    played = np.concatenate(live.heard, axis=1)
    assert not np.array_equal(played[:, :BAR], played[:, BAR : 2 * BAR])
    again = score.replayed(live.library.root, played.shape[1], rate=RATE)
    assert score.differing(again[:2], played) == 0


async def test_journals_of_an_earlier_life_of_the_engine_are_left_out(tmp_path: Path) -> None:
    for place in ("first", "second", "second"):
        kept = journal.Journal(tmp_path)
        kept.begin({"place": place})
        kept.loaded(0, {})
        await kept.flush()
    assert [journal.start(path)["place"] for path in journal.life(tmp_path)] == ["second", "second"]


async def test_the_journal_says_where_it_begins_and_what_was_loaded(live: Stage) -> None:
    await perform(live)
    await live.session.journal.flush()
    path = live.session.journal.path
    assert path is not None
    assert journal.start(path)["rate"] == RATE
    facts = journal.loads(path)
    assert [segment for segment, _ in facts] == [0, 1]
    assert facts[0][1]["frames"] == BAR


async def test_what_never_took_effect_is_not_replayed(live: Stage) -> None:
    await perform(live)
    await live.session.journal.flush()
    path = live.session.journal.path
    assert path is not None
    launches = [record for record in journal.records(path) if record["op"] == Op.LAUNCH]
    assert len(launches) == 2
    assert all(record["frame"] >= 0 and record["quantum"] == 0 for record in launches)


async def test_a_journal_that_a_kill_cut_short_is_still_read(live: Stage) -> None:
    await perform(live)
    await live.session.journal.flush()
    path = live.session.journal.path
    assert path is not None
    whole = len(journal.records(path))
    raw = path.read_bytes()
    path.write_bytes(raw[:-30])
    assert whole - 1 <= len(journal.records(path)) <= whole


async def test_old_journals_are_removed_and_names_never_clash(tmp_path: Path) -> None:
    for _ in range(journal.FILES + 3):
        kept = journal.Journal(tmp_path)
        kept.loaded(0, {"stem": 1})
        await kept.flush()
    assert len(list(tmp_path.glob("*.jsonl"))) == journal.FILES


async def test_a_disk_that_refuses_the_journal_is_told_once_and_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "journal").write_text("in the way")
    kept = journal.Journal(tmp_path / "journal")
    for segment in (1, 2):
        kept.loaded(segment, {})
        await kept.flush()
    assert kept.lost == 2
    assert len(caplog.records) == 1
    (tmp_path / "journal").unlink()
    kept.loaded(3, {})
    await kept.flush()
    assert kept.path is not None
    assert [segment for segment, _ in journal.loads(kept.path)] == [3]


async def test_a_journal_says_where_reports_were_lost_and_is_not_replayed(live: Stage) -> None:
    await live.call("/track/1/gain", 0.5)
    live.render(100)
    await live.session.journal.flush()
    path = live.session.journal.path
    assert path is not None
    assert len(journal.records(path)) == 1
    for _ in range(9):
        for _ in range(1_000):
            live.engine.push(Op.GAIN, track=0, value=0.5)
        offline.render(live.shared.memory, 100)  # nobody reads what it reports
    live.hear()
    await live.session.journal.flush()
    with pytest.raises(journal.Incomplete, match=f"^{9_000 - len(live.shared.memory.events)} reports"):
        journal.records(path)


async def test_a_daemon_that_takes_over_says_that_reports_were_lost_while_there_was_none(live: Stage) -> None:
    live.shared.memory.header["events_lost"] += 7
    live.daemon()
    await live.session.restore()
    await live.session.journal.flush()
    path = live.session.journal.path
    assert path is not None
    with pytest.raises(journal.Incomplete, match=r"^7 reports"):
        journal.records(path)


async def test_a_journal_says_how_many_lines_the_disk_refused(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("in the way")
    kept = journal.Journal(tmp_path / "journal")
    for segment in (1, 2):
        kept.loaded(segment, {})
        await kept.flush()
    (tmp_path / "journal").unlink()
    for segment in (3, 4):
        kept.loaded(segment, {})
        await kept.flush()
    assert kept.path is not None
    rows = [json.loads(line) for line in kept.path.read_text("utf-8").splitlines() if line]
    assert [row[:2] for row in rows[1:]] == [["lost", 2], ["load", 3], ["load", 4]]
