import json
from typing import Any

import httpx
import pytest

from tests.control.stage import House

BROWSER = {"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


async def test_a_node_tells_all_about_a_property(web: httpx.AsyncClient) -> None:
    assert (await web.get("/track/3/gain")).json() == {
        "FULL_PATH": "/track/3/gain",
        "DESCRIPTION": "Fader of a track.",
        "ACCESS": 3,
        "TYPE": "f",
        "TAGS": ["property", "play", "track"],
        "RANGE": [{"MIN": 0, "MAX": 1}],
        "CLIPMODE": ["none"],
        "VALUE": [0.75],
    }


async def test_the_root_holds_every_command_with_as_many_numbers_as_the_engine_has(web: httpx.AsyncClient) -> None:
    answer = await web.get("/")
    assert answer.headers["content-type"] == "application/json"
    root = answer.json()
    assert (root["FULL_PATH"], root["ACCESS"]) == ("/", 0)
    tracks = root["CONTENTS"]["track"]["CONTENTS"]
    assert list(tracks) == [str(number) for number in range(1, 17)]
    assert len(tracks["16"]["CONTENTS"]["clip"]["CONTENTS"]) == 16
    assert tracks["16"]["CONTENTS"]["mute"]["FULL_PATH"] == "/track/16/mute"
    assert root["CONTENTS"]["panic"]["TYPE"] == "I"
    assert "stem" in root["CONTENTS"] or "stems" in root["CONTENTS"]


async def test_a_container_is_a_part_of_the_tree(web: httpx.AsyncClient) -> None:
    track = (await web.get("/track/2")).json()
    whole = (await web.get("/")).json()
    assert track == whole["CONTENTS"]["track"]["CONTENTS"]["2"]


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/track/1/gain?VALUE", 200, {"VALUE": [0.75]}),
        ("/track/1/gain?RANGE", 200, {"RANGE": [{"MIN": 0, "MAX": 1}]}),
        ("/track/1/gain?TYPE", 200, {"TYPE": "f"}),
        ("/track/1/gain?ACCESS", 200, {"ACCESS": 3}),
        ("/track/1/gain?FULL_PATH", 200, {"FULL_PATH": "/track/1/gain"}),
        ("/track/1/gain?UNIT", 200, {}),
        ("/track/1/gain?CONTENTS", 200, {}),
        ("/track/1?TYPE", 200, {}),
        ("/track/1?ACCESS", 200, {"ACCESS": 0}),
        ("/?FULL_PATH", 200, {"FULL_PATH": "/"}),
        ("/panic?CRITICAL", 200, {"CRITICAL": True}),
        ("/panic?VALUE", 204, None),
        ("/track/1?VALUE", 204, None),
        ("/track/1/gain?VOLUME", 400, None),
        ("/track/1/gain?CLIPMODE", 200, {"CLIPMODE": ["none"]}),
        ("/track/1/gain?TAGS", 200, {"TAGS": ["property", "play", "track"]}),
        ("/track/1/mute?CLIPMODE", 200, {}),
        ("/track/1/gain?EXTENDED_TYPE", 200, {}),
        ("/ingest?EXTENDED_TYPE", 200, {"EXTENDED_TYPE": ["filepath"]}),
        ("/track/17/gain", 404, None),
        ("/track/0", 404, None),
        ("/track/1/volume", 404, None),
        ("/track/x/gain", 404, None),
    ],
)
async def test_one_attribute_is_asked_by_its_name(web: httpx.AsyncClient, path: str, status: int, body: Any) -> None:
    answer = await web.get(path)
    assert answer.status_code == status
    if body is not None:
        assert answer.json() == body


async def test_contents_are_what_is_below(web: httpx.AsyncClient) -> None:
    found = (await web.get("/track/1?CONTENTS")).json()
    assert found == {"CONTENTS": (await web.get("/track/1")).json()["CONTENTS"]}


async def test_the_value_is_that_of_now(web: httpx.AsyncClient, house: House) -> None:
    house.stage.gains[1] = 0.5
    house.stage.mutes[1] = True
    assert (await web.get("/track/1/gain?VALUE")).json() == {"VALUE": [0.5]}
    assert (await web.get("/track/1/mute")).json()["VALUE"] == [True]


@pytest.mark.parametrize("path", ["/?HOST_INFO", "/track/1?HOST_INFO", "/no/where?HOST_INFO"])
async def test_host_info_tells_where_everything_is(web: httpx.AsyncClient, house: House, path: str) -> None:
    info = (await web.get(path)).json()
    assert info["NAME"].startswith("liveengine on ")
    assert (info["OSC_IP"], info["OSC_PORT"], info["OSC_TRANSPORT"]) == ("127.0.0.1", house.doors.ports["osc"], "UDP")
    assert (info["WS_IP"], info["WS_PORT"]) == ("127.0.0.1", house.doors.ports["http"])
    assert info["EXTENSIONS"]["LISTEN"] is True
    assert info["EXTENSIONS"]["PATH_RENAMED"] is False


async def test_a_browser_gets_the_remote_and_everybody_else_the_tree(web: httpx.AsyncClient) -> None:
    page = await web.get("/", headers=BROWSER)
    assert page.headers["content-type"].startswith("text/html")
    assert (await web.get("/?HTML")).headers["content-type"].startswith("text/html")
    assert (await web.get("/", headers={"accept": "application/json, text/plain, */*"})).json()["FULL_PATH"] == "/"
    assert (await web.get("/track/1/gain", headers=BROWSER)).json()["FULL_PATH"] == "/track/1/gain"


async def test_the_other_routes_are_served_as_ever(web: httpx.AsyncClient) -> None:
    assert (await web.get("/api/v1/track/1/gain")).json() == 0.75
    assert (await web.get("/system/health")).json()["status"] == "ok"
    assert (await web.get("/app.js")).status_code in (200, 404)
    assert (await web.post("/track/1/gain")).status_code in (404, 405)
    assert (await web.head("/track/1/gain")).status_code == 200


async def test_an_action_says_what_it_needs_and_what_may_be_left_out(web: httpx.AsyncClient) -> None:
    search = (await web.get("/stems/search")).json()
    assert (search["ACCESS"], search["TYPE"]) == (2, "s")
    assert [longer["TYPE"] for longer in search["OVERLOADS"]] == ["si", "sis", "sisf"]
    launch = (await web.get("/track/1/clip/1/launch")).json()
    assert (launch["TYPE"], launch["CRITICAL"]) == ("I", True)
    assert launch["OVERLOADS"] == [{"TYPE": "f", "RANGE": [{"MIN": 0, "MAX": 32}], "CLIPMODE": ["none"]}]


async def test_a_stem_is_found_by_its_number_although_no_stems_are_listed(web: httpx.AsyncClient) -> None:
    assert (await web.get("/stem/77")).json()["FULL_PATH"] == "/stem/77"
    assert "77" not in json.dumps((await web.get("/")).json()["CONTENTS"].get("stem", {}))


async def test_who_found_the_server_by_mdns_may_call_it_by_that_name(web: httpx.AsyncClient, house: House) -> None:
    port = house.doors.ports["http"]
    for name in (f"liveengine-{port}.local:{port}", f"liveengine-{port}.local.:{port}"):
        assert (await web.get("/track/1/gain?VALUE", headers={"host": name})).status_code == 200
    assert (await web.get("/track/1/gain", headers={"host": f"other.local:{port}"})).status_code == 403
