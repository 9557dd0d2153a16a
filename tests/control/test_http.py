import asyncio
import json
import resource
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.control.stage import PLAN, House
from tests.patience import until


async def test_search_answers_a_bare_list(web: httpx.AsyncClient, house: House) -> None:
    answer = await web.get("/api/v1/stems/search/?prompt=dark+kick&top_k=2&category=&min_similarity=0.1")
    assert answer.status_code == 200
    rows = answer.json()
    assert [row["filename"] for row in rows] == ["kick1.wav", "kick2.wav"]
    assert {"filename", "category", "similarity", "path"} <= rows[0].keys()
    assert house.stage.calls == [("search", "dark kick", 2, None, 0.1, None)]


async def test_the_list_of_stems_is_at_stems(web: httpx.AsyncClient) -> None:
    assert len((await web.get("/api/v1/stems/?limit=3")).json()) == 3


async def test_a_property_is_read_by_get_and_set_by_post(web: httpx.AsyncClient) -> None:
    assert (await web.post("/api/v1/track/2/gain", json={"value": 0.5})).json() == 0.5
    assert (await web.get("/api/v1/track/2/gain")).json() == 0.5


async def test_a_post_without_a_body_calls_an_action(web: httpx.AsyncClient, house: House) -> None:
    answer = await web.post("/api/v1/panic")
    assert (answer.status_code, answer.json()) == (200, None)
    assert house.stage.calls == [("panic", None)]


@pytest.mark.parametrize(
    ("method", "path", "body", "problem"),
    [
        ("GET", "/api/v1/nowhere", None, (404, "unknown_address")),
        ("GET", "/nowhere", None, (404, "not_found")),
        ("GET", "/api/v1/panic", None, (405, "method_not_allowed")),
        ("GET", "/api/v1/track/1/gain?value=0.5", None, (405, "method_not_allowed")),
        ("DELETE", "/api/v1/panic", None, (405, "method_not_allowed")),
        ("POST", "/api/v1/track/1/gain", b"[1]", (422, "bad_argument")),
        ("POST", "/api/v1/track/1/gain", b"{", (422, "bad_argument")),
        ("POST", "/api/v1/track/1/gain", b'{"value": NaN}', (422, "bad_argument")),
        ("POST", "/api/v1/track/1/gain", b'{"value": 1e999}', (422, "out_of_range")),
        ("POST", "/api/v1/track/1/gain", b"[" * 100_000, (422, "bad_argument")),
        ("POST", "/api/v1/track/1/gain", b'{"value": 7}', (422, "out_of_range")),
        ("POST", "/api/v1/track/1/gain", b'{"volume": 1}', (422, "bad_argument")),
        ("POST", "/api/v1/transport/locate", b"", (422, "bad_argument")),
        ("POST", "/api/v1/panic", b" " * (2 << 20), (413, "too_large")),
        ("GET", "/api/v1/stems/search/", None, (422, "bad_argument")),
        ("GET", "/api/v1/stems/search/?prompt=x&top_k=many", None, (422, "bad_argument")),
        ("GET", "/api/v1/stem/5", None, (404, "unknown_stem")),
        ("GET", "/api/v1/stem/5/audio", None, (404, "unknown_stem")),
        ("GET", "/api/v1/stem/x/audio", None, (422, "bad_argument")),
        ("GET", "/api/v1/stem/0/audio", None, (422, "out_of_range")),
        ("POST", "/api/v1/generate-track", b"{}", (422, "bad_argument")),
    ],
)
async def test_an_error_is_a_problem_document(
    web: httpx.AsyncClient, method: str, path: str, body: bytes | None, problem: tuple[int, str]
) -> None:
    answer = await web.request(method, path, content=body, headers={"content-type": "application/json"})
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert (found["status"], found["code"]) == problem
    assert answer.status_code == found["status"]
    assert found["detail"]


async def test_a_fault_is_a_500_without_detail(web: httpx.AsyncClient) -> None:
    answer = await web.post("/api/v1/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "secret" not in answer.text


async def test_arguments_must_be_declared_as_json(web: httpx.AsyncClient) -> None:
    answer = await web.post("/api/v1/track/1/gain", content=b'{"value": 0.5}', headers={"content-type": "text/plain"})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


async def test_health_tells_what_it_is_told(web: httpx.AsyncClient) -> None:
    found = (await web.get("/system/health")).json()
    assert (found["status"], found["engine"]) == ("ok", "running")


@pytest.mark.parametrize(
    ("asked", "status", "body"),
    [
        (None, 200, bytes(range(200))),
        ("bytes=10-19", 206, bytes(range(10, 20))),
        ("bytes=-5", 206, bytes(range(195, 200))),
        ("bytes=500-", 416, None),
    ],
)
async def test_audio_is_served_by_range(
    web: httpx.AsyncClient, asked: str | None, status: int, body: bytes | None
) -> None:
    answer = await web.get("/api/v1/stem/1/audio", headers={"range": asked} if asked else {})
    assert answer.status_code == status
    if body is not None:
        assert answer.content == body


@pytest.mark.parametrize("asked", ["bytes=500-", "bytes=what"])
async def test_a_range_that_cannot_be_had_is_a_problem_document(web: httpx.AsyncClient, asked: str) -> None:
    answer = await web.get("/api/v1/stem/1/audio", headers={"range": asked})
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["status"]) in {(416, 416), (400, 400)}
    assert answer.headers.get("content-range", "bytes */200") == "bytes */200"


