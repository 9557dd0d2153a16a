"""The documents in a stand-in for TouchOSC, against the real doors."""

import asyncio

import pytest

from liveengine import config
from liveengine.cli.layouts.touchosc.panes import MATCHES
from liveengine.control.doors import Doors
from liveengine.control.osc.codec import encode
from liveengine.events import Changed, ClipCleared, ClipLoaded, ClipQueued, ClipStarted, ClipStopping
from tests.clients.stage import Stage
from tests.clients.surface import Surface, drawn, opened

FOLDER = config.data("clients") / "touchosc"
SCREENS = ("phone", "tablet")
PAD = "/track/{c1}/clip/{r2}/press"


def look(surface: Surface) -> str:
    """Return the state that a pad's colour tells."""
    red, green, blue = surface.one("/track/{c1}/clip/{r2}/look").colour
    looks = {"26292e": "empty", "4a6580": "stopped", "c08a20": "queued", "2f9e54": "playing", "b0563a": "stopping"}
    return looks[f"{red:02x}{green:02x}{blue:02x}"]


@pytest.mark.parametrize("screen", SCREENS)
async def test_a_document_connects_by_itself_and_shows_what_there_is(studio: tuple[Stage, Doors], screen: str) -> None:
    stage, doors = studio
    stage.strips["track/2"] |= {"gain": 0.25, "name": "Low end", "mute": True}
    async with opened(FOLDER / f"{screen}.tosc", doors.ports["osc"]) as surface:
        assert surface.text("status") == "no engine"
        await drawn(surface, lambda: surface.text("=/track/{c2}/name") == "Low end")
        assert surface.text("status") == "connected"
        await drawn(surface, lambda: surface.one("/track/{c2}/gain").value() == 0.25)
        await drawn(surface, lambda: surface.one("/track/{c2}/mute").value() == 1.0)
        await drawn(surface, lambda: surface.text("=/transport/tempo") == "138")


async def test_a_pad_presses_and_shows_each_state_of_its_slot(studio: tuple[Stage, Doors]) -> None:
    stage, doors = studio
    async with opened(FOLDER / "phone.tosc", doors.ports["osc"]) as surface:
        await drawn(surface, lambda: surface.text("status") == "connected")
        surface.tap(PAD)
        await drawn(surface, lambda: "/track/1/clip/2/press 0" in stage.calls)
        assert stage.calls.index("/track/1/clip/2/press 1") < stage.calls.index("/track/1/clip/2/press 0")
        assert look(surface) == "empty"
        for event, state in (
            (ClipLoaded(1, 2, 7, "Thud"), "stopped"),
            (ClipStarted(1, 2, 0, 4.0), "playing"),
            (ClipStopping(1, 2, 8.0), "stopping"),
        ):
            stage.bus.publish(event)
            await drawn(surface, lambda state=state: look(surface) == state)  # type: ignore[misc]
        assert surface.text("=/track/{c1}/clip/{r2}/name") == "Thud"
        stage.bus.publish(ClipQueued(1, 2, 12.0))
        seen: set[str] = set()
        await drawn(surface, lambda: seen.add(look(surface)) or {"queued", "stopped"} <= seen)  # type: ignore[func-returns-value]
        stage.bus.publish(ClipCleared(1, 2))
        await drawn(surface, lambda: look(surface) == "empty")
        assert surface.text("=/track/{c1}/clip/{r2}/name") == ""


async def test_faders_and_switches_play_and_follow_without_an_echo(studio: tuple[Stage, Doors]) -> None:
    stage, doors = studio
    async with opened(FOLDER / "tablet.tosc", doors.ports["osc"]) as surface:
        await drawn(surface, lambda: surface.one("/track/{c3}/gain").value() == 0.75)
        surface.move(surface.one("/track/{c3}/gain"), 0.5)
        surface.move(surface.one("/track/{c3}/pan"), 0.25)
        surface.move(surface.one("/track/{c3}/solo"), 1.0)
        surface.tap("/transport/tap")
        surface.tap("/panic")
        await drawn(surface, lambda: "/panic" in stage.calls)
        assert (stage.strips["track/3"]["gain"], stage.strips["track/3"]["pan"]) == (0.5, -0.5)
        assert stage.strips["track/3"]["solo"] is True
        said = len(surface.sent)
        stage.bus.publish(Changed("/track/4/gain", 0.125))
        stage.bus.publish(Changed("/track/4/level", -24.04))
        await drawn(surface, lambda: surface.text("=/track/{c4}/level") == "-24.0 dB")
        assert surface.one("/track/{c4}/gain").value() == 0.125
        assert not [path for path, _ in surface.sent[said:] if path.startswith("/track")]


async def test_the_window_moves_over_all_tracks_and_scenes(studio: tuple[Stage, Doors]) -> None:
    stage, doors = studio
    stage.strips["track/16"]["gain"] = 0.3
    async with opened(FOLDER / "phone.tosc", doors.ports["osc"]) as surface:
        await drawn(surface, lambda: surface.text("status") == "connected")
        for name in ("right", "right", "right", "right", "down", "down", "down"):
            surface.tap(name)
        assert surface.text("window") == "13-16 / 11-16"
        assert surface.one("/track/{c4}/clip/{r6}/press").tag == "/track/16/clip/16/press"
        await drawn(surface, lambda: surface.one("/track/{c4}/gain").value() == pytest.approx(0.3))
        surface.tap("/scene/{r1}/launch")
        await drawn(surface, lambda: any(call.startswith("/scene/11/launch") for call in stage.calls))
        for name in ("left", "up"):
            surface.tap(name)
        assert surface.text("window") == "9-12 / 5-10"


