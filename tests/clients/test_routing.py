"""Routing through the browser page: buses, sends, outputs, the cue bus and pre-listening."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from liveengine.events import Changed
from tests.clients.conftest import SIZES, House, pane
from tests.clients.stage import BUSES

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def mixer(page: Page) -> None:
    await pane(page, "Mixer")


async def routing(page: Page, strip: str) -> Locator:
    """Open the routing of a strip and return its drawer."""
    await page.get_by_role("button", name=re.compile(rf"^Routing of {strip}\b")).click()
    return page.get_by_role("dialog")


async def settled(fader: Locator, value: float) -> None:
    """Wait until a fader shows a value that the daemon has told."""
    await expect(fader).to_have_js_property("ariaValueNow", f"{value:g}")


async def test_a_track_goes_to_a_bus_and_every_tab_shows_it(house: House) -> None:
    page, other = await house.visit(), await house.visit("desk")
    await mixer(page)
    drawer = await routing(page, "track 3")
    await expect(drawer.get_by_role("radio")).to_have_text(
        ["Master", *(f"Bus {b}" for b in range(1, 5)), "Own outputs"]
    )
    await drawer.get_by_role("radio", name="Bus 2").tap()
    await expect(drawer.get_by_role("radio", name="Bus 2")).to_have_attribute("aria-checked", "true")
    await expect(other.get_by_label("Routing of track 3, changed")).to_be_visible()
    assert house.stage.strips["track/3"]["output"] == "bus2"
    theirs = await routing(other, "track 3")
    await theirs.get_by_role("radio", name="Own outputs").click()
    await expect(drawer.get_by_role("radio", name="Own outputs")).to_have_attribute("aria-checked", "true")
    assert house.stage.calls == ["/track/3/output bus2", "/track/3/output none"]
    assert house.faults == []


async def test_a_bus_goes_to_the_master_or_to_its_own_outputs_alone(house: House) -> None:
    house.stage.strips["track/1"]["sends"][0] = 0.5
    house.stage.strips["track/4"]["output"] = "bus1"
    page = await house.visit("desk")
    await page.get_by_label("Show buses and cue").click()
    drawer = await routing(page, "bus 1")
    await expect(drawer.get_by_role("radio")).to_have_text(["Master", "Own outputs"])
    await expect(drawer).to_contain_text("Track 1, Track 4")
    await expect(drawer.get_by_role("slider")).to_have_count(0)


async def test_a_send_is_dragged_by_a_finger_and_follows_other_clients(house: House) -> None:
    page = await house.visit()
    await mixer(page)
    drawer = await routing(page, "track 1")
    send = drawer.get_by_label("Send to Bus 3")
    await expect(drawer.get_by_role("slider")).to_have_count(BUSES)
    await send.press("ArrowRight")
    await settled(send, 0.025)
    box = await send.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 10, box["y"] + 20)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 10 + box["width"] / 2, box["y"] + 20, steps=4)
    await page.mouse.up()
    assert float(await send.get_attribute("aria-valuenow") or "nan") == pytest.approx(0.525, abs=0.01)
    await page.wait_for_timeout(300)  # echoes are ours until a quarter of a second after the touch
    house.stage.bus.publish(Changed("/track/1/send/3", 0.75))
    await settled(send, 0.75)
    await expect(send).to_have_attribute("aria-valuetext", "0.0")
    assert house.stage.strips["track/1"]["sends"][2] == pytest.approx(0.525, abs=0.01)


async def test_bus_strips_stand_beside_the_master_with_fader_and_mute(house: House) -> None:
    page, other = await house.visit(), await house.visit("tablet")
    await mixer(page)
    before = await page.get_by_label("Level of master").bounding_box()
    await page.get_by_label("Show buses and cue").tap()
    await other.get_by_label("Show buses and cue").tap()
    assert await page.get_by_label("Level of master").bounding_box() == before  # nothing has moved
    await expect(page.locator(".strip")).to_have_count(BUSES + 2)
    for strip in await page.locator(".strip").all():
        await expect(strip).to_be_in_viewport(ratio=1)
    await page.get_by_label("mute bus 2").tap()
    await page.get_by_label("Level of bus 1").press("ArrowDown")
    await page.get_by_label("Level of cue").press("ArrowUp")
    await expect(other.get_by_label("mute bus 2")).to_have_attribute("aria-pressed", "true")
    await settled(other.get_by_label("Level of bus 1"), 0.725)
    await settled(other.get_by_label("Level of cue"), 0.775)


async def test_a_name_given_to_a_bus_is_the_one_of_its_sends(house: House) -> None:
    page = await house.visit("desk")
    await page.get_by_label("Show buses and cue").click()
    drawer = await routing(page, "bus 1")
    await drawer.get_by_label("Name").fill("Reverb")
    await drawer.get_by_label("Name").press("Enter")
    await expect(drawer.get_by_role("heading", name="Routing of Reverb")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.get_by_label("Show buses and cue").click()
    drawer = await routing(page, "track 1")
    await expect(drawer.get_by_label("Send to Reverb")).to_be_visible()
    await expect(drawer.get_by_role("radio", name="Reverb")).to_be_visible()


async def test_the_drawer_takes_the_focus_and_gives_it_back(house: House) -> None:
    page = await house.visit("desk")
    await page.get_by_label("Routing of track 2").press("Enter")
    await expect(page.get_by_role("dialog")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("dialog").get_by_label("Close")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_label("Routing of track 2")).to_be_focused()


async def test_a_stem_is_heard_on_cue_until_its_sign_is_touched_on_any_device(house: House) -> None:
    page, other = await house.visit(), await house.visit("desk")
    await pane(page, "Search")
    await page.get_by_label("Hear stems on the cue bus", exact=False).tap()
    await page.get_by_label("Hear Concrete Heart").tap()
    await expect(page.get_by_role("status")).to_contain_text("The cue bus is heard nowhere: 2 outputs are open")
    await expect(page.locator(".match.heard")).to_have_count(1)
    sign = other.get_by_label("End pre-listening: Concrete Heart")
    await expect(sign).to_be_visible()
    await expect(other.locator(".bar .name b")).to_have_text("Concrete Heart")
    late = await house.visit("tablet")  # comes while it plays
    await expect(late.get_by_label("End pre-listening: Concrete Heart")).to_be_visible()
    await sign.click()
    for one in (page, other, late):
        await expect(one.get_by_label("End pre-listening:", exact=False)).to_have_count(0)
    await expect(page.locator(".match.heard")).to_have_count(0)
    assert house.stage.calls == ["/cue/stem 1", "/cue/stem 0"]
    assert house.faults == []


async def test_a_track_is_put_on_cue_and_taken_off_with_all_else(house: House) -> None:
    page = await house.visit()
    await mixer(page)
    drawer = await routing(page, "track 2")
    await drawer.get_by_role("button", name="On cue").tap()
    await expect(drawer.get_by_role("button", name="On cue")).to_have_attribute("aria-pressed", "true")
    await expect(drawer).to_contain_text("Heard nowhere: 2 outputs are open")
    await drawer.get_by_label("Close").tap()
    await expect(page.get_by_label("Routing of track 2, on cue")).to_be_visible()
    await page.get_by_label("Show buses and cue").tap()
    await expect(page.locator(".strip.cue")).to_contain_text("Track 2")
    await page.locator(".strip.cue").get_by_label("End pre-listening").tap()
    await expect(page.locator(".strip.cue").get_by_role("button")).to_be_disabled()
    assert house.stage.strips["track/2"]["cue"] is False


async def test_the_meters_of_buses_and_cue_are_their_own(house: House) -> None:
    house.stage.fill(1, 1, 1)
    house.stage.clips[1, 1]["state"] = "playing"
    house.stage.running, house.stage.strips["track/1"]["output"] = True, "bus2"
    house.stage.listened = 5
    page = await house.visit("desk")
    await page.get_by_label("Show buses and cue").click()
    await page.wait_for_timeout(300)
    lit = await page.evaluate(
        """[...document.querySelectorAll('.strip')].map((strip) => {
            const canvas = strip.querySelector('canvas');
            const pixel = canvas.getContext('2d').getImageData(1, canvas.height - 2, 1, 1).data;
            return pixel[1] > 80;
        })"""
    )
    assert lit == [False, True, False, False, True, True]  # four buses, cue, master


@pytest.mark.parametrize("size", SIZES)
async def test_no_drawer_is_wider_than_its_screen_or_has_a_button_too_small(house: House, size: str) -> None:
    house.stage.strips["bus/1"]["name"] = "Reverberation of the great hall"
    house.stage.fill(1, 1, 1)
    page = await house.visit(size)
    await page.get_by_label("Edit clips").click()
    await page.locator('[data-slot="1/1"]').click()
    await fits(page, "sheet")
    await page.keyboard.press("Escape")
    if await page.get_by_role("tab", name="Mixer").count():
        await mixer(page)
    await routing(page, "track 1")
    await fits(page, "track")
    await page.keyboard.press("Escape")
    await page.get_by_label("Show buses and cue").click()
    await fits(page, "buses")
    await routing(page, "bus 1")
    await fits(page, "bus")


async def fits(page: Page, name: str) -> None:
    """Check that nothing is wider than the screen or its drawer, and that fingers find every button."""
    wide, small = await page.evaluate(
        """() => {
            const all = (places) => [...document.querySelectorAll(places)];
            const wide = [document.documentElement, ...all('.drawer, .setting > div')];
            const touched = all('.drawer button, .drawer input, .drawer [role=slider], .strip button');
            const tiny = ({ width, height }) => width && (Math.max(width, height) < 44 || height < 43.5);
            return [
                wide.filter((one) => one.scrollWidth > one.clientWidth + 1).length,
                touched.filter((one) => tiny(one.getBoundingClientRect())).map((one) => one.outerHTML),
            ];
        }"""
    )
    assert (wide, small) == (0, []), name
