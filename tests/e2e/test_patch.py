"""Max's patch, in a stand-in for Max, on the whole engine."""

from tests.clients.max.machine import Machine
from tests.clients.max.test_flow import free
from tests.clients.max.test_structure import PATCH
from tests.e2e.studio import Server
from tests.patience import until


async def test_a_patch_finds_plays_mixes_and_shows_what_the_engine_does(server: Server) -> None:
    machine = Machine(PATCH, server.info["ports"]["osc"], speed=10.0)
    stem = server.stem("bass")
    server.web("/track/7/clip/8/load", stem=stem)
    try:
        machine.load()
        machine["door/port"].enter(free())
        await until(lambda: machine["strip_8/gain"].value == 0.75)
        await until(lambda: "bass" in machine["strip_7/slot_8"].made["text"])
        machine["strip_3/gain"].enter(0.25)
        machine["search/search"].enter("kick loop")
        machine["strip_1/launch_prompt"].enter("kick")
        await until(lambda: "track 1 slot 1: " in machine["search/answer"].value)
        assert server.web("/track/3/gain") == 0.25
        idle = machine["strip_1/slot_2"].made["bgcolor"]
        await until(lambda: server.state(1, 1) == "playing")
        lit = machine["strip_1/slot_1"]
        await until(lambda: lit.made["text"] in machine["search/answer"].value and lit.made["bgcolor"] != idle)
        await until(lambda: machine["search/title_1"].value != "")
        machine["search/track"].enter(2)
        machine["search/load_1"].press()
        await until(lambda: server.state(2, 1) == "stopped")
        machine["strip_2/slot_1"].press()
        await until(lambda: server.state(2, 1) in ("queued", "playing"))
        server.web("/track/5/gain", value=0.5)
        machine["strip_1/swap"].press()
        machine["strip_1/like"].press()
        await until(lambda: machine["strip_5/gain"].value == 0.5)
        machine["top/stop"].press()
        machine["top/transport_tempo"].enter(140.0)
        await until(lambda: server.web("/transport/tempo") == 140.0)
        await until(lambda: "no other kick" in machine["search/error"].value)  # there is one in this library
    finally:
        machine.close()
