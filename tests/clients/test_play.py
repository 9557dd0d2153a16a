"""Playing through the browser page: what a finger does reaches the commands, what they say reaches the screen."""

import re

import pytest
from playwright.async_api import Page, expect

from liveengine.events import Changed
from tests.clients.conftest import House, pane, slot

pytestmark = pytest.mark.asyncio(loop_scope="module")


def _state(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b{name}\b")


def _path() -> re.Pattern[str]:
    return re.compile(r"^M0 .+Z$")


async def test_a_touch_launches_and_the_slot_shows_queued_then_playing(house: House) -> None:
    house.stage.fill(2, 3, 1)
    house.stage.running, house.stage.beat = True, 1.0
    page = await house.visit()
    await page.locator(slot(2, 3)).dispatch_event("pointerdown")  # no release: the touch itself launches
    await expect(page.locator(slot(2, 3))).to_have_class(_state("queued"))
    house.stage.advance(3 * 60 / 138)
    await expect(page.locator(slot(2, 3))).to_have_class(_state("playing"))
    await page.get_by_label("Stop track 2").tap()
    await expect(page.locator(slot(2, 3))).to_have_class(_state("stopping"))


async def test_tempo_and_quantum_are_set_and_follow_others(house: House) -> None:
    page = await house.visit()
    await page.get_by_label("Tempo").fill("97,5")
    await page.get_by_label("Tempo").press("Enter")
    await page.get_by_label("Quantum").select_option("1 beat")
    await expect(page.get_by_label("Tempo")).to_have_value("97.5")
    other = await house.visit("desk")
    await other.get_by_label("Faster").click()
    await expect(page.get_by_label("Tempo")).to_have_value("98.5")
    assert (house.stage.tempo, house.stage.quantum) == (98.5, 1.0)


async def test_a_match_is_heard_liked_and_loaded_into_the_next_free_slot(house: House) -> None:
    house.stage.fill(1, 1, 1)  # a kick: track 1 is the kicks' track
    page = await house.visit()
    await pane(page, "Search")
    await page.get_by_label("What should it sound like?").fill("dunkler kick")
    first = page.locator(".match").first
    await expect(first).to_contain_text("94 %")
    await expect(first.locator(".wave path")).to_have_attribute("d", _path())
    name = await first.locator(".called").inner_text()
    await first.get_by_label("Favourite").tap()
    await first.get_by_label("Hear", exact=False).first.tap()
    await expect(page.locator(".match.heard")).to_have_count(1)
    await first.get_by_label("into the next free slot").tap()
    await expect(page.get_by_role("status")).to_contain_text("track 1, slot 2")
    assert house.stage.clips[1, 2]["name"] == name
    assert house.faults == []


async def test_a_category_chip_narrows_the_search(house: House) -> None:
    page = await house.visit()
    await pane(page, "Search")
    await page.get_by_role("button", name="vocal", exact=True).tap()
    await expect(page.locator(".match")).to_have_count(4)
    await expect(page.locator(".match .what b").last).to_have_text("vocal")


async def test_what_is_typed_is_completed_and_a_chip_asks_for_what_fits_what_plays(house: House) -> None:
    page = await house.visit()
    await pane(page, "Search")
    await page.get_by_label("What should it sound like?").fill("dark voc")
    await expect(page.locator("#guesses option")).to_have_attribute("value", "dark vocal")
    await page.get_by_role("button", name="fits what plays").tap()
    await expect(page.locator(".match").first).to_contain_text("90 %")
    await page.get_by_role("button", name="fits what plays").tap()
    await expect(page.locator(".match").first).not_to_contain_text("90 %")
    assert house.faults == []


async def test_a_stem_in_hand_goes_to_the_slot_that_is_touched(house: House) -> None:
    page = await house.visit()
    await pane(page, "Search")
    await page.get_by_label("Choose a slot for Concrete Heart").tap()
    await page.locator(slot(3, 2)).tap()
    await expect(page.locator(slot(3, 2))).to_contain_text("Concrete Heart")
    assert house.stage.clips[3, 2]["stem"] == 1


async def test_a_clip_is_cleared_in_edit_mode_and_not_launched(house: House) -> None:
    house.stage.fill(1, 1, 1)
    page = await house.visit()
    await page.get_by_label("Edit clips").tap()
    await page.locator(slot(1, 1)).tap()
    await page.get_by_text("Clear the slot").tap()
    await expect(page.locator(slot(1, 1))).to_have_class(_state("empty"))
    assert house.stage.due == {}


async def told(page: Page, house: House, call: str, times: int = 1) -> None:
    """Wait, two seconds at most, until the page has made a call so often."""
    for _ in range(200):
        if house.stage.calls.count(call) >= times:
            return
        await page.wait_for_timeout(10)


async def test_a_clip_is_set_in_its_sheet_and_the_sheet_follows_others(house: House) -> None:
    house.stage.fill(1, 1, 1)
    page = await house.visit()
    await page.get_by_label("Edit clips").tap()
    await page.locator(slot(1, 1)).tap()
    await page.get_by_role("radio", name="Gate").tap()
    await page.get_by_role("radio", name="Beats").tap()
    await page.get_by_label("Transpose").press("ArrowRight")
    await page.get_by_label("Follow after").select_option("2 bars")
    await page.get_by_label("Follow action", exact=True).select_option("any other")
    await expect(page.get_by_label("Chance of the follow action")).to_be_visible()
    await told(page, house, "/track/1/clip/1/follow/a other")
    clip = house.stage.clips[1, 1]
    assert (clip["mode"], clip["warp"], clip["transpose"]) == ("gate", "beats", 1.0)
    assert (clip["follow"]["beats"], clip["follow"]["a"]) == (8.0, "other")
    house.stage.bus.publish(Changed("/track/1/clip/1/warp", "stretch"))
    await expect(page.get_by_role("radio", name="Stretch")).to_have_attribute("aria-checked", "true")
    assert house.faults == []


async def test_a_loop_is_set_in_beats_and_a_refused_one_is_shown_as_it_was(house: House) -> None:
    house.stage.fill(1, 1, 1)
    page = await house.visit()
    await page.get_by_label("Edit clips").tap()
    await page.locator(slot(1, 1)).tap()
    end = page.get_by_label("Loop to beat")
    await end.fill("8")
    await end.press("Enter")
    await told(page, house, "/track/1/clip/1/loop/end 8.0")
    await end.fill("99")
    await end.press("Enter")
    await expect(page.locator(".notices")).to_contain_text("a loop to beat 99 of 16")
    await expect(end).to_have_value("8")
    await page.get_by_label("Loop on").tap()
    await expect(page.get_by_label("Loop on")).to_have_attribute("aria-pressed", "false")
    assert house.stage.clips[1, 1]["loop"] is False


async def test_what_is_being_typed_is_not_taken_away_by_what_others_do(house: House) -> None:
    house.stage.fill(1, 1, 1)
    page = await house.visit()
    await page.get_by_label("Edit clips").tap()
    await page.locator(slot(1, 1)).tap()
    end = page.get_by_label("Loop to beat")
    await end.fill("12")
    house.stage.bus.publish(Changed("/track/1/clip/1/warp", "beats"))
    await expect(page.get_by_role("radio", name="Beats")).to_have_attribute("aria-checked", "true")
    await expect(end).to_have_value("12")
    await end.press("Enter")
    await told(page, house, "/track/1/clip/1/loop/end 12.0")


async def test_a_pad_that_is_held_is_pressed_and_released(house: House) -> None:
    house.stage.fill(1, 1, 1)
    house.stage.clips[1, 1]["mode"] = "gate"
    page = await house.visit("desk")
    box = await page.locator(slot(1, 1)).bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 20, box["y"] + 20)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 400, box["y"] + 300)  # the finger slides off
    await page.mouse.up()
    await page.locator(slot(1, 1)).press("Enter")
    await told(page, house, "/track/1/clip/1/press 0", 2)
    assert house.stage.calls == [f"/track/1/clip/1/press {value}" for value in (1, 0, 1, 0)]


