from typing import Any

import pytest

from liveengine.events import Changed
from tests.clients.ableton.stage import Studio


def tempi(studio: Studio) -> list[str]:
    return [call for call in studio.calls if call.startswith("/transport/tempo")]


async def test_live_says_the_tempo_when_it_finds_the_engine(studio: Studio) -> None:
    await studio.connected()
    assert studio.stage.tempo == 120.0
    assert studio.said("connected")
    assert studio.song.sets == 0


async def test_a_tempo_of_live_is_the_engines_without_a_tick_and_comes_back_to_nobody(studio: Studio) -> None:
    surface = await studio.connected()
    before, sent = len(studio.calls), surface.door.sent
    studio.song.change("tempo", 127.37)
    assert surface.door.sent == sent + 1  # while Live notifies, not with a tick
    await studio.ticks(60)
    assert studio.stage.tempo == 127.37
    assert tempi(studio)[-1:] == ["/transport/tempo 127.37"]
    assert len([call for call in studio.calls[before:] if "tempo" in call]) == 1
    assert studio.song.sets == 0


async def test_a_tempo_of_the_engine_is_lives_and_goes_back_to_nobody(studio: Studio) -> None:
    await studio.connected()
    await studio.ticks(30)
    before = len(tempi(studio))
    studio.stage.tempo = 98.768
    studio.stage.bus.publish(Changed("/transport/tempo", 98.768))
    await studio.ticks(60)
    assert studio.song.values["tempo"] == 98.77  # as this Live rounds it
    assert studio.song.sets == 1
    assert len(tempi(studio)) == before


async def test_where_both_move_the_tempo_at_once_they_agree_in_the_end(studio: Studio) -> None:
    await studio.connected()
    await studio.ticks(30)
    for round_ in range(3):
        studio.song.change("tempo", 130.0 + round_)
        studio.stage.tempo = 90.0 + round_
        studio.stage.bus.publish(Changed("/transport/tempo", 90.0 + round_))
        await studio.ticks(60)
        assert studio.song.values["tempo"] == studio.stage.tempo


async def test_a_tempo_that_is_automated_is_followed_to_its_end(studio: Studio) -> None:
    surface = await studio.connected()
    sent = surface.door.sent
    for step in range(200):
        studio.song.change("tempo", 100.0 + step / 10)
    await studio.ticks(3)
    assert studio.stage.tempo == 119.9
    assert surface.door.sent < sent + 30


async def test_live_starts_the_engine_on_the_bar_where_it_started_itself(studio: Studio) -> None:
    await studio.connected()
    studio.song.values["current_song_time"] = 8.0
    await studio.ticks(5)
    studio.song.play(8.0)
    await studio.until(lambda: studio.stage.running)
    assert studio.stage.beat == 8.0
    assert studio.calls[-1] == "/transport/running True"


async def test_a_start_that_is_told_late_is_still_on_the_bar(studio: Studio) -> None:
    await studio.connected()
    studio.song.play(16.04)
    await studio.until(lambda: studio.stage.running)
    assert "/transport/locate 16" in studio.calls


async def test_a_start_within_a_bar_is_where_live_is(studio: Studio) -> None:
    await studio.connected()
    studio.song.play(6.5)
    await studio.until(lambda: studio.stage.running)
    assert "/transport/locate 6.5" in studio.calls


async def resting(studio: Studio) -> None:
    """Connect, play two slots, and have Live stop."""
    await studio.connected()
    studio.stage.fill(1, 2, 1)
    studio.stage.fill(3, 4, 1)
    studio.song.play()
    await studio.until(lambda: studio.stage.running)
    studio.launch(1, 2)
    studio.launch(3, 4)
    studio.stage.advance(4.0)
    await studio.ticks(5)
    studio.song.stop()
    await studio.until(lambda: not studio.stage.running)
    assert {clip["state"] for clip in studio.stage.clips.values()} == {"stopping"}
    studio.stage.due.clear()
    for clip in studio.stage.clips.values():
        clip["state"] = "stopped"
    await studio.ticks(5)


async def test_what_played_when_live_stopped_plays_again_when_it_starts(studio: Studio) -> None:
    await resting(studio)
    studio.song.play()
    await studio.until(lambda: studio.stage.running)
    assert sorted(studio.stage.due) == [1, 3]


async def test_where_live_starts_within_a_bar_it_plays_again_with_the_next_one(studio: Studio) -> None:
    await resting(studio)
    studio.song.play(5.5)
    await studio.until(lambda: sorted(studio.stage.due) == [1, 3])
    assert studio.stage.beat == 5.5
    assert {boundary for boundary, _ in studio.stage.due.values()} == {8.0}


