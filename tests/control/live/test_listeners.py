import asyncio
import math

import pytest

from liveengine.events import Changed
from tests.control.live.band import Band, Client, loaded


async def test_the_tempo_is_told_to_who_listens_also_to_who_set_it(live: Band, client: Client) -> None:
    client.send("/live/song/start_listen/tempo")
    assert await client.hear() == ("/live/song/get/tempo", (120.0,))
    for value in (81, 120):
        client.send("/live/song/set/tempo", value)
        assert await client.hear() == ("/live/song/get/tempo", (float(value),))
    client.send("/live/song/stop_listen/tempo")
    client.send("/live/song/set/tempo", 99)
    assert await client.heard() == []


async def test_the_newest_value_follows_within_a_thirtieth(live: Band, client: Client) -> None:
    client.send("/live/track/start_listen/volume", 1)
    await client.hear()
    for level in range(-20, 0):
        await live.live.call("/track/2/level", float(level))
    told = await client.heard()
    assert told[-1] == ("/live/track/get/volume", (1, pytest.approx(0.825)))
    assert len(told) <= 2


async def test_beats_are_told_as_they_come(client: Client) -> None:
    client.send("/live/song/start_listen/beat")
    await client.hear()
    client.send("/live/song/start_playing")
    beats = [await client.hear() for _ in range(3)]
    assert [address for address, _ in beats] == ["/live/song/get/beat"] * 3
    assert [values[0] for _, values in beats] == [1, 2, 3]


async def test_the_slot_that_plays_is_told(live: Band, client: Client) -> None:
    await loaded(live, (0, 0), (0, 1))
    client.send("/live/song/set/clip_trigger_quantization", 11)
    client.send("/live/track/start_listen/playing_slot_index", 0)
    assert await client.hear() == ("/live/track/get/playing_slot_index", (0, -1))
    client.send("/live/clip_slot/fire", 0, 0)
    assert await client.hear() == ("/live/track/get/playing_slot_index", (0, 0))
    client.send("/live/clip/fire", 0, 1)
    assert await client.hear() == ("/live/track/get/playing_slot_index", (0, 1))
    assert await client.query("/live/clip/get/is_playing", 0, 1) == (0, 1, True)
    client.send("/live/clip/stop", 0, 0)  # it does not play: nothing happens
    assert await client.heard() == []
    client.send("/live/clip/stop", 0, 1)
    assert await client.hear() == ("/live/track/get/playing_slot_index", (0, -1))


async def test_a_listener_to_an_empty_slot_hears_of_the_clip_that_comes(live: Band, client: Client) -> None:
    client.send("/live/clip/start_listen/name", 0, 0)
    assert await client.heard(0.1) == []
    await loaded(live, (0, 0))
    assert await client.hear() == ("/live/clip/get/name", (0, 0, await live.live.call("/track/1/clip/1/name")))


async def test_an_event_that_nobody_listens_to_costs_nothing(live: Band, client: Client) -> None:
    live.live.bus.publish(Changed("/track/1/level", 0.0))
    await asyncio.sleep(0)
    assert live.door.stats() == {"listeners": 0}


async def test_meters_move_on_lives_scale_while_something_plays(live: Band, client: Client) -> None:
    await loaded(live, (0, 0))
    assert await client.query("/live/track/get/output_meter_level", 0) == (0, 0.0)
    client.send("/live/track/start_listen/output_meter_left", 0)
    assert await client.hear() == ("/live/track/get/output_meter_left", (0, 0.0))
    client.send("/live/clip/fire", 0, 0)
    address, (track, position) = await client.hear()
    assert (address, track) == ("/live/track/get/output_meter_left", 0)
    assert position == pytest.approx((34 + 20 * math.log10(0.25)) / 40, abs=1e-3)
    client.send("/live/track/get/output_meter_left", 99)
    assert "/live/error" in dict(await client.heard())


async def test_the_position_of_a_clip_moves_while_it_plays(live: Band, client: Client) -> None:
    await loaded(live, (0, 0))
    client.send("/live/clip/start_listen/playing_position", 0, 0)
    assert await client.hear() == ("/live/clip/get/playing_position", (0, 0, 0.0))
    client.send("/live/clip/fire", 0, 0)
    found = [(await client.hear())[1][2] for _ in range(3)]
    assert 0.0 < found[0] < found[1] < found[2] < 4.0
    client.send("/live/clip/stop_listen/playing_position", 0, 0)
    await client.heard(0.1)
    assert await client.heard(0.1) == []