async def test_several_ranges_come_as_parts(web: httpx.AsyncClient) -> None:
    answer = await web.get("/api/v1/stem/1/audio", headers={"range": "bytes=0-1,10-11"})
    assert answer.status_code == 206
    assert answer.headers["content-type"].startswith("multipart/byteranges")
    assert answer.content.count(b"Content-Range: bytes ") == 2


async def test_a_range_holds_only_for_the_file_that_it_was_asked_of(web: httpx.AsyncClient) -> None:
    tag = (await web.head("/api/v1/stem/1/audio")).headers["etag"]
    same = await web.get("/api/v1/stem/1/audio", headers={"range": "bytes=0-9", "if-range": tag})
    assert (same.status_code, same.headers["content-range"]) == (206, "bytes 0-9/200")
    other = await web.get("/api/v1/stem/1/audio", headers={"range": "bytes=0-9", "if-range": '"another"'})
    assert (other.status_code, len(other.content)) == (200, 200)


@pytest.mark.parametrize("path", ["/api/v1/stem/1/audio", "/system/health", "/api/v1/stems/", "/metrics", "/docs"])
async def test_head_answers_what_get_does_without_the_body(web: httpx.AsyncClient, path: str) -> None:
    answer = await web.head(path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == (await web.get(path)).headers["content-type"]


@pytest.mark.parametrize("path", ["/system/health", "/api/v1/stem/1/audio", "/api/v1/stems", "/docs", "/metrics"])
async def test_a_slash_at_the_end_changes_nothing(web: httpx.AsyncClient, path: str) -> None:
    assert (await web.get(path)).status_code == (await web.get(f"{path}/")).status_code == 200


async def test_the_documented_posts_take_a_slash_too(web: httpx.AsyncClient) -> None:
    assert (await web.post("/preprocess/")).status_code == 202
    assert (await web.post("/generate-track/", json={"prompt": "driving techno"})).status_code == 200


async def test_a_resource_is_read_by_get_and_called_by_its_address(web: httpx.AsyncClient) -> None:
    answer = await web.post("/api/v1/stems/3")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert set(answer.headers["allow"].split(", ")) >= {"GET"}


async def test_peaks_travel_as_base64(web: httpx.AsyncClient) -> None:
    assert (await web.get("/api/v1/stem/3/peaks")).json() == {"stem": 3, "peaks": "AAAAAA=="}


@pytest.mark.parametrize("path", ["/generate-track", "/api/v1/generate-track"])
async def test_a_track_is_answered_when_it_is_written(web: httpx.AsyncClient, path: str) -> None:
    answer = await web.post(path, json={"prompt": "driving techno"})
    assert answer.json() == {"track_path": "/l/track.wav", "arrangement_plan": PLAN}


async def test_a_track_that_fails_says_why(web: httpx.AsyncClient) -> None:
    answer = await web.post("/api/v1/generate-track", json={"prompt": "fail"})
    assert (answer.json()["code"], answer.json()["detail"]) == ("nothing_fits", "no stem fits")
    assert answer.status_code == answer.json()["status"] == 404


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/generate-track", "POST"),
        ("GET", "/upload", "POST"),
        ("PUT", "/stems/search", "GET"),
        ("PUT", "/jobs/1", "DELETE"),
    ],
)
async def test_a_method_that_is_not_there_is_told_those_that_are(
    web: httpx.AsyncClient, method: str, path: str, allowed: str
) -> None:
    answer = await web.request(method, f"/api/v1{path}")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert set(allowed.split(", ")) <= set(answer.headers["allow"].split(", "))


async def test_preprocess_takes_the_kits_folder(web: httpx.AsyncClient, house: House) -> None:
    answer = await web.post("/api/v1/preprocess")
    assert (answer.status_code, answer.json()) == (202, {"job": 1})
    assert house.stage.calls == [("ingest", str(house.library / "raw_construction_kits"), None)]


# ── uploads ──


