import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from liveengine.engine.bench.jackd import Jackd
from liveengine.engine.streams.jack import library
from liveengine.errors import DeviceMissing
from liveengine.sync.jack import JackMaster
from tests.engine import stage
from tests.patience import until

RATE = 48_000


@pytest.fixture
def server() -> Iterator[Jackd]:
    """A JACK server of our own."""
    with stage.jackd(128) as found:
        yield found


@pytest.fixture
async def master(server: Jackd) -> AsyncIterator[JackMaster]:
    found = JackMaster(lambda: 120.0)
    await found.open()
    yield found
    await found.close()


@pytest.fixture
def conductor(server: Jackd) -> Iterator[Any]:
    """Another client of the server, which moves the transport."""
    client = library().Client("conductor", no_start_server=True)
    client.activate()
    yield client
    client.close(ignore_errors=True)


def read(master: JackMaster) -> Any:
    return master.reading(time.monotonic_ns())


async def test_the_transport_is_followed_as_it_rolls_jumps_and_stops(master: JackMaster, conductor: Any) -> None:
    assert read(master).running is False
    conductor.transport_start()
    reading = await until(lambda: (found := read(master)).running and found)
    assert reading.epoch == 1
    first = reading.line
    await asyncio.sleep(0.3)
    later = read(master).line
    assert later.at(later.ns) == pytest.approx(first.at(later.ns), abs=0.001)
    conductor.transport_frame = 20 * RATE
    reading = await until(lambda: (found := read(master)).epoch == 2 and found)
    assert reading.position == pytest.approx(40.0, abs=0.1)  # beats, at 120 to the minute
    conductor.transport_stop()
    await until(lambda: read(master).running is False)


async def test_another_tempo_moves_no_beat_that_was(server: Jackd, conductor: Any) -> None:
    tempo = [120.0]
    master = JackMaster(lambda: tempo[0])
    await master.open()
    try:
        conductor.transport_frame = 600 * RATE
        conductor.transport_start()
        await until(lambda: read(master).running)
        before = read(master).line
        tempo[0] = 60.0
        after = await until(lambda: (found := read(master).line).tempo < 61.0 and found)
        assert after.beat == pytest.approx(before.at(after.ns), abs=0.1)
        assert after.tempo == pytest.approx(60.0)
    finally:
        await master.close()


async def test_a_start_and_a_stop_of_ours_are_the_servers(master: JackMaster, conductor: Any) -> None:
    read(master)
    master.running(True)
    await until(lambda: read(master).running)
    assert conductor.transport_state == library().ROLLING
    master.running(False)
    await until(lambda: read(master).running is False)


async def test_a_server_that_goes_leaves_nothing_to_follow_and_one_that_comes_is_found(
    master: JackMaster, server: Jackd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("liveengine.sync.jack.AGAIN_S", 0.1)
    assert read(master).line is not None
    server.kill()
    await until(lambda: read(master).line is None)
    server.start()
    await until(lambda: read(master).line is not None)


async def test_without_a_server_there_is_nothing_to_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-runs-this")
    with pytest.raises(DeviceMissing, match="choose another"):
        await JackMaster(lambda: 120.0).open()
