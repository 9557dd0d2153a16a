"""A worker that learns is killed, and killed again: the model is the same, to the last bit."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from liveengine.errors import BadArgument
from liveengine.jobs import tune
from tests.jobs.test_tune import nobody, payload
from tests.ml.tune import words

pytest.importorskip("torch")
pytest.importorskip("onnx")


def test_a_worker_that_is_killed_again_and_again_makes_the_same_model(tmp_path: Path) -> None:
    words.write(tmp_path / "sounds", 4)
    (tmp_path / "models").mkdir()
    card = tune.run(payload(tmp_path), nobody)
    work, target = tmp_path / "models" / ".other", tmp_path / "models" / "other"
    asked = payload(tmp_path, name="other", target=str(target), work=str(work))
    for sign in ("heard/*.npy", "try-0.json"):
        command = [sys.executable, "-m", "liveengine.jobs.worker", "tune", json.dumps(asked)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        while not any(work.glob(sign)):
            assert process.poll() is None
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert not target.exists()
    (work / "try-1.safetensors").write_bytes(b"cut short")
    again = tune.run(asked, nobody)
    assert again["checksum"] == card["checksum"]
    assert again["own"] == card["own"]
    assert not work.exists()


def test_a_worker_that_is_killed_when_its_model_has_its_name_has_nothing_left_to_learn(tmp_path: Path) -> None:
    words.write(tmp_path / "sounds", 4)
    (tmp_path / "models").mkdir()
    asked = payload(tmp_path)
    ended = subprocess.run([sys.executable, "-m", "tests.jobs.killed", json.dumps(asked)], check=False)
    assert ended.returncode == -signal.SIGKILL
    target, work = tmp_path / "models" / "own", tmp_path / "models" / ".own.tuning"
    assert target.exists()
    assert work.exists()
    before = {file.name: file.stat().st_mtime_ns for file in target.iterdir()}
    steps: list[str] = []
    card = tune.run(asked, lambda done, total, text: steps.append(text))
    assert steps == []
    assert card == json.loads((target / "card.json").read_text("utf-8"))
    assert not work.exists()
    with pytest.raises(BadArgument, match="there is a model own already"):
        tune.run(payload(tmp_path, seed=1), nobody)
    assert {file.name: file.stat().st_mtime_ns for file in target.iterdir()} == before
