"""Programs that people own, as real clients: liblo, python-osc, sclang and pd, over UDP and TCP."""

import asyncio
import contextlib
import ctypes
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from pythonosc import osc_bundle_builder, osc_message_builder
from pythonosc.osc_message import OscMessage
from pythonosc.tcp_client import TCPClient
from pythonosc.udp_client import UDPClient

from liveengine.control.osc.codec import Message, encode
from liveengine.control.osc.framing import Slip
from tests.clients.foreign import needs, running, said
from tests.control.stage import House
from tests.patience import taken, until


def _liblo() -> ctypes.CDLL | None:
    with contextlib.suppress(OSError):
        return ctypes.CDLL("liblo.so.7")
    return None


has_liblo = pytest.mark.skipif(_liblo() is None, reason="liblo is not installed")


# ── liblo ──


@needs("oscsend", "oscdump")
async def test_liblo_plays_and_hears(house: House) -> None:
    port = str(house.doors.ports["osc"])
    with house.osc() as probe:
        free = probe.port
    async with running("oscdump", "-L", str(free)) as output:
        await until(lambda: taken(free))  # oscdump says nothing when it is ready
        send = ["oscsend", "127.0.0.1", port]
        await asyncio.to_thread(subprocess.run, [*send, "/subscribe", "si", "/track/5/*", str(free)], check=True)
        await said(output, "/track/5/gain f 0.75", "/track/5/mute i 0", '/track/5/clip/16/state s "empty"')
        await asyncio.to_thread(subprocess.run, [*send, "/track/5/gain", "f", "0.5"], check=True)
        await asyncio.to_thread(subprocess.run, [*send, "/track/5/mute", "T"], check=True)
        await said(output, "/track/5/gain f 0.500000", "/track/5/mute i 1")
        url = f"osc.udp://localhost:{free}/"
        await asyncio.to_thread(subprocess.run, [*send, "/ping", "ss", url, "/hello"], check=True)
        await said(output, f'/hello ssi "osc.udp://127.0.0.1:{port}/"')


@needs("oscsend")
async def test_every_argument_that_oscsend_can_send_arrives(house: House) -> None:
    url = f"osc.udp://127.0.0.1:{house.doors.ports['osc']}"
    command = ["oscsend", url, "/track/2/gain", "ifsTFNIchdS", "7", "0.5", "kick", "A", "9", "2.5", "symbol"]
    await asyncio.to_thread(subprocess.run, command, check=True)
    with house.osc() as client:
        await client.ask("/ping")
    stats = house.doors.stats()["osc"]
    assert (stats["messages"], stats["errors"]) == (2, 1)  # read as a message, refused for its eleven arguments


class Liblo:
    """liblo's own server and client in this process: UDP or TCP, either framing."""

    def __init__(self, protocol: int) -> None:
        lib = _liblo()
        assert lib is not None
        self._lib: Any = lib
        for name in ("lo_server_new_with_proto", "lo_address_new_with_proto", "lo_message_new", "lo_bundle_new"):
            getattr(lib, name).restype = ctypes.c_void_p
        self.server = ctypes.c_void_p(lib.lo_server_new_with_proto(None, protocol, None))
        self._protocol = protocol
        self.heard: list[tuple[str, str]] = []
        kind = ctypes.CFUNCTYPE(
            ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p, *[ctypes.c_void_p, ctypes.c_int, *[ctypes.c_void_p] * 2]
        )

        def hear(address: bytes, types: bytes, *rest: Any) -> int:
            self.heard.append((address.decode(), types.decode()))
            return 0

        self._handler = kind(hear)
        lib.lo_server_add_method(self.server, None, None, self._handler, None)

    def connect(self, port: int, slip: bool) -> None:
        self._address = ctypes.c_void_p(
            self._lib.lo_address_new_with_proto(self._protocol, b"127.0.0.1", str(port).encode())
        )
        if slip:
            self._lib.lo_address_set_stream_slip(self._address, 1)

    @property
    def port(self) -> int:
        return int(self._lib.lo_server_get_port(self.server))

    def message(self, *values: Any) -> ctypes.c_void_p:
        made = ctypes.c_void_p(self._lib.lo_message_new())
        for value in values:
            if isinstance(value, float):
                self._lib.lo_message_add_float(made, ctypes.c_float(value))
            elif isinstance(value, int):
                self._lib.lo_message_add_int32(made, value)
            else:
                self._lib.lo_message_add_string(made, value.encode())
        return made

    def send(self, address: str, *values: Any) -> None:
        made = self.message(*values)
        sent = self._lib.lo_send_message_from(self._address, self.server, address.encode(), made)
        assert sent > 0, f"liblo sent {sent}"

    def receive(self, seconds: float = 10.0) -> tuple[str, str]:
        end = time.monotonic() + seconds
        while not self.heard:
            assert time.monotonic() < end, "liblo heard nothing"
            self._lib.lo_server_recv_noblock(self.server, 20)
        return self.heard.pop(0)

    def close(self) -> None:
        self._lib.lo_address_free(self._address)
        self._lib.lo_server_free(self.server)


