"""What `liveengine jobs` shows of jobs as they go, of their logs, and of a library without a daemon."""

import asyncio
import json
import re
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from liveengine.cli import following, main, progress
from liveengine.cli.following import OPEN
from liveengine.errors import Unavailable
from liveengine.stems.db import Database

Row = dict[str, Any]


def job(state: str, number: int = 7, **more: Any) -> Row:
    told = {"id": number, "kind": "train", "about": "kick", "state": state, "done": 0, "total": 0, "text": ""}
    return told | {"error": None, "seconds_left": None} | more


class Daemon:
    """Has one moment after the other: at each the jobs that there are, or None while it is away."""

    def __init__(self, *moments: list[Row] | None, lines: tuple[tuple[Row, ...], ...] = ()) -> None:
        self.moments, self.lines, self.at = moments, lines, 0

    def _now(self) -> list[Row]:
        found = self.moments[min(self.at, len(self.moments) - 1)]
        if found is None:
            self.at += 1
            raise Unavailable("it is on its way back")
        return found

    async def call(self, address: str, **named: Any) -> Any:
        if address == "/jobs":
            wanted = named["state"], named.get("kind")
            found = [row for row in self._now() if row["state"] == wanted[0] and wanted[1] in (None, row["kind"])]
            self.at += named["state"] == OPEN[-1]
            return found
        if address.endswith("/log"):
            return [line for line in self.lines[self.at - 1] if line["id"] > named["after"]]
        row = next(row for row in self._now() if row["id"] == int(address.split("/")[2]))
        self.at += bool(self.lines)
        return row


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "POLL_S", 0.0)


STORY = (
    [job("queued"), job("running", 6, kind="scan", about="")],
    [job("running", done=1, total=100, text="epoch 1"), job("running", 6, kind="scan", about="")],
    None,
    [job("running", done=2, total=100, text="epoch 2"), job("done", 6, kind="scan", about="")],
    [job("running", done=31, total=100, text="epoch 31", seconds_left=65.4), job("done", 6, kind="scan", about="")],
    [job("done", done=100, total=100), job("done", 6, kind="scan", about="")],
)


async def test_without_a_terminal_there_is_a_line_for_each_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    assert await following.jobs(Daemon(*STORY).call, None, as_json=False) == 0
    assert capsys.readouterr().out.splitlines() == [
        "job 6 scan: running",
        "job 7 train kick: queued",
        "job 7 train kick: running 1/100 (epoch 1)",
        "job 6 scan: done",
        "job 7 train kick: running 31/100, 1:05 left (epoch 31)",
        "job 7 train kick: done 100/100",
    ]


async def test_as_json_every_change_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert await following.jobs(Daemon(*STORY).call, "train", as_json=True) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["id"] for row in told] == [7] * 5
    assert told[-2]["seconds_left"] == 65.4


async def test_a_job_that_fails_is_told_with_its_reason_and_counts(capsys: pytest.CaptureFixture[str]) -> None:
    story = [job("running")], [job("set_aside", error="set aside, as it was ended 3 times")]
    assert await following.jobs(Daemon(*story).call, None, as_json=False) == 1
    assert (
        capsys.readouterr().out.splitlines()[-1] == "job 7 train kick: set_aside (set aside, as it was ended 3 times)"
    )


async def test_where_nothing_runs_that_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert await following.jobs(Daemon([job("done")]).call, None, as_json=False) == 0
    assert capsys.readouterr().out == "no job waits or runs\n"


async def test_a_daemon_that_stays_away_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "PATIENCE", 3)
    with pytest.raises(Unavailable):
        await following.jobs(Daemon(None).call, None, as_json=False)


def test_on_a_terminal_each_job_has_a_bar_with_the_time_that_it_says_is_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    with ExitStack() as stack:
        bars = following._Bars(stack)
        for rows in filter(None, STORY[:5]):
            for row in rows:
                bars.show(row)
    shown = capsys.readouterr().out.splitlines()[-2:]
    assert [line.split()[:2] for line in shown] == [["7", "train"], ["6", "scan"]]
    assert "31/100" in shown[0]
    assert "1:05 left" in shown[0]
    assert shown[0].rstrip().endswith("epoch 31")
    assert shown[1].rstrip().endswith("done")


def noted(number: int, text: str, level: str = "info") -> Row:
    return {"id": number, "at": 1.8e9 + number, "level": level, "text": text}


async def test_a_log_is_followed_to_the_jobs_last_line(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [noted(1, "begins"), noted(2, "slow", "warning"), noted(3, "out_of_memory: ...", "error")]
    daemon = Daemon(
        [job("running")], [job("running")], [job("failed")], lines=(*(tuple(lines[: n + 1]) for n in range(3)),)
    )
    assert await following.log(daemon.call, 7, follow=True, as_json=False) == 1
    assert [line.split("  ", 1)[1] for line in capsys.readouterr().out.splitlines()] == [row["text"] for row in lines]


async def test_a_log_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    daemon = Daemon([job("running")], lines=((noted(4, "[red]no markup[/red]"),),))
    assert await following.log(daemon.call, 7, follow=False, as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["text"] == "[red]no markup[/red]"


def test_the_queue_of_a_library_without_a_daemon_is_shown_narrowed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fill() -> None:
        db = await Database.open(tmp_path / "processed_database" / "stems.db")
        async with db.transaction() as change:
            for kind, state in (("train", "done"), ("train", "set_aside"), ("separate", "failed")):
                asked = {"path": "/tracks/cold lamp.wav"} if kind == "separate" else {"categories": ["kick", "bass"]}
                number = await change.add_job(kind, asked, 10, urgent=kind == "separate")
                await change.start_job(number)
                await change.end_job(number, state, code=state, error=f"why {number}")  # type: ignore[arg-type]
            await change.add_lines([(2, 1.8e9, "error", "worker 5 died")])
        await db.close()

    asyncio.run(fill())
    library = ["--library", str(tmp_path)]
    assert main.run(["jobs", *library, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["jobs"]
    assert [(row["id"], row["state"], row["now"]) for row in rows] == [
        (3, "failed", True), (2, "set_aside", False), (1, "done", False),
    ]  # fmt: skip
    assert [row["about"] for row in rows] == ["cold lamp.wav", "kick, bass", "kick, bass"]
    assert all(0.0 <= row["seconds"] < 60.0 and row["created_at"] <= row["updated_at"] for row in rows)
    assert main.run(["jobs", *library, "--state", "set_aside"]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"2 +train +set_aside +0% +\d\d:\d\d +0:00 +kick, bass: why 2", shown)
    assert "why 3" not in shown
    assert main.run(["jobs", *library, "--log", "2"]) == 0
    assert capsys.readouterr().out.rstrip().endswith("worker 5 died")
    assert main.run(["jobs", *library, "--log", "9"]) == 66


@pytest.mark.parametrize(("seconds", "words"), [(None, ""), (0.4, "0:00"), (65.4, "1:05"), (7_207, "2:00:07")])
def test_times_are_told_as_on_a_clock(seconds: float | None, words: str) -> None:
    assert progress.clock(seconds) == words
