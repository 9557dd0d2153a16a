"""The web port against clients that send nothing, too slowly, too much at once, or never read."""

import asyncio
import logging
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from liveengine.control import connection, openapi, rarely, server, slices
from tests.control.stage import House


def opened(house: House) -> int:
    return house.doors.stats()["web"]["connections"]


def get(house: House, path: str = "/system/health") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{house.doors.ports['http']}\r\n\r\n".encode()


def post(house: House, size: int, body: bytes = b"") -> bytes:
    head = get(house, "/api/v1/session/state").replace(b"GET", b"POST")[:-2]
    return head + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % size + body


@asynccontextmanager
async def talk(house: House, said: bytes = b"") -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.doors.ports["http"])
    writer.write(said)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        await asyncio.sleep(0)


async def ended(reader: asyncio.StreamReader) -> bytes:
    """Return what came until the daemon closed."""
    try:
        return await asyncio.wait_for(reader.read(), 10.0)
    except ConnectionError:
        return b""


async def healthy(house: House) -> None:
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{house.url}/system/health")).status_code == 200


@pytest.mark.parametrize("beginning", [b"", b"GET / HTTP/1.1\r\nHost: x", b"G"])
async def test_who_does_not_finish_a_request_is_sent_away(
    house: House, monkeypatch: pytest.MonkeyPatch, beginning: bytes
) -> None:
    monkeypatch.setattr(connection, "HEAD_S", 0.5)
    async with talk(house, beginning) as (reader, _):
        assert await ended(reader) == b""
    await healthy(house)