async def test_words_are_searched_heard_and_loaded_into_the_chosen_track(studio: tuple[Stage, Doors]) -> None:
    stage, doors = studio
    async with opened(FOLDER / "tablet.tosc", doors.ports["osc"]) as surface:
        await drawn(surface, lambda: surface.text("status") == "connected")
        surface.tap("word", "dark")
        for letter in (" ", "k", "ü", "x"):
            surface.tap("key", letter)
        for _ in range(2):
            surface.tap("delete")
        assert surface.text("line") == "dark k"
        surface.tap("clear")
        surface.tap("word", "dark")
        surface.tap("word", "Kick")
        surface.tap("choose", "5")
        surface.tap("find")
        await drawn(surface, lambda: surface.text(f"match{MATCHES}") != "")
        surface.tap("listen", "2")
        surface.tap("load", "1")
        await drawn(surface, lambda: (5, 1) in stage.clips and stage.listened > 0)
        assert stage.stems[stage.clips[5, 1]["stem"]].title == surface.text("match1")
        assert stage.stems[stage.listened].title == surface.text("match2")


async def test_every_command_is_at_hand_and_its_answer_is_read(studio: tuple[Stage, Doors]) -> None:
    _, doors = studio
    async with opened(FOLDER / "tablet.tosc", doors.ports["osc"]) as surface:
        await drawn(surface, lambda: surface.text("status") == "connected")
        surface.tap("page", "2")
        assert surface.one("commands").value("page") == 2
        surface.tap("/stems/categories")
        await drawn(surface, lambda: "kick" in surface.text("answer"))
        surface.tap("step", "track 1")
        assert surface.text("number", "track") == "track 2"
        surface.tap("send", "text /track/{track}/name")
        surface.tap("send", "number /track/{track}/clip/{slot}/load")
        assert surface.text("said") == "type a number first, under Find"
        for digit in "99":
            surface.tap("key", digit)
        surface.tap("send", "number /track/{track}/clip/{slot}/load")
        await drawn(surface, lambda: "no stem 99" in surface.text("said"))
        assert surface.sent.count(("/track/2/clip/1/load", (99.0,))) == 1


async def test_a_document_says_when_the_engine_is_gone_and_is_right_again_when_it_is_back(
    studio: tuple[Stage, Doors],
) -> None:
    stage, doors = studio
    async with opened(FOLDER / "phone.tosc", doors.ports["osc"]) as surface:
        await drawn(surface, lambda: surface.text("status") == "connected")
        held, surface.deaf = surface.send, True
        surface.send = lambda packet: None
        clock = surface.clock
        surface.clock = lambda: clock() + 10_000.0
        await drawn(surface, lambda: surface.text("status") == "no engine")
        stage.strips["track/1"]["gain"] = 0.6
        surface.send, surface.deaf = held, False
        await drawn(surface, lambda: surface.one("/track/{c1}/gain").value() == pytest.approx(0.6))
        assert surface.text("status") == "connected"


async def test_an_engine_that_has_forgotten_a_document_is_asked_anew(studio: tuple[Stage, Doors]) -> None:
    stage, doors = studio
    async with opened(FOLDER / "phone.tosc", doors.ports["osc"]) as surface:
        await drawn(surface, lambda: surface.one("/track/{c1}/gain").value() == 0.75)
        for address, *values in (("/unsubscribe",), ("/reply/page", 0.0)):
            surface.send(encode(address, *values))
        stage.strips["track/1"]["gain"] = 0.6
        await drawn(surface, lambda: surface.one("/track/{c1}/gain").value() == pytest.approx(0.6))


async def test_the_words_pair_the_device_and_a_refusal_is_read(studio: tuple[Stage, Doors]) -> None:
    _, doors = studio
    async with opened(FOLDER / "phone.tosc", doors.ports["osc"]) as surface:
        for letter in "abc-123":
            surface.tap("key", letter)
        surface.tap("hello")
        assert surface.text("token") == "abc-123"
        await drawn(surface, lambda: surface.text("role") == "paired: admin")  # this machine may all anyway
        assert ("/hello", ("abc-123", "TouchOSC")) in surface.sent


async def test_over_udp_the_answers_come_to_the_port_that_is_asked_for(studio: tuple[Stage, Doors]) -> None:
    _, doors = studio
    loop = asyncio.get_running_loop()
    packets: list[bytes] = []

    class Port(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: object) -> None:
            packets.append(data)

    back, _ = await loop.create_datagram_endpoint(Port, local_addr=("127.0.0.1", 0))
    out, _ = await loop.create_datagram_endpoint(
        asyncio.DatagramProtocol, remote_addr=("127.0.0.1", doors.ports["osc"])
    )
    number = back.get_extra_info("sockname")[1]
    surface = Surface((FOLDER / "phone.tosc").read_bytes(), out.sendto, lambda: loop.time() * 1000)
    surface.one("port").lua.tag = str(number)
    surface.tap("port")

    def connected() -> bool:
        while packets:
            surface.receive(packets.pop(0))
        return bool(surface.one("/track/{c1}/gain").value() == 0.75)

    await drawn(surface, connected)
    assert surface.text("answers") == f"answers: UDP {number}"
    back.close()
    out.close()
