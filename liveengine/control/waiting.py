"""Wait for a job that a command has accepted. Runs on: event loop."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from liveengine.bus import Bus, Event
from liveengine.errors import JobFailure
from liveengine.events import JobDone, JobFailed


class Failed(JobFailure):
    """The job was given up; `code` is the job's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


async def result_of(bus: Bus, accepted: Awaitable[Any]) -> Any:
    """Await `accepted`, which gives {"job": id}, then the job's end; return its result or raise Failed."""
    ended: dict[int, JobDone | JobFailed] = {}
    news = asyncio.Event()

    def listen(event: Event) -> None:
        if isinstance(event, JobDone | JobFailed):
            ended[event.job] = event
            news.set()

    leave = bus.subscribe(listen)
    try:
        job = (await accepted)["job"]
        while job not in ended:
            news.clear()
            await news.wait()
    finally:
        leave()
    end = ended[job]
    if isinstance(end, JobFailed):
        raise Failed(end.code, end.message_text)
    return end.result
