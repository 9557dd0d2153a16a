import pytest
from LiveEngine.wishes import NOTE, wish_of

from tests.clients.ableton.stage import Studio


@pytest.mark.parametrize(
    ("name", "wish"),
    [
        ("? dunkler Kick", ("?", "dunkler Kick")),
        ("?dunkler Kick", ("?", "dunkler Kick")),
        (" ?  ü ", ("?", "ü")),
        ("?", None),
        ("?> darker", (">", "darker")),
        ("? >", (">", "")),
        ("?+", ("+", "")),
        ("? -", ("-", "")),
        ("?+ vocals", ("?", "+ vocals")),
        ("> BUS", None),
        ("-", None),
        ("Kick?", None),
        ("", None),
    ],
)
def test_a_name_is_a_wish_by_its_first_character(name: str, wish: tuple[str, str] | None) -> None:
    assert wish_of(name) == wish


async def test_a_clip_named_as_a_wish_plays_it_in_the_slot_at_its_place(studio: Studio) -> None:
    await studio.connected()
    clip = studio.song.track(2).slot(3).fill()
    await studio.ticks(2)
    clip.change("name", "? dunkler hypnotischer Kick")
    await studio.until(lambda: clip.values["name"] == NOTE + "Hypnotic Thud")
    assert "/track/2/launch/prompt dunkler hypnotischer Kick 3" in studio.calls
    assert studio.said("Hypnotic Thud", "kick, Am", "track 2 slot 3", "in 1.2 s")
    await studio.ticks(10)
    assert sum("prompt" in call for call in studio.calls) == 1


async def test_a_track_named_as_a_wish_gets_it_into_a_free_slot_and_its_name_back(studio: Studio) -> None:
    await studio.connected()
    track = studio.song.track(3)
    track.change("name", "Drums")
    await studio.ticks(2)
    track.change("name", "? dark kick")
    await studio.until(lambda: track.values["name"] == "Drums")
    assert "/track/3/launch/prompt dark kick None" in studio.calls
    assert studio.said("track 3 slot 5")


async def test_a_wish_that_nothing_answers_is_told_and_the_clip_asks_again_when_launched(studio: Studio) -> None:
    await studio.connected()
    track = studio.song.track(1)
    clip = track.slot(2).fill()
    await studio.ticks(2)
    clip.change("name", "? nothing")
    await studio.until(lambda: studio.said("no stem is like that"))
    assert clip.values["name"] == "? nothing"
    track.fire(1)
    await studio.until(lambda: studio.calls.count("/track/1/launch/prompt nothing 2") == 2)


async def test_an_undone_answer_does_not_ask_again(studio: Studio) -> None:
    await studio.connected()
    clip = studio.song.track(1).slot(2).fill()
    await studio.ticks(2)
    clip.change("name", "? kick")
    await studio.until(lambda: clip.values["name"].startswith(NOTE))
    await studio.ticks(2)
    clip.change("name", "? kick")  # as Live's undo does
    await studio.ticks(10)
    assert sum("prompt" in call for call in studio.calls) == 1
    assert studio.said("launch the clip to ask again")


async def test_names_that_were_there_before_wish_nothing(studio: Studio) -> None:
    studio.song.track(1).slot(1).fill("? kick")
    studio.song.track(2).values["name"] = "?> darker"
    await studio.connected()
    await studio.ticks(10)
    assert not any("prompt" in call or "swap" in call for call in studio.calls)


async def test_a_swap_names_the_clip_anew_that_stands_for_the_slot(studio: Studio) -> None:
    await studio.connected()
    clip = studio.song.track(4).slot(2).fill(NOTE + "Hypnotic Thud")
    await studio.ticks(2)
    studio.song.track(4).change("name", "?> darker")
    await studio.until(lambda: clip.values["name"] == NOTE + "Concrete Heart")
    assert studio.song.track(4).values["name"] == "4-Audio"
    assert "/track/4/swap darker" in studio.calls
    clip.change("name", "?>")
    await studio.until(lambda: "/track/4/swap None" in studio.calls)
    await studio.until(lambda: clip.values["name"] == NOTE + "Concrete Heart")


@pytest.mark.parametrize(("mark", "address"), [("+", "like"), ("-", "reject")])
async def test_plus_and_minus_say_what_is_thought_of_it(studio: Studio, mark: str, address: str) -> None:
    await studio.connected()
    track = studio.song.track(2)
    track.change("name", "?" + mark)
    await studio.until(lambda: f"/track/2/{address} True" in studio.calls)
    await studio.until(lambda: track.values["name"] == "2-Audio")
    await studio.until(lambda: studio.said(f"track 2: {address}"))


async def test_a_clip_that_is_deleted_before_the_answer_harms_nothing(studio: Studio) -> None:
    await studio.connected()
    slot = studio.song.track(1).slot(2)
    clip = slot.fill()
    await studio.ticks(2)
    clip.change("name", "? kick")
    slot.empty()
    await studio.ticks(2)
    other = slot.fill()
    await studio.ticks(2)
    other.change("name", "? dark kick")
    assert studio.surface is not None
    studio.surface.update_display()
    slot.empty()
    await studio.until(lambda: studio.said("Hypnotic Thud"))


async def test_tracks_that_come_and_go_keep_their_places(studio: Studio) -> None:
    await studio.connected()
    studio.song.remove(1)
    await studio.ticks(3)
    track = studio.song.track(1)
    assert track.values["name"] == "2-Audio"
    track.change("name", "? kick")
    await studio.until(lambda: "/track/1/launch/prompt kick None" in studio.calls)


async def test_a_wish_without_an_engine_says_so(studio: Studio) -> None:
    await studio.doors.close()
    studio.open()
    await studio.ticks(3)
    track = studio.song.track(1)
    track.change("name", "? kick")
    await studio.until(lambda: studio.said("the engine is not there"))
    await studio.until(lambda: track.values["name"] == "1-Audio")


async def test_names_are_names_where_the_settings_say_so(studio: Studio) -> None:
    await studio.connected(names=False)
    studio.song.track(1).change("name", "? kick")
    await studio.ticks(10)
    assert not any("prompt" in call for call in studio.calls)
