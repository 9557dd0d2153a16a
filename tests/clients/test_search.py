"""What a search tells beside its matches: how it was taken, why each came, what is known of one. Runs on: tests."""

import pytest
from playwright.async_api import expect

from tests.clients.conftest import SIZES, House, pane

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_an_answer_tells_what_was_understood_and_why_each_match_came(house: House) -> None:
    page = await house.visit()
    await pane(page, "Search")
    await page.get_by_label("What should it sound like?").fill("kick")
    await expect(page.locator(".taken")).to_have_text("Understood: kick")
    await expect(page.locator(".match").first.get_by_label("Why")).to_have_text("kick 93%")
    await expect(page.locator(".verdict")).to_have_count(0)
    assert house.faults == []


async def test_where_nothing_answers_the_page_says_so_above_the_nearest(house: House) -> None:
    page = await house.visit()
    await pane(page, "Search")
    await page.get_by_label("What should it sound like?").fill("zebra")
    await expect(page.locator(".verdict")).to_have_text("No good answer. These are the nearest there are.")
    assert await page.locator(".match").count() > 0


async def test_a_sentence_is_narrowed_to_loops_or_one_shots_and_to_what_was_never_heard(house: House) -> None:
    page = await house.visit("desk")
    loops = page.get_by_role("button", name="loops", exact=True)
    await expect(loops).to_have_count(0)  # a list without a sentence has no such filter
    await page.get_by_label("What should it sound like?").fill("kick")
    await loops.click()
    await page.get_by_role("button", name="never heard").click()
    await expect(page.locator(".match").first).to_be_visible()
    await page.get_by_role("button", name="one-shots").click()
    await expect(loops).to_have_attribute("aria-pressed", "false")
    await expect(page.locator(".search .empty")).to_contain_text("take away what narrows the search")
    assert house.stage.calls[-1] == "/stems/find kick False True"


@pytest.mark.parametrize("size", SIZES)
async def test_the_name_of_a_match_opens_what_is_known_of_it(house: House, size: str) -> None:
    page = await house.visit(size)
    await pane(page, "Search")
    await page.get_by_label("What is known of Concrete Heart").click()
    sheet = page.get_by_role("dialog", name="Concrete Heart")
    await expect(sheet).to_contain_text("Quality 62 %")
    await expect(sheet.locator(".poor")).to_have_text("noisenoise or hum at -38 dBFS in the pauses")
    await expect(sheet.get_by_label("mood: 25 % of the library lies below")).to_be_visible()
    await expect(sheet).to_contain_text("CC0-1.0")
    widths = await page.evaluate(
        "[document.querySelector('.drawer').scrollWidth, document.querySelector('.drawer').clientWidth]"
    )
    assert widths[0] <= widths[1]
    await page.keyboard.press("Escape")
    await expect(sheet).to_have_count(0)
    assert house.faults == []


async def test_who_likes_a_stem_no_longer_rejects_it(house: House) -> None:
    page = await house.visit()
    await pane(page, "Search")
    await page.get_by_label("What is known of Concrete Heart").tap()
    less, more = page.get_by_label("Less like this"), page.get_by_label("More like this")
    await less.tap()
    await expect(less).to_have_attribute("aria-pressed", "true")
    await more.tap()
    await expect(more).to_have_attribute("aria-pressed", "true")
    await expect(less).to_have_attribute("aria-pressed", "false")
    assert [call for call in house.stage.calls if "/stem/" in call] == ["/stem/1/reject True", "/stem/1/like True"]


async def test_panic_stays_in_reach_however_far_a_sheet_is_scrolled(house: House) -> None:
    page = await house.visit()
    await pane(page, "Search")
    await page.get_by_label("What is known of Concrete Heart").tap()
    await page.locator(".drawer .facts").scroll_into_view_if_needed()
    await page.evaluate("document.querySelector('.drawer').scrollTo(0, 9999)")
    await expect(page.locator(".drawer").get_by_label("Panic")).to_be_in_viewport()
    tops = await page.evaluate(
        "['.drawer header', '.drawer'].map((at) => document.querySelector(at).getBoundingClientRect().top)"
    )
    assert tops[0] - tops[1] <= 1  # nothing is seen above the head


async def test_what_was_set_aside_before_the_page_came_is_told_with_its_reason(house: House) -> None:
    job = house.stage.work("ingest")
    house.stage.faults[job] = [{"path": "/in/broken.wav", "state": "quarantined", "reason": "no audio file"}]
    page = await house.visit()
    await pane(page, "Library")
    await expect(page.locator(".quarantine li")).to_have_text("broken.wavno audio file")
