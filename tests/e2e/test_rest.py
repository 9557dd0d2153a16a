"""What REST clients do with stems, jobs, settings and figures, against the running program."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.e2e import studio
from tests.e2e.studio import Server


@pytest.fixture(scope="module")
def server(common: Path) -> Iterator[Server]:
    with studio.serving(common) as running:
        yield running


@pytest.fixture(scope="module")
def web(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=30.0) as client:
        yield client


def ask(web: httpx.Client, method: str, path: str, status: int = 200, **given: Any) -> Any:
    answer = web.request(method, f"/api/v1{path}", **given)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def kick(web: httpx.Client) -> int:
    return int(next(row["id"] for row in ask(web, "GET", "/stems/?limit=100") if row["category"] == "kick"))


def test_a_stem_is_read_corrected_and_what_was_said_of_it_taken_back(web: httpx.Client) -> None:
    stem = kick(web)
    before = ask(web, "GET", f"/stems/{stem}/")
    assert ask(web, "GET", f"/stem/{stem}") == before
    given = {"tags": ["warehouse", "Deep"], "bpm": 64.0, "rating": 4, "favourite": True}
    after = ask(web, "PATCH", f"/stems/{stem}", json=given)
    assert (after["bpm"], after["rating"], after["favourite"]) == (64.0, 4, True)
    assert {"warehouse", "deep"} == {tag.lower() for tag in after["tags"]}
    assert ask(web, "PUT", f"/stems/{stem}", json={"bpm": None})["bpm"] == before["bpm"]


def test_a_file_becomes_a_stem_and_goes_again(web: httpx.Client, tmp_path: Path) -> None:
    source = Path(ask(web, "GET", f"/stems/{kick(web)}")["source"])
    copy = tmp_path / "another.wav"
    copy.write_bytes(source.read_bytes() + b"\0\0")
    answer = web.post(
        "/api/v1/stems/", json={"path": str(copy), "category": "percussion", "tags": ["mine"], "bpm": 100}
    )
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["category"], made["tags"], made["bpm"]) == ("percussion", ["mine"], 100.0)
    place = answer.headers["location"]
    assert web.get(place).json()["id"] == made["id"]
    assert web.delete(place).status_code == 204
    assert web.get(place).json()["code"] == "unknown_stem"
    assert copy.exists()


def test_jobs_are_read_and_one_that_has_ended_is_not_cancelled(web: httpx.Client) -> None:
    job = ask(web, "POST", "/stems/analyse")["job"]
    assert ask(web, "GET", f"/jobs/{job}")["id"] == job
    assert ask(web, "DELETE", f"/jobs/{job}")["state"] == "cancelled"
    assert ask(web, "DELETE", f"/jobs/{job}", 422)["code"] == "bad_argument"
    assert ask(web, "GET", "/jobs/999", 404)["code"] == "unknown_job"


def test_a_setting_is_changed_for_the_next_start(web: httpx.Client) -> None:
    assert ask(web, "PUT", "/settings/audio.block", json={"value": 256})["coming"] == 256
    rows = {row["key"]: row for row in ask(web, "GET", "/settings/")}
    assert (rows["audio.block"]["value"], rows["audio.block"]["coming"]) == (128, 256)
    assert ask(web, "PUT", "/settings/audio.block", 422, json={"value": 1})["code"] == "bad_argument"


UNITS = ("_seconds", "_bytes", "_ratio", "_hertz", "_frames", "_beats_per_minute", "_info")  # what a number is in
COUNTED = (  # how many there are
    "_up", "_lost", "_voices", "_buffers", "_needed", "_running", "_stems", "_jobs", "_open", "_fds", "_created",
)  # fmt: skip


def test_the_figures_of_all_parts_are_there(web: httpx.Client) -> None:
    families = list(text_string_to_metric_families(web.get("/metrics").text))
    found = {sample.name: sample.value for family in families for sample in family.samples}
    assert found["liveengine_engine_up"] == 1
    assert found["liveengine_engine_frames_total"] > 0
    assert found["liveengine_engine_sample_rate_hertz"] == 48_000
    assert found["liveengine_transport_tempo_beats_per_minute"] == 128.0
    assert {"liveengine_library_stems", "liveengine_jobs", "liveengine_door_events_total"} <= found.keys()


def test_the_figures_are_named_as_prometheus_asks_for(web: httpx.Client) -> None:
    """https://prometheus.io/docs/practices/naming: a prefix, base units, `_total` for what only grows."""
    for family in text_string_to_metric_families(web.get("/metrics").text):
        assert re.fullmatch(r"(liveengine|process)_[a-z_]+", family.name)
        assert len(family.documentation) > 5
        if family.type == "gauge":
            assert family.name.endswith(UNITS + COUNTED), family.name
            assert not family.name.endswith("_total")
        for sample in family.samples:
            assert family.type != "counter" or sample.name.endswith(("_total", "_created")), sample.name
            assert not {"stem", "prompt", "path"} & sample.labels.keys()  # of which there may be any number


def test_the_examples_of_the_readme_do_what_they_say(web: httpx.Client, server: Server, tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    section = text.partition("\n## Over HTTP\n")[2].partition("\n## ")[0]
    lines = [line for line in section.partition("```sh\n")[2].partition("```")[0].splitlines() if line]
    assert len(lines) >= 4
    for line in lines:
        command = line.replace("http://127.0.0.1:8000", server.url)
        command = re.sub(r"/(stems?)/12\b", rf"/\1/{kick(web)}", command)
        done = subprocess.run(
            ["sh", "-c", command.replace("curl ", "curl -sSf ")], cwd=tmp_path, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{command}: {done.stderr}{done.stdout}"
    assert (tmp_path / "head.wav").stat().st_size == 1024


def test_a_sentence_is_launched_by_one_request_and_swapped_by_another(web: httpx.Client) -> None:
    told = ask(web, "POST", "/track/1/launch/prompt", json={"prompt": "kick"})
    assert (told["category"], told["slot"], told["fallback"]) == ("kick", 1, "none")
    assert ask(web, "POST", "/track/1/like")["stem"] == told["stem"]
    assert ask(web, "POST", "/track/1/swap", 404, json={"adjective": "darker"})["code"] == "nothing_fits"


def test_the_same_verb_is_there_over_osc(server: Server) -> None:
    told = server.osc.call("/track/2/launch/prompt", "bass")
    found = dict(zip(told[::2], told[1::2], strict=True))
    assert (found["track"], found["category"], found["fallback"]) == (2, "bass", "none")
    assert found["seconds"] >= 0.0
    studio.wait(lambda: server.state(2, int(found["slot"])) == "playing")