async def test_a_second_request_on_a_connection_has_no_more_time_than_the_first(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HEAD_S", 0.5)
    async with talk(house, get(house)) as (reader, writer):
        assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 200")
        writer.write(b"GET / HTT")
        assert b"HTTP/1.1" not in await ended(reader)


async def test_a_body_that_comes_byte_by_byte_is_not_waited_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BODY_S", 0.5)
    async with talk(house, post(house, 10_000)) as (reader, writer):

        async def drip() -> None:
            while not writer.is_closing():
                writer.write(b" ")
                await asyncio.sleep(0.05)

        dripping = asyncio.create_task(drip())
        assert await ended(reader) == b""
        dripping.cancel()
    await healthy(house)


async def test_a_request_that_takes_long_is_not_disturbed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HEAD_S", "BODY_S", "UNREAD_S"):
        monkeypatch.setattr(connection, name, 0.2)
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{house.url}/api/v1/slow", json={"seconds": 2.5}, timeout=10.0)
    assert answer.json() == "done"


async def test_who_never_reads_the_answer_is_sent_away(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "UNREAD_S", 0.5)
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", house.doors.ports["http"]))
    sock.send(get(house, "/") * 40)
    async with asyncio.timeout(10.0):
        while not opened(house):
            await asyncio.sleep(0.01)
        while opened(house):
            await asyncio.sleep(0.05)
    sock.close()
    await healthy(house)


async def test_beyond_the_limit_those_who_say_nothing_make_room_and_then_nobody_is_taken(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "MAX_CONNECTIONS", 3)
    slow = post(house, 2, b"").replace(b"/session/state", b"/slow") + b"{"
    async with talk(house) as (silent, _), talk(house, slow), talk(house, slow):
        await asyncio.sleep(0.05)
        async with talk(house, slow):
            assert await ended(silent) == b""
            async with talk(house, get(house)) as (refused, _):
                assert (await ended(refused)).startswith(b"HTTP/1.1 503 ")
    await asyncio.sleep(0.05)
    await healthy(house)


async def test_a_body_of_many_tiny_pieces_is_taken_in_slices(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    took: list[float] = []
    one = slices.Sliced.take

    def timed(self: slices.Sliced, data: bytes) -> None:
        took.append(len(data))
        one(self, data)

    monkeypatch.setattr(slices.Sliced, "take", timed)
    pieces = b"1\r\n \r\n" * 20_000 + b"2\r\n{}\r\n0\r\n\r\n"
    head = get(house, "/api/v1/session/state").replace(b"GET", b"POST")[:-2]
    said = head + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + pieces
    async with talk(house, said) as (reader, _):
        assert (await asyncio.wait_for(reader.readuntil(b"\r\n"), 10.0)).startswith(b"HTTP/1.1 200")
    assert max(took) <= slices.SLICE
    assert sum(took) == len(said)


async def test_wrong_requests_do_not_fill_the_log(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rarely.forget()
    with caplog.at_level(logging.WARNING):
        for _ in range(50):
            async with talk(house, b"\x16\x03\x01\0\xc8\x01\0\0\xc4\r\n\r\n") as (reader, _):
                assert (await ended(reader)).startswith(b"HTTP/1.1 400")
    assert len(caplog.records) == 1


UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"


def upgrade(house: House, origin: str = "") -> bytes:
    said = get(house, "/ws")[:-2].decode() + UPGRADE.format(key="A" * 22 + "==")
    return (said + (f"Origin: {origin}\r\n" if origin else "") + "\r\n").encode()


@pytest.mark.parametrize(
    "frames",
    [
        b"\x81\x83\0\0\0\0\xff\xfe\xfd",  # a text that is no UTF-8
        b"\x81\x02{}" * 3,  # not masked, three times
        b"\x8b\x80\0\0\0\0" + b"\xff" * 100,
        b"\x81\xff\x7f" + b"\xff" * 7 + bytes(4),  # eight exabytes
    ],
)
async def test_a_frame_that_is_none_ends_its_client_and_says_nothing(
    house: House, caplog: pytest.LogCaptureFixture, frames: bytes
) -> None:
    with caplog.at_level(logging.WARNING):
        async with talk(house, upgrade(house)) as (reader, writer):
            await reader.readuntil(b'"state"')
            writer.write(frames)
            await asyncio.sleep(0.05)
            writer.write(frames)
            await ended(reader)
    await healthy(house)
    assert caplog.records == []
    assert house.doors.stats()["websocket"]["clients"] == 0


async def test_a_handshake_that_is_refused_or_left_is_no_error(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for said in (upgrade(house, "http://evil.example"), upgrade(house)):
            async with talk(house, said):
                pass
        await asyncio.sleep(0.1)
    assert caplog.records == []


async def test_a_client_that_leaves_within_its_body_is_no_fault(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            async with talk(house, post(house, 100, b"{")) as (_, writer):
                await asyncio.sleep(0.02)
                writer.close()
                await asyncio.sleep(0.02)
    await healthy(house)
    assert caplog.records == []


async def test_many_who_ask_for_the_document_wait_for_the_same_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    def counted(*args: Any) -> dict[str, Any]:
        made.append(1)
        return openapi.document(*args)

    monkeypatch.setattr("liveengine.control.http.document", counted)
    async with httpx.AsyncClient(base_url=house.url) as client:
        answers = await asyncio.gather(*(client.get("/openapi.json", timeout=20.0) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(made) == 1


async def test_a_burst_of_small_frames_is_answered_in_slices(house: House) -> None:
    ping = b"\x81\x96\0\0\0\0" + b'{"type":"ping","id":1}'
    assert len(ping) == 28
    async with talk(house, upgrade(house)) as (reader, writer):
        await reader.readuntil(b'"state"')
        writer.write(ping * 2000)
        lasted = await turns_until(house)
        await asyncio.wait_for(reader.readuntil(b"pong"), 5.0)
    assert lasted > 5  # turns of the loop in which others were served


async def turns_until(house: House) -> int:
    """Return in how many turns of the loop the daemon was busy with what had come."""
    turns, quiet = 0, 0
    while quiet < 20:
        before = time.thread_time()
        await asyncio.sleep(0)
        busy = time.thread_time() - before > 0.0005
        turns += busy
        quiet = 0 if busy else quiet + 1
    return turns


async def test_a_slow_client_that_reads_after_all_what_was_left_for_it_is_no_fault(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(server, "_LINGER_S", 0.5)
    asked = b'{"type":"call","id":1,"address":"/stems/list","args":[1000]}'
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", house.doors.ports["http"]))
    reader, writer = await asyncio.open_connection(sock=sock)
    writer.write(upgrade(house))
    await reader.readuntil(b'"state"')
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    rarely.forget()
    with caplog.at_level(logging.ERROR):
        writer.write((b"\x81" + bytes([0x80 | len(asked)]) + bytes(4) + asked) * 60)
        async with asyncio.timeout(10.0):
            while not house.doors.stats()["websocket"].get("slow"):
                await asyncio.sleep(0.01)
        writer.transport.resume_reading()  # type: ignore[attr-defined]
        await ended(reader)
        await asyncio.sleep(1.0)
    writer.close()
    assert caplog.records == []
