"""The patch as it flows: a stand-in for Max runs it against the real doors, over UDP."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from liveengine.bus import Bus
from liveengine.control.doors import Doors
from liveengine.events import ClipCleared, ClipQueued, ClipStarted, ClipStopped
from tests.clients.conftest import open_doors
from tests.clients.max.machine import Machine
from tests.clients.max.test_structure import PATCH
from tests.clients.stage import Stage
from tests.patience import until


def free() -> int:
    """Return a UDP port that nobody has."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(params=[False, True], ids=["right to left", "left to right"])
async def machine(request: pytest.FixtureRequest, studio: tuple[Stage, Doors]) -> AsyncIterator[Machine]:
    """Return the patch, open and connected."""
    found = Machine(PATCH, studio[1].ports["osc"], backwards=request.param, speed=10.0)
    try:
        found.load()
        found["door/port"].enter(free())
        await until(lambda: found["door/there"].value == 1)
        yield found
    finally:
        found.close()


async def test_it_shows_at_once_how_everything_stands(studio: tuple[Stage, Doors], machine: Machine) -> None:
    stage, _ = studio
    stage.fill(2, 3, 5)
    await until(lambda: machine["strip_1/gain"].value == 0.75)
    await until(lambda: machine["strip_8/name"].made["text"] == "Track 8")
    await until(lambda: machine["top/transport_tempo"].value == 138.0)
    await until(lambda: machine["strip_2/slot_3"].made["text"] == stage.stems[5].title)


async def test_a_fader_moves_the_gain_and_is_moved_by_it(studio: tuple[Stage, Doors], machine: Machine) -> None:
    stage, _ = studio
    machine["strip_3/gain"].enter(0.25)
    machine["strip_3/mute"].press()
    machine["strip_4/name"].enter("Deep kick")
    machine["top/transport_tempo"].enter(99.5)
    await until(lambda: stage.strips["track/3"]["gain"] == 0.25 and stage.strips["track/3"]["mute"] is True)
    await until(lambda: stage.strips["track/4"]["name"] == "Deep kick" and stage.tempo == 99.5)
    stage.strips["track/3"]["gain"] = stage.changed("/track/3/gain", 0.5)
    stage.strips["track/5"]["solo"] = stage.changed("/track/5/solo", True)
    await until(lambda: machine["strip_3/gain"].value == 0.5 and machine["strip_5/solo"].value == 1)
    before = len(machine.sent)
    await asyncio.sleep(0.1)
    assert not [sent for sent in machine.sent[before:] if sent[0] != "/ping"]  # what is told is not sent back


async def test_a_slot_is_pressed_and_let_go_and_shows_what_its_clip_does(
    studio: tuple[Stage, Doors], machine: Machine
) -> None:
    stage, _ = studio
    slot = machine["strip_1/slot_2"]
    colours = [slot.made["bgcolor"]]
    stage.fill(1, 2, 7)
    for event in (ClipQueued(1, 2, 4.0), ClipStarted(1, 2, 48_000, 4.0), ClipStopped(1, 2, 96_000)):
        await until(lambda: slot.made["bgcolor"] not in colours)
        colours.append(slot.made["bgcolor"])
        assert slot.made["text"] == stage.stems[7].title
        stage.bus.publish(event)
    await until(lambda: slot.made["bgcolor"] == colours[1])
    stage.bus.publish(ClipCleared(1, 2))
    await until(lambda: slot.made["text"] == "")
    assert slot.made["bgcolor"] == colours[0]
    slot.press()
    await until(lambda: "/track/1/clip/2/press 0" in stage.calls)
    assert stage.calls.index("/track/1/clip/2/press 1") < stage.calls.index("/track/1/clip/2/press 0")


async def test_words_find_stems_that_are_heard_loaded_and_liked(studio: tuple[Stage, Doors], machine: Machine) -> None:
    stage, _ = studio
    machine["search/search"].enter("dark kick")
    await until(lambda: machine["search/title_8"].value != "")
    titles = {stem.title: stem for stem in stage.stems.values()}
    found = [titles[machine[f"search/title_{row}"].value] for row in range(1, 9)]
    assert {stem.category for stem in found[:4]} == {"kick"}
    assert [machine[f"search/{fact}_1"].value for fact in ("category", "bpm")] == ["kick", "138.0"]
    machine["search/hear_2"].press()
    machine["search/like_3"].press()
    machine["search/track"].enter(2)
    machine["search/slot"].enter(6)
    machine["search/load_1"].press()
    await until(lambda: (2, 6) in stage.clips)
    assert stage.clips[2, 6]["stem"] == found[0].id
    await until(lambda: stage.listened == found[1].id and stage.opinions.get((found[2].id, "like")) is True)
    machine["search/search"].enter("dark kick")
    assert machine["search/title_8"].value == ""  # wiped, until the answer is there
    machine["search/load_1"].press()
    machine["search/hear_1"].press()
    await until(lambda: stage.listened == found[0].id)


