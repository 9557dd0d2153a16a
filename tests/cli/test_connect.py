import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import Server, ServerConnection, serve

from liveengine.cli import connect
from liveengine.errors import JobFailure, Unavailable

States = list[str]  # what a job is when it is asked for; "dies" ends the connection


@pytest.fixture
def states() -> States:
    return []


@pytest.fixture
async def daemon(tmp_path: Path, states: States) -> AsyncIterator[Server]:
    """A server that answers as the daemon does, until it dies."""

    async def talk(socket: ServerConnection) -> None:
        async for raw in socket:
            state = states.pop(0)
            if state == "dies":
                socket.transport.abort()
                return
            value = {"state": state, "kind": "ingest", "error": None}
            await socket.send(json.dumps({"type": "reply", "id": json.loads(raw)["id"], "value": value}))

    async with serve(talk, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        run = {"pid": os.getpid(), "shared": str(tmp_path), "ports": {"http": port}}
        (tmp_path / "run.json").write_text(json.dumps(run), "utf-8")
        yield server


async def seen(library: Path) -> States:
    """Return the states of a job that is waited for."""
    found: States = []

    def show(state: dict[str, Any]) -> None:
        found.append(state["state"])

    async with connect.commands(library) as call:
        await connect.finished(call, 7, show)
    return found


@pytest.mark.usefixtures("daemon")
async def test_a_job_is_waited_for_also_when_the_daemon_is_started_anew(tmp_path: Path, states: States) -> None:
    states += ["running", "dies", "running", "dies", "dies", "done"]
    assert await seen(tmp_path) == ["running", "running", "done"]


@pytest.mark.usefixtures("daemon")
async def test_a_job_that_fails_ends_the_waiting(tmp_path: Path, states: States) -> None:
    states += ["running", "failed"]
    with pytest.raises(JobFailure, match=r"job 7 .ingest. failed"):
        await seen(tmp_path)


@pytest.mark.usefixtures("daemon")
async def test_a_job_that_was_cancelled_is_told_with_how_to_go_on(tmp_path: Path, states: States) -> None:
    states += ["cancelled"]
    with pytest.raises(JobFailure, match=r"job 7 .ingest. was cancelled; `liveengine jobs --retry 7` goes on"):
        await seen(tmp_path)


@pytest.mark.usefixtures("daemon")
async def test_what_the_daemon_dies_over_is_told_and_not_done_twice(tmp_path: Path, states: States) -> None:
    states += ["dies", "running"]
    async with connect.commands(tmp_path) as call:
        with pytest.raises(Unavailable, match="ended before it answered"):
            await call("/ingest", path="/a")
        assert (await call("/job/7"))["state"] == "running"  # over a new connection


async def test_a_server_that_does_not_answer_is_told(daemon: Server, tmp_path: Path) -> None:
    daemon.close()
    await daemon.wait_closed()
    with pytest.raises(Unavailable, match="it may be starting, try again"):
        async with connect.commands(tmp_path):
            pass
