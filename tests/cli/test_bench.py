import json

import pytest

from liveengine.cli import benches, main
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
    assert "0.25" in said
    assert "[scsynth] is not installed" in said
    assert next(iter(document(Note("n")))) == "note"
