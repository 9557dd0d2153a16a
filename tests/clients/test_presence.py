"""Who else is there, and what a device may do, through the browser page on doors that are open to the network."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.clients.conftest import Lan, pane, slot

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def ready(page: Page) -> Page:
    await page.wait_for_selector(".grid .slot")
    return page


async def who(page: Page) -> None:
    """Open the drawer of who is here."""
    await page.locator(".door").click()


async def test_the_link_lets_in_and_leaves_the_token_nowhere_that_a_script_can_read(lan: Lan) -> None:
    page = await ready(await lan.come("play"))
    token = lan.keys.token("play")
    assert page.url == lan.out
    seen = await page.evaluate(
        "[document.cookie, JSON.stringify(localStorage), location.href, document.body.innerHTML]"
    )
    assert not any(token in text for text in seen)
    cookie = next(c for c in await page.context.cookies() if c["value"] == token)
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    await page.goto(lan.out)
    await ready(page)
    assert lan.faults == []


@pytest.mark.parametrize("size", ["phone", "desk"])
async def test_without_a_token_the_page_asks_for_one_says_when_it_is_wrong_and_goes_on(lan: Lan, size: str) -> None:
    page = await lan.come(None, size=size)
    dialog = page.get_by_role("dialog", name="Token")
    await expect(dialog).to_contain_text("Which token lets you in?")
    await dialog.get_by_role("textbox").fill("abcd-efgh-abcd-efgh")
    await dialog.get_by_text("Let me in").click()
    await expect(dialog.get_by_role("alert")).to_have_text("This token does not count, or no longer.")
    await dialog.get_by_role("textbox").fill(lan.keys.token("play").replace("-", " ").upper())
    await dialog.get_by_role("textbox").press("Enter")
    await ready(page)
    await expect(dialog).to_have_count(0)
    widths = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]


async def test_a_link_whose_token_counts_no_more_says_so_at_once(lan: Lan) -> None:
    page = await lan.come(None)
    await page.goto(lan.out + "#abcd-efgh-abcd-efgh")
    await page.reload()
    await expect(page.get_by_role("dialog", name="Token")).to_be_visible()
    await page.goto("about:blank")
    await page.goto(lan.out + "#abcd-efgh-abcd-efgh")
    await expect(page.get_by_role("alert")).to_have_text("This token does not count, or no longer.")
    assert page.url == lan.out


async def test_each_sees_who_is_here_and_what_the_others_have_in_hand(lan: Lan) -> None:
    anna = await ready(await lan.come("play", "Anna"))
    desk = await ready(await lan.visit("desk"))
    await anna.get_by_role("tab", name="Mixer").click()
    await anna.get_by_label("mute track 3").click()
    await expect(desk.get_by_role("img", name="In the hands of Anna")).to_have_count(1)
    await expect(desk.get_by_label(re.compile("Track 3, ")).locator(".hands i")).to_have_count(1)
    await expect(desk.locator(".others i")).to_have_count(1)
    await who(desk)
    rows = desk.get_by_role("list", name="Who is here").get_by_role("listitem")
    await expect(rows).to_have_count(2)
    await expect(rows.filter(has_text="Anna")).to_contain_text("play · track 3")
    await expect(rows.filter(has_text="you")).to_contain_text("admin")
    colours = await desk.evaluate(
        "[...document.querySelectorAll('.peers i')].map((i) => getComputedStyle(i).backgroundColor)"
    )
    assert len(set(colours)) == 2
    await expect(anna.locator(".hands")).to_have_count(0)  # its own hands it knows
    await anna.context.close()
    await expect(rows).to_have_count(1)
    assert lan.faults == []


async def test_a_name_is_seen_by_the_others_at_once_and_kept_by_the_device(lan: Lan) -> None:
    page, other = await ready(await lan.come("play")), await ready(await lan.come("watch", "Zuschauer"))
    await who(page)
    await page.get_by_label("Your name").fill("  Büh\u202ene   links ")
    await page.get_by_label("Your name").press("Enter")
    await who(other)
    await expect(other.get_by_role("list", name="Who is here")).to_contain_text("Bühne links")
    await expect(page.get_by_label("Your name")).to_have_value("Bühne links")
    await page.reload()
    await ready(page)
    await expect(other.get_by_role("list", name="Who is here")).to_contain_text("Bühne links")


async def test_who_may_only_watch_cannot_touch_what_plays_and_is_told_why(lan: Lan) -> None:
    lan.stage.fill(1, 1, 1)
    page = await ready(await lan.come("watch"))
    why = page.get_by_role("note").first
    await expect(why).to_contain_text("needs the role play; this device has watch")
    for selector in (slot(1, 1), ".play", ".tempo input", ".quantum select", ".scene", ".halt", ".edit"):
        assert await page.locator(selector).first.evaluate("(one) => one.closest('[inert]') !== null"), selector
    box = await page.locator(slot(1, 1)).bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + 10, box["y"] + 10)
    await pane(page, "Search")
    await page.get_by_label("What should it sound like?").fill("dark")  # looking is for everybody
    await expect(page.locator(".match").first).to_be_visible()
    assert await page.locator(".match .take").first.evaluate("(one) => one.closest('[inert]') !== null")
    await page.get_by_label("Panic").click()
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await page.keyboard.press(".")
    await expect(page.locator(".link")).to_contain_text("ms")
    assert [call for call in lan.stage.calls if not call.startswith("/stems/find")] == ["/panic", "/panic"]
    assert lan.faults == []


async def test_each_pane_rests_for_the_roles_below_and_says_which_one_it_takes(lan: Lan) -> None:
    page = await ready(await lan.come("play"))
    assert not await page.locator(".play").evaluate("(one) => one.closest('[inert]') !== null")
    for name, control, what, role in (
        ("Arrange", ".arrange form", "A plan", "arrange"),
        ("Library", ".upload", "Adding files", "ingest"),
        ("Library", ".teach", "Learning", "arrange"),
    ):
        await pane(page, name)
        why = page.get_by_role("note").filter(has_text=what)
        await expect(why).to_contain_text(f"{what} needs the role {role}; this device has play")
        assert await page.locator(control).evaluate("(one) => one.closest('[inert]') !== null")


async def test_another_token_is_another_role_without_loading_again(lan: Lan) -> None:
    page = await ready(await lan.come("watch"))
    await page.get_by_role("note").get_by_text("Change").click()
    await page.get_by_text("Enter another token").click()
    await page.get_by_label("Token", exact=True).fill(lan.keys.token("arrange"))
    await page.get_by_text("Take this role").click()
    await expect(page.get_by_role("note")).to_have_count(0)
    await page.get_by_label("Play", exact=True).click()
    await expect(page.get_by_label("Stop", exact=True)).to_be_visible()


async def test_a_page_whose_token_is_taken_away_asks_for_another_and_the_others_play_on(lan: Lan) -> None:
    play, watch = await ready(await lan.come("play")), await ready(await lan.come("watch"))
    lan.keys.renew("play")
    await expect(play.get_by_role("dialog", name="Token")).to_be_visible(timeout=3000)
    await expect(watch.locator(".page")).not_to_have_class(re.compile("stale"))
    await play.get_by_role("dialog", name="Token").get_by_role("textbox").fill(lan.keys.token("play"))
    await play.keyboard.press("Enter")
    await expect(play.get_by_role("dialog", name="Token")).to_have_count(0)
    await ready(play)
