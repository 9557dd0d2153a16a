"""Whoever may begin a job may stop it and ask for it again, and nobody below."""

import asyncio
from pathlib import Path

import pytest

from liveengine.caller import Caller, caller
from liveengine.errors import Forbidden
from liveengine.stems.jobs import JobCommands
from liveengine.stems.work import Work
from tests.stems.conftest import chosen, opened


async def test_a_job_takes_the_role_of_its_own_command_to_be_stopped_and_asked_for_again(tmp_path: Path) -> None:
    async with opened(tmp_path, chosen(1)) as library:

        async def run(work: Work) -> None:
            await asyncio.sleep(3_600)

        await library.queue.register("learn", run, role="ingest")
        job = (await library.queue.add("learn", {})).job
        doors = JobCommands(library)
        who = caller.set(Caller("arrange"))
        with pytest.raises(Forbidden, match=f"/job/{job}/cancel: a job of kind 'learn' needs the role 'ingest'"):
            await doors.cancel(job)
        caller.set(Caller("ingest"))
        assert (await doors.cancel(job)).state == "cancelled"
        caller.set(Caller("arrange"))
        with pytest.raises(Forbidden, match="needs the role 'ingest'"):
            await doors.retry(job)
        caller.reset(who)
        assert (await library.queue.get(job)).state == "cancelled"


async def test_every_kind_of_job_of_the_library_has_a_role(tmp_path: Path) -> None:
    async with opened(tmp_path, chosen(1)) as library:
        assert library.queue.roles == {
            "ingest": "ingest",
            "edit": "ingest",
            "reanalyse": "ingest",
            "reembed": "admin",
            "refresh": "admin",
        }