async def test_the_engine_stands_where_live_stands_and_is_put_there_once(studio: Studio) -> None:
    await studio.connected()
    studio.song.values["current_song_time"] = 12.0
    await studio.ticks(10)
    assert [call for call in studio.calls if "locate" in call] == ["/transport/locate 0", "/transport/locate 12"]
    studio.stage.bus.publish(Changed("/transport/running", True))  # somebody plays without Live
    await studio.ticks(3)
    studio.stage.beat = 30.0
    studio.stage.bus.publish(Changed("/transport/running", False))
    await studio.ticks(5)
    assert studio.stage.beat == 30.0
    studio.song.play(12.0)
    await studio.until(lambda: studio.stage.running)
    assert studio.stage.beat == 12.0


@pytest.mark.parametrize(
    ("quantization", "signature", "beats"),
    [(4, (3, 4), 3.0), (4, (7, 8), 3.5), (1, (4, 4), 32.0), (1, (7, 4), 32.0), (7, (4, 4), 1.0), (0, (4, 4), 0.0)],
)
async def test_launches_wait_for_what_they_wait_for_in_live(
    studio: Studio, quantization: int, signature: tuple[int, int], beats: float
) -> None:
    await studio.connected()
    assert studio.stage.quantum == 4.0
    studio.song.change("signature_numerator", signature[0])
    studio.song.change("signature_denominator", signature[1])
    studio.song.change("clip_trigger_quantization", quantization)
    await studio.until(lambda: studio.stage.quantum == beats)


async def test_every_quantization_of_live_is_a_grid_of_the_engine(studio: Studio) -> None:
    await studio.connected()
    grids = []
    for quantization in range(13, -1, -1):
        studio.stage.quantum = -1.0
        studio.song.change("clip_trigger_quantization", quantization)
        await studio.until(lambda: studio.stage.quantum != -1.0)
        grids.append(studio.stage.quantum)
    assert grids[:-1] == sorted(grids[:-1])
    assert grids[-1] == 0.0


async def test_an_engine_that_follows_link_is_left_alone(studio: Studio) -> None:
    studio.verbs.source = "link"
    await studio.connected()
    before = list(studio.calls)
    studio.song.change("tempo", 140.0)
    studio.song.play()
    await studio.ticks(20)
    studio.stage.bus.publish(Changed("/transport/tempo", 150.0))
    await studio.ticks(20)
    studio.song.stop()
    await studio.ticks(5)
    assert studio.calls == before
    assert studio.song.sets == 0


async def test_the_engine_that_leaves_link_follows_live_again(studio: Studio) -> None:
    studio.verbs.source = "link"
    await studio.connected()
    studio.song.play()
    await studio.ticks(5)
    studio.stage.bus.publish(Changed("/sync/source", "internal"))
    await studio.until(lambda: studio.stage.running)
    assert studio.stage.tempo == 120.0


async def test_by_settings_both_follow_link(studio: Studio) -> None:
    await studio.connected(follow="link")
    assert studio.verbs.source == "link"
    assert studio.song.values["is_ableton_link_enabled"] is True
    assert studio.said("both follow Link")


async def test_by_settings_nothing_is_followed(studio: Studio) -> None:
    await studio.connected(follow="off")
    studio.song.change("tempo", 140.0)
    studio.song.play()
    await studio.ticks(10)
    assert studio.stage.tempo == 138.0
    assert not studio.stage.running


async def test_an_engine_that_plays_is_not_stopped_by_live_that_is_opened(studio: Studio) -> None:
    studio.stage.running = True
    await studio.connected()
    await studio.ticks(10)
    assert studio.stage.running


async def test_a_scale_that_is_chosen_in_live_is_the_key(studio: Studio) -> None:
    await studio.connected()
    assert not any(call.startswith("/session/key") for call in studio.calls)
    studio.song.change("root_note", 9)
    studio.song.change("scale_name", "Minor")
    studio.song.change("scale_name", "Dorian")
    await studio.ticks(3)
    assert [call for call in studio.calls if call.startswith("/session/key")] == ["/session/key A", "/session/key Am"]


async def test_what_is_no_value_of_a_tempo_changes_nothing(studio: Studio) -> None:
    await studio.connected()
    await studio.ticks(30)
    values: list[Any] = [float("nan"), "fast", True, -1.0, 1e30, None]
    for value in values:
        studio.stage.bus.publish(Changed("/transport/tempo", value))
        await studio.ticks(3)
    assert 20.0 <= studio.song.values["tempo"] <= 999.0
