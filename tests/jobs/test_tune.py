"""Words that nobody knows are learnt from a few sounds, in the real worker."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from liveengine.config import data
from liveengine.errors import BadArgument, WorseModel
from liveengine.jobs import tune
from liveengine.ml.hear import ear
from liveengine.ml.listen import mono
from liveengine.ml.spectrum import RATE, measure
from liveengine.sound import read
from liveengine.stems import mini, taught
from liveengine.stems.text import TextTower
from tests.ml.tune import words

pytest.importorskip("torch")
pytest.importorskip("onnx")


def payload(root: Path, **other: Any) -> dict[str, Any]:
    return {
        "folder": str(root / "sounds"),
        "captions": None,
        "base": "traum-mini",
        "base_dir": str(data("models") / "traum-mini"),
        "name": "own",
        "target": str(root / "models" / "own"),
        "work": str(root / "models" / ".own.tuning"),
        "root": str(root),
        "seed": 0,
        "epochs": 1,
        "force": False,
        "kit": 16,
        **other,
    }


def nobody(done: int, total: int, text: str) -> None:
    pass


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("library")
    (made / "models").mkdir()
    words.write(made / "sounds", 6)
    return made


@pytest.fixture(scope="module")
def card(root: Path) -> dict[str, Any]:
    steps: list[tuple[int, int]] = []
    found = tune.run(payload(root), lambda done, total, text: steps.append((done, total)))
    assert steps == sorted(steps)
    assert {total for _, total in steps} == {16 + 18 + 4 * 1 * 10}
    return found


def test_sounds_it_has_never_met_are_found_by_the_new_words(root: Path, card: dict[str, Any]) -> None:
    truth = words.write(root / "unmet", 4, first=20, captions=False)
    for folder, least, most in ((root / "models" / "own", 0.9, 1.0), (data("models") / "traum-mini", 0.0, 0.7)):
        tower = TextTower(folder / "text.onnx")
        vectors = []
        for name in truth:
            audio = read(root / "unmet" / name)
            vectors.append(ear(str(folder)).hear(measure(mono(audio.samples, audio.rate)))[0])
        asked = list(words.FAMILIES.values())
        best = (np.stack(vectors) @ np.stack([tower.vector(word) for word in asked]).T).argmax(axis=1)
        right = np.mean([asked[at] == word for at, word in zip(best, truth.values(), strict=True)])
        assert least <= right <= most
    own = card["own"]
    assert own["after"]["recall_at_5"] >= 0.9
    assert own["before"]["recall_at_5"] < 0.7


def test_the_card_tells_what_it_is_and_what_was_lost(root: Path, card: dict[str, Any]) -> None:
    model = taught.models(root)["own"]
    assert model.id == card["id"] == f"traum-mini+own-{card['checksum'][:8]}"
    assert model.checksum == mini.checksum(model.folder)
    assert model.words == {"blorp", "zwick", "fnarg"}
    assert card["sounds"] == 18
    assert card["left_out"] == {}
    before, after = (card["general"][when]["recall_at_10"] for when in ("before", "after"))
    assert after >= before - 0.05
    assert sorted(file.name for file in model.folder.iterdir()) == sorted((*mini.FILES, "card.json"))
    assert not (root / "models" / ".own.tuning").exists()


def test_what_cannot_be_heard_is_left_out_with_the_reason(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sounds"
    words.write(folder, 4)
    with (folder / "captions.csv").open("a") as table:
        table.write("silent.wav;a blorp\nnan.wav;a blorp\nbroken.wav;zwick\ngone.wav;zwick\n")
    soundfile.write(folder / "silent.wav", np.zeros(RATE), RATE)
    soundfile.write(folder / "nan.wav", np.full(RATE, np.nan, np.float32), RATE, subtype="FLOAT")
    (folder / "broken.wav").write_bytes(b"<html>")
    made = tune.run(payload(root, folder=str(folder), target=str(tmp_path / "m"), work=str(tmp_path / "w")), nobody)
    assert made["sounds"] == 12
    assert set(made["left_out"]) == {"gone.wav", "silent.wav", "nan.wav", "broken.wav"}
    assert "is silent" in made["left_out"]["silent.wav"]
    (folder / "7-0.wav").unlink()
    with pytest.raises(BadArgument, match=r"11 of 14 sounds can be heard, 12 are the fewest; .*silent"):
        tune.run(payload(root, folder=str(folder), target=str(tmp_path / "n"), work=str(tmp_path / "v")), nobody)
    assert not (tmp_path / "n").exists()


def test_a_model_that_is_worse_than_its_base_is_kept_out_unless_it_is_forced(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tune, "WORST", -1.0)  # as if all had been forgotten
    asked = payload(root, target=str(tmp_path / "own"), work=str(tmp_path / "work"))
    with pytest.raises(WorseModel, match=r"own is worse than its base and was not kept: .* of general queries \d+%"):
        tune.run(asked, nobody)
    assert not (tmp_path / "own").exists()
    told: list[str] = []
    tune.run(asked | {"force": True}, lambda done, total, text: told.append(text))
    assert not any("try" in text for text in told)  # what is learnt is not learnt again
    assert (tmp_path / "own" / "card.json").is_file()
