import pytest
from LiveEngine.wishes import NOTE

from tests.clients.ableton.stage import Studio


async def playing(studio: Studio) -> None:
    """Connect, with a clip in Live that stands for one of the engine's, which plays."""
    await studio.connected()
    studio.stage.fill(2, 3, 1)
    studio.song.track(2).slot(3).fill(NOTE + "Hypnotic Thud")
    studio.song.track(2).slot(4).fill("a sound of Live")
    studio.song.play()
    await studio.until(lambda: studio.stage.running)
    studio.song.track(2).fire(2)
    await studio.until(lambda: studio.stage.due)
    studio.stage.advance(4.0)
    assert studio.stage.clips[2, 3]["state"] == "playing"
    await studio.ticks(3)


async def test_a_scene_that_is_launched_in_live_is_launched_in_the_engine_once(studio: Studio) -> None:
    await studio.connected()
    studio.song.launch(3)
    await studio.ticks(5)
    assert [call for call in studio.calls if "scene" in call and "selected" not in call] == ["/scene/3/launch"]


async def test_scenes_stay_lives_where_the_settings_say_so(studio: Studio) -> None:
    await studio.connected(scenes=False)
    studio.song.launch(3)
    await studio.ticks(5)
    assert "/scene/3/launch" not in studio.calls


async def test_a_clip_with_a_note_launches_the_slot_at_its_place(studio: Studio) -> None:
    await playing(studio)


@pytest.mark.parametrize("at", [-2, 3])
async def test_it_stops_with_the_stop_button_and_with_another_clip(studio: Studio, at: int) -> None:
    await playing(studio)
    studio.song.track(2).fire(at)
    await studio.until(lambda: studio.stage.clips[2, 3]["state"] == "stopping")


async def test_other_clips_of_live_are_their_own(studio: Studio) -> None:
    await studio.connected()
    studio.stage.fill(1, 1, 1)
    studio.song.track(1).slot(1).fill("a sound of Live")
    studio.song.track(1).fire(0)
    await studio.ticks(5)
    assert studio.stage.clips[1, 1]["state"] == "stopped"


async def test_a_scene_that_takes_over_from_a_clip_with_a_note_stops_nothing_of_the_scene(studio: Studio) -> None:
    await playing(studio)
    studio.stage.fill(2, 4, 1)
    studio.song.launch(4)
    await studio.until(lambda: studio.stage.due.get(2, (0, 0))[1] == 4)
    await studio.ticks(5)
    assert studio.stage.due[2][1] == 4


async def test_what_the_selected_track_begins_to_play_is_told(studio: Studio) -> None:
    await playing(studio)
    name = studio.stage.clips[2, 3]["name"]
    assert not studio.said("plays")
    studio.song.view.change("selected_track", studio.song.track(1))
    studio.stage.fill(1, 1, 1)
    studio.launch(1, 1)
    studio.stage.advance(4.0)
    await studio.until(lambda: studio.said("track 1 plays", str(name)))


async def test_scenes_and_tracks_that_are_new_are_heard(studio: Studio) -> None:
    await studio.connected()
    song = studio.song
    song.change("scenes", song.values["scenes"][1:])
    song.remove(1)
    await studio.ticks(2)
    song.launch(1)
    await studio.until(lambda: "/scene/1/launch" in studio.calls)


async def test_a_slot_that_is_empty_is_told(studio: Studio) -> None:
    await studio.connected()
    studio.song.track(1).slot(1).fill(NOTE + "gone")
    studio.song.track(1).fire(0)
    await studio.until(lambda: studio.said("track 1, slot 1 holds no clip"))


async def test_what_a_follow_action_plays_in_live_plays_in_the_engine(studio: Studio) -> None:
    await playing(studio)
    studio.stage.fill(2, 5, 1)
    studio.song.track(2).slot(5).fill(NOTE + "Concrete Heart")
    studio.song.track(2).follow(4)
    await studio.until(lambda: studio.stage.due.get(2, (0, 0))[1] == 5)
    studio.song.track(2).follow(-1)
    await studio.until(lambda: studio.stage.due[2][1] == 0)


async def test_a_stop_and_start_of_live_launches_nothing_twice(studio: Studio) -> None:
    await playing(studio)
    studio.song.stop()
    studio.song.track(2).follow(-1)
    await studio.until(lambda: not studio.stage.running)
    await studio.ticks(3)
    studio.song.play()
    studio.song.track(2).follow(2)
    await studio.until(lambda: studio.stage.running)
    studio.stage.due.clear()
    await studio.ticks(5)
    assert not studio.stage.due
