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


def opened(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


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
        before = opened(pid)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (before + SPARE, 20_000))
        with crowd(server.info["ports"]["http"]):
            for value in (0.25, 0.5):
                assert await there.call("/track/1/gain", value) == value
            assert server.osc.call("/track/1/gain") == (0.5,)
            assert opened(pid) <= before + SPARE
        await asyncio.to_thread(studio.wait, lambda: opened(pid) <= before, 20.0)
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
