import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from liveengine.errors import TooFew
from liveengine.jobs import train
from liveengine.ml import phase
from liveengine.ml.vae.model import Model
from liveengine.ml.vae.teach import Terms
from tests.ml.vae.stems import QUICK, written


def terms(of: Terms = QUICK) -> dict[str, Any]:
    """What a payload says of them."""
    return {name: value for name, value in asdict(of).items() if name != "seed"} | {"shape": of.shape.told()}


def payload(folder: Path, **more: Any) -> dict[str, Any]:
    given = {"category": "kick", "target": str(folder / "models" / "kick"), "seed": 0, "terms": terms()} | more
    return given if "stems" in given else given | {"stems": written(folder / "stems")}


def silent(done: int, total: int, text: str) -> None:
    pass


def test_a_category_is_learnt_and_its_model_loads_and_says_what_it_is(tmp_path: Path) -> None:
    told = []
    card = train.run(payload(tmp_path), lambda done, total, text: told.append((done, total, text)))
    model = Model.load(tmp_path / "models" / "kick")
    assert card["id"] == model.id
    assert (card["stems"], card["skipped"], card["epochs"]) == (12, [], 2)
    assert card["loss"]["reconstruction"] > 0.0
    assert sorted(set(model.stems)) == list(range(1, 13))
    assert len(model.codes) == 8 + 4 * 2  # four loops have two bars
    losses = json.loads((tmp_path / "models" / "kick" / "losses.json").read_text())
    assert [row["epoch"] for row in losses["losses"]] == [1, 2]
    assert losses["without"]["mean"] > losses["without"]["principal"] > 0.0
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["kick"]
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    assert told[-1][:2] == (1000, 1000)
    assert "loss" in told[-2][2]
    assert told[-1][2].startswith("compiling")


def test_too_few_stems_say_how_many_are_needed_and_how_many_there_are(tmp_path: Path) -> None:
    stems = written(tmp_path / "stems", 3)
    with pytest.raises(TooFew, match="kick needs at least 8 stems to learn from, there are 3: add more"):
        train.run(payload(tmp_path, stems=stems), silent)
    assert not (tmp_path / "models").exists()


def test_stems_that_cannot_be_heard_are_named_and_the_others_teach(tmp_path: Path) -> None:
    given = payload(tmp_path)
    wrong = {
        "silent": np.zeros((4800, 1)),
        "10 ms": np.full((480, 1), 0.5),
        "1 frame": np.full((1, 1), 0.5),
        "nan": np.full((4800, 1), np.nan),
        "10 min": np.tile(np.sin(np.arange(48_000) / 20.0)[:, None] * 0.3, (600, 1)),
    }
    for number, (name, sound) in enumerate(wrong.items()):
        path = tmp_path / f"{name}.wav"
        soundfile.write(path, sound, 48_000, subtype="FLOAT" if name == "nan" else "PCM_16")
        given["stems"].append({"stem": 100 + number, "path": str(path), "beats": None})
    given["stems"].append({"stem": 200, "path": str(tmp_path / "gone.wav"), "beats": None})
    given["stems"].append({"stem": 201, "path": str(tmp_path / "10 min.wav"), "beats": 1200.0})
    card = train.run(given, silent)
    assert {one["stem"] for one in card["skipped"]} == {100, 102, 103, 200}
    assert all(len(one["why"]) > 10 for one in card["skipped"])
    assert card["stems"] == 12 + 3


def test_all_silent_stems_teach_nothing_and_the_reason_is_told(tmp_path: Path) -> None:
    stems = written(tmp_path / "stems")
    for one in stems:
        soundfile.write(one["path"], np.zeros((4800, 1)), 48_000)
    with pytest.raises(TooFew, match=r"there are 0 that can be heard \(the sound is silent"):
        train.run(payload(tmp_path, stems=stems), silent)


def test_a_worker_killed_in_the_middle_goes_on_and_ends_with_the_same_bytes(tmp_path: Path) -> None:
    long = terms(replace(QUICK, epochs=6))
    whole = payload(tmp_path / "whole", terms=long)
    broken = payload(tmp_path / "broken", terms=long, stems=whole["stems"])
    train.run(whole, silent)
    command = [sys.executable, "-m", "liveengine.jobs.worker", "train", json.dumps(broken)]
    worker = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    kept = Path(broken["target"]).with_name(".kick.training") / "epoch.safetensors"
    while not kept.exists() and worker.poll() is None:
        time.sleep(0.005)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert not Path(broken["target"]).exists()
    card = train.run(broken, silent)
    assert "goes on after epoch" in card["note"]
    assert card["checksum"] == json.loads((Path(whole["target"]) / "card.json").read_text())["checksum"]


def test_a_training_that_is_ended_while_it_compiles_has_its_last_epoch_still(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, ended = payload(tmp_path), False

    def warm() -> None:
        nonlocal ended
        if not ended:
            ended = True
            raise KeyboardInterrupt
        raise OSError("no place for what is compiled")

    monkeypatch.setattr(phase, "warm", warm)
    with pytest.raises(KeyboardInterrupt):
        train.run(given, silent)
    card = train.run(given, silent)  # it is taught whatever becomes of what is compiled
    assert "goes on after epoch 2" in card["note"]
    assert Model.load(tmp_path / "models" / "kick").id == card["id"]


def test_a_damaged_checkpoint_is_told_in_the_card(tmp_path: Path) -> None:
    kept = tmp_path / "models" / ".kick.training"
    kept.mkdir(parents=True)
    (kept / "epoch.safetensors").write_bytes(b"not what was written")
    assert "damaged" in train.run(payload(tmp_path), silent)["note"]


def test_a_newer_model_replaces_the_older(tmp_path: Path) -> None:
    first = train.run(payload(tmp_path), silent)
    second = train.run(payload(tmp_path, seed=1), silent)
    assert first["id"] != second["id"] == Model.load(tmp_path / "models" / "kick").id
