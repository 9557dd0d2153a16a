import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from liveengine.errors import (
    BadArgument,
    BadAudio,
    DiskFull,
    JobFailure,
    ModelMissing,
    OutOfMemory,
    TookTooLong,
    WorkerDied,
    WorkerHung,
)
from liveengine.jobs import lane as lanes
from liveengine.jobs.lane import Lane, Terms
from liveengine.jobs.pool import PAUSES, Pool

TRIES = len(PAUSES) + 1
ROGUE = (sys.executable, str(Path(__file__).parent / "rogue.py"))


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    made = Pool(2)
    made.lanes["work"] = Lane(Terms(2, program=ROGUE, memory_mib=512))
    made.lanes["meaning"] = Lane(Terms(1, program=ROGUE, keep=True))
    yield made
    await made.close()


async def test_a_result_and_all_its_steps_come_back(pool: Pool) -> None:
    steps: list[tuple[int, int, str]] = []
    result = await pool.run("count", {"total": 3}, progress=lambda *step: steps.append(step))
    assert steps[0] == (0, 3, "step 0")
    assert steps[-1] == (3, 3, "step 3")
    assert result == {"nice": min(19, os.nice(0) + 10), "session": True, "sigint": "SIG_IGN"}


async def test_the_last_step_before_a_silence_is_told_while_the_silence_lasts(pool: Pool, tmp_path: Path) -> None:
    steps: list[str] = []

    def hear(done: int, total: int, text: str) -> None:
        steps.append(text)
        if text == "loading":
            (tmp_path / "heard").touch()

    assert await pool.run("pause", {"path": str(tmp_path / "heard")}, progress=hear) == {"heard": True}
    assert steps[0] == "begun"
    assert steps[-1] == "loading"


async def test_workers_are_kept_and_no_more_than_allowed_are_started(pool: Pool) -> None:
    pids = {answer["pid"] for answer in await asyncio.gather(*(pool.run("rest", {"seconds": 0.01}) for _ in range(8)))}
    assert len(pids) <= 2
    assert set(pool.pids()["work"]) == pids


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
async def test_a_job_that_kills_its_worker_fails_alone(pool: Pool, end: signal.Signals) -> None:
    neighbour = asyncio.create_task(pool.run("rest", {"seconds": 0.5}))
    with pytest.raises(
        WorkerDied if end != signal.SIGKILL else OutOfMemory, match=f"failed {TRIES} times: .*{end.name}"
    ):
        await pool.run("die", {"signal": end.value, "path": "kick.wav"})
    assert (await neighbour)["pid"]
    assert (await pool.run("big", {"bytes": 1}))["text"] == "x"


async def test_a_wild_pointer_costs_only_its_job(pool: Pool) -> None:
    with pytest.raises(JobFailure, match="SIGSEGV"):
        await pool.run("wild", {})


async def test_a_crash_is_tried_again(pool: Pool, tmp_path: Path) -> None:
    assert await pool.run("flaky", {"path": str(tmp_path / "x"), "good": TRIES}) == {"tries": TRIES}


async def test_an_idle_worker_gives_its_memory_back_after_a_while(pool: Pool) -> None:
    pool.lanes["work"] = Lane(Terms(1, program=ROGUE, idle_s=0.05))
    pid = (await pool.run("rest", {"seconds": 0}))["pid"]
    assert (await pool.run("rest", {"seconds": 0.2}))["pid"] == pid  # it works: that is not idle
    async with asyncio.timeout(10):
        while Path(f"/proc/{pid}").exists():
            await asyncio.sleep(0.01)
    assert pool.pids()["work"] == []
    assert (await pool.run("rest", {"seconds": 0}))["pid"] != pid


async def test_what_is_needed_now_has_a_worker_while_later_work_has_them_all(pool: Pool) -> None:
    pool.lanes["work"] = Lane(Terms(1, program=ROGUE))
    started = asyncio.Event()
    later = asyncio.create_task(pool.run("rest", {"seconds": 60}, progress=lambda *_: started.set(), now=False))
    await started.wait()
    waiting = asyncio.create_task(pool.run("rest", {"seconds": 0}, now=False))
    (busy,) = pool.pids()["work"]
    async with asyncio.timeout(30):
        assert (await pool.run("rest", {"seconds": 0}))["pid"] != busy  # outside of jobs somebody waits
    assert pool.pids()["work"] == [busy]  # the additional one is gone with its job
    assert not waiting.done()
    later.cancel()
    await waiting