async def test_a_sentence_becomes_a_picture_that_plays(house: House) -> None:
    page = await house.visit()
    await pane(page, "Arrange")
    await page.get_by_label("Describe the track").fill("driving industrial techno 138 bpm")
    await page.get_by_label("Describe the track").press("Enter")
    await expect(page.locator(".sections button")).to_have_count(6)
    await expect(page.locator(".lane")).to_have_count(9)
    await page.get_by_text("Play the arrangement").tap()
    await expect(page.locator(".sections .current")).to_contain_text("Intro")
    await expect(page.locator(".playhead")).to_be_visible()
    await page.get_by_text("Render to WAV").tap()
    await expect(page.locator(".job.done")).to_contain_text("track_20260101_120000.wav")
    await page.get_by_text("Stop the arrangement").tap()
    await expect(page.locator(".sections .current")).to_have_count(0)


async def test_a_fader_moves_by_the_drag_and_ignores_echoes_while_it_is_held(house: House) -> None:
    page = await house.visit("desk")
    fader = page.get_by_label("Level of track 1", exact=True)
    box = await fader.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 10, box["y"] + 40)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 10, box["y"] + 60, steps=4)
    held = float(await fader.get_attribute("aria-valuenow") or "nan")
    assert held == pytest.approx(0.75 - 20 / box["height"], abs=0.01)
    await page.get_by_label("Level of track 2", exact=True).press("ArrowUp")  # something else is echoed meanwhile
    assert float(await fader.get_attribute("aria-valuenow") or "nan") == held
    await page.mouse.up()
    await fader.dblclick()
    await expect(fader).to_have_attribute("aria-valuenow", "0.75")


async def test_mute_and_solo_are_shown_to_every_device(house: House) -> None:
    page, other = await house.visit(), await house.visit("desk")
    await pane(page, "Mixer")
    await page.get_by_label("mute track 2").tap()
    await expect(other.get_by_label("mute track 2")).to_have_attribute("aria-pressed", "true")


async def test_a_fine_step_of_a_fader_does_not_move_the_grid(house: House) -> None:
    page = await house.visit("desk")
    fader = page.get_by_label("Pan of track 1", exact=True)
    await fader.press("Shift+ArrowRight")
    await expect(fader).to_have_js_property("ariaValueNow", "0.01")
    await expect(page.locator(".head b").first).to_have_text("1")
