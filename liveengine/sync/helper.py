"""A process that tells what it sees as lines of JSON. Runs on: event loop."""

import asyncio
import contextlib
import json
import sys
from collections.abc import Callable
from typing import Any

AGAIN_S = 2.0  # before one that has ended is started again
END_S = 1.0  # that it may take to end


class Helper:
    """`python -m MODULE ...`, whose lines are taken until it ends."""

    def __init__(self, take: Callable[[Any], None], module: str, *arguments: str) -> None:
        """`take` gets what each line says."""
        self._take = take
        self._argv = ("-m", module, *arguments)
        self._process: asyncio.subprocess.Process | None = None

    async def run(self) -> int:
        """Run it until it ends; return its code. Who is cancelled ends it."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(sys.executable, *self._argv, stdin=pipe, stdout=pipe)
        self._process = process
        try:
            assert process.stdout is not None
            async for line in process.stdout:
                self._take(json.loads(line))
            return await process.wait()
        finally:
            self._process = None
            if process.returncode is None:
                await _ended(process)

    def say(self, line: str) -> None:
        """Write a line to it, if it runs."""
        process = self._process
        if process is not None and process.stdin is not None:
            with contextlib.suppress(OSError):  # it is about to end
                process.stdin.write(f"{line}\n".encode())


async def cancelled(task: asyncio.Task[Any] | None) -> None:
    """Cancel a task, if there is one, and wait until it has ended."""
    if task is not None:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _ended(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
        try:
            async with asyncio.timeout(END_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
