from contextlib import closing
from pathlib import Path

import pytest

from liveengine.engine.bench.jackd import Jackd
from tests.control.midi.rig import Surface, door
from tests.patience import until


async def test_controllers_return_with_a_sound_server_that_was_killed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with Jackd(256) as server:
        async with door(monkeypatch, tmp_path) as (found, stage):
            first = Surface("APC MINI")
            await until(lambda: len(first.lamps) >= 64)
            server.kill()
            await until(lambda: not found.inputs)
            server.start()
            with closing(Surface("APC MINI")) as again:
                await until(lambda: len(again.lamps) >= 64)
                stage.play(1, 1)
                await until(lambda: again.lamps["note", 56] == (0, 1))
                again.send(0x90, 56, 127)
                await until(lambda: stage.pressed)
            first.lose()
