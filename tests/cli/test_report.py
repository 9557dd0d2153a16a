import struct
import sys
from pathlib import Path

import pytest

from liveengine.cli import main, paper, report
from liveengine.engine.bench.timing import Timing
from liveengine.errors import Unavailable
from tests.cli.test_verdict import a_check


def size(path: Path) -> tuple[int, int]:
    """Return the width and height that a PNG file's head names."""
    head = path.read_bytes()[:24]
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def test_the_report_is_a_picture_of_1920_by_1200(tmp_path: Path) -> None:
    report.draw(a_check(), Timing(200, [0] * 200, 1), tmp_path / "shows" / "report.png")
    assert size(tmp_path / "shows" / "report.png") == (1920, 1200)


def test_without_matplotlib_one_line_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(Unavailable, match=r"pip install 'liveengine\[plot\]'"), paper.sheet(tmp_path / "a.png", 1, 1):
        pass


def test_a_picture_that_is_no_png_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"\.png"), paper.sheet(tmp_path / "a.gif", 1, 1):
        pass


def test_the_bench_draws_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "report.png"
    assert main.run(["bench", "timing", "--quick", "--stream", "null", "--output", str(path)]) == 0
    assert size(path) == (1920, 1200)
    said = capsys.readouterr().out
    assert f"report: {path}" in said
    assert "NOT A SHOW'S DEVICE" in said


def test_the_filters_are_drawn_into_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["bench", "filters", "--quick", "--output", str(tmp_path / "filters")]) == 0
    assert sorted(path.name for path in (tmp_path / "filters").iterdir()) == ["interpolators.png", "limiter.png"]
    assert all(size(path) == (1920, 1200) for path in (tmp_path / "filters").iterdir())
    assert "filters.cubic.difference_db" in capsys.readouterr().out
