import io
import sys
from typing import Any

import pytest
from rich.console import Console

from liveengine.cli import progress, screen, search


def told(width: int, **fields: Any) -> str:
    """Return what a display of this width shows of one piece of work."""
    console = Console(width=width, file=io.StringIO(), force_terminal=True, no_color=True, record=True)
    display = progress.display(console)
    row = display.add_task("a folder with a very long name", total=20_000, text=fields.pop("text", ""))
    display.update(row, **fields)
    console.print(display.get_renderable())
    return console.export_text()


@pytest.mark.parametrize("width", [50, 60, 80, 120])
def test_no_terminal_is_too_narrow_for_the_numbers_of_a_progress(width: int) -> None:
    shown = told(width, completed=1398, text="analysing: 13.6 files/s, 3 min 38 s left")
    assert "1398/20000" in shown
    assert " ".join(shown.split()).count("left") == 1
    assert max(map(len, shown.splitlines())) <= width
    assert {"13.6", "files/s,", "38", "left"} <= set(shown.split())


def test_what_is_done_has_no_time_left() -> None:
    assert "left" not in told(80, completed=20_000)


def test_an_error_is_cut_between_words_on_a_terminal_and_one_line_in_a_pipe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "copy config.json and model.safetensors into models/clap of the library"
    screen.fault(text)
    assert capsys.readouterr().err == f"{text}\n"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "30")
    screen.fault(text)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert " ".join(lines).split() == text.split()


ANSWER: dict[str, Any] = {
    "matches": [
        {
            "id": 42, "similarity": 0.8346, "category": "kick", "bpm": None, "key": None, "duration": 0.56,
            "filename": "bd_808.flac", "reasons": ["kick 100%", "dark: top 2%"], "alike": [7, 8],
            "provenance": "original", "proposed": False, "tags": [],
        },
    ],
    "told": {"language": "de", "en": "dark, kick", "de": "dunkel, Kick"},
    "verdict": "weak",
}  # fmt: skip


@pytest.mark.parametrize("columns", ["60", "120"])
def test_an_answer_tells_numbers_reasons_what_was_understood_and_that_it_is_weak(
    columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    search.show("dunkle Kick", ANSWER)
    shown = capsys.readouterr().out
    for said in (
        "42",
        "0.83",
        "bd_808.flac",
        "kick 100%, dark: top 2%",
        "understood: dunkel, Kick",
        "no match answers",
    ):
        assert said in shown
    assert "BPM" not in shown
    assert max(map(len, shown.splitlines())) <= int(columns)
