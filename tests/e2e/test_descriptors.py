"""A daemon that may open no more files: who is there stays, who comes is refused, and afterwards all is as before."""

import asyncio
import contextlib
import resource
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx

from liveengine.cli.remote import WebSocket
from tests.e2e import studio
from tests.e2e.studio import Server

SPARE = 20  # files that the daemon may still open
MANY = 400
ESTABLISHED, CLOSE_WAIT = "01", "08"  # in /proc/net/tcp; the second: the other side has hung up


def opened(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def connections(port: int) -> int:
    """Return how many TCP connections there are to a port, at the server's end, taken in by it or not yet."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] in {ESTABLISHED, CLOSE_WAIT} for row in rows)


@contextlib.contextmanager
def crowd(port: int) -> Iterator[None]:
    """Connect more clients than there is room for; each asks, and stays to the end of the block."""
    with contextlib.ExitStack() as stack:
        for _ in range(MANY):
            sock = stack.enter_context(socket.create_connection(("127.0.0.1", port), 5.0))
            with contextlib.suppress(OSError):
                sock.sendall(f"GET /system/health HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        yield


async def through(server: Server, pid: int) -> None:
    async with WebSocket.open(server.info) as there:
        port = server.info["ports"]["http"]
        before, there_are = opened(pid), connections(port)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (before + SPARE, 20_000))
        with crowd(port):
            for value in (0.25, 0.5):
                assert await there.call("/track/1/gain", value) == value
            assert server.osc.call("/track/1/gain") == (0.5,)
            assert opened(pid) <= before + SPARE
        await asyncio.to_thread(studio.wait, lambda: connections(port) <= there_are)  # twenty or so each second
        assert await there.call("/track/1/gain") == 0.5


def test_without_files_to_open_the_music_and_who_is_there_go_on(server: Server) -> None:
    server.osc.call("/track/1/clip/1/load", server.stem("kick_loop"))
    server.osc.call("/track/1/clip/1/launch")
    pid = server.info["pid"]
    late, callbacks = server.header("late"), server.header("callbacks")
    asyncio.run(through(server, pid))
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (20_000, 20_000))
    assert httpx.get(f"{server.url}/system/health", timeout=20.0).json()["status"] == "ok"
    assert server.state(1, 1) == "playing"
    assert server.header("callbacks") > callbacks
    assert server.header("late") - late < 5
    assert server.info["pid"] == pid
    assert server.stop() == 0
    assert server.said.count("Traceback") <= 10  # one each second while there is no room, of asyncio's
    assert Path(f"/proc/{pid}").exists() is False
