"""A sentence at the slot, swaps and opinions of what plays, in the browser page. Runs on: tests."""

import re

import pytest
from playwright.async_api import expect

from tests.clients.conftest import SIZES, House, slot

pytestmark = pytest.mark.asyncio(loop_scope="module")
LAUNCH = "Launch it on the next bar"


@pytest.mark.parametrize("size", SIZES)
async def test_a_sentence_at_a_slot_is_launched_and_counted_down(house: House, size: str) -> None:
    house.stage.running, house.stage.beat = True, 1.0
    page = await house.visit(size)
    await page.locator(slot(2, 3)).click()
    line = page.get_by_label("What shall track 2, slot 3 play?")
    await line.fill("concrete")
    await line.press("Enter")
    await expect(page.locator(slot(2, 3))).to_have_class(re.compile(r"\bqueued\b"))
    chosen = page.locator(".chosen")
    await expect(chosen).to_contain_text("Concrete Heart")
    await expect(chosen.locator(".because")).to_have_text("kick 93%")
    await expect(chosen.get_by_role("timer")).to_have_text(re.compile(r"^in [123] beats?$"))
    house.stage.advance(3 * 60 / 138)
    await expect(chosen.get_by_role("timer")).to_have_text("plays")
    widths = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]
    assert house.faults == []


@pytest.mark.parametrize(
    ("fallback", "words"),
    [("other", "The best was not ready in time"), ("later", "It was not ready in time: it comes one boundary later")],
)
async def test_what_could_not_be_had_in_time_is_said(house: House, fallback: str, words: str) -> None:
    house.stage.running, house.stage.fallback = True, fallback
    page = await house.visit()
    await page.locator(slot(1, 1)).tap()
    await page.get_by_label("What shall track 1, slot 1 play?").fill("kick")
    await page.get_by_label(LAUNCH).tap()
    await expect(page.locator(".because")).to_contain_text(words)
    await page.get_by_label("Close").tap()
    await expect(page.locator(".chosen")).to_have_count(0)


async def test_a_sentence_that_nothing_answers_is_told_and_kept(house: House) -> None:
    page = await house.visit()
    await page.locator(slot(1, 1)).tap()
    line = page.get_by_label("What shall track 1, slot 1 play?")
    await line.fill("zebra")
    await page.get_by_label(LAUNCH).tap()
    await expect(page.locator(".notices")).to_contain_text("no stem answers 'zebra': say it otherwise")
    await expect(line).to_have_value("zebra")
    assert house.stage.clips == {}


async def test_the_head_of_a_track_swaps_what_it_plays(house: House) -> None:
    house.stage.fill(1, 1, 1)
    house.stage.clips[1, 1]["state"] = "playing"
    house.stage.running = True
    page = await house.visit()
    await page.get_by_label("Track 1, kick: change what plays").tap()
    sheet = page.get_by_role("dialog", name="Concrete Heart")
    await sheet.get_by_role("button", name="darker").tap()
    sheet = page.get_by_role("dialog", name="Abyss 909")
    await expect(sheet.get_by_label("Why")).to_have_text("darker")
    await sheet.get_by_role("button", name="another", exact=True).tap()
    await expect(page.get_by_role("dialog", name="Hypnotic Thud")).to_be_visible()
    assert house.stage.calls == ["/track/1/swap darker", "/track/1/swap None"]
    assert house.faults == []


async def test_what_plays_is_liked_or_rejected(house: House) -> None:
    house.stage.fill(3, 1, 1)
    house.stage.clips[3, 1]["state"] = "playing"
    page = await house.visit()
    await page.get_by_label("Track 3, kick: change what plays").tap()
    await page.get_by_label("Less like this").tap()
    await expect(page.get_by_label("Less like this")).to_have_attribute("aria-pressed", "true")
    assert house.stage.calls == ["/stem/1/reject True"]


async def test_an_empty_track_takes_a_sentence_and_hears_it_on_cue_first(house: House) -> None:
    page = await house.visit("desk")
    await page.get_by_label("Track 5, empty: change what plays").click()
    sheet = page.get_by_role("dialog", name="Track 5")
    await expect(sheet).to_contain_text("It plays nothing.")
    await sheet.get_by_role("textbox").fill("909")
    await sheet.get_by_label("Hear it on cue").click()
    await expect(page.locator(".name b")).to_have_text("Abyss 909")
    await sheet.get_by_label(LAUNCH).click()
    await expect(page.get_by_role("dialog", name="Abyss 909")).to_be_visible()
    assert house.stage.clips[5, 1]["state"] == "queued"


@pytest.mark.parametrize("size", SIZES)
async def test_the_drawer_of_a_track_fits_the_screen(house: House, size: str) -> None:
    house.stage.fill(1, 1, 1)
    house.stage.clips[1, 1]["state"] = "playing"
    page = await house.visit(size)
    await page.locator(".head").first.click()
    await expect(page.locator(".swaps button")).to_have_count(8)
    inside = await page.evaluate(
        "(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth)(document.querySelector('.drawer'))"
    )
    assert inside
    small = await page.evaluate(
        "[...document.querySelectorAll('.drawer button')].filter((one) => one.offsetHeight < 43.5).length"
    )
    assert small == 0
