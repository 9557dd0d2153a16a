import asyncio

import pytest

from liveengine.control.osc import ready
from liveengine.control.osc.ready import PERIOD_S, Ready
from tests.control.stage import House


async def until(condition: asyncio.Event) -> None:
    async with asyncio.timeout(5.0):
        await condition.wait()


async def test_nothing_is_walked_before_somebody_plays() -> None:
    walked: list[int] = []
    Ready(lambda: walked.append(1))
    await asyncio.sleep(5 * PERIOD_S)
    assert not walked


async def test_the_way_is_walked_after_a_message_until_it_is_closed() -> None:
    again = asyncio.Event()
    walked: list[int] = []

    def walk() -> None:
        walked.append(1)
        if len(walked) == 3:
            again.set()

    kept = Ready(walk)
    kept.came(asyncio.get_running_loop().time())
    await until(again)
    kept.close()
    count = len(walked)
    await asyncio.sleep(5 * PERIOD_S)
    assert len(walked) == count


async def test_after_a_rest_nothing_is_walked_until_the_next_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ready, "REST_S", -1.0)
    walked: list[int] = []
    kept = Ready(lambda: walked.append(1))
    kept.came(asyncio.get_running_loop().time())
    await asyncio.sleep(5 * PERIOD_S)
    assert not walked
    assert kept._timer is None


async def test_walking_changes_and_counts_nothing(house: House) -> None:
    with house.osc() as client:
        await client.ask("/track/1/gain", 0.5)
        before = house.doors.stats()["osc"]["messages"]
        await asyncio.sleep(10 * PERIOD_S)
        assert house.doors.stats()["osc"]["messages"] == before
    assert house.stage.gains == {1: 0.5}
