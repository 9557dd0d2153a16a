import asyncio
import os
from typing import Any

import pytest

from liveengine.sync.helper import Helper
from tests.patience import until


async def test_what_it_says_is_taken_and_its_code_is_returned() -> None:
    said: list[Any] = []
    helper = Helper(said.append, "tests.sync.echo", "--port", "x")
    helper.say("nobody hears this")
    running = asyncio.create_task(helper.run())
    await until(lambda: said)
    helper.say("start")
    helper.say("end")
    assert await running == 3
    assert said == [["--port", "x"], "start"]


async def test_who_is_cancelled_ends_it() -> None:
    said: list[Any] = []
    helper = Helper(said.append, "tests.sync.echo")
    running = asyncio.create_task(helper.run())
    await until(lambda: said)
    assert helper._process is not None
    number = helper._process.pid
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)
