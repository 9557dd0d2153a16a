import json
from pathlib import Path

import numpy as np

from liveengine.jobs import corpus


def test_clips_are_written_with_what_may_be_said_of_them(tmp_path: Path) -> None:
    steps: list[int] = []
    target = tmp_path / "corpus-000000.npz"
    payload = {"seed": 0, "first": 0, "count": 2, "target": str(target)}
    made = corpus.run(payload, lambda done, total, text: steps.append(done))
    assert made == {"clips": 2, "made_by": corpus.made_by()}
    assert steps == [1, 2]
    with np.load(target) as part:
        said = json.loads(part["said"].tobytes())
        assert len(said) == len(part["rows"]) == len(part["features"]) == 4  # two variants of each
        assert said[0]["family"] == said[1]["family"]
        assert part["heard"].shape == (2, 64, int(part["rows"].sum()))
        assert len(json.loads(part["names"].tobytes())) == part["features"].shape[1]


def test_the_same_seed_makes_the_same_clips(tmp_path: Path) -> None:
    for name in ("a", "b"):
        corpus.run({"seed": 3, "first": 7, "count": 1, "target": str(tmp_path / f"{name}.npz")}, lambda *step: None)
    with np.load(tmp_path / "a.npz") as first, np.load(tmp_path / "b.npz") as second:
        assert (first["heard"] == second["heard"]).all()
        assert (first["features"] == second["features"]).all()


def test_without_a_target_only_the_code_is_told() -> None:
    assert corpus.run({}, lambda *step: None) == {"clips": 0, "made_by": corpus.made_by()}