async def test_what_the_engine_refuses_is_said(machine: Machine) -> None:
    machine["strip_1/output"].enter("nowhere")
    machine["search/track"].enter(64)
    machine["search/load_1"].press()
    await until(lambda: "/track/64/clip/1/load" in machine["search/error"].value)


async def test_the_numbers_on_top_of_the_commands_lead_to_the_address(
    studio: tuple[Stage, Doors], machine: Machine
) -> None:
    stage, _ = studio
    machine["commands/track"].enter(5)
    machine["commands/slot"].enter(2)
    machine["commands/bus"].enter(3)
    assert ["/bus/3/gain", 0.5] not in machine.sent
    machine["commands/bus/gain"].enter(0.5)
    machine["commands/stop/stop"].press()
    machine["commands/track/load"].enter(9)
    await until(lambda: stage.strips["bus/3"]["gain"] == 0.5 and (5, 2) in stage.clips)
    assert stage.clips[5, 2]["stem"] == 9
    await until(lambda: machine["commands/answer"].value == "/track/5/clip/2/load track 5 slot 2 stem 9")


async def test_panic_is_one_press(studio: tuple[Stage, Doors], machine: Machine) -> None:
    machine["top/panic"].press()
    await until(lambda: "/panic" in studio[0].calls)


def subscribed(machine: Machine) -> int:
    """Return how often the patch has subscribed to the master."""
    return sum(sent[:2] == ["/subscribe", "/master/*"] for sent in machine.sent)


async def test_an_engine_that_starts_anew_is_played_on_and_shown_again(tmp_path: Path) -> None:
    stage = Stage(Bus())
    doors = await open_doors(stage, tmp_path)
    port = doors.ports["osc"]
    machine = Machine(PATCH, free(), speed=20.0)  # 5 s without an answer are 250 ms
    try:
        machine.load()
        machine["door/port"].enter(free())
        machine["door/engine"].enter(f"127.0.0.1 {port}")
        await until(lambda: machine["strip_1/gain"].value == 0.75)
        asked = subscribed(machine)
        await doors.close()
        doors = await open_doors(stage, tmp_path, osc=port)  # much sooner than 5 s
        await until(lambda: subscribed(machine) > asked)
        stage.strips["track/1"]["gain"] = stage.changed("/track/1/gain", 0.5)
        await until(lambda: machine["strip_1/gain"].value == 0.5)
        assert not [sent for sent in machine.sent if sent[0] == "/hello"]
        machine["door/token"].enter("a token")
        await until(lambda: ["/hello", "a token", "Max"] in machine.sent)
        said = machine.sent.count(["/hello", "a token", "Max"])
        await doors.close()
        await until(lambda: machine.sent.count(["/hello", "a token", "Max"]) > said)  # it pairs again by itself
    finally:
        machine.close()
        await doors.close()


async def test_a_track_plays_what_one_says_and_swaps_and_judges_it(
    studio: tuple[Stage, Doors], machine: Machine
) -> None:
    stage, _ = studio
    machine["strip_2/launch_prompt"].enter("dark kick")
    await until(lambda: machine["search/answer"].value != "")
    first = stage.stems[stage.clips[2, 1]["stem"]].title
    assert machine["search/answer"].value == f"track 2 slot 1: {first} in 1.5 s (fallback: none)"
    machine["strip_2/swap_for"].choose("darker")
    await until(lambda: "/track/2/swap darker" in stage.calls)
    machine["strip_2/swap"].press()
    await until(lambda: "/track/2/swap None" in stage.calls)
    machine["strip_2/like"].press()
    machine["strip_2/reject"].press()
    await until(lambda: "/track/2/reject True" in stage.calls)
    assert "/track/2/like True" in stage.calls
    await until(lambda: first not in machine["search/answer"].value)
    machine["strip_3/swap"].press()
    await until(lambda: "track 3 plays no clip" in machine["search/error"].value)