async def test_a_form_brings_a_file_into_the_library(web: httpx.AsyncClient, house: House) -> None:
    answer = await web.post("/api/v1/upload", files={"file": ("Kick 128bpm F#m.wav", b"RIFF" * 100)})
    assert answer.status_code == 202
    found = answer.json()
    file = found["files"][0]
    assert (found["job"], file["filename"]) == (1, "Kick 128bpm F#m.wav")
    (kept,) = (house.library / "raw_construction_kits").iterdir()
    assert str(kept) == file["path"]
    assert kept.name == "Kick_128bpm_F#m.wav"
    assert kept.read_bytes() == b"RIFF" * 100
    assert house.stage.calls == [("ingest", file["path"], None)]
    assert list((house.library / ".uploads").iterdir()) == []


async def test_a_track_is_uploaded_and_taken_apart(web: httpx.AsyncClient, house: House) -> None:
    answer = await web.post("/api/v1/upload/track?scene=2", files={"file": ("Night Drive.wav", b"RIFF" * 100)})
    assert answer.status_code == 202
    (kept,) = (house.library / "stereo_tracks_for_analysis").iterdir()
    assert answer.json() == {"job": 1, "files": [{"filename": "Night Drive.wav", "path": str(kept), "job": 1}]}
    assert house.stage.calls == [("separate", str(kept), 2)]


async def test_of_a_track_that_cannot_be_taken_apart_nothing_stays(web: httpx.AsyncClient, house: House) -> None:
    answer = await web.post("/api/v1/upload/track?separator=nothing&filename=a.wav", content=b"RIFF")
    assert (answer.status_code, answer.json()["code"]) == (503, "model_missing")
    assert list((house.library / "stereo_tracks_for_analysis").iterdir()) == []


async def test_of_uploads_with_one_name_none_replaces_another(web: httpx.AsyncClient, house: House) -> None:
    for content in (b"one", b"two", b"three"):
        await web.post("/api/v1/upload?filename=kick.wav", content=content)
    kept = {file.name: file.read_bytes() for file in (house.library / "raw_construction_kits").iterdir()}
    assert kept == {"kick.wav": b"one", "kick-2.wav": b"two", "kick-3.wav": b"three"}


async def test_a_raw_body_brings_a_file_too(web: httpx.AsyncClient, house: House) -> None:
    answer = await web.post("/api/v1/upload?filename=loop.flac", content=b"fLaC")
    assert answer.status_code == 202
    (kept,) = (house.library / "raw_construction_kits").iterdir()
    assert kept.read_bytes() == b"fLaC"


async def test_an_uploaded_example_is_searched_by_and_not_kept(web: httpx.AsyncClient, house: House) -> None:
    answer = await web.post("/api/v1/stems/example?prompt=dark&top_k=3", files={"file": ("a b.wav", b"RIFF")})
    assert answer.status_code == 200
    assert house.stage.calls == [("mix", b"RIFF", "dark", 3)]
    assert not Path(answer.json()["file"]).exists()
    answer = await web.post("/api/v1/stems/example?filename=loop.flac&file=/etc/passwd", content=b"fLaC")
    assert house.stage.calls[1] == ("mix", b"fLaC", None, 10)
    answer = await web.post("/api/v1/stems/example?filename=a.wav&nonsense=1", content=b"RIFF")
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_argument")
    assert list((house.library / ".uploads").iterdir()) == []


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/cron.wav",
        "..\\..\\boot.wav",
        "/etc/passwd.wav",
        "a/../../b.wav",
        ".wav",
        "\u202egnp.wav",
        "a\nb.wav",
    ],
)
async def test_no_name_leads_out_of_the_folder(web: httpx.AsyncClient, house: House, name: str) -> None:
    answer = await web.post("/api/v1/upload", params={"filename": name}, content=b"x")
    assert answer.status_code == 202
    kept = list((house.library / "raw_construction_kits").iterdir())
    assert [file.read_bytes() for file in kept] == [b"x"]
    assert kept[0].name.isascii()
    assert kept[0].name.isprintable()


@pytest.mark.parametrize(
    ("name", "size", "problem"),
    [("big.wav", (1 << 20) + 1, (413, "too_large")), ("script.sh", 10, (415, "unsupported_media_type"))],
)
async def test_a_refused_upload_leaves_nothing(
    web: httpx.AsyncClient, house: House, name: str, size: int, problem: tuple[int, str]
) -> None:
    answer = await web.post("/api/v1/upload", files={"file": (name, b"x" * size)})
    assert (answer.status_code, answer.json()["code"]) == problem
    assert [path for path in house.library.rglob("*") if path.is_file()] == []
    assert house.stage.calls == []


async def test_a_client_that_leaves_in_the_middle_leaves_nothing(house: House) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", house.doors.ports["http"])
    host = house.url.removeprefix("http://")
    writer.write(
        f"POST /api/v1/upload?filename=a.wav HTTP/1.1\r\nHost: {host}\r\nContent-Length: 9999\r\n\r\nabc".encode()
    )
    await writer.drain()
    await asyncio.sleep(0.1)
    writer.close()
    await writer.wait_closed()
    await until(lambda: not [path for path in house.library.rglob("*") if path.is_file()])


