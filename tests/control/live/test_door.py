from typing import Any

import pytest

from tests.control.live.band import Band, Client, loaded

WRONG: list[tuple[str, tuple[Any, ...]]] = [
    ("/live/song/get/nothing", ()),
    ("/live/clip/get/name", (0, 10)),
    ("/live/clip/get/color", (0, 10)),
    ("/live/track/get/color", (99,)),
    ("/live/track/get/volume", (99,)),
    ("/live/track/get/volume", (-1,)),
    ("/live/track/get/volume", ()),
    ("/live/track/set/volume", (0,)),
    ("/live/track/set/volume", (0, 1.5)),
    ("/live/track/set/volume", (0, "loud")),
    ("/live/track/set/playing_slot_index", (0, 1)),
    ("/live/clip/fire", (0, 0)),
    ("/live/song/get/track_data", (0, 12, "device.name")),
    ("/live/song/get/track_data", ()),
    ("/live/song/jump_by", ("far",)),
    ("/live/view/set/selected_clip", (1,)),
    ("/live/[", ()),
]


async def test_the_test_is_answered(client: Client) -> None:
    assert await client.query("/live/test") == ("ok",)
    assert await client.query("/live/application/get/version") == (12, 0)


async def test_start_stop_and_continue(live: Band, client: Client) -> None:
    client.send("/live/song/start_playing")
    await client.heard(0.05)
    assert await client.query("/live/song/get/is_playing") == (True,)
    client.send("/live/song/stop_playing")
    await client.heard(0.05)
    assert await client.query("/live/song/get/is_playing") == (False,)
    (stood,) = await client.query("/live/song/get/current_song_time")
    assert stood > 0.0
    client.send("/live/song/continue_playing", 1.0)  # a button of TouchOSC: pressed ...
    client.send("/live/song/continue_playing", 0.0)  # ... and released
    await client.heard(0.05)
    assert (await client.query("/live/song/get/current_song_time"))[0] > stood
    client.send("/live/song/start_playing")
    client.send("/live/song/stop_playing")
    await client.heard(0.05)
    assert (await client.query("/live/song/get/current_song_time"))[0] < stood


async def test_a_property_of_the_song_is_set_and_got(client: Client) -> None:
    for name, value in (
        ("tempo", 125.5), ("tempo", 120), ("clip_trigger_quantization", 0), ("clip_trigger_quantization", 4),
        ("clip_trigger_quantization", 13), ("current_song_time", 4), ("current_song_time", 1),
    ):  # fmt: skip
        client.send(f"/live/song/set/{name}", value)
        await client.heard(0.02)
        assert await client.query(f"/live/song/get/{name}") == (value,)


async def test_a_property_of_a_track_is_set_and_got(live: Band, client: Client) -> None:
    for name, value in (
        ("panning", 0.5), ("panning", 0.0), ("volume", 0.5), ("volume", 1.0), ("volume", 0.85), ("volume", 0.0),
        ("mute", 1), ("mute", 0), ("solo", True), ("solo", False), ("name", "Test"), ("name", "Track"),
    ):  # fmt: skip
        client.send(f"/live/track/set/{name}", 2, value)
        found = await client.query(f"/live/track/get/{name}", 2.0)
        assert found == (2, pytest.approx(value, abs=1e-6) if isinstance(value, float) else value)
    assert await live.live.call("/track/3/name") == "Track"


async def test_a_volume_of_0_85_is_0_db_here_too(live: Band, client: Client) -> None:
    client.send("/live/track/set/volume", 0, 0.7)
    await client.query("/live/test")
    assert await live.live.call("/track/1/level") == pytest.approx(-6.0, abs=1e-5)
    client.send("/live/track/set/volume", 0, 0.85)
    await client.query("/live/test")
    assert await live.live.call("/track/1/gain") == pytest.approx(0.75)
    client.send("/live/track/set/send", 0, 1, 1.0)
    assert await client.query("/live/track/get/send", 0, 1) == (0, 1, pytest.approx(1.0))
    assert await live.live.call("/track/1/send/2/level") == pytest.approx(0.0, abs=1e-5)


async def test_scenes_are_fired_and_everything_is_stopped(live: Band, client: Client) -> None:
    await loaded(live, (0, 1), (1, 1))
    assert await client.query("/live/scene/get/is_empty", 0) == (0, True)
    assert await client.query("/live/scene/get/is_empty", 1) == (1, False)
    client.send("/live/scene/fire", 1)
    await client.heard(0.1)
    assert await client.query("/live/clip/get/is_playing", 0, 1) == (0, 1, True)
    assert await client.query("/live/clip_slot/get/is_playing", 1, 1) == (1, 1, True)
    client.send("/live/clip_slot/fire", 0, 0)  # an empty slot is a stop button
    client.send("/live/song/stop_playing")
    await client.heard(0.1)
    assert await client.query("/live/clip/get/is_playing", 0, 1) == (0, 1, False)
    assert await client.query("/live/clip/get/is_playing", 1, 1) == (1, 1, False)


