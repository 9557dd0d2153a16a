"""Names that stand for commands which cannot answer at once."""

import asyncio
from typing import Any

from liveengine.bus import Bus
from liveengine.command import Registry, command
from liveengine.control.live import door as live
from liveengine.control.live.door import LiveDoor
from liveengine.control.osc.codec import Message, decode
from liveengine.errors import NotFound
from liveengine.events import Changed

ME = ("127.0.0.1", 9)


class Clicks:
    """A metronome that has to fetch its sound, and an undo that finds nothing."""

    def __init__(self) -> None:
        self.bus = Bus()
        self.on = False
        self.told: list[Message] = []
        registry = Registry()
        registry.add(self)
        self.door = LiveDoor(registry, self.bus, {"track": 1, "slot": 1, "scene": 1, "bus": 1}, self._tell, bytes)

    def _tell(self, packet: bytes, peer: Any) -> None:
        found = decode(packet)
        assert isinstance(found, Message)
        assert peer == ME
        self.told.append(found)

    @command("/metronome")
    async def metronome(self, value: bool | None = None) -> bool:
        """Clicks."""
        await asyncio.sleep(0)
        if value is not None:
            self.on = value
            self.bus.publish(Changed("/metronome", value))
        return self.on

    @command("/stems/undo")
    async def undo(self) -> None:
        """Take back."""
        await asyncio.sleep(0)
        raise NotFound("there is nothing to take back")

    async def heard(self) -> list[Message]:
        await asyncio.sleep(0.06)
        told, self.told = self.told, []
        return told


async def test_what_has_to_be_waited_for_is_set_got_and_listened_to() -> None:
    clicks = Clicks()
    clicks.door.take("/live/song/set/metronome", (1,), ME)
    clicks.door.take("/live/song/get/metronome", (), ME)
    assert await clicks.heard() == [Message("/live/song/get/metronome", (True,))]
    clicks.door.take("/live/song/start_listen/metronome", (), ME)
    assert await clicks.heard() == [Message("/live/song/get/metronome", (True,))]
    clicks.door.take("/live/song/set/metronome", (0.0,), ME)
    assert await clicks.heard() == [Message("/live/song/get/metronome", (False,))]
    clicks.door.forget(ME)
    clicks.door.take("/live/song/set/metronome", (1,), ME)
    assert await clicks.heard() == []
    await clicks.door.close()


async def test_its_error_comes_when_it_is_known() -> None:
    clicks = Clicks()
    clicks.door.take("/live/song/undo", (), ME)
    assert await clicks.heard() == [Message("/live/error", ("there is nothing to take back",))]
    clicks.door.take("/live/song/undo", (0.0,), ME)  # a button let go
    assert await clicks.heard() == []
    await clicks.door.close()


async def test_no_more_than_so_many_wait() -> None:
    clicks = Clicks()
    for _ in range(live.MAX_WAITING + 1):
        clicks.door.take("/live/song/get/metronome", (), ME)
    assert [message.address for message in clicks.told] == ["/live/error"]
    assert len(await clicks.heard()) == live.MAX_WAITING + 1
    await clicks.door.close()
