"""Files that the Fabrik has made become stems, whole or not at all."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
import soundfile

from liveengine.config import Config
from liveengine.errors import BadAudio, DiskFull, NotFound
from liveengine.events import StemAdded
from liveengine.fabrik.entering import enter, heard
from liveengine.stems.db import Transaction
from liveengine.stems.kin import LineageCommands
from liveengine.stems.library import Library
from tests.fabrik.made import RATE, beep, made
from tests.stems.conftest import chosen, opened


@pytest.fixture
def settings() -> Config:
    return chosen(1)


@pytest_asyncio.fixture
async def library(tmp_path: Path, settings: Config) -> AsyncIterator[Library]:
    async with opened(tmp_path, settings, beep(tmp_path / "in" / "deep kick.wav", 48.0)) as library:
        yield library


def files(root: Path) -> list[str]:
    """The files of generated and staged stems."""
    folders = (root / "generated_stems", root / "processed_database" / "staging")
    return sorted(path.relative_to(root).as_posix() for folder in folders for path in folder.rglob("*.*"))


async def test_what_is_known_counts_before_what_is_heard(library: Library) -> None:
    path = beep(library.staging / "a.wav", 880.0, 2.0)
    (stem,) = await enter(library, [made(path, 1, title="Dreamt One", tags=("dreamt",), bpm=120.0, bars=1.0, key="Am")])
    known, facts = await library.measured(stem)
    assert (known.category, known.bpm, known.bars, known.key, known.loop) == ("kick", 120.0, 1.0, "Am", True)
    assert (known.title, known.provenance, known.parent, known.pack) == ("Dreamt One", "generated", 1, None)
    assert known.tags[0] == "dreamt"
    assert "loop" in known.tags
    assert "one_shot" not in known.tags
    assert known.path.is_relative_to(library.root / "generated_stems" / "kick")
    assert known.path == known.source
    assert facts["tempo_candidates"][0] == {"value": 120.0, "source": "made", "confidence": 1.0}
    assert facts["quality"]["quality"] > 0
    assert not path.exists()
    assert await library.handover.missing(library.embedder) == 0
    assert await library.scrub() == {}


async def test_it_is_found_at_once_and_still_after_a_new_analysis(library: Library) -> None:
    path = beep(library.staging / "a.wav", 880.0, 2.0)
    (stem,) = await enter(library, [made(path, title="Violet Thunder", tags=("dreamt",), bpm=120.0, bars=1.0)])
    before = await library.get(stem)
    for _ in range(2):
        found = await library.search("violet thunder", category="kick")
        assert found[0].stem.id == stem
        await library.queue.wait(await library.reanalyse([stem]))
        again = await library.get(stem)
        assert (again.category, again.title, again.tags, again.bpm, again.bars, again.loop) == (
            before.category, before.title, before.tags, before.bpm, before.bars, before.loop,
        )  # fmt: skip


async def test_a_separated_stem_lies_where_every_copy_lies(library: Library) -> None:
    path = beep(library.staging / "a.wav")
    (stem,) = await enter(library, [made(path, 1, provenance="separated", category="drums", title="Track, drums")])
    known = await library.get(stem)
    assert known.path.is_relative_to(library.root / "processed_database" / "stems" / "drums")
    assert (known.provenance, known.category, known.title) == ("separated", "drums", "Track, drums")


async def test_the_lineage_goes_up_and_down_and_outlives_a_parent(library: Library) -> None:
    commands = LineageCommands(library)
    first = (await enter(library, [made(beep(library.staging / "a.wav", 70.0), 1, title="Child")]))[0]
    second = (await enter(library, [made(beep(library.staging / "b.wav", 80.0), first, 1, title="Grandchild")]))[0]
    found = await commands.lineage(second)
    assert (found.made_by, found.model, found.seed, found.latent) == ("generate", "vae-kick-0a", 7, [0.5, -1.0])
    assert found.terms == {"mode": "random"}
    assert [(one.stem, one.of, one.generation, one.share) for one in found.parents] == [
        (1, second, 1, 0.5), (first, second, 1, 0.5),
    ]  # fmt: skip
    down = await commands.lineage(1)
    assert [(one.stem, one.of, one.generation) for one in down.children] == [(first, 1, 1), (second, 1, 1)]
    assert await library.children(1) == [first, second]
    assert [(one.model, one.seed, one.terms) for one in down.children] == [("vae-kick-0a", 7, {"mode": "random"})] * 2
    assert [(one.model, one.seed, one.terms) for one in found.parents] == [
        ("", None, {}), ("vae-kick-0a", 7, {"mode": "random"}),
    ]  # fmt: skip
    await library.delete(first)
    parents = (await commands.lineage(second)).parents
    assert [(one.stem, one.title, one.there) for one in parents] == [(1, "deep kick", True), (first, "Child", False)]
    assert await library.scrub() == {}


async def test_a_proposal_is_told_to_nobody(library: Library) -> None:
    told: list[object] = []
    library.bus.subscribe(told.append)
    (stem,) = await enter(library, [made(beep(library.staging / "a.wav"), 1, provenance="proposed")])
    assert (await library.get(stem)).provenance == "proposed"
    assert not [event for event in told if isinstance(event, StemAdded)]


async def test_a_lineage_that_was_changed_on_disk_is_found(library: Library) -> None:
    await enter(library, [made(beep(library.staging / "a.wav"), 1)])
    async with library.db.transaction() as change:
        await change._run("UPDATE lineage SET seed = 8")
        await change._run("UPDATE parents SET share = 0.25")
    assert await library.scrub() == {"lineage": [2], "parents": [2]}


async def test_the_same_bytes_are_the_same_stem(library: Library) -> None:
    one, two = beep(library.staging / "a.wav"), beep(library.staging / "b.wav")
    both = await enter(library, [made(one), made(two)])
    assert both == [2, 2]
    assert await enter(library, [made(beep(library.staging / "c.wav"))]) == [2]
    assert len(files(library.root)) == 1


async def test_a_batch_with_one_that_cannot_be_used_enters_not_at_all(library: Library) -> None:
    soundfile.write(library.staging / "b.wav", np.zeros(RATE), RATE)
    batch = [made(beep(library.staging / "a.wav")), made(library.staging / "b.wav")]
    with pytest.raises(BadAudio, match="silent"):
        await enter(library, batch)
    assert await library.counts() == {"kick": 1}
    assert not list(library.staging.iterdir())
    assert not await library.db.reading.quarantine(9, 0)
    with pytest.raises(NotFound):
        await enter(library, [made(beep(library.staging / "c.wav")), made(library.staging / "gone.wav")])
    assert not list(library.staging.iterdir())
    assert await enter(library, [made(beep(library.staging / "a.wav"))]) == [2]


async def test_what_was_heard_and_not_stored_is_gone(library: Library) -> None:
    paths = [beep(library.staging / f"{name}.wav", 60.0 + 40 * at) for at, name in enumerate("abcb")]
    async with heard(library, [made(path) for path in paths]) as batch:
        assert await batch.store([1]) == [2]
    assert not list(library.staging.iterdir())
    assert len(files(library.root)) == 1


async def test_who_is_cancelled_while_files_are_heard_leaves_none(library: Library) -> None:
    paths = [beep(library.staging / f"{at}.wav", 60.0 + 40 * at) for at in range(4)]
    task = asyncio.create_task(enter(library, [made(path) for path in paths]))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not list(library.staging.iterdir())
    assert await library.counts() == {"kick": 1}


async def test_a_full_disk_leaves_nothing_of_the_files(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*_: object) -> None:
        raise DiskFull("full")

    path = beep(library.staging / "a.wav")
    with monkeypatch.context() as patched:
        patched.setattr(Transaction, "add_lineage", full)
        with pytest.raises(DiskFull):
            await enter(library, [made(path)])
    assert await library.counts() == {"kick": 1}
    assert not files(library.root)
    assert await enter(library, [made(beep(library.staging / "a.wav"))]) == [2]


@pytest.mark.parametrize(("when", "stems"), [("before", 0), ("after", 1)])
async def test_a_kill_leaves_a_whole_stem_or_nothing(tmp_path: Path, settings: Config, when: str, stems: int) -> None:
    ended = subprocess.run([sys.executable, "-m", "tests.fabrik.killed", str(tmp_path), when], capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    assert len(files(tmp_path)) == 2  # the stem has its place, the note is there
    async with opened(tmp_path, settings) as library:
        known = await library.stems()
        assert [stem.title for stem in known] == ["One"][:stems]
        assert len(files(tmp_path)) == stems
        if known:
            assert known[0].path.is_file()
            assert (await LineageCommands(library).lineage(known[0].id)).made_by == "generate"
