import asyncio
from typing import Any

import pytest

from liveengine.session import keeper
from liveengine.session.keeper import Keeper


class Disk:
    """Refuses the first writes, then takes them."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.written: list[dict[str, Any]] = []
        self.wrote = asyncio.Event()

    async def save(self, record: dict[str, Any]) -> None:
        if self.refusals:
            self.refusals -= 1
            raise OSError(28, "no space left on device")
        self.written.append(record)
        self.wrote.set()


async def test_many_changes_become_one_write() -> None:
    disk = Disk(0)
    kept = Keeper(lambda: {"tempo": 120}, disk.save)
    for _ in range(1_000):
        kept.touch()
    await asyncio.wait_for(disk.wrote.wait(), 2.0)
    await kept.close()
    assert disk.written == [{"tempo": 120}]


async def test_a_write_that_failed_is_tried_again_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "RETRY_S", 0.01)
    disk = Disk(2)
    kept = Keeper(lambda: {"tempo": 120}, disk.save)
    kept.touch(soon=True)
    await asyncio.wait_for(disk.wrote.wait(), 2.0)
    await kept.close()
    assert disk.written == [{"tempo": 120}]
