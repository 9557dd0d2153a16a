import json
from pathlib import Path

import pytest
import soundfile

from liveengine.cli import main, stem
from liveengine.synth import kit
from tests.cli.test_lineage import relative
from tests.cli.test_report import size

WANTED = ("traum_kick_dark_hypnotic_industrial_techno_138bpm_Am", "traum_percussion_metallic_analog_cowbell")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with a loop, stem 1, and a one-shot, stem 2."""
    folder = tmp_path_factory.mktemp("stem")
    for recipe in kit.recipes():
        if recipe.name in WANTED:
            soundfile.write(folder / f"{recipe.name}.wav", kit.render(recipe), recipe.rate)
    for name in WANTED:
        assert main.run(["ingest", "--library", str(folder / "library"), str(folder / f"{name}.wav")]) == 0
    return folder / "library"


def test_a_stem_is_told_in_words(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["stem", "1", "--library", str(library)]) == 0
    said = capsys.readouterr().out
    assert "1  traum kick dark hypnotic industrial techno" in said
    assert "original · kick · 2 bars · 138 BPM · Am · 3.48 s" in said
    assert "48 kHz, mono" in said
    assert "energetic" in said


def test_with_json_all_facts_are_there(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["stem", "2", "--library", str(library), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["id"], told["category"], told["provenance"]) == (2, "percussion", "original")


@pytest.mark.parametrize("dark", [[], ["--dark"]])
def test_one_stem_and_two_side_by_side_are_pictures(library: Path, tmp_path: Path, dark: list[str]) -> None:
    one, two = tmp_path / "one.png", tmp_path / "new" / "two.png"
    assert main.run(["stem", "1", "--library", str(library), "--picture", str(one), *dark]) == 0
    said = ["stem", "1", "--beside", "2", "--picture", str(two), "--library", str(library), *dark]
    assert main.run(said) == 0
    assert size(one) == (1200, 720)
    assert size(two) == (1560, 720)


def test_what_cannot_be_shown_says_why(library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--library", str(library)]
    assert main.run(["stem", "1", "--beside", "2", *at]) != 0
    assert "--picture FILE.png" in capsys.readouterr().err
    assert main.run(["stem", "77", *at]) != 0
    assert "no stem 77" in capsys.readouterr().err
    assert main.run(["stem", "1", "--picture", str(tmp_path / "a.gif"), *at]) != 0
    assert ".png" in capsys.readouterr().err


def test_what_was_made_of_others_names_them_and_how() -> None:
    parents = [relative(12, 40, 1, 0.7), relative(13, 40, 1, 0.3), relative(3, 12, 2)]
    made = relative(40, 0, 0, made_by="generate", seed=7) | {"parents": parents, "children": []}
    assert stem._lineage(made) == [("made", "generated (seed 7) from 12 (70%), 13 (30%)"), ("led to", "")]
    born = [relative(n, 1, 1) for n in range(50, 60)] + [relative(90, 50, 2)]
    alone = relative(1, 0, 0, provenance="original") | {"parents": [], "children": born}
    assert stem._lineage(alone) == [("made", ""), ("led to", "50, 51, 52, 53, 54, 55, 56, 57 and 2 more")]