async def test_an_upload_that_finds_no_room_leaves_nothing(web: httpx.AsyncClient, house: House) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 18, before[1]))  # a write beyond fails as on a full disk
    try:
        answer = await web.post("/api/v1/upload?filename=long.wav", content=bytes(1 << 19))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (answer.status_code, answer.json()["code"]) == (507, "disk_full")
    assert list((house.library / ".uploads").iterdir()) == []
    assert not (house.library / "raw_construction_kits" / "long.wav").exists()


async def test_a_form_that_ends_within_a_file_leaves_nothing(web: httpx.AsyncClient, house: House) -> None:
    half = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.wav"\r\n\r\nhalf'
    answer = await web.post("/api/v1/upload", content=half, headers={"content-type": "multipart/form-data; boundary=b"})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_argument")
    assert [path for path in house.library.rglob("*") if path.is_file()] == []


async def test_a_form_without_a_file_is_a_bad_argument(web: httpx.AsyncClient) -> None:
    answer = await web.post("/api/v1/upload", files={"note": (None, b"hello")})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_argument")


# ── pages and the document ──


async def test_the_document_describes_every_command(web: httpx.AsyncClient) -> None:
    spec = (await web.get("/openapi.json")).json()
    assert spec["openapi"].startswith("3.1")
    paths = spec["paths"]
    gain = paths["/api/v1/track/{track}/gain"]
    assert set(gain) == {"get", "post"}
    assert gain["post"]["parameters"][0]["schema"]["minimum"] == 1
    search = paths["/api/v1/stems/search"]["get"]
    assert [p["name"] for p in search["parameters"]] == ["prompt", "top_k", "category", "min_similarity"]
    assert set(paths["/api/v1/panic"]) == {"post"}
    assert {"/api/v1/generate-track", "/api/v1/upload", "/system/health"} <= paths.keys()
    names = set(spec["components"]["schemas"])
    used = {part.split('"')[0] for part in json.dumps(spec).split("#/components/schemas/")[1:]}
    assert used <= names


async def test_the_docs_page_needs_nothing_from_elsewhere(web: httpx.AsyncClient) -> None:
    page = await web.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "http" not in page.text
    for name in ("docs.js", "docs.css"):
        assert (await web.get(f"/docs/{name}")).status_code == 200


async def test_every_response_carries_the_policy(web: httpx.AsyncClient) -> None:
    for path in ("/", "/docs", "/api/v1/track/1/gain", "/nowhere", "/system/health"):
        headers = (await web.get(path)).headers
        assert headers["content-security-policy"].startswith("default-src 'self'")
        assert headers["x-content-type-options"] == "nosniff"


# ── who may come in ──


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.com:{port}",
        "localhost.evil.com:{port}",
        "127.0.0.1",
        "127.0.0.1:1",
        "",
        "127.0.0.1:{port}.x",
    ],
)
async def test_a_foreign_host_is_refused(web: httpx.AsyncClient, house: House, host: str) -> None:
    answer = await web.get("/system/health", headers={"host": host.format(port=house.doors.ports["http"])})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
async def test_our_own_names_are_served(web: httpx.AsyncClient, house: House, host: str) -> None:
    answer = await web.get("/system/health", headers={"host": f"{host}:{house.doors.ports['http']}"})
    assert answer.status_code == 200


def headers_of(kind: str, house: House) -> dict[str, Any]:
    return {
        "evil": {"origin": "http://evil.example"},
        "null": {"origin": "null"},
        "empty": {"origin": ""},
        "prefix": {"origin": f"{house.url}.evil.com"},
        "suffix": {"origin": f"http://evil{house.url.removeprefix('http://')}"},
        "port": {"origin": "http://127.0.0.1:1"},
        "scheme": {"origin": house.url.replace("http", "https")},
        "image": {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"},
    }[kind]


@pytest.mark.parametrize("kind", ["evil", "null", "empty", "prefix", "suffix", "port", "scheme", "image"])
async def test_a_foreign_page_may_do_nothing(web: httpx.AsyncClient, house: House, kind: str) -> None:
    answer = await web.post("/api/v1/panic", headers=headers_of(kind, house))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert house.stage.calls == []


async def test_a_configured_origin_may_read_and_write(web: httpx.AsyncClient, house: House) -> None:
    headers = {"origin": "http://studio.local:3000"}
    answer = await web.options("/api/v1/panic", headers=headers | {"access-control-request-method": "POST"})
    assert answer.headers["access-control-allow-origin"] == "http://studio.local:3000"
    assert (await web.post("/api/v1/panic", headers=headers)).status_code == 200
