import asyncio
import gc
from typing import Any

import pytest
from zeroconf import ServiceStateChange
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from liveengine.control.oscquery.discovery import Discovery, addresses, interfaces

KINDS = ["_osc._udp.local.", "_oscjson._tcp.local."]


class Ear:
    """What a browser of mDNS on the loopback interface hears."""

    def __init__(self) -> None:
        self.names: dict[str, ServiceStateChange] = {}
        self.changed = asyncio.Event()

    def hear(self, name: str, state_change: ServiceStateChange, **_: Any) -> None:
        self.names[name] = state_change
        self.changed.set()

    async def until(self, state: ServiceStateChange, name: str) -> None:
        async with asyncio.timeout(15.0):
            while [self.names.get(f"{name}.{kind}") for kind in KINDS] != [state, state]:
                self.changed.clear()
                await self.changed.wait()


async def test_the_doors_are_found_on_loopback_until_they_are_closed() -> None:
    discovery = Discovery("127.0.0.1", {"http": 48_000, "osc": 49_000}, "liveengine test")
    ear = Ear()
    async with AsyncZeroconf(interfaces=["127.0.0.1"]) as zeroconf:
        browser = AsyncServiceBrowser(zeroconf.zeroconf, KINDS, handlers=[ear.hear])
        discovery.start()
        await ear.until(ServiceStateChange.Added, "liveengine test")
        for kind, port in zip(KINDS, (49_000, 48_000), strict=True):
            info = AsyncServiceInfo(kind, f"liveengine test.{kind}")
            assert await info.async_request(zeroconf.zeroconf, 3000)
            assert (info.port, info.parsed_addresses()) == (port, ["127.0.0.1"])
        await discovery.close()
        await ear.until(ServiceStateChange.Removed, "liveengine test")
        await browser.async_cancel()


async def test_closing_while_it_announces_leaves_nothing() -> None:
    discovery = Discovery("127.0.0.1", {"http": 48_001, "osc": 49_001}, "liveengine brief")
    discovery.start()
    await asyncio.sleep(0.1)
    await discovery.close()
    assert not discovery.announced.is_set()
    await Discovery("127.0.0.1", {"http": 1, "osc": 2}, "never started").close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # zeroconf drops a socket unclosed
async def test_an_interface_that_is_not_there_is_told_and_harms_nothing(caplog: pytest.LogCaptureFixture) -> None:
    discovery = Discovery("192.0.2.77", {"http": 48_002, "osc": 49_002}, "liveengine nowhere")
    discovery.start()
    for _ in range(200):
        if "not announced" in caplog.text:
            break
        await asyncio.sleep(0.01)
    await discovery.close()
    assert "the doors are not announced" in caplog.text
    gc.collect()


def test_what_only_this_machine_reaches_is_announced_to_this_machine_only() -> None:
    assert interfaces("127.0.0.1") == interfaces("localhost") == ["127.0.0.1"]
    assert addresses("localhost") == ["127.0.0.1"]
    assert (interfaces("10.1.2.3"), addresses("10.1.2.3")) == (["10.1.2.3"], ["10.1.2.3"])
    assert "127.0.0.1" not in addresses("0.0.0.0") or addresses("0.0.0.0") == ["127.0.0.1"]
