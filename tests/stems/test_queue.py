"""The durable queue with a real database and real worker processes that die, hang and take too much."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from liveengine.bus import Bus, Event
from liveengine.errors import BadArgument, BadAudio, DiskFull
from liveengine.events import JobDone, JobFailed, JobProgressed
from liveengine.jobs.lane import Lane, Terms
from liveengine.jobs.pool import Pool
from liveengine.stems import queue as queues
from liveengine.stems.db import Database
from liveengine.stems.model import Job
from liveengine.stems.queue import TRIES, Queue
from liveengine.stems.queued import LINES
from liveengine.stems.work import Work
from tests.patience import until

ROGUE = (sys.executable, str(Path(__file__).parents[1] / "jobs" / "rogue.py"))


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "PAUSES", (0.01, 0.02))


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    made = Pool(1)
    made.lanes["work"] = Lane(Terms(1, program=ROGUE, memory_mib=512, silence_s=10.0))
    yield made
    await made.close()


class House:
    """An open queue, what it published, and a runner that does with a worker what the payload says."""

    def __init__(self, db: Database, pool: Pool, most: Callable[[], int]) -> None:
        self.db, self.bus, self.events = db, Bus(), list[Event]()
        self.bus.subscribe(self.events.append)
        self.queue = Queue(db, self.bus, pool, most)

    async def rogue(self, work: Work) -> Any:
        return await work.do(work.job.payload["do"], work.job.payload)

    async def ended(self, kind: str, payload: dict[str, Any], now: bool | None = None) -> Job:
        return await self.queue.wait((await self.queue.add(kind, payload, now=now)).job)

    async def said(self, job: int) -> list[str]:
        return [line.text for line in await self.queue.log(job)]

    def told(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


@asynccontextmanager
async def opened(
    root: Path, pool: Pool, *kinds: str, runner: Any = None, most: Callable[[], int] = lambda: 3
) -> AsyncIterator[House]:
    db = await Database.open(root / "stems.db")
    house = House(db, pool, most)
    for kind in kinds or ("rogue",):
        await house.queue.register(kind, runner or house.rogue)
    try:
        yield house
    finally:
        await house.queue.close()
        await db.close()


async def test_a_job_reports_its_progress_and_its_log_tells_its_story(tmp_path: Path, pool: Pool) -> None:
    async with opened(tmp_path, pool) as house:
        job = await house.ended("rogue", {"do": "count", "total": 3})
        assert (job.state, job.attempts, job.result["sigint"]) == ("done", 1, "SIG_IGN")
        last = house.told(JobProgressed)[-1]
        assert last.message() == (f"/job/{job.id}/progress", ("rogue", 3, 3, "step 3", 0.0))
        assert await house.said(job.id) == [f"rogue begins, try 1 of {TRIES}", "3/3 step 3", "done"]


async def test_a_worker_that_dies_is_tried_three_times_and_then_set_aside(tmp_path: Path, pool: Pool) -> None:
    async with opened(tmp_path, pool) as house:
        job = await house.ended("rogue", {"do": "die", "signal": signal.SIGSEGV})
        assert (job.state, job.code, job.attempts) == ("set_aside", "set_aside", TRIES)
        assert job.error is not None
        assert f"ended {TRIES} times before it got anywhere" in job.error
        assert "SIGSEGV" in job.error
        assert f"liveengine jobs --retry {job.id}" in job.error
        assert house.told(JobFailed) == [JobFailed(job.id, "rogue", "set_aside", job.error)]
        said = await house.said(job.id)
        assert [line for line in said if "begins" in line] == [f"rogue begins, try {n} of {TRIES}" for n in (1, 2, 3)]
        assert sum("try 2 of 3 in" in line or "try 3 of 3 in" in line for line in said) == 2
        assert len(pool.pids()["work"]) <= 1
        assert (await house.ended("rogue", {"do": "count", "total": 1})).state == "done"  # the queue goes on


async def test_a_job_that_is_set_aside_runs_again_when_somebody_asks_for_it(tmp_path: Path, pool: Pool) -> None:
    tries = tmp_path / "tries"
    async with opened(tmp_path, pool) as house:
        job = await house.ended("rogue", {"do": "flaky", "path": str(tries), "good": TRIES + 1})
        assert job.state == "set_aside"
        await house.queue.retry(job.id)
        job = await house.queue.wait(job.id)
        assert (job.state, job.attempts, job.result) == ("done", 1, {"tries": TRIES + 1})


async def test_a_job_that_two_ask_for_again_at_once_starts_once(tmp_path: Path, pool: Pool) -> None:
    begun: list[int] = []

    async def once(work: Work) -> None:
        begun.append(work.job.id)
        if len(begun) == 1:
            raise BadAudio("nothing to hear")
        await asyncio.Event().wait()

    async with opened(tmp_path, pool, runner=once) as house:
        job = await house.ended("rogue", {})
        said = await asyncio.gather(*(house.queue.retry(job.id) for _ in range(4)), return_exceptions=True)
        assert [type(one) for one in said].count(BadArgument) == 3
        await until(lambda: len(begun) == 2)
        assert (await house.queue.cancel(job.id)).state == "cancelled"
        assert begun == [1, 1]
        assert house.queue._running == {}


async def test_only_who_has_ended_a_job_tidies_behind_it(tmp_path: Path, pool: Pool) -> None:
    tidied: list[str] = []

    async def tidy(job: int) -> None:
        tidied.append((await house.queue.get(job)).state)

    async def last(work: Work) -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if work.job.payload["whole"]:
                return "was through already"
            raise
        return ""

    async with opened(tmp_path, pool, "other") as house:
        await house.queue.register("rogue", last, tidy)
        one, other = [(await house.queue.add("rogue", {"whole": whole})).job for whole in (True, False)]
        await until(lambda: len(house.queue._running) == 2)
        with pytest.raises(BadArgument, match="ended meanwhile"):
            await house.queue.cancel(one)
        assert tidied == []
        said = await asyncio.gather(*(house.queue.cancel(other) for _ in range(3)), return_exceptions=True)
        assert [type(each) for each in said].count(BadArgument) == 2
        assert tidied == ["cancelled"]


async def test_a_worker_that_dies_twice_costs_nothing_but_time(tmp_path: Path, pool: Pool) -> None:
    async with opened(tmp_path, pool) as house:
        job = await house.ended("rogue", {"do": "flaky", "path": str(tmp_path / "tries"), "good": TRIES})
        assert (job.state, job.attempts, job.result) == ("done", TRIES, {"tries": TRIES})
        assert len(house.told(JobDone)) == 1
        assert house.told(JobFailed) == []


async def test_a_frozen_worker_counts_as_a_death(tmp_path: Path, pool: Pool) -> None:
    pool.lanes["work"] = Lane(Terms(1, program=ROGUE, silence_s=0.4))
    async with opened(tmp_path, pool) as house:
        job = await house.ended("rogue", {"do": "die", "signal": signal.SIGSTOP})
        assert (job.state, job.attempts) == ("set_aside", TRIES)
        assert job.error is not None
        assert "gave no sign of life for 0.4 s" in job.error


async def test_what_a_worker_may_not_have_is_told_and_not_tried_again(tmp_path: Path, pool: Pool) -> None:
    async with opened(tmp_path, pool) as house:
        job = await house.ended("rogue", {"do": "hoard", "mib": 4_096})
        assert (job.state, job.code, job.attempts) == ("failed", "out_of_memory", 1)
        assert "512 MiB" in (job.error or "")
        assert (await house.ended("rogue", {"do": "hoard", "mib": 1})).state == "done"


@pytest.mark.parametrize("error", [BadAudio("no sound"), DiskFull("make room"), ValueError("a fault of ours")])
async def test_a_clear_error_is_not_tried_again(tmp_path: Path, pool: Pool, error: Exception) -> None:
    async def wrong(work: Work) -> None:
        raise error

    async with opened(tmp_path, pool, runner=wrong) as house:
        job = await house.ended("rogue", {})
        assert (job.state, job.attempts) == ("failed", 1)
        assert job.code == getattr(error, "code", "internal")


async def test_the_warnings_and_the_last_words_of_a_worker_are_in_the_log(tmp_path: Path, pool: Pool) -> None:
    async with opened(tmp_path, pool) as house:
        job = await house.ended("rogue", {"do": "warn"})
        assert "UserWarning: this model is old" in await house.said(job.id)
        assert "a log line" in await house.said(job.id)
        job = await house.ended("rogue", {"do": "cry"})
        assert (await house.said(job.id)).count(
            "terminate called after throwing an instance of 'std::bad_alloc'"
        ) == TRIES
        assert "needed more" in (job.error or "")


POISON = """
import asyncio, os, signal, sys
from pathlib import Path
from liveengine.bus import Bus
from liveengine.jobs.pool import Pool
from liveengine.stems import queue
from liveengine.stems.db import Database

