import json
from pathlib import Path

import pytest

from liveengine.cli import benches, main, rows
from liveengine.cli.figure import Figure, Histogram, Note, Table, document, show


def test_each_bench_says_what_it_measures_and_how_long_it_takes() -> None:
    assert {"start", "engine", "search", "timing", "control", "survival"} <= set(benches.names())
    for name in benches.names():
        bench = benches.find(name)
        assert bench.SECONDS > 0
        assert benches.summary(bench).endswith(".")


def test_the_list_names_every_bench(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["bench", "--list", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["bench"] for line in lines] == benches.names()
    assert main.run(["bench"]) == 0
    assert "control " in capsys.readouterr().out


def test_with_json_the_machine_comes_first_and_then_a_line_per_figure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["bench", "timing", "--quick", "--stream", "null", "--json", "--seed", "3"]) == 0
    facts, *lines = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert facts["seed"] == 3
    assert "cores" in facts["machine"]
    worst = next(line for line in lines if line.get("figure") == "timing.launch_error_frames_max")
    assert worst == {"figure": "timing.launch_error_frames_max", "value": 0, "unit": "frames", "better": "lower"}


def test_an_unknown_bench_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main.run(["bench", "engin"])
    assert "no bench is called 'engin'; did you mean engine?" in capsys.readouterr().err


def test_what_a_bench_finds_is_shown_by_its_kind(capsys: pytest.CaptureFixture[str]) -> None:
    show(
        [
            Figure("engine.voices.unity", 17_200.0, "voices/core", "higher"),
            Histogram("jitter", "us", [1.0, 2.0, 4.0], [3, 1]),
            Table("stretch", ["who", "onsets"], [["ours", 0.25]]),
            Note("[scsynth] is not installed"),
        ]
    )
    said = capsys.readouterr().out
    assert "17,200" in said
    assert [line.split() for line in said.splitlines() if "2 - 4" in line] == [["2", "-", "4", "1", "█" * 20]]
    assert "bars grow with the logarithm of the count" in said
    assert "0.25" in said
    assert "[scsynth] is not installed" in said
    assert next(iter(document(Note("n")))) == "note"


def test_figures_become_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [{"machine": "four cores"}, document(Figure("start.ready_s", 0.741, "s", "lower")), document(Note("n"))]
    (tmp_path / "figures.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    assert main.run(["bench", "--table", str(tmp_path / "figures.jsonl")]) == 0
    table = capsys.readouterr().out.splitlines()
    assert len(table) == 2 + len(rows.rows())
    assert "| 0.74 s |" in next(line for line in table if "`liveengine bench start`" in line)
    assert "| not measured |" in next(line for line in table if "`liveengine bench control`" in line)


def test_a_table_of_what_is_no_json_names_the_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "figures.jsonl").write_text("{}\nnonsense\n")
    assert main.run(["bench", "--table", str(tmp_path / "figures.jsonl")]) == 64
    assert "line 2 is no JSON" in capsys.readouterr().err
    assert main.run(["bench", "--table", str(tmp_path / "missing")]) == 66


def test_each_row_names_benches_that_there_are() -> None:
    for row in rows.rows():
        assert row.command.startswith("liveengine bench ")
        assert set(row.command.split()[2:]) <= set(benches.names())


def test_the_readmes_table_has_the_rows_of_the_settings() -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    table = text.split("<!-- figures -->\n")[1].split("<!-- /figures -->")[0].splitlines()[2:]
    cells = [line.strip("| ").split(" | ") for line in table]
    assert [cell[0] for cell in cells] == [row.what for row in rows.rows()]
    assert [cell[-1] for cell in cells] == [f"`{row.command}`" for row in rows.rows()]
