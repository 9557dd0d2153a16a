"""The browser page against the running program: a sentence becomes sound, and goes over to something else."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.clients.conftest import CHROMIUM, FLAGS, slot
from tests.e2e import sounds, studio
from tests.e2e.studio import Server


@pytest.fixture(scope="module")
def server(common: Path) -> Iterator[Server]:
    with studio.serving(common) as running:
        for path in sounds.kicks(common.parent / "more"):
            answer = httpx.post(
                f"{running.url}/api/v1/stems/", json={"path": str(path), "category": "kick"}, timeout=60.0
            )
            assert answer.status_code == 201, answer.text
        yield running


@pytest.fixture(params=[(390, 844), (1440, 900)], ids=["phone", "desk"])
def page(server: Server, request: pytest.FixtureRequest) -> Iterator[Page]:
    if CHROMIUM is None:
        pytest.skip("needs Chromium; install it as `chromium`")
    width, height = request.param
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(viewport={"width": width, "height": height}, has_touch=width < 700).new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(server.url)
        page.wait_for_selector(".grid .slot")
        yield page
        assert faults == []
        browser.close()


def test_a_sentence_sounds_is_swapped_liked_and_heard_on_cue(server: Server, page: Page) -> None:
    server.web("/session/clear")
    server.web("/transport/play")
    page.locator(slot(2, 3)).click()
    line = page.get_by_label("What shall track 2, slot 3 play?")
    line.fill("kick")
    line.press("Enter")
    chosen = page.locator(".chosen")
    expect(chosen.get_by_role("timer")).to_have_text(re.compile(r"in \d beats?|plays"), timeout=20_000)
    expect(page.locator(slot(2, 3))).to_have_class(re.compile(r"\bplaying\b"), timeout=10_000)
    assert server.state(2, 3) == "playing"

    page.locator(".head").nth(1).click()
    before = page.get_by_role("dialog").get_attribute("aria-label")
    assert before
    page.get_by_role("button", name="another", exact=True).click()
    expect(page.get_by_role("dialog")).not_to_have_attribute("aria-label", before, timeout=20_000)
    studio.wait(lambda: server.state(2, 3) == "playing")
    liked = server.web("/track/2/like")  # by another hand: the page follows
    assert liked["name"] == page.get_by_role("dialog").get_attribute("aria-label")
    expect(page.get_by_label("More like this")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Less like this").click()
    expect(page.get_by_label("More like this")).to_have_attribute("aria-pressed", "false")
    assert server.web(f"/stem/{liked['stem']}/reject") is True

    page.get_by_role("dialog").get_by_role("textbox").fill("bass")
    page.get_by_label("Hear it on cue").click()

    studio.wait(lambda: server.osc.call("/cue/stem")[0] != 0)
    server.web("/cue/stop")


def test_what_nothing_answers_is_told_in_a_sentence(server: Server, page: Page) -> None:
    server.web("/session/clear")
    page.locator(slot(1, 1)).click()
    page.get_by_label("What shall track 1, slot 1 play?").fill("xqzw brfl")
    page.get_by_label("Launch it on the next bar").click()
    expect(page.locator(".notices")).to_contain_text("say it otherwise, or ingest some", timeout=20_000)