async def test_a_worker_killed_from_outside_loses_no_job(pool: Pool) -> None:
    started = asyncio.Event()
    job = asyncio.create_task(pool.run("rest", {"seconds": 0.2}, progress=lambda *_: started.set()))
    await started.wait()
    (victim,) = pool.pids()["work"]
    os.kill(victim, signal.SIGKILL)
    assert (await job)["pid"] != victim


async def test_an_idle_worker_that_was_killed_loses_no_job(pool: Pool) -> None:
    victim = (await pool.run("rest", {"seconds": 0}))["pid"]
    os.kill(victim, signal.SIGKILL)
    assert (await pool.run("rest", {"seconds": 0}))["pid"] != victim


async def test_what_libraries_print_does_not_disturb(pool: Pool) -> None:
    assert await pool.run("chatty", {}) == {"stdin": ""}


async def test_a_worker_that_speaks_garbage_is_replaced(pool: Pool) -> None:
    with pytest.raises(JobFailure, match="garbage"):
        await pool.run("garbage", {})
    assert pool.pids()["work"] == []


async def test_a_worker_that_hangs_is_replaced(pool: Pool) -> None:
    pool.lanes["work"] = Lane(Terms(1, program=ROGUE, silence_s=0.5))
    with pytest.raises(WorkerHung, match=r"no sign of life for 0.5 s"):
        await pool.run("die", {"signal": signal.SIGSTOP})
    assert pool.pids()["work"] == []


async def test_a_long_job_that_beats_is_no_hanging_one(pool: Pool) -> None:
    pool.lanes["work"] = Lane(Terms(1, program=ROGUE, silence_s=1.8))
    assert (await pool.run("rest", {"seconds": 2.5}))["pid"]


async def test_large_lines_pass_both_ways(pool: Pool) -> None:
    answer = await pool.run("big", {"bytes": 20 << 20, "text": "y" * (20 << 20)})
    assert (len(answer["text"]), answer["got"]) == (20 << 20, 20 << 20)


async def test_a_line_beyond_the_limit_is_a_clear_error(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "LINE_MAX", 1 << 16)
    with pytest.raises(JobFailure, match="more than 65536 bytes"):
        await pool.run("big", {"bytes": 1 << 18})
    with pytest.raises(BadArgument, match="larger than 65536"):
        await pool.run("big", {"bytes": 1, "text": "y" * (1 << 17)})


async def test_a_job_over_its_time_is_ended(pool: Pool) -> None:
    with pytest.raises(TookTooLong, match=r"rest of 'a.wav' took longer than 0.3 s"):
        await pool.run("rest", {"seconds": 60, "path": "a.wav"}, timeout=0.3)
    assert pool.pids()["work"] == []


async def test_a_cancelled_job_ends_its_worker(pool: Pool) -> None:
    started = asyncio.Event()
    job = asyncio.create_task(pool.run("rest", {"seconds": 60}, progress=lambda *_: started.set()))
    await started.wait()
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert pool.pids()["work"] == []
    assert (await pool.run("rest", {"seconds": 0}))["pid"]


async def test_a_cancelled_job_of_the_model_keeps_its_worker(pool: Pool) -> None:
    pool.lanes["meaning"].terms = replace(pool.lanes["meaning"].terms, silence_s=5.0)
    job = asyncio.create_task(pool.run("text", {}))
    with pytest.raises(JobFailure):  # the rogue worker has no model: what matters is which lane took the job
        await job
    pids = pool.pids()["meaning"]
    job = asyncio.create_task(pool.run("text", {}))
    await asyncio.sleep(0)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert pool.pids()["meaning"] == pids


async def test_too_much_memory_is_a_failed_job_and_the_worker_lives(pool: Pool) -> None:
    with pytest.raises(OutOfMemory, match=r"hoard needs more memory than a worker of its kind may use \(512 MiB\)"):
        await pool.run("hoard", {"mib": 4_096})
    assert (await pool.run("hoard", {"mib": 1}))["held"] == 1 << 20


async def test_a_result_that_is_no_json_is_a_failed_job(pool: Pool) -> None:
    with pytest.raises(JobFailure, match="ValueError"):
        await pool.run("strange", {})


