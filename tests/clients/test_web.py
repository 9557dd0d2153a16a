"""The browser page against the real HTTP and WebSocket doors, in Chromium. What it shows is what the daemon says."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from liveengine.events import JobDone, JobFailed, JobProgressed, StemQuarantined, StemsNamed
from tests.clients.conftest import SIZES, House, open_doors, pane, slot

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("size", SIZES)
async def test_no_pane_scrolls_sideways_or_reports_an_error(house: House, size: str) -> None:
    page = await house.visit(size)
    for name in await page.get_by_role("tab").all_inner_texts():
        await pane(page, name)
        widths = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert widths[0] <= widths[1], f"{name}: {widths}"
    assert house.faults == []


async def test_every_button_of_a_phone_can_be_hit_with_a_finger(house: House) -> None:
    house.stage.fill(1, 1, 1)
    page = await house.visit()
    for name in ("Live", "Search", "Arrange", "Mixer", "Library"):
        await pane(page, name)
        await page.wait_for_timeout(100)
        small = await page.evaluate(
            """[...document.querySelectorAll('button, select, [role=slider]')].filter((one) => {
                const { width, height } = one.getBoundingClientRect();
                return width && one.checkVisibility() && Math.max(width, height) < 44 || (width && height < 43.5);
            }).map((one) => one.ariaLabel || one.textContent)"""
        )
        assert small == [], name


async def test_the_keyboard_plays_launches_scenes_and_searches(house: House) -> None:
    page = await house.visit("desk")
    await page.keyboard.press("Space")
    await expect(page.get_by_label("Stop", exact=True)).to_be_visible()
    await page.keyboard.press("3")
    await page.keyboard.press("/")
    await expect(page.locator("#search")).to_be_focused()
    await page.keyboard.type("kick 3")  # in a text field a digit is a digit
    await expect(page.locator("#search")).to_have_value("kick 3")
    assert house.stage.running
    assert [call for call in house.stage.calls if call.startswith("/scene")] == ["/scene/3/launch"]


async def test_panic_needs_one_touch_on_every_pane(house: House) -> None:
    page = await house.visit()
    await pane(page, "Library")
    await page.get_by_label("Panic").tap()
    await expect(page.locator(".link")).to_contain_text("ms")  # the pong comes after the call
    assert house.stage.calls == ["/panic"]


async def test_an_error_is_told_as_the_daemons_sentence(house: House) -> None:
    house.stage.fill(1, 1, 1)
    page = await house.visit()
    del house.stage.clips[1, 1]  # another client was faster
    await page.locator(slot(1, 1)).tap()
    await expect(page.get_by_role("status")).to_contain_text("track 1, slot 1 holds no clip; load a stem first")


async def test_work_shows_its_progress_its_failure_and_what_was_set_aside(house: House) -> None:
    page = await house.visit()
    await pane(page, "Library")
    house.stage.bus.publish(JobProgressed(7, "ingest", 10, 40, "kick_10.wav"))
    house.stage.bus.publish(StemQuarantined("/loops/broken.wav", "the file ends after 12 bytes; export it again"))
    bar = page.get_by_role("progressbar", name="ingest 7")
    await expect(bar).to_have_attribute("aria-valuenow", "25")
    await expect(page.locator(".quarantine")).to_contain_text("the file ends after 12 bytes; export it again")
    house.stage.bus.publish(JobFailed(7, "ingest", "disk_full", "the disk is full; make room and try again"))
    await expect(page.locator(".job.failed")).to_contain_text("the disk is full; make room and try again")


async def test_a_finished_ingest_says_processing_complete_and_what_came_of_it(house: House) -> None:
    page = await house.visit()
    await pane(page, "Library")
    result = {"files": 17, "added": 12, "known": 3, "quarantined": 1, "failed": 0, "vanished": 1}
    house.stage.bus.publish(StemsNamed(12))
    house.stage.bus.publish(JobDone(8, "ingest", result))
    told = "Processing complete: 12 added, 3 known already, 2 left out"
    await expect(page.locator(".job.done")).to_contain_text(told)


async def test_a_file_is_uploaded_and_becomes_a_job(house: House, tmp_path: Path) -> None:
    page = await house.visit()
    await pane(page, "Library")
    file = {"name": "loop.wav", "mimeType": "audio/wav", "buffer": b"RIFF" + bytes(4096)}
    await page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    await expect(page.locator(".job")).to_contain_text("ingest")
    assert (tmp_path / "raw_construction_kits" / "loop.wav").is_file()


async def test_the_page_greys_when_the_daemon_goes_and_is_right_again_when_it_returns(
    house: House, tmp_path: Path
) -> None:
    house.stage.fill(1, 1, 1)
    page = await house.visit()
    port = house.doors.ports["http"]
    await house.doors.close()
    await expect(page.locator(".page")).to_have_class("page  stale")
    await expect(page.get_by_role("alert")).to_contain_text("No connection to the engine")
    house.stage.fill(1, 2, 2)  # happens while nobody listens
    house.doors = await open_doors(house.stage, tmp_path, port)
    await expect(page.locator(slot(1, 2))).to_contain_text("Abyss 909", timeout=10_000)
    await expect(page.get_by_role("alert")).to_have_count(0)
