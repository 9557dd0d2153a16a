"""Waiting for what comes when it comes: a busy machine takes its time."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Found = TypeVar("Found")


async def until(condition: Callable[[], Found], seconds: float = 60.0) -> Found:
    """Return what the condition gives as soon as it holds; raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not (found := condition()):
            await asyncio.sleep(0.005)
    return found


def taken(port: int) -> bool:
    """Tell if a program listens on a UDP port (Linux): it may not say so itself."""
    tables = (Path(f"/proc/net/{name}").read_text("ascii") for name in ("udp", "udp6"))
    return any(line.split()[1].endswith(f":{port:04X}") for table in tables for line in table.splitlines()[1:])
