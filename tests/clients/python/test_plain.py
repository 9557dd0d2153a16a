import asyncio

import pytest
from liveengine_client import Engine, EngineFault, NoEngine, WebEngine

from tests.clients.python.test_live import Studio, url


async def test_a_plain_program_calls_without_await_and_goes_through_events(studio: Studio) -> None:
    stage, doors = studio

    def script() -> list[object]:
        with Engine(url(doors)) as engine:
            events = engine.events("/transport/tempo", timeout=5.0)
            answered = engine.transport.tempo(150.0)
            return [answered, next(events).values, engine.state["transport"]["tempo"], engine.values]

    assert await asyncio.to_thread(script) == [150.0, [150.0], 138.0, {"/transport/tempo": [150.0]}]
    assert stage.tempo == 150.0


async def test_http_alone_calls_every_command_too(studio: Studio) -> None:
    def script() -> None:
        engine = WebEngine(url(studio[1]))
        assert engine.track[1].gain(0.25) == 0.25
        assert engine.transport.play() is None
        with pytest.raises(EngineFault) as caught:
            engine.track[1].gain(2.0)
        assert caught.value.code == "out_of_range"

    await asyncio.to_thread(script)


@pytest.mark.parametrize("kind", [Engine, WebEngine])
def test_without_an_engine_a_plain_program_is_told(kind: type[Engine] | type[WebEngine], unused_tcp_port: int) -> None:
    with pytest.raises(NoEngine, match=str(unused_tcp_port)):
        kind(f"http://127.0.0.1:{unused_tcp_port}").panic()
