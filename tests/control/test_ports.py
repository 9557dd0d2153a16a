import asyncio
import os
import socket

import pytest

from liveengine.control.doors import Doors, NotLoopback
from liveengine.control.ports import claim, claim_pair, is_loopback, owner
from liveengine.errors import CannotStart, PortInUse
from tests.control.stage import settings


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_port_in_use_is_named_with_its_process(kind: socket.SocketKind) -> None:
    with claim(kind, "127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(PortInUse, match=rf"port {port}/(tcp|udp) is used by process {os.getpid()}") as caught:
            claim(kind, "127.0.0.1", port)
    assert caught.value.exit_code == 78


def test_a_port_that_nobody_has_has_no_owner() -> None:
    with claim(socket.SOCK_DGRAM, "127.0.0.1", 0) as first:
        port = first.getsockname()[1]
    assert owner("udp", port) is None


def test_a_datagram_socket_has_room_for_a_burst() -> None:
    with claim(socket.SOCK_DGRAM, "127.0.0.1", 0) as first:
        assert first.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) >= 4 << 20


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_an_answer_in_two_pieces_does_not_wait_for_the_first_ones_receipt(host: str) -> None:
    """Without TCP_NODELAY each answer of a connection but the first is 40 ms late."""
    immediate: list[int] = []

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        immediate.append(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    listening = claim(socket.SOCK_STREAM, host, 0)
    async with await asyncio.start_server(greet, sock=listening):
        reader, writer = await asyncio.open_connection(host, listening.getsockname()[1])
        await reader.read()
        writer.close()
    assert immediate == [1]


def test_an_address_that_is_not_ours_cannot_start() -> None:
    with pytest.raises(CannotStart, match=r"control\.host"):
        claim(socket.SOCK_STREAM, "192.0.2.1", 0)


@pytest.mark.parametrize(
    ("host", "alone"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("127.0.0.1.evil.com", False)],
)
def test_only_this_machine_is_loopback(host: str, alone: bool) -> None:
    assert is_loopback(host) is alone


def test_the_doors_do_not_open_to_other_machines_without_a_token() -> None:
    with pytest.raises(NotLoopback):
        Doors(settings(host="0.0.0.0"))


def test_the_doors_give_back_the_first_port_when_the_second_is_taken() -> None:
    with claim(socket.SOCK_DGRAM, "127.0.0.1", 0) as taken, claim(socket.SOCK_STREAM, "127.0.0.1", 0) as probe:
        free = probe.getsockname()[1]
        probe.close()
        with pytest.raises(PortInUse):
            Doors(settings(http_port=free, osc_port=taken.getsockname()[1]))
        claim(socket.SOCK_STREAM, "127.0.0.1", free).close()


def test_a_pair_is_one_port_for_datagrams_and_streams() -> None:
    datagrams, streams = claim_pair("127.0.0.1", 0)
    with datagrams, streams:
        assert datagrams.getsockname() == streams.getsockname()
        assert (datagrams.type, streams.type) == (socket.SOCK_DGRAM, socket.SOCK_STREAM)


def test_a_pair_is_refused_when_one_of_the_two_is_in_use_and_leaves_nothing_open() -> None:
    with claim(socket.SOCK_STREAM, "127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(PortInUse, match=rf"port {port}/tcp .*control\.osc_port"):
            claim_pair("127.0.0.1", port)
    datagrams, streams = claim_pair("127.0.0.1", port)
    datagrams.close()
    streams.close()
