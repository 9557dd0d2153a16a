"""The main job as a newcomer meets it: `liveengine demo` on nothing, then every verb on the library it made."""

import json
import wave
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from liveengine.engine.wav import quantised
from tests.e2e import score, studio
from tests.e2e.conftest import Kit

TEMPO = 138.0
PROMPT = "driving industrial techno 138 bpm"
SECONDS = 6


def read(path: Path) -> tuple[npt.NDArray[np.float64], int]:
    """Return (float64[channels, frames], rate)."""
    samples, rate = soundfile.read(path, always_2d=True)
    return samples.T, rate


def beats(sound: npt.NDArray[np.float64], rate: int, first: int) -> npt.NDArray[np.float64]:
    """Return by how many frames each beat after the first comes off the grid: where it looks most like the first."""
    near, long, grid = rate // 100, rate // 12, 60.0 * rate / TEMPO
    begin = sound[first : first + long]
    found = []
    for beat in range(1, int((len(sound) - first - long - near) / grid)):
        at = first + round(beat * grid)
        here = np.correlate(sound[at - near : at + long + near], begin, "valid")
        found.append(int(np.argmax(here)) - near)
    return np.array(found)


def test_the_demo_makes_a_kit_and_plays_a_take_of_it(kit: Kit, tmp_path: Path) -> None:
    assert kit.done.returncode == 0, kit.done.stderr
    assert "Traceback" not in kit.done.stderr + kit.done.stdout
    assert "164 added" in kit.done.stdout
    assert "largest start error 0 frames, 0 late" in kit.done.stdout
    assert str(kit.take) in kit.done.stdout.replace("\n", "")
    assert "killing it" not in kit.done.stderr


def test_the_take_is_in_time_and_clean(kit: Kit) -> None:
    sound, rate = read(kit.take)
    first = int(np.argmax(np.any(sound != 0.0, axis=0)))
    assert rate == 48_000
    assert sound.shape[1] > SECONDS * rate
    assert 0.05 < np.sqrt(np.mean(sound[:, first:] ** 2)) < 0.7
    assert np.max(np.abs(sound)) < 1.0
    off = beats(sound.mean(axis=0), rate, first)
    assert len(off) >= SECONDS * TEMPO / 60.0 - 3
    assert np.mean(np.abs(off) <= 0.002 * rate) >= 0.8, off
    assert abs(np.median(off)) <= 0.001 * rate, off


def test_the_take_is_the_offline_render_of_the_same_commands(kit: Kit) -> None:
    taken = soundfile.read(kit.take, dtype="int32", always_2d=True)[0].T >> 8
    begin = int(np.argmax(np.any(taken, axis=0)))
    frames = taken.shape[1] - begin
    first = score.first_launch(kit.library)
    expected = quantised(score.replayed(kit.library, first + frames)[:2, first:])
    lead = int(np.argmax(np.any(expected, axis=0)))  # a clip's first samples may be silent
    assert frames > SECONDS * 48_000
    assert np.array_equal(taken[:, begin : begin + frames - lead], expected[:, lead:])


def answer(kit: Kit, *arguments: str) -> Any:
    """Return what a verb prints as JSON."""
    done = studio.run(*arguments, "--library", kit.library, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("prompt", "category"),
    [("dunkler, hypnotischer Techno-Kick", "kick"), ("driving bass with analog warmth", "bass")],
)
def test_search_finds_what_was_described(kit: Kit, prompt: str, category: str) -> None:
    matches = answer(kit, "search", prompt, "--top-k", "3")["matches"]
    assert [match["category"] for match in matches] == [category] * 3
    assert all(Path(match["path"]).exists() and 0.0 < match["similarity"] <= 1.0 for match in matches)


def test_render_writes_a_track_of_the_length_asked_for(kit: Kit) -> None:
    result = answer(kit, "render", f"{PROMPT}, 1 minute")
    path = Path(result["track_path"])
    assert path.parent == kit.library / "generated_tracks"
    with wave.open(str(path)) as track:
        assert (track.getframerate(), track.getsampwidth(), track.getnchannels()) == (44_100, 2, 2)
        assert abs(track.getnframes() / 44_100 - 60.0) < 12.0
    sound, rate = read(path)
    assert rate == 44_100
    assert 0.02 < np.sqrt(np.mean(sound**2)) < 0.7


def test_every_verb_answers_without_a_daemon(kit: Kit) -> None:
    findings = {found["name"]: found for found in answer(kit, "doctor")["findings"]}
    assert findings["python"]["state"] == "ok"
    assert all(found["state"] != "lack" or found["remedy"] for found in findings.values())
    assert answer(kit, "devices")["devices"][-1]["stream"] == "null"
    jobs = {job["kind"]: job for job in answer(kit, "jobs")["jobs"]}
    assert jobs["ingest"]["result"]["added"] == 164
    commands = studio.run("commands", "--json").stdout.splitlines()
    assert "/track/{track}/clip/{slot}/launch" in {json.loads(line)["address"] for line in commands}