@has_liblo
@pytest.mark.parametrize("protocol", [1, 4], ids=["UDP", "TCP"])
async def test_liblo_asks_and_is_answered_on_its_own_socket(house: House, protocol: int) -> None:
    def perform(port: int) -> list[tuple[str, str]]:
        client = Liblo(protocol)
        client.connect(port, slip=False)
        try:
            found = []
            for address, *values in (("/ping",), ("/track/4/gain", 0.25, "#1"), ("/stem/1",), ("/panic", 1)):
                client.send(address, *values)
                found.append(client.receive())
            client.send("/stems/list", 300)
            return found + [client.receive() for _ in range(300)]
        finally:
            client.close()

    found = await asyncio.to_thread(perform, house.doors.ports["osc"])
    assert found[:4] == [("/pong", "ssi"), ("/reply", "sfs"), ("/error", "sss"), ("/reply", "s")]
    assert found[4:] == [("/reply", "siisiss")] * 300
    assert house.stage.gains == {4: 0.25}


@has_liblo
async def test_liblo_is_understood_in_slip_and_understands_it(house: House) -> None:
    """It does not read SLIP on a connection that it has opened itself, so its server reads what we frame."""

    def perform(port: int) -> tuple[str, str]:
        client = Liblo(4)
        client.connect(port, slip=True)
        try:
            client.send("/track/4/gain", 0.25)
            with socket.create_connection(("127.0.0.1", client.port)) as ours:
                ours.sendall(Slip().frame(encode("/reply", "/track/4/gain", 0xC0, 0xDB)))
                return client.receive()
        finally:
            client.close()

    assert await asyncio.to_thread(perform, house.doors.ports["osc"]) == ("/reply", "sii")
    async with asyncio.timeout(10.0):
        while house.stage.gains != {4: 0.25}:
            await asyncio.sleep(0.005)


# ── python-osc ──


def built(address: str, *values: Any) -> OscMessage:
    builder = osc_message_builder.OscMessageBuilder(address)
    for value in values:
        builder.add_arg(value)
    return builder.build()


@pytest.mark.parametrize("kind", ["UDP", "1.0", "1.1"])
async def test_python_osc_asks_and_is_answered(house: House, kind: str) -> None:
    def perform(port: int) -> list[Message]:
        if kind == "UDP":
            client: Any = UDPClient("127.0.0.1", port)
        else:
            client = TCPClient("127.0.0.1", port, mode=kind)
        found = []
        bundle = osc_bundle_builder.OscBundleBuilder(osc_bundle_builder.IMMEDIATELY)
        bundle.add_content(built("/track/2/gain", 0.5))
        for content in (built("/track/1/gain", 0.25, "#5"), bundle.build(), built("/nowhere")):
            client.send(content)
            received = client.receive(10.0)
            message = OscMessage(received if kind == "UDP" else received[0])
            found.append(Message(message.address, tuple(message.params)))
        (client._sock if kind == "UDP" else client).close()
        return found

    found = await asyncio.to_thread(perform, house.doors.ports["osc"])
    assert found[:2] == [
        Message("/reply", ("/track/1/gain", 0.25, "#5")),
        Message("/reply", ("/track/2/gain", 0.5)),
    ]
    assert (found[2].address, found[2].args[:2]) == ("/error", ("/nowhere", "unknown_address"))


