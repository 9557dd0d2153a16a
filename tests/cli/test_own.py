import json
from pathlib import Path

import pytest
import soundfile

from liveengine.cli import main, own
from liveengine.synth.kit import recipes, render


def test_the_names_of_file_and_folders_are_read_in_both_languages() -> None:
    assert {"dark", "kick"} <= own.meant(Path("/kits/Dunkel/DarkKick_01.wav"))
    assert own.meant(Path("/packs/Mueller/xyz_17.wav")) == frozenset()
    assert "kick" not in own.meant(Path("/kick/one/two/three.wav"))


def test_a_word_of_the_names_is_asked_where_three_hold_it_and_not_every_one() -> None:
    sample = {f"/k{n}.wav": {"kick", "drums"} for n in range(3)} | {f"/p{n}.wav": {"pad"} for n in range(2)}
    sample |= {f"/s{n}.wav": {"snare", "drums"} for n in range(4)}
    found = own.labels(sample)
    assert [query.text["en"] for query in found.queries] == ["snare", "kick"]
    assert found.queries[1].right == 3
    assert found.file(Path("/"), "/k0.wav") == Path("/k0.wav")


def test_a_library_that_is_not_there_is_told_and_the_rest_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(["bench", "search", "--quick", "--json", "--library", str(tmp_path)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert any(line.get("figure") == "search.ranking_p50_ms.1k" for line in lines)
    assert "no library at" in lines[-1]["note"]


def test_a_library_of_ones_own_is_measured_by_the_words_of_its_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sounds = [one for one in recipes(0) if one.one_shot and one.category in ("kick", "snare", "hihat")]
    for number, recipe in enumerate(sounds):
        folder = tmp_path / "in" / recipe.category
        folder.mkdir(parents=True, exist_ok=True)
        soundfile.write(folder / f"{number}.wav", render(recipe), recipe.rate)
    library = str(tmp_path / "library")
    assert main.run(["ingest", str(tmp_path / "in"), "--library", library, "--json"]) == 0
    capsys.readouterr()
    assert main.run(["bench", "search", "--quick", "--json", "--library", library]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    found = {line["figure"]: line["value"] for line in lines if "figure" in line}
    assert found["search.own.stems"] == len(sounds)
    assert found["search.own.lift"] > 1
    assert found["search.own.discovery"] == 1.0
    assert 0 < found["search.own.p50_ms"] <= found["search.own.p99_ms"]
    assert found["search.own.listens_saved"] <= 1
