import asyncio
from pathlib import Path

import pytest
from liveengine_client import AsyncEngine, EngineFault, NoEngine

from liveengine.control.doors import Doors
from liveengine.events import Changed
from tests.clients.conftest import open_doors
from tests.clients.stage import Stage

Studio = tuple[Stage, Doors]


def url(doors: Doors) -> str:
    return f"http://127.0.0.1:{doors.ports['http']}"


async def test_commands_are_called_by_their_address_and_answer(studio: Studio) -> None:
    stage, doors = studio
    async with AsyncEngine(url(doors)) as engine:
        assert await engine.transport.tempo(140.0) == stage.tempo == 140.0
        assert await engine.track[3].gain(value=0.5) == 0.5
        assert await engine.call("/track/3/gain") == 0.5
        assert (await engine.stems.find("dark kick", top_k=3))["matches"]


async def test_the_state_comes_with_the_connection_and_values_follow(studio: Studio) -> None:
    stage, doors = studio
    async with AsyncEngine(url(doors)) as engine:
        assert engine.state["transport"]["tempo"] == stage.tempo
        async with asyncio.timeout(5):
            events = engine.events("/track/*")
            following = asyncio.ensure_future(anext(events))
            await asyncio.sleep(0)
            stage.bus.publish(Changed("/transport/tempo", 99.0))
            await engine.track[2].mute(True)
            event = await following
        assert (event.address, event.values) == ("/track/2/mute", [True])
        assert engine.values["/track/2/mute"] == [True]
        assert engine.values["/transport/tempo"] == [99.0]
        await events.aclose()


async def test_a_refusal_is_a_fault_with_the_engines_code(studio: Studio) -> None:
    async with AsyncEngine(url(studio[1])) as engine:
        with pytest.raises(EngineFault, match="gain") as caught:
            await engine.track[1].gain(7.0)
        assert caught.value.code == "out_of_range"
        with pytest.raises(EngineFault):
            await engine.call("/nowhere")
        with pytest.raises(TypeError, match="value"):
            await engine.call("/track/1/gain", 0.5, value=0.5)


async def test_meters_are_floats_where_they_are_asked_for(studio: Studio) -> None:
    async with AsyncEngine(url(studio[1]), meters=True) as engine, asyncio.timeout(5):
        while not engine.meters:
            await asyncio.sleep(0.01)
        assert len(engine.meters) == 2 * (16 + 4 + 2) + 2


async def test_without_an_engine_the_first_connect_says_so(unused_tcp_port: int) -> None:
    with pytest.raises(NoEngine, match=str(unused_tcp_port)):
        await AsyncEngine(f"http://127.0.0.1:{unused_tcp_port}").__aenter__()


async def test_the_connection_comes_back_and_waiting_calls_go_through(studio: Studio, tmp_path: Path) -> None:
    stage, doors = studio
    port = doors.ports["http"]
    async with AsyncEngine(url(doors)) as engine:
        await doors.close()
        stage.tempo = 77.0
        again = await open_doors(stage, tmp_path, port)
        try:
            assert await engine.transport.tempo() == 77.0
            assert engine.state["transport"]["tempo"] == 77.0
        finally:
            await again.close()


async def test_a_job_is_waited_for_and_its_fault_is_raised(studio: Studio) -> None:
    stage, doors = studio
    async with AsyncEngine(url(doors)) as engine:
        async with asyncio.timeout(10):
            found = await engine.finished((await engine.render("driving techno"))["job"])
        assert found["track_path"].endswith(".wav")
        stage.jobs[99] = {"id": 99, "state": "failed", "code": "nothing_fits", "error": "no stem fits"}
        with pytest.raises(EngineFault, match="no stem") as caught:
            await engine.finished(99)
        assert caught.value.code == "nothing_fits"