# ── SuperCollider ──

SCLANG = """
var door = NetAddr("127.0.0.1", {port}), hear;
hear = {{ |message, time, from| ("heard" + message).postln }};
thisProcess.addOSCRecvFunc(hear);
door.sendMsg("/ping");
door.sendMsg("/track/6/gain", 0.25, "#s");
door.sendMsg("/subscribe", "/track/6/mute");
door.sendMsg("/track/7/gain", 0.5);
door.sendMsg("/track/7/mute", true);
door.sendBundle(0.5, ["/track/8/gain", 0.75], ["/panic"]);
"""


@needs("sclang")
async def test_sclang_asks_subscribes_and_schedules(house: House, tmp_path: Path) -> None:
    script = tmp_path / "door.scd"
    script.write_text(SCLANG.format(port=house.doors.ports["osc"]), "utf-8")
    home = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    display = {"QTWEBENGINE_DISABLE_SANDBOX": "1", "QT_QPA_PLATFORM": "offscreen"}
    async with running("sclang", "-D", str(script), **home, **display) as output:
        await said(
            output,
            "/pong, liveengine",
            "/reply, /track/6/gain, 0.25, #s",
            "/track/6/mute, 0",
            "/reply, /track/7/mute, 1",
            "/reply, /track/8/gain, 0.75",
            "/reply, /panic",
        )
        with house.osc() as client:
            await client.ask("/track/6/mute", 1)
        await said(output, "/track/6/mute, 1")
    assert house.stage.gains == {6: 0.25, 7: 0.5, 8: 0.75}
    frames = {call[0]: call[-1] for call in house.stage.calls if call[0] == "panic"}
    assert frames["panic"] is not None  # the bundle carried its time


# ── Pure Data ──

PD = """#N canvas 0 0 600 400 12;
#X obj 20 20 loadbang;
#X msg 20 50 connect 127.0.0.1 {port};
#X msg 120 80 0.25;
#X obj 120 110 oscformat /track/9/gain;
#X msg 320 80 symbol /track/9/mute;
#X obj 320 110 oscformat -f s /subscribe;
#X obj 20 170 netsend -u -b;
#X obj 20 200 oscparse;
#X obj 20 230 print heard;
#X obj 120 50 delay 200;
#X obj 320 50 delay 400;
#X msg 460 80 1;
#X obj 460 50 delay 600;
#X obj 460 110 oscformat /track/9/mute;
#X msg 540 80 1;
#X obj 540 50 delay 800;
#X obj 540 110 oscformat /panic;
#X msg 560 80 0;
#X obj 560 50 delay 900;
#X connect 0 0 1 0;
#X connect 0 0 9 0;
#X connect 0 0 10 0;
#X connect 0 0 12 0;
#X connect 0 0 15 0;
#X connect 0 0 18 0;
#X connect 9 0 2 0;
#X connect 10 0 4 0;
#X connect 12 0 11 0;
#X connect 15 0 14 0;
#X connect 18 0 17 0;
#X connect 1 0 6 0;
#X connect 2 0 3 0;
#X connect 3 0 6 0;
#X connect 4 0 5 0;
#X connect 5 0 6 0;
#X connect 11 0 13 0;
#X connect 13 0 6 0;
#X connect 14 0 16 0;
#X connect 17 0 16 0;
#X connect 16 0 6 0;
#X connect 6 1 7 0;
#X connect 7 0 8 0;
"""


@needs("pd")
async def test_pd_plays_subscribes_and_presses_a_button_once(house: House, tmp_path: Path) -> None:
    patch = tmp_path / "door.pd"
    patch.write_text(PD.format(port=house.doors.ports["osc"]), "ascii")
    flags = ["-nogui", "-noaudio", "-nomidi", "-stderr"]
    async with running("pd", *flags, str(patch)) as output:
        await said(output, "heard: list reply /track/9/gain 0.25", "heard: list track 9 mute 0")
        await said(output, "heard: list reply /panic")
        with house.osc() as client:
            await client.ask("/track/9/mute", 0)
        await said(output, "heard: list track 9 mute 0")
    assert house.stage.gains == {9: 0.25}
    assert [call[0] for call in house.stage.calls].count("panic") == 1
