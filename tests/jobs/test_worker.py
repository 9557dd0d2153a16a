import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import soundfile

WORKER = [sys.executable, "-m", "liveengine.jobs.worker"]


def test_a_worker_can_be_run_by_hand(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.linspace(-0.5, 0.5, 4_410), 44_100)
    payload = json.dumps({"path": str(tmp_path / "a.wav"), "max_seconds": 1})
    done = subprocess.run([*WORKER, "--nice", "0", "analyse", payload], capture_output=True, check=True, text=True)
    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer["result"]["frames"] == 4_410


def test_a_failed_job_by_hand_has_an_exit_status_and_a_reason() -> None:
    done = subprocess.run([*WORKER, "load", '{"path": "absent.wav"}'], capture_output=True, text=True)
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "job_failed"


def test_nonsense_on_stdin_is_answered_and_survived(tmp_path: Path) -> None:
    request = {"job": 5, "kind": "analyse", "payload": {"path": str(tmp_path)}}
    lines = f'garbage\n{{"job": 1, "result": {{}}}}\n{json.dumps({**request, "kind": "../x"})}\n{json.dumps(request)}\n'
    done = subprocess.run(WORKER, input=lines, capture_output=True, check=True, text=True)
    answers = [answer for line in done.stdout.splitlines() if "job" in (answer := json.loads(line))]  # beats have none
    assert [answer["job"] for answer in answers] == [-1, -1, 5, 5]
    assert [answer["error"]["code"] for answer in answers] == ["job_failed"] * 3 + ["bad_audio"]


def test_a_worker_ends_with_its_parent() -> None:
    start = f"import subprocess, os, time; p = subprocess.Popen({WORKER!r} + ['--parent', str(os.getpid())])"
    read, write = os.pipe()  # the worker's stdin stays open: only its parent's end can end it
    parent = subprocess.Popen(
        [sys.executable, "-c", f"{start}; print(p.pid, flush=True); time.sleep(60)"],
        stdin=read,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout
    pid = int(parent.stdout.readline())
    assert _lives(pid)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    pause = threading.Event()
    for _ in range(500):
        if not _lives(pid):
            break
        pause.wait(0.01)
    assert not _lives(pid)
    os.close(read)
    os.close(write)


def _lives(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
