import asyncio
from pathlib import Path

import soundfile

from liveengine.cli import main, own, stocked
from liveengine.cli.benches import Task, search
from liveengine.cli.figure import Figure, Note
from liveengine.lexicon.dictionary import dictionary
from liveengine.lexicon.reading import lexicon
from liveengine.synth.kit import recipes, render


def test_the_names_of_file_and_folders_are_read_in_both_languages() -> None:
    assert {"dark", "kick"} <= own.meant(Path("/kits/Dunkel/DarkKick_01.wav"), dictionary())
    assert own.meant(Path("/packs/Mueller/xyz_17.wav"), dictionary()) == frozenset()
    assert "kick" not in own.meant(Path("/kick/one/two/three.wav"), dictionary())


def test_a_word_of_the_names_is_asked_where_three_hold_it_and_not_every_one() -> None:
    sample = {f"/k{n}.wav": {"kick", "drums"} for n in range(3)} | {f"/p{n}.wav": {"pad"} for n in range(2)}
    sample |= {f"/s{n}.wav": {"snare", "drums"} for n in range(4)}
    found = own.labels(sample, lexicon())
    assert [query.text["en"] for query in found.queries] == ["snare", "kick"]
    assert found.queries[1].right == 3
    assert found.file(Path("/"), "/k0.wav") == Path("/k0.wav")


def test_a_library_that_is_not_there_is_told(tmp_path: Path) -> None:
    (note,) = asyncio.run(search.users(Task(library=str(tmp_path))))
    assert isinstance(note, Note)
    assert note.note.startswith(f"no library at {tmp_path}")


def test_a_library_of_ones_own_is_measured_by_the_words_of_its_names(tmp_path: Path) -> None:
    shots = [one for one in recipes(0) if one.one_shot]
    sounds = [one for name in ("kick", "snare", "hihat") for one in [s for s in shots if s.category == name][:7]]
    for number, recipe in enumerate(sounds):
        folder = tmp_path / "in" / recipe.category
        folder.mkdir(parents=True, exist_ok=True)
        soundfile.write(folder / f"{number}.wav", render(recipe), recipe.rate)
    library = str(tmp_path / "library")
    same, rate = soundfile.read(tmp_path / "in" / "kick" / "0.wav")
    soundfile.write(tmp_path / "in" / "kick" / "again.flac", same, rate)  # the same sound in other bytes
    assert main.run(["ingest", str(tmp_path / "in"), "--library", library, "--json"]) == 0
    figures = asyncio.run(search.users(Task(quick=True, library=library)))
    found = {one.figure: one.value for one in figures if isinstance(one, Figure)}
    assert found["search.own.stems"] == len(sounds) + 1
    assert found["search.own.lift"] > 1
    assert found["search.own.discovery"] == 1.0
    assert 0 < found["search.own.p50_ms"] <= found["search.own.p99_ms"]
    assert found["search.own.listens_saved"] <= 1


def test_searches_are_timed_in_a_library_of_copied_sounds() -> None:
    async def measured() -> list[Figure]:
        return [figure async for figure in stocked.measure({"40": 40}, seed=0, each=1)]

    found = {one.figure: one.value for one in asyncio.run(measured())}
    assert 0 < found["search.p50_ms.40"] <= found["search.p99_ms.40"]
    assert found["search.start_s.40"] > 0
    assert found["search.database_mb_per_1000.40"] > 0
