"""TouchOSC's document on the installed program: what a finger asks for is found, plays and is shown."""

from liveengine import config
from tests.clients.surface import drawn, opened
from tests.e2e.studio import Server

DOCUMENT = config.data("clients") / "touchosc" / "tablet.tosc"


async def test_words_become_a_clip_that_plays_on_the_next_boundary_and_is_shown(server: Server) -> None:
    async with opened(DOCUMENT, server.info["ports"]["osc"]) as surface:
        await drawn(surface, lambda: surface.text("status") == "connected")
        await drawn(surface, lambda: surface.text("=/track/{c2}/level") == "0.0 dB")
        surface.tap("/transport/running")
        surface.tap("word", "Kick")
        surface.tap("choose", "2")
        surface.tap("launch")
        pad, name = "/track/{c2}/clip/{r1}/look", "=/track/{c2}/clip/{r1}/name"
        await drawn(surface, lambda: surface.one(pad).colour == (0x2F, 0x9E, 0x54))
        await drawn(surface, lambda: surface.text(name) != "")
        await drawn(surface, lambda: surface.text("said").startswith(surface.text(name) + ", beat "))
        await drawn(surface, lambda: surface.one("/meter/{c2}").value() > 0.3)
        await drawn(surface, lambda: float(surface.text("beat")) > 1.2)
        surface.move(surface.one("/track/{c2}/gain"), 0.5)
        await drawn(surface, lambda: surface.text("=/track/{c2}/level") == "-8.5 dB")
        surface.tap("/track/{c2}/like")
        (stem,) = server.osc.call("/track/2/clip/1/stem")
        await drawn(surface, lambda: server.osc.call(f"/stem/{stem}/like") == (1,))
        surface.tap("/track/{c2}/stop")
        await drawn(surface, lambda: surface.one(pad).colour == (0x4A, 0x65, 0x80))


async def test_after_a_restart_of_the_daemon_the_document_is_right_again_by_itself(server: Server) -> None:
    async with opened(DOCUMENT, server.info["ports"]["osc"]) as surface:
        await drawn(surface, lambda: surface.text("=/track/{c1}/level") == "0.0 dB")
        before = server.kill("daemon")
        await drawn(surface, lambda: server.announced and server.info["pid"] != before)
        await drawn(surface, lambda: server.osc.pings(0.05))
        server.osc.call("/track/1/level", -6.0)
        await drawn(surface, lambda: surface.text("=/track/{c1}/level") == "-6.0 dB")
        assert surface.text("status") == "connected"
