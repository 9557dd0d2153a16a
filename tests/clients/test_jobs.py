"""Work on the page: how long it still takes, why it failed, what was noted of it. Runs on: tests."""

import re

import pytest
from playwright.async_api import expect

from liveengine.events import JobDone, JobFailed, JobProgressed
from tests.clients.conftest import SIZES, House, pane

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("size", SIZES)
async def test_a_job_tells_what_time_is_left_and_is_cancelled(house: House, size: str) -> None:
    page = await house.visit(size)
    await pane(page, "Library")
    house.stage.bus.publish(JobProgressed(7, "train", 10, 40, "epoch 10, loss 0.021", 200.0))
    row = page.locator(".jobs > li")
    await expect(row.get_by_role("progressbar", name="train 7")).to_have_attribute("aria-valuenow", "25")
    await expect(row.locator("p")).to_have_text("10 of 40 · epoch 10, loss 0.021 · 4 min left")
    await row.get_by_label("Cancel job 7").click()
    house.stage.bus.publish(JobFailed(7, "train", "cancelled", "job 7 was cancelled"))
    await expect(row.locator(".job")).to_contain_text("cancelled")
    await row.get_by_label("Try job 7 again").click()
    await expect(page.locator(".link")).to_have_count(1)
    assert house.stage.calls == ["/job/7/cancel", "/job/7/retry"]
    assert house.faults == []


async def test_a_job_tells_what_it_is_about_when_it_was_asked_for_and_how_long_it_took(house: House) -> None:
    page = await house.visit()
    await pane(page, "Library")
    job = house.stage.work("separate", "cold lamp.wav")
    house.stage.bus.publish(JobProgressed(job, "separate", 1, 4, "listening"))
    row = page.locator(".job")
    await expect(row.locator("header")).to_have_text("separatecold lamp.wavruns")
    await expect(row.locator("small")).to_have_text(re.compile(r"^asked \S*2023$"))
    house.stage.jobs[job] |= {"state": "done", "seconds": 74.0}
    house.stage.bus.publish(JobDone(job, "separate", {"stems": {"drums": 43}}))
    await expect(row.locator("small")).to_have_text(re.compile(r"2023 · took 2 min$"))
    await page.reload()
    await pane(page, "Library")
    await expect(row.locator("header")).to_have_text("separatecold lamp.wavdone")
    assert house.faults == []


async def test_without_a_known_pace_no_time_is_told(house: House) -> None:
    page = await house.visit()
    await pane(page, "Library")
    house.stage.bus.publish(JobProgressed(8, "separate", 1, 40, "night drive.wav"))
    await expect(page.locator(".job p")).to_have_text("1 of 40 · night drive.wav")


async def test_what_was_set_aside_is_marked_and_what_was_noted_of_it_unfolds(house: House) -> None:
    house.stage.logs[9] = [
        {"id": 1, "job": 9, "at": 1_700_000_000.0, "level": "info", "text": "begins"},
        {"id": 2, "job": 9, "at": 1_700_000_001.0, "level": "error", "text": "worker 4711 died of SIGKILL"},
    ]
    page = await house.visit()
    await pane(page, "Library")
    reason = "separate of 'a.wav' ended its process 3 times: worker 4711 died of SIGKILL"
    house.stage.bus.publish(JobFailed(9, "separate", "set_aside", reason))
    row = page.locator(".jobs > li")
    await expect(row.locator(".job.set_aside header")).to_have_text("separateset aside")
    await expect(row.locator(".job p")).to_have_text(reason)
    await row.get_by_label("What was noted of job 9").tap()
    await expect(row.locator(".log li span")).to_have_text(["begins", "worker 4711 died of SIGKILL"])
    assert house.faults == []


async def test_a_job_tells_how_many_stems_came_of_it(house: House) -> None:
    page = await house.visit()
    await pane(page, "Library")
    house.stage.bus.publish(JobDone(4, "generate", {"stems": [2, 3], "failed": ["not in time"]}))
    await expect(page.locator(".job.done p")).to_have_text("2 new stems, 1 could not be made")
    await page.get_by_label("What is known of stem 2").tap()
    await expect(page.get_by_role("dialog", name="Abyss 909")).to_be_visible()
    await page.get_by_role("button", name="Close").tap()
    house.stage.bus.publish(JobDone(5, "separate", {"stems": {"drums": 43}}))
    await expect(page.locator(".job.done p").first).to_have_text("1 new stem")
