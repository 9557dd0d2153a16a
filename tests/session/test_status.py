"""What people are told when the engine loses its device."""

from pathlib import Path

from liveengine.engine.streams import StreamKind
from liveengine.events import DeviceLost, DeviceReturned
from liveengine.session.status import Status
from tests.session.stage import stage


async def test_a_lost_device_and_its_return_are_told_once_each(tmp_path: Path) -> None:
    async with stage(tmp_path) as live:
        status = Status(live.session.core)
        live.session.watch(status.look)
        header = live.shared.memory.header
        for stream in (StreamKind.JACK, -StreamKind.JACK, -StreamKind.JACK, StreamKind.JACK, StreamKind.JACK):
            header["stream"] = stream
            header["gap"] = 96
            live.hear()
        assert live.said(DeviceLost) == [DeviceLost("jack")]
        assert live.said(DeviceReturned) == [DeviceReturned("jack", 96)]
        assert status.stats()["lost"] is False


async def test_a_new_daemon_says_that_the_device_is_lost(tmp_path: Path) -> None:
    async with stage(tmp_path) as live:
        live.session.watch(Status(live.session.core).look)
        live.shared.memory.header["stream"] = -StreamKind.PORTAUDIO
        live.hear()
        assert live.said(DeviceLost) == [DeviceLost("portaudio")]
