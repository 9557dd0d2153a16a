import dataclasses
import struct
import sys
from pathlib import Path

import numpy as np
import pytest

from liveengine.cli import main, paper, report
from liveengine.engine.bench.soundcheck import Launch, SoundCheck
from liveengine.engine.bench.timing import Timing
from liveengine.errors import Unavailable


def size(path: Path) -> tuple[int, int]:
    """Return the width and height that a PNG file's head names."""
    head = path.read_bytes()[:24]
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def a_check(busy_ns: int) -> SoundCheck:
    rng = np.random.default_rng(0)
    wakes = np.arange(2_000) * 1_000_000 + rng.integers(0, 50_000, 2_000)
    trace = np.stack((wakes, wakes + busy_ns, np.full(2_000, 48)), axis=1)
    launches = [Launch(None if n % 2 else 480 * n, 480 * n, 1_000_000 * (10 * n - 1)) for n in range(1, 40)]
    return SoundCheck("null", 48_000, 48, 0, 64, launches, [], trace, 0, 0)


def test_the_report_is_a_picture_of_1920_by_1200(tmp_path: Path) -> None:
    report.draw(a_check(50_000), Timing(200, [0] * 200, 1), tmp_path / "shows" / "report.png")
    assert size(tmp_path / "shows" / "report.png") == (1920, 1200)


def test_a_show_asks_for_exact_launches_and_callbacks_in_time() -> None:
    offline = Timing(2, [0, 0], 1)
    assert [good for good, _ in report.verdicts(a_check(50_000), offline)] == [True, True, True, True]
    assert [good for good, _ in report.verdicts(a_check(300_000), offline)] == [True, True, False, True]
    assert [good for good, _ in report.verdicts(a_check(1_100_000), Timing(1, [1], 1))] == [False, False, False, True]


def test_a_machine_that_misses_blocks_is_not_ready_though_our_callbacks_are_in_time() -> None:
    check = dataclasses.replace(a_check(50_000), xruns=3)
    found = report.verdicts(check, Timing(2, [0, 0], 1))
    assert [good for good, _ in found] == [True, False, True, True]
    assert found[1][1] == "blocks are in time (0 late, 3 xruns of 2,000, at most 1 in 10,000)"


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
    assert f"report: {path}" in capsys.readouterr().out


def test_the_filters_are_drawn_into_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["bench", "filters", "--quick", "--output", str(tmp_path / "filters")]) == 0
    assert sorted(path.name for path in (tmp_path / "filters").iterdir()) == ["interpolators.png", "limiter.png"]
    assert all(size(path) == (1920, 1200) for path in (tmp_path / "filters").iterdir())
    assert "filters.cubic.difference_db" in capsys.readouterr().out
