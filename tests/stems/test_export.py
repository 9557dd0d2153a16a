"""Stems of a small library as files: names, chunks, the user's edits, what cannot be written."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import soundfile

from liveengine.bus import Bus
from liveengine.command import Registry
from liveengine.config import Config
from liveengine.errors import BadArgument, DiskFull, UnknownStem
from liveengine.jobs.pool import Pool
from liveengine.sound import riff
from liveengine.stems.export import Exporter, unused
from liveengine.stems.library import Library
from liveengine.synth.labelled import draw


@pytest_asyncio.fixture
async def library(tmp_path: Path, settings: Config) -> AsyncIterator[Library]:
    async with Pool(1) as pool:
        library = await Library.open(tmp_path / "library", settings, pool, Bus())
        library.exporter = exporter = Exporter(library, pool)  # type: ignore[attr-defined]
        await exporter.register()
        library.registry = Registry()  # type: ignore[attr-defined]
        library.registry.add(exporter)  # type: ignore[attr-defined]
        sound = draw(0, 1).sound
        for name, part in (("bass loop 117.97bpm", sound), ("hit", sound[:, :9_000])):
            path = tmp_path / "in" / f"{name}.wav"
            path.parent.mkdir(exist_ok=True)
            soundfile.write(path, part.T, 48_000)
        await library.queue.wait(await library.ingest([tmp_path / "in"]))
        yield library
        await library.close()


async def export(library: Library, address: str, *args: object, **named: object) -> dict[str, object]:
    job = (await library.registry.call(address, *args, **named))["job"]  # type: ignore[attr-defined]
    found = await library.queue.wait(job)
    assert found.state == "done", found.error
    result: dict[str, object] = found.result
    return result


async def test_an_exported_loop_carries_what_is_known_and_what_was_corrected(library: Library, tmp_path: Path) -> None:
    [loop] = [stem for stem in await library.stems() if stem.loop]
    await library.edit([loop.id], key="Em", creator="Nadja")
    result = await export(library, f"/stem/{loop.id}/export", folder=str(tmp_path / "out"))
    assert result["files"] == ["bass_loop_117.97bpm_Em.wav"]
    path = tmp_path / "out" / "bass_loop_117.97bpm_Em.wav"
    found = riff.read(path)
    assert found.acid
    assert found.acid.tempo == pytest.approx(117.97)
    assert found.info["IART"] == "Nadja"
    assert "Em" in found.info["ICMT"]
    assert found.cues
    assert (soundfile.read(path)[0] == soundfile.read(loop.path)[0]).all()
    again = await export(library, f"/stem/{loop.id}/export", folder=str(tmp_path / "out"))
    assert again["files"] == ["bass_loop_117.97bpm_Em_2.wav"]


async def test_many_are_written_and_one_that_is_gone_is_named(library: Library) -> None:
    result = await export(library, "/stems/export", "1-3", format="flac")
    assert len(result["files"]) == 2  # type: ignore[arg-type]
    assert list(result["failed"]) == ["3"]  # type: ignore[call-overload]
    assert (Path(str(result["folder"])) / result["files"][0]).exists()  # type: ignore[index]


async def test_a_file_that_cannot_be_written_is_named_and_the_others_are(library: Library, tmp_path: Path) -> None:
    names = (await export(library, "/stems/export", "1-2", folder=str(tmp_path / "one")))["files"]
    (tmp_path / "two" / f".{names[0]}.part").mkdir(parents=True)  # type: ignore[index]
    result = await export(library, "/stems/export", "1-2", folder=str(tmp_path / "two"))
    assert result["files"] == names[1:]  # type: ignore[index]
    assert "Is a directory; name another folder" in result["failed"]["1"]  # type: ignore[index]


async def test_what_was_written_before_a_kill_is_not_written_twice(
    library: Library, tmp_path: Path, settings: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, pool = tmp_path / "out", library.exporter._pool  # type: ignore[attr-defined]
    run, asked = pool.run, list[str]()

    async def stuck(kind: str, payload: dict[str, str]) -> object:
        asked.append(payload["path"])
        return await (run(kind, payload) if len(asked) == 1 else asyncio.Event().wait())

    monkeypatch.setattr(pool, "run", stuck)
    job = (await library.registry.call("/stems/export", "1-2", folder=str(out)))["job"]  # type: ignore[attr-defined]
    while len(asked) < 2:
        await asyncio.sleep(0.001)
    await library.close()  # what is stored by then is all that a kill would leave
    first = {path: path.stat().st_mtime_ns for path in out.iterdir()}
    monkeypatch.undo()
    again = await Library.open(tmp_path / "library", settings, pool, Bus())
    await Exporter(again, pool).register()
    found = await again.queue.wait(job)
    await again.queue.retry(job)  # nothing is left to do
    assert (await again.queue.wait(job)).result == found.result
    await again.close()
    assert sorted(path.name for path in out.iterdir()) == sorted(found.result["files"])
    assert len(first) == 1
    assert first.items() <= {path: path.stat().st_mtime_ns for path in out.iterdir()}.items()


async def test_a_full_disk_is_called_by_its_name(library: Library, tmp_path: Path) -> None:
    async def full(*anything: object, **more: object) -> object:
        raise DiskFull("the disk is full; make room")

    library.exporter._pool.run = full  # type: ignore[attr-defined]
    for which in ("1", "1-2"):
        job = (await library.registry.call("/stems/export", which, folder=str(tmp_path)))["job"]  # type: ignore[attr-defined]
        found = await library.queue.wait(job)
        assert (found.code, found.error) == ("disk_full", "the disk is full; make room")


async def test_a_folder_that_is_the_library_s_own_is_refused(library: Library) -> None:
    with pytest.raises(BadArgument, match="own files"):
        await export(library, "/stem/1/export", folder=str(library.root / "processed_database" / "stems"))
    with pytest.raises(BadArgument, match="absolute"):
        await export(library, "/stem/1/export", folder="here")
    with pytest.raises(UnknownStem):
        await export(library, "/stem/99/export")


def test_two_stems_of_one_name_become_two_files() -> None:
    assert unused("A.wav", {"a.wav", "a_2.wav"}) == "A_3.wav"