@pytest.mark.parametrize("kind", ["nosuchkind", "pool", "worker", "../load", "Load", ""])
async def test_a_kind_that_does_not_exist_is_a_failed_job(pool: Pool, kind: str) -> None:
    with pytest.raises(JobFailure):
        await pool.run(kind, {})


async def test_the_error_of_the_job_is_the_error_of_the_caller(tmp_path: Path) -> None:
    async with Pool(1) as pool:
        (tmp_path / "a.wav").touch()
        with pytest.raises(BadAudio, match="empty"):
            await pool.run("analyse", {"path": str(tmp_path / "a.wav")})


async def test_closing_ends_jobs_and_processes(pool: Pool) -> None:
    started = asyncio.Event()
    job = asyncio.create_task(pool.run("rest", {"seconds": 60}, progress=lambda *_: started.set()))
    await started.wait()
    pids = pool.pids()["work"]
    await pool.close()
    assert job.cancelled() or isinstance(job.exception(), JobFailure)
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
    with pytest.raises(JobFailure, match="closed"):
        await pool.run("rest", {"seconds": 0})


async def test_an_error_of_another_part_with_the_same_code_does_not_stand_in_for_the_trees(pool: Pool) -> None:
    class Other(JobFailure):
        def __init__(self, code: str, message: str) -> None:
            super().__init__(f"{code}: {message}")

    with pytest.raises(JobFailure) as failed:
        await pool.run("nosuchkind", {})
    assert type(failed.value) is JobFailure


async def test_a_full_disk_is_told_as_such(pool: Pool) -> None:
    with pytest.raises(DiskFull, match=r"write of '/dev/full': the disk is full; make room, then run the job again"):
        await pool.run("write", {"path": "/dev/full"})


async def test_a_package_that_is_not_installed_is_named_with_its_extra(pool: Pool) -> None:
    with pytest.raises(ModelMissing, match=r"needs the package 'demucs': pip install 'liveengine\[ml\]'"):
        await pool.run("lack", {"module": "demucs"})


async def test_a_crash_is_tried_again_after_pauses_that_grow(pool: Pool, tmp_path: Path) -> None:
    notes, loop = list[tuple[float, str]](), asyncio.get_running_loop()
    began = loop.time()
    with pytest.raises(WorkerDied):
        await pool.run("wild", {}, note=lambda text: notes.append((loop.time(), text)), now=False)
    assert [text.endswith("tried again") for _, text in notes] == [True, True]
    assert notes[1][0] - notes[0][0] >= PAUSES[0]
    assert loop.time() - began >= sum(PAUSES)


@pytest.fixture
def narrow(tmp_path: Path) -> Iterator[tuple[str, ...]]:
    """The rogue worker in a control group of 128 MiB, where this process may make one."""
    root = Path("/sys/fs/cgroup")
    old = (root / "memory").is_dir()
    group = (root / "memory" if old else root) / f"liveengine-test-{os.getpid()}"
    try:
        group.mkdir()
        (group / ("memory.limit_in_bytes" if old else "memory.max")).write_text(str(128 << 20))
    except OSError as error:
        pytest.skip(f"no control group can be made here: {error}")
    yield ("sh", "-c", f'echo $$ > {group}/cgroup.procs && exec "$0" "$@"', *ROGUE)
    for _ in range(500):  # until the kernel has seen the last of its processes go
        with contextlib.suppress(OSError):
            group.rmdir()
        if not group.exists():
            break
        time.sleep(0.01)


async def test_a_worker_that_the_kernel_kills_for_memory_is_told_as_such(narrow: tuple[str, ...], pool: Pool) -> None:
    pool.lanes["work"] = Lane(Terms(1, program=narrow, memory_mib=2_048))
    with pytest.raises(OutOfMemory, match=r"killed \(SIGKILL\) by the system: it may use 2048 MiB, and most likely"):
        await pool.run("gorge", {"mib": 512})
    assert (await pool.run("gorge", {"mib": 1}))["held"] == 1 << 20  # and the next job finds a worker


async def test_where_memory_ends_workers_go_before_the_engine_does(pool: Pool) -> None:
    assert int((await pool.run("gorge", {"mib": 0}))["rather"]) >= 800
