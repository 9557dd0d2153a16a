"""Programs that people own, run headless as real clients. Runs on: tests."""

import asyncio
import contextlib
import os
import shutil
import subprocess
from collections.abc import AsyncIterator

import pytest


def needs(*programs: str) -> pytest.MarkDecorator:
    """Return what skips a test where one of the programs is not installed."""
    missing = [program for program in programs if shutil.which(program) is None]
    return pytest.mark.skipif(bool(missing), reason=f"{', '.join(missing)} not installed")


@contextlib.asynccontextmanager
async def running(*command: str, **environment: str) -> AsyncIterator[asyncio.StreamReader]:
    """Run a program; give what it says."""
    child = await asyncio.create_subprocess_exec(
        *command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=os.environ | environment,
    )  # fmt: skip
    assert child.stdout is not None
    try:
        yield child.stdout
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.communicate()


async def said(output: asyncio.StreamReader, *wanted: str, seconds: float = 60.0) -> None:
    """Wait until the program has said each of the lines that contain these words."""
    left = list(wanted)
    seen: list[str] = []
    try:
        async with asyncio.timeout(seconds):
            while left:
                line = (await output.readline()).decode()
                assert line, f"it ended before it said {left}:\n" + "".join(seen)
                seen.append(line)
                left = [words for words in left if words not in line]
    except TimeoutError:
        pytest.fail(f"in {seconds:g} s it has not said {left}, but:\n" + "".join(seen))
