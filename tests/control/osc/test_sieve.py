import asyncio
import socket
import sys
from pathlib import Path

import pytest

from liveengine.control.osc import sieve
from liveengine.control.osc.codec import Message, bundle, encode
from liveengine.control.osc.sieve import MAX_HOSTS, program
from tests.control.safety.lan import needs_network, network_of
from tests.control.safety.test_lan import Tablet
from tests.control.stage import Client

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux filters in the kernel")


async def turns(count: int = 20) -> None:
    for _ in range(count):
        await asyncio.sleep(0.002)


@linux
@needs_network
async def test_a_machine_that_floods_is_dropped_in_the_kernel_but_its_panic_and_the_others_come_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sieve, "WINDOW_S", 0.5)
    async with network_of(tmp_path) as lan:
        tablet, here = Tablet(lan), Client(lan.doors.ports["osc"])
        flood = encode("/track/1/gain", 0.5)
        for _ in range(30):  # unpaired: all is refused
            for _ in range(sieve.MANY // 2):
                tablet.socket.send(flood)
            await turns()
            if lan.doors.stats()["osc"]["sieved"]:
                break
        assert lan.doors.stats()["osc"]["sieved"] == 1
        before = lan.doors.stats()["osc"]["packets"]
        for _ in range(1000):
            tablet.socket.send(flood)
        await turns()
        assert lan.doors.stats()["osc"]["packets"] == before  # the kernel has dropped them
        assert (await here.ask("/track/2/gain", 0.25)).args == ("/track/2/gain", 0.25)
        tablet.socket.send(bundle(1, encode("/panic")))
        await turns()
        assert lan.doors.stats()["osc"]["packets"] == before + 2  # unpaired: it is looked at, and refused as such
        await asyncio.sleep(0.6)
        assert lan.doors.stats()["osc"]["sieved"] == 1
        assert await tablet.ask("/hello", lan.keys.token("play")) == Message("/reply", ("/hello", "play"))
        tablet.socket.close()
        here.close()


@pytest.mark.parametrize("count", [1, 2, MAX_HOSTS])
def test_each_jump_of_the_filter_leads_where_it_should(count: int) -> None:
    hosts = [f"10.0.0.{number + 1}" for number in range(count)]
    steps = program(hosts)

    def run(source: str, payload: bytes) -> int:
        at = word = 0
        while True:
            code, true, false, constant = steps[at]
            at += 1
            if code == 0x20:
                place = constant - 8
                word = int.from_bytes(socket.inet_aton(source) if constant > 1 << 31 else payload[place : place + 4])
            elif code == 0x15:
                at += true if word == constant else false
            else:
                return constant

    for host in hosts:
        assert run(host, encode("/track/1/gain", 0.5)) == 0
        assert run(host, b"/panics\0,\0\0\0") == 0
        assert run(host, encode("/panic")) > 0
        assert run(host, bundle(1, encode("/panic"))) > 0
        assert run(host, bundle(1, encode("/panics"))) == 0
        assert run(host, bundle(1, encode("/track/1/gain", 0.5), encode("/panic"))) == 0
        assert run(host, b"#bundled" + bundle(1, encode("/panic"))[8:]) == 0
    assert run("10.0.1.1", encode("/track/1/gain", 0.5)) > 0