async def poison(work):
    os.kill(os.getpid(), signal.SIGKILL)

async def main():
    queue.PAUSES = (0.01, 0.02)
    db = await Database.open(Path(sys.argv[1]) / "stems.db")
    jobs = queue.Queue(db, Bus(), Pool(1))
    await jobs.register("rogue", poison)
    if not await jobs.all():
        await jobs.add("rogue", {})
    await jobs.wait(1)
    await jobs.close()
    await db.close()

asyncio.run(main())
"""


async def test_a_job_in_which_the_daemon_dies_three_times_is_set_aside(tmp_path: Path, pool: Pool) -> None:
    ends = []
    for _ in range(TRIES + 2):
        daemon = await asyncio.create_subprocess_exec(sys.executable, "-c", POISON, str(tmp_path))
        ends.append(await daemon.wait())
    assert ends == [-signal.SIGKILL] * TRIES + [0, 0]
    async with opened(tmp_path, pool) as house:
        job = await house.queue.get(1)
        assert (job.state, job.code, job.attempts) == ("set_aside", "set_aside", TRIES)
        assert "the program ended" in (job.error or "")
        assert house.events == []  # it was told once


async def test_a_daemon_that_ends_as_it_should_is_no_try(tmp_path: Path, pool: Pool) -> None:
    for _ in range(TRIES + 1):
        async with opened(tmp_path, pool) as house:
            if not await house.queue.all():
                await house.queue.add("rogue", {"do": "rest", "seconds": 60})
            await until(lambda: bool(house.told(JobProgressed)))
            assert (await house.queue.get(1)).attempts == 1
    async with opened(tmp_path, pool, "other") as house:
        job = await house.queue.get(1)
        assert (job.state, job.attempts) == ("queued", 0)


async def test_a_job_that_got_somewhere_counts_its_tries_anew(tmp_path: Path, pool: Pool) -> None:
    steps = 6

    async def stepwise(work: Work) -> int:
        done = (work.job.place or 0) + 1
        if done < steps:
            await work.stored(done)
            await work.do("die", {"signal": signal.SIGKILL})
        return done

    async with opened(tmp_path, pool, runner=stepwise) as house:
        job = await house.ended("rogue", {})
        assert (job.state, job.result) == ("done", steps)


async def test_what_is_waited_for_never_stands_behind_what_may_wait(tmp_path: Path, pool: Pool) -> None:
    order, gate = list[str](), asyncio.Event()

    async def gated(work: Work) -> None:
        if not work.job.now:
            await gate.wait()
        order.append(work.job.payload["name"])

    async with opened(tmp_path, pool, "scan", runner=gated) as house:
        later = [(await house.queue.add("scan", {"name": f"later {n}"})).job for n in range(9)]
        await house.ended("scan", {"name": "now"}, now=True)
        assert order == ["now"]
        gate.set()
        for job in later:
            await house.queue.wait(job)
        assert order == ["now", *(f"later {n}" for n in range(9))]


async def test_priority_survives_a_restart(tmp_path: Path, pool: Pool) -> None:
    order, gate = list[int](), asyncio.Event()

    async def gated(work: Work) -> None:
        await gate.wait()
        order.append(work.job.id)

    async with opened(tmp_path, pool, "scan", runner=gated) as house:
        for number in range(6):
            await house.queue.add("scan", {}, now=number == 5)
    async with opened(tmp_path, pool, "scan", runner=gated, most=lambda: 1) as house:
        assert [job.now for job in await house.queue.all()] == [True] + [False] * 5
        assert all(job.attempts <= 1 for job in await house.queue.all())
        gate.set()
        for number in range(1, 7):
            await house.queue.wait(number)
    assert order.index(6) <= 1


async def test_fewer_of_those_that_may_wait_run_while_music_plays(tmp_path: Path, pool: Pool) -> None:
    running, most, gate, playing = 0, list[int](), asyncio.Event(), [3]

    async def gated(work: Work) -> None:
        nonlocal running
        running += 1
        most.append(running)
        await gate.wait()
        gate.clear()
        running -= 1

    async with opened(tmp_path, pool, "scan", runner=gated, most=lambda: playing[0]) as house:
        playing[0] = 1
        jobs = [(await house.queue.add("scan", {})).job for _ in range(3)]
        for job in jobs:
            await until(lambda: running == 1)
            gate.set()
            await house.queue.wait(job)
    assert max(most) == 1


async def test_a_kind_with_its_own_process_takes_one_place_only(tmp_path: Path, pool: Pool) -> None:
    gate, running = asyncio.Event(), list[str]()

    async def gated(work: Work) -> None:
        running.append(work.job.kind)
        if work.job.kind == "train":
            await gate.wait()

    async with opened(tmp_path, pool, "train", "scan", runner=gated) as house:
        trains = [(await house.queue.add("train", {})).job for _ in range(5)]
        assert (await house.ended("scan", {})).state == "done"  # though five trainings came before
        assert running == ["train", "scan"]
        gate.set()
        for job in trains:
            assert (await house.queue.wait(job)).state == "done"


async def test_a_job_that_waits_for_another_gives_its_place_away(tmp_path: Path, pool: Pool) -> None:
    async def nested(work: Work) -> int:
        depth: int = work.job.payload["depth"]
        if depth == 0:
            return 0
        inner = await house.queue.wait((await house.queue.add("nest", {"depth": depth - 1})).job)
        return int(inner.result) + 1

    async with opened(tmp_path, pool, "nest", runner=nested, most=lambda: 1) as house, asyncio.timeout(30):
        assert (await house.ended("nest", {"depth": 8})).result == 8


async def test_a_log_keeps_the_newest_lines(tmp_path: Path, pool: Pool) -> None:
    async def talkative(work: Work) -> None:
        for number in range(3 * LINES):
            work.note(f"line {number}")
            if number % 50 == 0:
                await house.queue.log(work.job.id)

    async with opened(tmp_path, pool, runner=talkative) as house:
        job = await house.ended("rogue", {})
        lines = await house.queue.log(job.id)
        assert len(lines) == LINES
        assert [line.text for line in lines[-2:]] == [f"line {3 * LINES - 1}", "done"]
        assert [line.text for line in await house.queue.log(job.id, lines[-2].id)] == ["done"]


async def test_jobs_are_listed_by_state_and_kind(tmp_path: Path, pool: Pool) -> None:
    async def odd(work: Work) -> None:
        if work.job.id % 2:
            raise BadAudio("odd")

    async with opened(tmp_path, pool, "one", "two", runner=odd) as house:
        for number in range(4):
            await house.ended("one" if number < 2 else "two", {})

        def ids(jobs: Sequence[Job]) -> list[int]:
            return [job.id for job in jobs]

        assert ids(await house.queue.all(state="failed")) == [3, 1]
        assert ids(await house.queue.all(kind="two")) == [4, 3]
        assert ids(await house.queue.all(state="done", kind="two")) == [4]
        assert ids(await house.queue.all(limit=1)) == [4]


async def test_killing_the_worker_time_and_again_leaves_the_other_jobs_alone(tmp_path: Path, pool: Pool) -> None:
    pool.lanes["train"] = Lane(Terms(1, program=ROGUE))

    async def both(work: Work) -> Any:
        if work.job.kind == "train":
            return await work.do("train", {})
        return await work.do("count", {"total": 50})

    async with opened(tmp_path, pool, "train", "count", runner=both) as house:
        train = (await house.queue.add("train", {})).job
        killed = 0
        while (await house.queue.get(train)).state in ("queued", "running"):
            for pid in pool.pids()["train"]:
                os.kill(pid, signal.SIGKILL)
                killed += 1
            assert (await house.ended("count", {})).state == "done"
        assert killed >= TRIES
        assert (await house.queue.get(train)).state == "set_aside"


async def test_small_jobs_inside_one_have_its_priority_and_its_log(tmp_path: Path, pool: Pool) -> None:
    async def scan(work: Work) -> Any:
        if "long" in work.job.payload:
            return await pool.run("rest", {"seconds": 60})
        return await pool.run("wild", {})

    async with opened(tmp_path, pool, "scan", runner=scan) as house:
        long = (await house.queue.add("scan", {"long": True})).job
        await until(lambda: bool(pool.pids()["work"]))
        async with asyncio.timeout(30):
            assert (await pool.run("count", {"total": 1}))["session"]  # somebody waits, the scan has the only worker
        await house.queue.cancel(long)
        job = await house.ended("scan", {})
        assert (job.state, job.code, job.attempts) == ("failed", "worker_died", 1)
        said = await house.said(job.id)
        assert sum("SIGSEGV" in line and line.endswith("tried again") for line in said) == 2
