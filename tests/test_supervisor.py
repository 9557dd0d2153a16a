import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from liveengine.engine import place
from liveengine.engine import shared as engine_memory
from liveengine.engine.shared import Shared, attach
from liveengine.engine.streams import StreamKind
from liveengine.errors import DiskFull
from liveengine.options import Options
from liveengine.supervisor import serve
from tests.engine import stage

END_S = 60.0  # on a busy machine


@contextlib.contextmanager
def serving(library: Path, mode: str = "ready") -> Iterator[subprocess.Popen[str]]:
    with stage.process(sys.executable, "-m", "tests.serve", library, mode) as supervisor:
        assert supervisor.stdout is not None
        assert supervisor.stdout.readline().startswith("ready http://127.0.0.1:8123/ (start took ")
        yield supervisor


def run(library: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((library / "run.json").read_text())
    return found


def memory(library: Path) -> Shared:
    return attach(Path(run(library)["shared"]))


def pids(shared: Shared, library: Path) -> dict[str, int]:
    return {
        "engine": stage.header(shared, "engine_pid"),
        "recorder": stage.header(shared, "recorder_pid"),
        "daemon": int((library / "daemons").read_text().split()[-1]),
    }


def gone(*processes: int) -> Callable[[], bool]:
    return lambda: not any(place.started(pid) for pid in processes)


def test_serve_says_ready_and_ends_on_sigterm_without_leaving_anything(tmp_path: Path) -> None:
    with serving(tmp_path) as supervisor:
        shared = memory(tmp_path)
        children = pids(shared, tmp_path)
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.wait(END_S) == 0
    assert gone(*children.values())()
    assert not shared.folder.exists()
    assert not (tmp_path / "run.json").exists()


def test_when_the_supervisor_is_killed_no_child_outlives_it(tmp_path: Path) -> None:
    with serving(tmp_path) as supervisor:
        children = pids(memory(tmp_path), tmp_path)
        folder = memory(tmp_path).folder
        supervisor.kill()
        supervisor.wait()
        stage.wait(gone(*children.values()))
    assert folder in place.sweep()


def test_a_killed_daemon_is_replaced_and_no_sample_differs(tmp_path: Path) -> None:
    with serving(tmp_path):
        shared = memory(tmp_path)
        origin = stage.play_ahead(shared.memory)
        daemon = pids(shared, tmp_path)["daemon"]
        os.kill(daemon, signal.SIGKILL)
        stage.wait(lambda: pids(shared, tmp_path)["daemon"] != daemon)
        reach(shared, origin + 30_000)
        assert stage.header(shared, "engine_epoch") == 1
        assert stage.journal_agrees(shared, stage.settings())


def test_a_killed_engine_is_back_within_a_second_at_the_right_frame(tmp_path: Path) -> None:
    with serving(tmp_path):
        shared = memory(tmp_path)
        origin = stage.play_ahead(shared.memory)
        stage.stands_by(shared, StreamKind.NULL)
        reach(shared, origin + 10_000)
        os.kill(stage.header(shared, "engine_pid"), signal.SIGKILL)
        stage.wait(lambda: stage.header(shared, "gap") > 0)
        reach(shared, origin + 70_000)
        assert stage.header(shared, "engine_epoch") == 2
        assert stage.journal_agrees(shared, stage.settings())


def test_a_standby_takes_over_from_a_killed_engine_and_is_replaced_itself(tmp_path: Path) -> None:
    with serving(tmp_path):
        shared = memory(tmp_path)
        for epoch in (2, 3):
            stage.stands_by(shared, StreamKind.NULL)
            (standby,) = standbys(shared)
            os.kill(stage.header(shared, "engine_pid"), signal.SIGKILL)
            stage.wait(lambda: stage.header(shared, "engine_epoch") == epoch)  # noqa: B023
            assert stage.header(shared, "engine_pid") == standby


def test_serve_tells_what_died_what_went_on_and_since_when_it_is_whole(tmp_path: Path) -> None:
    with serving(tmp_path) as supervisor:
        shared = memory(tmp_path)
        stage.wait(lambda: stage.header(shared, "standby_open") > 0)
        os.kill(stage.header(shared, "engine_pid"), signal.SIGKILL)
        died, sounds, whole = told(supervisor, 3)
        assert died == "the engine died (signal 9); the standby takes over"
        gap = 1000 * stage.header(shared, "gap") / stage.RATE
        assert sounds == f"sound again: {gap:,.0f} ms were not heard, the music is at the right place"
        assert whole.startswith("whole again since ")
        assert whole.endswith(" s; a standby is warm")
        assert len(standbys(shared)) == 1
        os.kill(pids(shared, tmp_path)["daemon"], signal.SIGKILL)
        died, back, whole = told(supervisor, 3)
        assert died == "the daemon died (signal 9); the music plays on, a new one is starting"
        assert back.startswith("control is back after ")
        assert whole.startswith("whole again since ")


def told(supervisor: subprocess.Popen[str], count: int) -> list[str]:
    """Return the supervisor's own next lines since its start."""
    assert supervisor.stderr is not None
    lines = (line.removeprefix("liveengine: ").strip() for line in supervisor.stderr if line.startswith("liveengine: "))
    return list(itertools.islice((line for line in lines if not line.startswith("removed ")), count))


def test_a_standby_that_hangs_when_it_is_needed_is_replaced(tmp_path: Path) -> None:
    with serving(tmp_path):
        shared = memory(tmp_path)
        stage.wait(lambda: len(standbys(shared)) == 1)
        standby = standbys(shared)[0]
        os.kill(standby, signal.SIGSTOP)
        os.kill(stage.header(shared, "engine_pid"), signal.SIGKILL)
        stage.wait(lambda: stage.header(shared, "engine_epoch") == 2)
        assert stage.header(shared, "engine_pid") != standby
        assert gone(standby)()


def standbys(shared: Shared) -> list[int]:
    """Return the standby processes."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (process / "cmdline").read_bytes()
            if str(shared.folder).encode() in command and b"--standby" in command:
                found.append(int(process.name))
    return [pid for pid in found if pid != stage.header(shared, "engine_pid")]


def test_an_engine_that_hangs_is_replaced(tmp_path: Path) -> None:
    with serving(tmp_path):
        shared = memory(tmp_path)
        origin = stage.play_ahead(shared.memory)
        reach(shared, origin + 10_000)
        os.kill(stage.header(shared, "engine_pid"), signal.SIGSTOP)
        stage.wait(lambda: stage.header(shared, "engine_epoch") == 2)
        reach(shared, origin + 100_000)
        assert stage.journal_agrees(shared, stage.settings())


def test_a_killed_recorder_comes_back(tmp_path: Path) -> None:
    with serving(tmp_path):
        shared = memory(tmp_path)
        recorder = pids(shared, tmp_path)["recorder"]
        os.kill(recorder, signal.SIGKILL)
        stage.wait(lambda: pids(shared, tmp_path)["recorder"] != recorder)
        assert stage.header(shared, "engine_epoch") == 1


@pytest.mark.parametrize("name", ["recorder", "standby"])
def test_a_child_that_hangs_is_replaced(tmp_path: Path, name: str) -> None:
    with serving(tmp_path):
        shared = memory(tmp_path)
        stage.wait(lambda: stage.header(shared, f"{name}_beat_ns") > 0)
        pid = stage.header(shared, f"{name}_pid")
        os.kill(pid, signal.SIGSTOP)
        stage.wait(lambda: stage.header(shared, f"{name}_pid") not in (0, pid))
        assert gone(pid)()
        assert stage.header(shared, "engine_epoch") == 1


def test_shared_memory_without_room_ends_serve_with_one_line_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = []

    def full(settings: object, folder: Path) -> None:
        folders.append(folder)
        (folder / "pool").touch()
        raise DiskFull("4 MiB of shared memory do not fit")

    monkeypatch.setattr(engine_memory, "create", full)
    options = Options(daemon=[sys.executable, "-c", "import time; time.sleep(60)"])
    before = len(list(Path("/proc/self/fd").iterdir()))
    assert serve(tmp_path, stage.settings(), options) == DiskFull.exit_code
    assert "do not fit" in capsys.readouterr().err
    assert not folders[0].exists()
    assert len(list(Path("/proc/self/fd").iterdir())) == before  # no pipe is left to whoever collects garbage later


def test_a_locked_library_ends_serve_with_the_daemons_line_and_code(tmp_path: Path) -> None:
    with stage.process(sys.executable, "-m", "tests.serve", tmp_path, "locked") as supervisor:
        _, said = supervisor.communicate(timeout=END_S)
    assert supervisor.returncode == 75
    assert "is in use by daemon 4711" in said


def test_a_forced_device_that_is_missing_ends_serve_with_the_remedy(tmp_path: Path) -> None:
    environment = {**os.environ, "JACK_DEFAULT_SERVER": "nobody-there"}
    command = (sys.executable, "-m", "tests.serve", tmp_path, "ready", "jack")
    with stage.process(*command, env=environment) as supervisor:
        _, said = supervisor.communicate(timeout=END_S)
    assert supervisor.returncode == 69
    assert "no JACK server answers" in said
    assert not (tmp_path / "run.json").exists()


def test_a_daemon_that_never_lives_ends_serve_with_one_line(tmp_path: Path) -> None:
    with stage.process(sys.executable, "-m", "tests.serve", tmp_path, "broken") as supervisor:
        _, said = supervisor.communicate(timeout=END_S)
    assert supervisor.returncode == 70
    assert "the daemon died 5 times within 10 s (exit code 1)" in said


def test_a_daemon_that_keeps_dying_is_left_alone_for_a_while_and_the_music_plays_on(tmp_path: Path) -> None:
    with serving(tmp_path, "frail") as supervisor:
        shared = memory(tmp_path)
        assert supervisor.stderr is not None
        line = ""
        while "plays on without control, a new one is tried" not in line:
            line = supervisor.stderr.readline()
        reach(shared, stage.header(shared, "frame") + 10_000)
        assert len((tmp_path / "daemons").read_text().split()) == 5
        supervisor.send_signal(signal.SIGINT)
        assert supervisor.wait(END_S) == 0


def test_a_server_whose_output_nobody_reads_goes_on(tmp_path: Path) -> None:
    with serving(tmp_path, "talks") as supervisor:  # its pipes hold a small part of what it says
        shared = memory(tmp_path)
        log = tmp_path / "logs" / "daemon.log"
        stage.wait(lambda: log.read_bytes().endswith(b"line 99999\n"))
        reach(shared, stage.header(shared, "frame") + 10_000)
        assert len((tmp_path / "daemons").read_text().split()) == 1
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.wait(END_S) == 0


def reach(shared: Shared, frame: int) -> int:
    """Wait for a frame; return where the engine is then."""
    stage.wait(lambda: stage.header(shared, "frame") >= frame)
    return stage.header(shared, "frame")
