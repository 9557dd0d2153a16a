import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from liveengine.cli.tune import fitted


def test_the_middle_is_the_score_that_is_as_often_right_as_wrong() -> None:
    rng = np.random.default_rng(0)
    scores = rng.uniform(0.1, 1.1, 20_000)
    right = (rng.uniform(0, 1, 20_000) < 1 / (1 + np.exp(-(scores - 0.6) / 0.1))).astype(float)
    middle, width = fitted(scores, right)
    assert middle == pytest.approx(0.6, abs=0.03)
    assert width == pytest.approx(0.1, abs=0.02)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "liveengine.cli.tune", "--audio", str(tmp_path / "none")], capture_output=True, text=True
    )
    assert done.returncode > 0
    assert "no folder" in done.stderr
    assert "Traceback" not in done.stderr
