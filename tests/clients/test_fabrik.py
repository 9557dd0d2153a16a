"""What the Fabrik makes, on the page: marks and lineages of stems, mutations of what plays. Runs on: tests."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from liveengine.enough import LEAST
from liveengine.events import Changed, JobDone
from tests.clients.conftest import SIZES, House, pane, slot
from tests.clients.varying import Happened, relative

WEB = Path(__file__).parents[2] / "clients" / "web"
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def fits(page: Page) -> None:
    """Check that a drawer is as wide as the screen at most, and that all in it can be hit with a finger."""
    inside = await page.evaluate(
        "(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth)(document.querySelector('.drawer'))"
    )
    assert inside
    small = await page.evaluate(
        "[...document.querySelectorAll('.drawer :is(button, select, [role=slider])')]"
        ".filter((one) => one.offsetHeight < 43.5).map((one) => one.ariaLabel || one.textContent)"
    )
    assert small == []


def make(house: House) -> None:
    """Have stem 2 generated from 1 and 3, and stem 4 mutated from it."""
    stage = house.stage
    stage.stems[2] = replace(stage.stems[2], provenance="generated")
    stage.lineages[2] = {
        "made_by": "generate",
        "model": "vae-kick-1a2b3c4d",
        "seed": 7,
        "terms": {"mode": "hybrid"},
        "parents": [
            relative(1, 2, "Concrete Heart", share=0.7),
            relative(3, 2, "Hypnotic Thud", share=0.3, provenance="separated", made_by="separate"),
            relative(99, 3, "Night Drive", generation=2, there=False, category="", provenance=""),
        ],
        "children": [relative(4, 2, "Dry Club", provenance="generated", made_by="mutate")],
    }


@pytest.mark.parametrize("size", SIZES)
async def test_a_generated_stem_is_marked_and_its_lineage_leads_to_its_parents(house: House, size: str) -> None:
    make(house)
    page = await house.visit(size)
    await pane(page, "Search")
    row = page.locator(".match", has_text="Abyss 909")
    await expect(row.locator(".mark")).to_have_text("generated")
    await expect(page.locator(".match", has_text="Concrete Heart").locator(".mark")).to_have_count(0)
    await row.get_by_label("What is known of Abyss 909").click()
    sheet = page.get_by_role("dialog", name="Abyss 909")
    await expect(sheet.locator(".how").first).to_have_text("generated · hybrid · vae-kick-1a2b3c4d · seed 7")
    kin = sheet.locator(".kin li")
    await expect(kin).to_have_text(
        ["Concrete Heartoriginal kick · 70 %", "Hypnotic Thudseparated kick · 30 %", "Night Drivedeleted · 100 %",
         "Dry Clubmutated kick"]
    )  # fmt: skip
    await expect(sheet.get_by_label("What is known of Night Drive")).to_be_disabled()
    await fits(page)
    await sheet.get_by_label("What is known of Concrete Heart").click()
    sheet = page.get_by_role("dialog", name="Concrete Heart")
    await expect(sheet).to_contain_text("CC0-1.0")
    await expect(sheet.locator(".kin")).to_have_count(0)
    assert house.faults == []


def play(house: House) -> None:
    """Have a clip play on track 1."""
    house.stage.fill(1, 1, 1)
    house.stage.clips[1, 1]["state"] = "playing"
    house.stage.running = True


@pytest.mark.parametrize("size", SIZES)
async def test_what_plays_is_mutated_by_a_fader_and_the_variation_kept(house: House, size: str) -> None:
    play(house)
    page = await house.visit(size)
    await page.get_by_label("Track 1, kick: change what plays").click()
    sheet = page.get_by_role("dialog", name="Concrete Heart")
    fader = sheet.get_by_role("slider", name="Mutation of track 1")
    await expect(sheet.locator(".now")).to_have_text("The original plays.")
    await expect(sheet.get_by_role("button", name="Keep it as a stem")).to_be_disabled()
    await fits(page)
    await fader.press("End")
    await expect(fader).to_have_attribute("aria-valuetext", "100 %")
    await fader.press("Home")
    await expect(fader).to_have_attribute("aria-valuetext", "0 %")
    await fader.press("ArrowRight")
    await fader.press("ArrowRight")
    await expect(fader).to_have_attribute("aria-valuetext", "5 %")
    await sheet.get_by_label("Kind of mutation").select_option("slices")
    house.stage.bus.publish(Happened("/track/1/clip/1/mutated", ("slices", 0.05, 3, 480_000)))
    await expect(sheet.locator(".now")).to_have_text("Variation 3 plays: slices, 5 %.")
    await sheet.get_by_role("button", name="Another one").click()
    await sheet.get_by_role("button", name="Keep it as a stem").click()
    await page.keyboard.press("Escape")
    await expect(page.locator(slot(1, 1)).locator(".varied")).to_be_visible()
    calls = [call for call in house.stage.calls if "mutat" in call]
    assert calls[-3:] == ["/track/1/mutation/kind slices", "/track/1/mutate", "/track/1/mutation/keep"]
    assert "/track/1/mutation 0.05" in calls
    await pane(page, "Library")
    await expect(page.locator(".job")).to_contain_text("rendering")
    assert house.faults == []


async def test_another_device_moves_the_mutation_and_the_original_comes_back(house: House) -> None:
    play(house)
    page = await house.visit()
    await page.get_by_label("Track 1, kick: change what plays").tap()
    sheet = page.get_by_role("dialog", name="Concrete Heart")
    house.stage.bus.publish(Changed("/track/1/mutation", 0.4))
    await expect(sheet.get_by_role("slider", name="Mutation of track 1")).to_have_attribute("aria-valuetext", "40 %")
    house.stage.bus.publish(Happened("/track/1/clip/1/mutated", ("walk", 0.4, 1, 1)))
    await expect(sheet.locator(".now")).to_contain_text("Variation 1 plays: walk, 40 %.")
    house.stage.bus.publish(Happened("/track/1/clip/1/mutation/late", (2,)))
    await expect(page.locator(".notices")).to_contain_text("Track 1: the next variation is late. What plays goes on.")
    house.stage.bus.publish(Happened("/track/1/clip/1/mutated", ("walk", 0.0, 2, 2)))
    await expect(sheet.locator(".now")).to_have_text("The original plays.")


@pytest.mark.parametrize("size", SIZES)
async def test_proposals_are_asked_for_marked_heard_and_kept(house: House, size: str) -> None:
    page = await house.visit(size)
    await pane(page, "Search")
    await page.get_by_label("What should it sound like?").fill("kick")
    await expect(page.locator(".propose")).to_have_count(0)
    await page.get_by_role("button", name="proposals").click()
    await page.get_by_role("button", name="Propose some").click()
    row = page.locator(".match.offered")
    await expect(row.locator(".mark")).to_have_text("proposed")
    await expect(row.get_by_label("Hear Dreamt 37")).to_be_visible()
    await row.get_by_label("Keep Dreamt 37").click()
    await expect(row).to_have_count(0)
    await expect(page.locator(".match", has_text="Dreamt 37").locator(".mark")).to_have_text("generated")
    small = await page.evaluate(
        "[...document.querySelectorAll('.search button')].filter((one) => one.offsetHeight < 43.5)"
        ".map((one) => one.ariaLabel || one.textContent)"
    )
    assert small == [] or size == "desk"
    asked = {"/stems/find kick None False proposals", "/stems/propose kick None", "/stem/37/keep"}
    assert asked <= {*house.stage.calls}
    assert house.faults == []


@pytest.mark.parametrize("size", SIZES)
async def test_a_stem_is_taken_apart_into_the_first_scene_with_room(house: House, size: str) -> None:
    for track in range(1, 14):
        house.stage.fill(track, 1, 1)
    page = await house.visit(size)
    await pane(page, "Search")
    await page.get_by_label("What is known of Concrete Heart").click()
    sheet = page.get_by_role("dialog", name="Concrete Heart")
    await expect(sheet.get_by_label("Where its parts go")).to_have_value("2")
    await fits(page)
    await sheet.get_by_role("button", name="Into four").click()
    await expect(page.locator(".notices")).to_contain_text("It is being taken apart.")
    await sheet.get_by_label("Where its parts go").select_option("0")
    await sheet.get_by_role("button", name="Into four").click()
    await page.keyboard.press("Escape")
    await pane(page, "Library")
    await expect(page.locator(".job").first).to_contain_text("listening")
    assert [call for call in house.stage.calls if "separate" in call] == ["/separate 1 2", "/separate 1 None"]
    assert house.faults == []


@pytest.mark.parametrize("size", SIZES)
async def test_more_is_made_near_a_stem_or_between_it_and_another(house: House, size: str) -> None:
    page = await house.visit(size)
    await pane(page, "Search")
    await page.get_by_label("What is known of Concrete Heart").click()
    sheet = page.get_by_role("dialog", name="Concrete Heart")
    await sheet.get_by_role("button", name="Make").click()
    await expect(page.locator(".notices")).to_contain_text("New stems are being made.")
    await sheet.get_by_role("radio", name="Between two").click()
    await sheet.get_by_label("The other stem").select_option(label="Hypnotic Thud")
    await sheet.get_by_role("slider", name="How far from it").press("ArrowLeft")
    await sheet.get_by_role("radio", name="8", exact=True).click()
    await fits(page)
    await sheet.get_by_role("button", name="Make").click()
    await page.keyboard.press("Escape")
    await pane(page, "Library")
    await expect(page.locator(".job").first).to_contain_text("fitting")
    made = [call for call in house.stage.calls if "generate" in call]
    assert made == ["/generate kick walk 1 0.5 4", "/generate kick interpolate 1,3 0.48 8"]
    assert house.faults == []


@pytest.mark.parametrize("size", SIZES)
async def test_a_category_is_learnt_and_a_dream_begun_from_the_library_pane(house: House, size: str) -> None:
    page = await house.visit(size)
    await pane(page, "Library")
    kick = page.get_by_label("Learn kick, 4 of 8 stems that are needed")
    await expect(kick).to_have_text("kick 4 of 8")
    await expect(kick.locator(".icon")).to_have_count(1)  # it has a model; the others have none
    await expect(page.get_by_label("Learn snare, 4 of 8 stems that are needed").locator(".icon")).to_have_count(0)
    await kick.click()
    await expect(page.locator(".job")).to_contain_text("epoch 1")
    dream = page.get_by_role("button", name="Dream")
    await dream.click()
    await expect(dream).to_be_disabled()
    heights = await page.evaluate("[...document.querySelectorAll('.teach button')].map((one) => one.offsetHeight)")
    assert min(heights) >= 44
    assert house.stage.calls == ["/train kick", "/dream"]
    assert house.faults == []


async def test_what_has_no_model_is_not_made_more_of_but_learnt_first(house: House) -> None:
    house.stage.taught.clear()
    page = await house.visit()
    await pane(page, "Search")
    await page.get_by_label("What is known of Concrete Heart").click()
    sheet = page.get_by_role("dialog", name="Concrete Heart")
    await expect(sheet).to_contain_text("No model of kick has been taught yet.")
    await expect(sheet.get_by_role("button", name="Make", exact=True)).to_have_count(0)
    await fits(page)
    await sheet.get_by_role("button", name="Learn kick").click()
    assert house.stage.calls[-1] == "/train kick"
    house.stage.taught.append("kick")
    house.stage.bus.publish(JobDone(1, "train", {"models": {"kick": {}}, "failed": {"fx": "too few"}}))
    await expect(sheet.get_by_role("button", name="Make", exact=True)).to_be_enabled()
    await page.keyboard.press("Escape")
    await pane(page, "Library")
    await expect(page.locator(".job.done p")).to_have_text("kick learnt; fx is not learnt: too few")
    assert house.faults == []


async def test_the_keyboard_is_back_where_it_was_when_a_sheet_is_closed(house: House) -> None:
    page = await house.visit("desk")
    await pane(page, "Search")
    match = page.get_by_label("What is known of Concrete Heart")
    await match.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Concrete Heart")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(match).to_be_focused()


async def test_as_many_stems_are_needed_on_the_page_as_in_the_daemon() -> None:
    said = re.search(r"^const LEAST = (\d+);$", (WEB / "teach.js").read_text("utf-8"), re.MULTILINE)
    assert said is not None
    assert int(said[1]) == LEAST


async def test_a_timbre_is_that_of_another_stem_of_the_grid(house: House) -> None:
    play(house)
    house.stage.fill(2, 1, 9)
    house.stage.fill(3, 1, 12)
    page = await house.visit()
    await page.get_by_label("Track 1, kick: change what plays").tap()
    sheet = page.get_by_role("dialog", name="Concrete Heart")
    await sheet.get_by_label("Kind of mutation").select_option("style")
    whose = sheet.get_by_label("Whose timbre")
    await expect(whose).to_have_value("9")
    await whose.select_option("12")
    await expect(whose).to_have_value("12")
    await fits(page)
    asked = ["/track/1/mutation/style 9", "/track/1/mutation/kind style", "/track/1/mutation/style 12"]
    assert [call for call in house.stage.calls if "/mutation/" in call] == asked
    assert house.faults == []


async def test_why_it_stays_as_it_is_is_told_in_the_drawer_until_it_varies(house: House) -> None:
    play(house)
    page = await house.visit()
    await page.get_by_label("Track 1, kick: change what plays").tap()
    now = page.get_by_role("dialog", name="Concrete Heart").locator(".now")
    house.stage.bus.publish(
        Happened("/track/1/clip/1/mutation/failed", ("model_missing", "no model of kick is taught"))
    )
    await expect(now).to_have_text("It plays on as it is: no model of kick is taught")
    await expect(page.locator(".notices")).to_contain_text("Track 1 plays on as it is: no model of kick is taught")
    house.stage.bus.publish(Happened("/track/1/clip/1/mutated", ("slices", 0.4, 1, 1)))
    await expect(now).to_have_text("Variation 1 plays: slices, 40 %.")


async def test_an_uploaded_track_is_taken_apart_if_one_says_so(house: House) -> None:
    page = await house.visit()
    await pane(page, "Library")
    whole = page.get_by_label("Whole tracks: take them apart")
    await whole.tap()
    await expect(whole).to_have_attribute("aria-pressed", "true")
    assert ((await whole.bounding_box()) or {"height": 0})["height"] >= 44
    file = {"name": "night drive.wav", "mimeType": "audio/wav", "buffer": b"RIFF" + bytes(4096)}
    await page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    await expect(page.locator(".job")).to_contain_text("separate")
    assert [call for call in house.stage.calls if "separate" in call] == ["/separate night_drive.wav None"]
