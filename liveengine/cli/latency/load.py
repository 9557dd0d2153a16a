"""What a crowded evening asks of a server: an ingest, searches, tablets that show meters. Runs on: its own process.

`python -m liveengine.cli.latency.load HTTP_PORT FOLDER` writes files into the folder, has them ingested and prints
"plays"; when its input ends it prints what was answered meanwhile as JSON.
"""

import asyncio
import contextlib
import itertools
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from liveengine.cli.torture.target import Target
from liveengine.errors import DeviceMissing

CLIENTS = 20  # with meters, 30 a second each
SEARCHES_HZ = 200.0
FILES = 600  # of the ingest: more than are done while it is measured
SECONDS = 2.0  # of each
RATE = 48_000
PROMPTS = ("dark techno kick", "warm analogue pad", "schneller Hi-Hat-Loop", "deep bass 120 bpm", "helle Snare")


@contextlib.contextmanager
def crowd(target: Target) -> Iterator[Callable[[], dict[str, float]]]:
    """Have it ask the target; lend what ends it and returns {"searches", "searches_failed", "meters", "seconds"}."""
    port, folder = target.info["ports"]["http"], target.library.parent / "crowd"
    command = [sys.executable, "-m", __name__, str(port), str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            if child.stdout.readline() != "plays\n":
                raise DeviceMissing("nobody asks anything of the server; the reason is above")
            yield lambda: json.loads(child.communicate("")[0])
        finally:
            child.kill()


class _Crowd:
    def __init__(self, port: int) -> None:
        self._url = f"ws://127.0.0.1:{port}/ws"
        self.searches = self.failed = self.meters = 0

    async def tablet(self) -> None:
        """Take meters."""
        from websockets.asyncio.client import connect

        async with connect(self._url) as socket:
            async for message in socket:
                self.meters += isinstance(message, bytes)

    async def ask(self) -> None:
        """Search so many times a second, whether the last answers have come or not."""
        from websockets.asyncio.client import connect

        async with connect(f"{self._url}?meters=0", max_size=None) as socket, asyncio.TaskGroup() as group:
            group.create_task(self._answers(socket))
            loop = asyncio.get_running_loop()
            due = loop.time()
            for number, prompt in zip(itertools.count(), itertools.cycle(PROMPTS)):
                call = {"type": "call", "id": number, "address": "/stems/search", "args": [prompt]}
                await socket.send(json.dumps(call))
                due = max(due + 1.0 / SEARCHES_HZ, loop.time() - 0.1)
                await asyncio.sleep(due - loop.time())

    async def _answers(self, socket: Any) -> None:
        async for message in socket:
            if isinstance(message, str) and (said := message[:32]).startswith(('{"type":"reply"', '{"type":"error"')):
                self.searches += "reply" in said
                self.failed += "error" in said

    async def ingest(self, folder: Path) -> None:
        """Have the folder ingested."""
        from websockets.asyncio.client import connect

        async with connect(f"{self._url}?meters=0", max_size=None) as socket:
            await socket.send(json.dumps({"type": "call", "id": 1, "address": "/ingest", "args": [str(folder)]}))
            await asyncio.sleep(0.5)


def write(folder: Path) -> None:
    """Write noise of different loudness, to be ingested."""
    import soundfile

    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for number in range(FILES):
        noise = rng.uniform(-0.1, 0.1, (round(SECONDS * RATE), 2)).astype(np.float32)
        soundfile.write(folder / f"noise {number}.wav", noise, RATE, "PCM_16")


async def _run(port: int) -> None:
    crowd = _Crowd(port)
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(30.0):
        await crowd.ingest(Path(sys.argv[2]))
    tasks = [loop.create_task(crowd.tablet()) for _ in range(CLIENTS)]
    tasks.append(loop.create_task(crowd.ask()))
    await asyncio.sleep(1.0)
    for task in tasks:
        if task.done():
            await task
    crowd.searches = crowd.failed = crowd.meters = 0
    began = loop.time()
    print("plays", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    found = {"searches": crowd.searches, "searches_failed": crowd.failed, "meters": crowd.meters}
    print(json.dumps(found | {"seconds": loop.time() - began}), flush=True)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    write(Path(sys.argv[2]))
    asyncio.run(_run(int(sys.argv[1])))
