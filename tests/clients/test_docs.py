"""The page of the API in a real browser: it lists every operation and sends each. Runs on: tests."""

import pytest
from playwright.async_api import expect

from tests.clients.conftest import SIZES, House

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("size", SIZES)
async def test_a_command_is_found_and_sent_and_nothing_comes_from_elsewhere(house: House, size: str) -> None:
    page = await house.visit(size)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(house.url + "docs")
    await page.get_by_label("Filter").fill("post transport/tempo")
    await expect(page.locator("details:visible")).to_have_count(1)
    await page.locator("details:visible summary").click()
    await page.locator("form:visible input").fill("97")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator("pre:visible")).to_contain_text("200 POST /api/v1/transport/tempo\n97")
    assert house.stage.tempo == 97
    await page.get_by_label("Filter").fill("")
    widths = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]
    assert [url for url in asked if not url.startswith((house.url, house.url.replace("http", "ws")))] == []
    assert house.faults == []
