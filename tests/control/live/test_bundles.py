"""A bundle is played as a whole or not at all, also over a real session and with addresses of Live's in it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from liveengine.control.osc.codec import bundle, encode
from tests.control.live.band import Band, band

Spoken = tuple[str, tuple[Any, ...]]
RIGHT = encode("/track/4/gain", 0.25), encode("/live/track/set/mute", 3, 1), encode("/transport/play")

WRONG = [
    ("/track/99/gain", (0.5,), "track 99: the engine has tracks 1..12; raise engine.tracks for more"),
    ("/bus/5/gain", (0.5,), "bus 5: the engine has buses 1..4; raise engine.buses for more"),
    ("/track/1/clip/13/gain", (0.5,), "slot 13: a track has slots 1..12; raise session.scenes for more"),
    ("/scene/13/launch", (), "scene 13: the session has scenes 1..12; raise session.scenes for more"),
    ("/transport/tempo", (5000,), "tempo 5000: 20 to 999 beats per minute"),
    ("/transport/tempo", (-1.0,), "tempo -1: 20 to 999 beats per minute"),
    ("/live/nothing", (), "/live/nothing is none of the addresses of Live that are known here"),
    ("/live/track/set/volume", (98, 0.5), "track 99: the engine has tracks 1..12; raise engine.tracks for more"),
    ("/live/track/get/volume", (98,), "track 99: the engine has tracks 1..12; raise engine.tracks for more"),
    ("/live/track/set/volume", (0, "loud"), "'loud' is no value for /track/{track}/level"),
    ("/live/track/set/volume", (0,), "/track/{track}/level needs track, value"),
    ("/live/clip/fire", (0, 12), "slot 13: a track has slots 1..12; raise session.scenes for more"),
    ("/live/scene/fire", (12,), "scene 13: the session has scenes 1..12; raise session.scenes for more"),
    ("/live/song/set/tempo", (5000,), "tempo 5000: 20 to 999 beats per minute"),
]  # fmt: skip


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Band]:
    async with band(tmp_path) as made:
        assert await made.client.hear() == ("/live/startup", ())
        yield made


async def spoken(live: Band, *packets: bytes) -> list[Spoken]:
    """Send a bundle for now; return what is answered until a ping is."""
    live.client.send_raw(bundle(1, *packets))
    live.client.send("/ping")
    found: list[Spoken] = []
    while (message := await live.client.hear())[0] != "/pong":
        found.append(message)
    return found


@pytest.mark.parametrize(("address", "args", "sentence"), WRONG)
async def test_one_wrong_message_stops_the_whole_bundle(
    live: Band, address: str, args: tuple[Any, ...], sentence: str
) -> None:
    ((answered, values),) = await spoken(live, *RIGHT, encode(address, *args))
    assert answered == ("/live/error" if address.startswith("/live/") else "/error")
    assert values[-1] == sentence
    call = live.live.call
    assert [await call(f"/{name}") for name in ("track/4/gain", "track/4/mute", "transport/running")] == [0.75, 0, 0]
    assert await call("/transport/tempo") == 120.0


async def test_a_bundle_without_a_wrong_message_is_played(live: Band) -> None:
    tempi = encode("/transport/tempo", 20), encode("/live/song/set/tempo", 999)
    assert [address for address, _ in await spoken(live, *RIGHT, *tempi)] == ["/reply"] * 3
    call = live.live.call
    assert [await call(f"/{name}") for name in ("track/4/gain", "track/4/mute", "transport/running")] == [0.25, 1, 1]
    assert await call("/transport/tempo") == 999.0


async def test_what_shows_only_when_it_runs_is_that_messages_own_fault(live: Band) -> None:
    found = await spoken(live, encode("/track/4/gain", 0.25), encode("/track/1/clip/1/launch"), encode("/stop"))
    assert [(address, values[:2]) for address, values in found] == [
        ("/reply", ("/track/4/gain", 0.25)),
        ("/error", ("/track/1/clip/1/launch", "empty_slot")),
        ("/reply", ("/stop",)),
    ]


@pytest.mark.parametrize("address", ["/transport/tempo", "/live/song/set/tempo"])
async def test_a_tempo_out_of_range_that_comes_alone_becomes_the_nearest_and_the_error_says_so(
    live: Band, address: str
) -> None:
    for asked, nearest in ((5000, 999), (-1.0, 20)):
        live.client.send(address, asked)
        _, values = await live.client.hear()
        assert values[-1] == f"tempo {asked:g}: 20 to 999 beats per minute; it is {nearest} now"
        assert await live.live.call("/transport/tempo") == nearest
