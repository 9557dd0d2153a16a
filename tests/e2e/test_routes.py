"""Each route that the user's documents name, against the running program, by the number of its requirement."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e import sounds, studio
from tests.e2e.studio import Server

PREFIX = "/api/v1"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
STREAMED = (f"{PREFIX}/upload", f"{PREFIX}/stems/example")  # take files, not JSON
MIB = 1 << 20


@pytest.fixture(scope="module")
def server(common: Path) -> Iterator[Server]:
    with studio.serving(common) as running:
        yield running


@pytest.fixture(scope="module")
def web(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=60.0) as client:
        yield client


@pytest.fixture(scope="module")
def document(web: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = web.get("/openapi.json").json()
    return found


def search(web: httpx.Client) -> None:
    asked: dict[str, Any] = {"prompt": "test", "top_k": 3, "min_similarity": 0.0}
    found = web.get(f"{PREFIX}/stems/search/", params=asked)
    rows = found.json()
    assert (found.status_code, len(rows)) == (200, 3)
    assert all({"filename", "category", "similarity", "path"} <= row.keys() for row in rows)  # 295
    assert [row["similarity"] for row in rows] == sorted((row["similarity"] for row in rows), reverse=True)
    kicks = web.get(f"{PREFIX}/stems/search/", params=asked | {"category": "kick"}).json()
    assert {row["category"] for row in kicks} == {"kick"}
    assert web.get(f"{PREFIX}/stems/search/", params=asked | {"min_similarity": 1.0}).json() == []
    assert web.post(f"{PREFIX}/stems/search/", json=asked).json() == rows


def all_stems(web: httpx.Client) -> None:
    rows = web.get(f"{PREFIX}/stems/").json()
    assert len(rows) == 9
    known = {"id", "path", "filename", "category", "tags", "bpm", "key", "duration", "created_at", "updated_at"}  # 172
    assert known <= web.get(f"{PREFIX}/stems/{rows[0]['id']}").json().keys()


def health(web: httpx.Client) -> None:
    found = web.get("/system/health")
    assert (found.status_code, found.json()["status"]) == (200, "ok")


def docs(web: httpx.Client) -> None:
    page = web.get("/docs", headers={"accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "http" not in page.text  # nothing from elsewhere


def done(web: httpx.Client, job: int) -> dict[str, Any]:
    """Return the result of a job when it has ended."""
    studio.wait(lambda: web.get(f"{PREFIX}/jobs/{job}").json()["state"] == "done")
    found: dict[str, Any] = web.get(f"{PREFIX}/jobs/{job}").json()["result"]
    return found


def preprocess(web: httpx.Client) -> None:
    for path in ("/preprocess", f"{PREFIX}/preprocess"):
        answer = web.post(path)
        assert answer.status_code == 202
        done(web, answer.json()["job"])


def generate_track(web: httpx.Client) -> None:
    answer = web.post("/generate-track", json={"prompt": "techno, 30 seconds"}, timeout=120.0)
    assert answer.status_code == 200, answer.text
    track = answer.json()
    assert track.keys() == {"track_path", "arrangement_plan"}
    assert Path(track["track_path"]).stat().st_size > 44
    assert {"bpm", "key", "structure"} <= track["arrangement_plan"].keys()
    assert isinstance(track["arrangement_plan"]["bpm"], int)


def title(web: httpx.Client) -> None:
    document = web.get("/openapi.json").json()
    assert document["info"]["title"] == "Neuromorphe Traum-Engine v2.0"
    rest = {path for path in document["paths"] if not path.startswith(f"{PREFIX}/")}
    assert rest == {"/metrics", "/system/health"}


def tagged(web: httpx.Client, tag: str) -> set[str]:
    """Return the paths below the prefix that the document puts under a tag."""
    paths = web.get("/openapi.json").json()["paths"]
    return {path.removeprefix(PREFIX) for path, item in paths.items() for one in item.values() if tag in one["tags"]}


def neuromorphic(web: httpx.Client) -> None:
    assert tagged(web, "neuromorphic") == {"/preprocess", "/generate-track"}
    assert "/render" in tagged(web, "render")


def stems(web: httpx.Client) -> None:
    assert {"/stems/", "/stems/{stem}", "/stems/search/", "/upload"} <= tagged(web, "stems")


def system(web: httpx.Client) -> None:
    assert tagged(web, "system") >= {"/system/health", "/metrics"}


def described(web: httpx.Client) -> None:
    for path, item in web.get("/openapi.json").json()["paths"].items():
        for method, operation in item.items():
            assert "application/problem+json" in operation["responses"]["default"]["content"], (method, path)
            answers = [one for status, one in operation["responses"].items() if status.startswith("2")]
            assert answers, (method, path)


def validated(web: httpx.Client) -> None:
    for given in ({}, {"prompt": ""}, {"prompt": 1}, {"prompt": "x" * 513}, {"prompt": "x", "seed": -1}):
        answer = web.post("/generate-track", json=given)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    wrong = web.get(f"{PREFIX}/stems/search/", params={"prompt": "x", "top_k": "many"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "bad_argument")


def schemas(web: httpx.Client, *names: str) -> list[dict[str, Any]]:
    known = web.get("/openapi.json").json()["components"]["schemas"]
    return [known[name]["properties"] for name in names]


def stem_base(web: httpx.Client) -> None:
    (base,) = schemas(web, "StemBase")
    assert base.keys() == {"path", "category", "tags", "bpm"}


def plan(web: httpx.Client) -> None:
    (found,) = schemas(web, "ArrangementPlan")
    assert {"bpm", "key", "structure"} <= found.keys()
    assert found["bpm"]["type"] == "integer"


def request(web: httpx.Client) -> None:
    (found,) = schemas(web, "TrackGenerationRequest")
    assert "prompt" in found


def response(web: httpx.Client) -> None:
    (found,) = schemas(web, "TrackGenerationResponse")
    assert found.keys() == {"track_path", "arrangement_plan"}


REQUIREMENTS: dict[int, Callable[[httpx.Client], None]] = {
    159: search, 160: all_stems, 161: health, 162: docs, 163: preprocess, 164: generate_track, 165: title,
    166: neuromorphic, 167: stems, 168: system, 169: described, 170: validated,
    182: stem_base, 183: plan, 184: request, 185: response,
}  # fmt: skip


@pytest.mark.parametrize("number", REQUIREMENTS)
def test_the_requirement_is_met(web: httpx.Client, number: int) -> None:
    REQUIREMENTS[number](web)


# ── every operation of the document ──


def concrete(path: str) -> str:
    """Return a path of the document with numbers in the place of names."""
    return re.sub(r"\{\w+\}", "1", path.replace("{section}.{name}", "audio.block"))


def faulty(answer: httpx.Response, status: int) -> str:
    """Return '' for a problem document of that status, else what it is."""
    kind = answer.headers.get("content-type")
    good = answer.status_code == status and kind == "application/problem+json"
    if good and (body := answer.json())["status"] == status and body["code"] and body["detail"]:
        return ""
    return f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {kind} {answer.text[:200]}"


def test_every_other_method_is_refused_and_told_those_that_are_there(
    web: httpx.Client, document: dict[str, Any]
) -> None:
    wrong = []
    for path, item in document["paths"].items():
        allowed = {method.upper() for method in item} | ({"HEAD"} if "get" in item else set())
        for method in set(METHODS) - allowed:
            answer = web.request(method, concrete(path))
            told = set(answer.headers.get("allow", "").split(", "))
            if told != allowed or (answer.status_code != 405 if method == "HEAD" else faulty(answer, 405)):
                wrong.append(f"{method} {path}: {answer.status_code}, {sorted(told)} instead of {sorted(allowed)}")
    assert wrong == []


def bodies(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield method and path of every operation that takes JSON."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if "requestBody" in operation and path not in STREAMED:
                yield method.upper(), concrete(path)


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (415, "text/plain", b"{}"),
        (415, "application/x-www-form-urlencoded", b"value=1"),
        (422, "application/json", b"{"),
        (422, "application/json", b"\xff\xfe{}"),
        (422, "application/json", b"[" * 100_000),
        (422, "application/json", b"[1]"),
        (422, "application/json", b'{"no_such_argument": 1}'),
        (413, "application/json", b" " * (MIB + 1)),
    ],
)
def test_a_body_that_cannot_be_taken_is_a_problem_on_every_route(
    web: httpx.Client, document: dict[str, Any], status: int, kind: str, body: bytes
) -> None:
    found = list(bodies(document))
    assert len(found) > 100
    answers = [web.request(method, path, content=body, headers={"content-type": kind}) for method, path in found]
    assert [wrong for answer in answers if (wrong := faulty(answer, status))] == []


def test_what_is_not_there_is_a_problem(web: httpx.Client) -> None:
    for path in (
        "/nowhere",
        "/ui/nowhere",
        "/docs/nowhere",
        f"{PREFIX}/nowhere",
        f"{PREFIX}/stem/99999999999999999999",
    ):
        assert faulty(web.get(path), 404) == ""
    assert faulty(web.get(f"{PREFIX}/stem/999/audio"), 404) == ""
    assert faulty(web.get(f"{PREFIX}/stem/0/audio"), 422) == ""


def test_ranges_of_a_real_file_are_what_they_should_be(web: httpx.Client, server: Server) -> None:
    path = f"{PREFIX}/stem/{server.stem('kick')}/audio"
    whole = web.get(path)
    data, tag = whole.content, whole.headers["etag"]
    assert whole.headers["accept-ranges"] == "bytes"
    for asked, (first, last) in {
        "bytes=0-43": (0, 44), "bytes=100-": (100, len(data)), "bytes=-7": (len(data) - 7, len(data)),
        f"bytes=5-{len(data) + 9}": (5, len(data)),
    }.items():  # fmt: skip
        answer = web.get(path, headers={"range": asked})
        assert (answer.status_code, answer.content) == (206, data[first:last])
        assert answer.headers["content-range"] == f"bytes {first}-{last - 1}/{len(data)}"
    several = web.get(path, headers={"range": "bytes=0-3,8-11"})
    assert several.status_code == 206
    assert several.headers["content-type"].startswith("multipart/byteranges; boundary=")
    assert several.content.count(b"Content-Range: bytes ") + several.content.count(b"content-range: bytes ") == 2
    assert data[0:4] in several.content
    assert data[8:12] in several.content
    assert web.get(path, headers={"range": "bytes=0-3", "if-range": tag}).status_code == 206
    assert web.get(path, headers={"range": "bytes=0-3", "if-range": '"other"'}).content == data
    head = web.head(path, headers={"range": "bytes=0-3"})
    assert (head.content, head.headers["etag"]) == (b"", tag)
    beyond = web.get(path, headers={"range": f"bytes={len(data)}-"})
    assert faulty(beyond, 416) == ""
    assert beyond.headers["content-range"] == f"bytes */{len(data)}"


def test_an_upload_beyond_the_limit_is_refused_without_being_kept_in_memory(web: httpx.Client, server: Server) -> None:
    def much() -> Iterator[bytes]:
        for _ in range(101):
            yield bytes(MIB)

    before = resident(server.pid("daemon"))
    answer = web.post(f"{PREFIX}/upload?filename=long.wav", content=much())
    assert faulty(answer, 413) == ""
    assert "100 MiB" in answer.json()["detail"]
    assert resident(server.pid("daemon")) - before < 50
    assert list((server.library / ".uploads").iterdir()) == []
    assert not (server.library / "raw_construction_kits" / "long.wav").exists()


def resident(pid: int) -> int:
    """Return the MiB that a process has in memory."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) >> 10  # type: ignore[index]


def test_an_upload_of_a_whole_file_is_ingested(web: httpx.Client, tmp_path: Path) -> None:
    (path,) = [one for one in sounds.kicks(tmp_path) if "deep" in one.name]
    with path.open("rb") as file:
        answer = web.post(f"{PREFIX}/upload", files={"file": (path.name, file, "audio/wav")})
    assert done(web, answer.json()["job"])["added"] == 1
