from liveengine.events import Changed
from tests.clients.ableton.stage import Studio


def selected(studio: Studio) -> list[str]:
    return [call for call in studio.calls if call.startswith("/session/selected")]


async def test_what_is_selected_in_live_is_selected_in_the_engine(studio: Studio) -> None:
    await studio.connected()
    studio.song.view.change("selected_track", studio.song.track(3))
    studio.song.view.change("selected_scene", studio.song.scene(5))
    await studio.until(lambda: studio.verbs.selected == {"track": 3, "scene": 5})
    await studio.ticks(40)
    assert studio.song.view.sets == 0
    assert selected(studio)[-2:] == ["/session/selected/track 3", "/session/selected/scene 5"]


async def test_what_is_selected_in_the_engine_is_selected_in_live_and_comes_back_to_nobody(studio: Studio) -> None:
    await studio.connected()
    await studio.ticks(30)
    before = len(selected(studio))
    studio.stage.bus.publish(Changed("/session/selected/track", 4))
    studio.stage.bus.publish(Changed("/session/selected/scene", 2))
    await studio.until(lambda: studio.song.view.sets == 2)
    await studio.ticks(40)
    assert studio.song.view.values["selected_track"] is studio.song.track(4)
    assert studio.song.view.values["selected_scene"] is studio.song.scene(2)
    assert len(selected(studio)) == before


async def test_the_master_and_what_live_has_not_are_left_alone(studio: Studio) -> None:
    await studio.connected()
    await studio.ticks(30)
    before = len(selected(studio))
    studio.song.view.change("selected_track", studio.song.values["master_track"])
    for number in (0, -1, 99, 1e300):
        studio.stage.bus.publish(Changed("/session/selected/scene", number))
        studio.stage.bus.publish(Changed("/session/selected/track", number))
        await studio.ticks(3)
    assert len(selected(studio)) == before
    assert studio.song.view.values["selected_scene"] is studio.song.scene(1)


async def test_tracks_are_found_by_their_names_where_the_settings_say_so(studio: Studio) -> None:
    studio.verbs.names[7] = "Kick"
    studio.song.track(2).values["name"] = " kick"
    await studio.connected(tracks="name")
    await studio.ticks(20)
    studio.song.view.change("selected_track", studio.song.track(2))
    await studio.until(lambda: studio.verbs.selected["track"] == 7)
    studio.song.view.change("selected_track", studio.song.track(3))
    await studio.ticks(5)
    assert studio.verbs.selected["track"] == 7
    await studio.ticks(30)
    studio.song.view.change("selected_track", studio.song.track(1))
    studio.stage.bus.publish(Changed("/session/selected/track", 1))
    await studio.ticks(1)
    studio.stage.bus.publish(Changed("/session/selected/track", 7))
    await studio.until(lambda: studio.song.view.values["selected_track"] is studio.song.track(2))


async def test_the_selection_is_not_shared_where_the_settings_say_so(studio: Studio) -> None:
    await studio.connected(selection=False)
    studio.song.view.change("selected_track", studio.song.track(3))
    studio.stage.bus.publish(Changed("/session/selected/track", 4))
    await studio.ticks(10)
    assert not selected(studio)
    assert studio.song.view.sets == 0
