"""Whole tracks and stems at the command line: several tracks at once, a variation of a stem, what helps says."""

import asyncio
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from liveengine.cli import main, rooms
from liveengine.cli.ingest import follow, leaving
from liveengine.errors import BadArgument

RATE = 44_100


def track(path: Path, seed: int) -> Path:
    """Write four seconds of hits over a low tone."""
    rng = np.random.default_rng(seed)
    seconds = np.arange(4 * RATE) / RATE
    hits = rng.standard_normal(len(seconds)) * np.exp(-30.0 * (seconds % 0.5))
    sound = 0.3 * hits + 0.3 * np.sin(2 * np.pi * 55.0 * seconds)
    soundfile.write(path, np.stack([sound, sound * 0.9], axis=1), RATE)
    return path


def test_of_several_tracks_the_one_that_cannot_be_used_leaves_the_others_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library, broken = ["--library", str(tmp_path / "library")], tmp_path / "broken.wav"
    broken.write_bytes(b"no sound" * 100)
    tracks = [str(track(tmp_path / "cold lamp.wav", 1)), str(broken), str(track(tmp_path / "warm lamp.wav", 2))]
    assert main.run(["separate", *tracks, *library, "--json"]) != 0
    said = capsys.readouterr()
    results = [json.loads(line) for line in said.out.splitlines()]
    assert len(results) == 2
    assert all("drums" in one["stems"] for one in results)
    assert said.err.startswith("liveengine: broken.wav: ")
    drums = results[0]["stems"]["drums"]
    assert main.run(["mutate", str(drums), "--kind", "slices", "--amount", "0.8", *library, "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["kind"] == "slices"
    assert main.run(["lineage", str(made["stem"]), *library]) == 0
    assert "cold lamp - drums" in capsys.readouterr().out
    assert main.run(["mutate", str(drums), "--amount", "7", *library]) == 64
    assert "0" in capsys.readouterr().err


def test_a_folder_between_tracks_is_told_and_the_others_are_separated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder").mkdir()
    tracks = [track(tmp_path / "a.wav", 1), tmp_path / "folder", track(tmp_path / "b.wav", 2)]
    library = ["--library", str(tmp_path / "library"), "--json"]
    assert main.run(["separate", *map(str, tracks), *library]) == BadArgument.exit_code
    said = capsys.readouterr()
    assert [json.loads(line)["track"] for line in said.out.splitlines()] == ["a.wav", "b.wav"]
    assert said.err.startswith("liveengine: folder: ")
    assert "is no file" in said.err


@pytest.mark.parametrize("place", [["--scene", "2"], ["--output", "parts"]])
def test_the_parts_of_several_tracks_do_not_go_into_one_place(
    place: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tracks = [str(track(tmp_path / f"{name}.wav", 1)) for name in "ab"]
    assert main.run(["separate", *tracks, *place, "--library", str(tmp_path / "library")]) == 64
    assert "take one track" in capsys.readouterr().err


def test_a_help_says_all_that_its_verb_has_to_say_in_lines_that_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    told = rooms.described(
        "Learn kicks. Runs on: a shell.\n\nAt least 8 stems\nare needed. It takes minutes, and music goes on."
    )
    assert told.splitlines() == [
        "Learn kicks.", "", "At least 8 stems are needed. It takes minutes, and music", "goes on.",
    ]  # fmt: skip


async def test_who_looks_away_is_told_that_the_job_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    looked = asyncio.Event()

    async def call(address: str, **named: Any) -> dict[str, Any]:
        looked.set()
        return {"id": 7, "kind": "train", "state": "running", "done": 0, "total": 0, "text": "", "seconds_left": None}

    watching = asyncio.create_task(follow(call, 7, "train", as_json=True))
    await looked.wait()
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watching
    said = capsys.readouterr().err
    assert "job 7 goes on with the server, else with the next command" in said
    assert "`liveengine jobs --cancel 7` ends it" in said


def test_who_looks_away_from_several_jobs_is_told_of_each_that_is_open(capsys: pytest.CaptureFixture[str]) -> None:
    jobs = {7: "a.wav", 8: "b.wav", 9: "c.wav"}

    def look() -> None:
        with leaving(jobs):
            del jobs[7]
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        look()
    said = capsys.readouterr().err.splitlines()
    assert [line.split(" goes on")[0] for line in said] == ["liveengine: job 8", "liveengine: job 9"]
