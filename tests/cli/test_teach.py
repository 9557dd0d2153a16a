import json
from pathlib import Path

import pytest

from liveengine.cli import teach
from liveengine.config import data


@pytest.mark.parametrize("asked", [["--number", "0"], ["--number", "-5"], ["--processes", "0"]])
def test_numbers_that_teach_nothing_are_refused_and_nothing_is_written(
    asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = Path(data("config") / "evidence.json").read_bytes()
    with pytest.raises(SystemExit):
        teach.main(asked)
    assert "fewer loops teach nothing" in capsys.readouterr().err
    assert Path(data("config") / "evidence.json").read_bytes() == before
    assert set(json.loads(before)) == {"tempo", "key"}