async def test_a_set_is_read_in_one_message(live: Band, client: Client) -> None:
    await loaded(live, (0, 0))
    name = await live.live.call("/track/1/clip/1/name")
    none = [None] * 11
    assert await client.query("/live/song/get/num_tracks") == (12,)
    assert await client.query("/live/song/get/num_scenes") == (12,)
    assert await client.query("/live/song/get/track_names", 1, 3) == ("Track 2", "Track 3")
    assert len(await client.query("/live/song/get/track_names")) == 12
    assert await client.query("/live/track/get/clips/name", 0) == (0, name, *none)
    assert await client.query("/live/track/get/clips/length", 0) == (0, 4.0, *none)
    found = await client.query(
        "/live/song/get/track_data", 0, 2, "track.name", "clip.name", "clip_slot.has_clip", "track.color"
    )
    assert found[:14] == ("Track 1", name, *none, True)
    assert len(found) == 2 * (1 + 12 + 12 + 1)


async def test_a_pattern_asks_for_every_property_that_there_is(live: Band, client: Client) -> None:
    await loaded(live, (0, 0))
    client.send("/live/clip/get/*", 0, 0)
    told = dict(await client.heard())
    assert told["/live/clip/get/length"] == (0, 0, 4.0)
    assert told["/live/clip/get/gain"] == (0, 0, pytest.approx(0.4, abs=1e-6))
    assert "/live/error" not in told
    client.send("/live/track/set/mute", "*", 1)
    client.send("/live/track/get/mute", "*")
    assert [values for _, values in await client.heard()] == [(track, True) for track in range(12)]


async def test_a_clip_has_lives_words_for_its_settings(live: Band, client: Client) -> None:
    await loaded(live, (0, 0))
    for name, value in (
        ("launch_mode", 2), ("launch_quantization", 5), ("launch_quantization", 0), ("warp_mode", 3), ("warp_mode", 4),
        ("legato", True), ("looping", False), ("pitch_coarse", -3), ("loop_end", 2.0),
    ):  # fmt: skip
        client.send(f"/live/clip/set/{name}", 0, 0, value)
        assert await client.query(f"/live/clip/get/{name}", 0, 0) == (0, 0, value)
    assert await live.live.call("/track/1/clip/1/mode") == "toggle"
    assert await live.live.call("/track/1/clip/1/transpose") == -3.0


async def test_what_is_selected_is_shared(live: Band, client: Client) -> None:
    client.send("/live/view/start_listen/selected_track")
    assert await client.hear() == ("/live/view/get/selected_track", (0,))
    await live.live.call("/session/selected/track", 3)
    assert await client.hear() == ("/live/view/get/selected_track", (2,))
    client.send("/live/view/set/selected_clip", 2, 4)
    assert await client.query("/live/view/get/selected_clip") == (2, 4)
    await loaded(live, (0, 4))
    client.send("/live/scene/fire_selected")
    await client.heard(0.1)
    assert await client.query("/live/track/get/playing_slot_index", 0) == (0, 4)
    assert await client.query("/live/view/get/selected_scene") == (4,)


async def test_what_goes_wrong_comes_as_lives_error(client: Client) -> None:
    for address, params in WRONG:
        client.send(address, *params)
        answered, values = await client.hear()
        assert (answered, len(values)) == ("/live/error", 1), address
        assert values[0]


async def test_jumps_go_from_where_the_song_is(client: Client) -> None:
    client.send("/live/song/set/current_song_time", 8)
    await client.heard(0.02)
    client.send("/live/song/jump_by", -3.0)
    await client.heard(0.02)
    assert await client.query("/live/song/get/current_song_time") == (5.0,)


async def test_root_and_scale_are_the_two_halves_of_the_key(live: Band, client: Client) -> None:
    assert await client.query("/live/song/get/root_note") == (0,)  # no key yet
    assert await client.query("/live/song/get/scale_name") == ("Major",)
    for address, value, key in (
        ("root_note", 9, "A"), ("scale_name", "Minor", "Am"), ("root_note", 6, "F#m"), ("scale_name", "Major", "F#"),
    ):  # fmt: skip
        client.send(f"/live/song/set/{address}", value)
        await client.heard(0.02)
        assert await client.query(f"/live/song/get/{address}") == (value,)
        assert await live.live.call("/session/key") == key
    for address, value in (("root_note", 12), ("root_note", "A"), ("scale_name", "Dorian")):
        client.send(f"/live/song/set/{address}", value)
        assert (await client.hear())[0] == "/live/error"
    assert await live.live.call("/session/key") == "F#"


async def test_what_never_changes_here_has_its_answer(client: Client) -> None:
    for name, value in (("can_undo", True), ("loop_start", 0.0), ("midi_recording_quantization", 0)):
        assert await client.query(f"/live/song/get/{name}") == (value,)
    assert await client.query("/live/track/get/devices/class_name", 0) == (0,)
    assert await client.query("/live/track/get/arrangement_clips/name", 0) == (0,)


async def test_a_name_without_a_command_is_not_known(live: Band) -> None:
    assert "/live/song/get/tempo" in live.door.addresses
    assert "/live/song/undo" not in live.door.addresses  # the stage has no library commands
