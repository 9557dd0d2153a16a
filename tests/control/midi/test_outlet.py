import asyncio

import pytest

from liveengine.control.midi import outlet
from liveengine.control.midi.outlet import Outlet


async def test_what_has_room_goes_at_once() -> None:
    said: list[bytes] = []
    out = Outlet(said.append)
    out.put("a", b"\x90\x01\x02")
    out.put("a", b"\x90\x01\x03")
    assert said == [b"\x90\x01\x02", b"\x90\x01\x03"]


async def test_a_flood_is_sent_as_fast_as_a_cable_and_of_one_lamp_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlet, "BURST", 14.0)  # two messages of three bytes and four before each
    now = [0.0]
    said: list[bytes] = []
    out = Outlet(said.append)
    monkeypatch.setattr(out, "_loop", _Still(now))
    out._filled = 0.0
    out._room = 14.0
    for lamp in range(4):
        for value in (1, 2):
            out.put(lamp, bytes((0x90, lamp, value)))
    assert said == [bytes((0x90, 0, 1)), bytes((0x90, 0, 2))]
    now[0] = 14.1 / outlet.CABLE
    out._flush()
    assert said[2:] == [bytes((0x90, 1, 2)), bytes((0x90, 2, 2))]
    out.close()
    now[0] = 1.0
    out._flush()
    assert len(said) == 4


class _Still:
    """A loop whose clock the test turns."""

    def __init__(self, now: list[float]) -> None:
        self._now = now

    def time(self) -> float:
        return self._now[0]

    def call_later(self, seconds: float, call: object) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(3600.0, lambda: None)


async def test_what_waits_is_sent_later_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlet, "BURST", 7.0)
    said: list[bytes] = []
    out = Outlet(said.append)
    out._room = 7.0
    out.put(1, b"\x90\x01\x02")
    out.put(2, b"\x90\x02\x02")
    async with asyncio.timeout(5.0):
        while len(said) < 2:
            await asyncio.sleep(0.005)
