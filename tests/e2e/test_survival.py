"""Any process may be killed while clips play: the sound, the take and the session are what they would have been."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from liveengine.engine.streams.callback import GAP_MAX_S
from liveengine.engine.wav import quantised
from tests.e2e import score, studio
from tests.e2e.studio import Listener, Server

BACK_S = 60.0  # how soon it was is what `liveengine bench torture` measures
GAP_S = float(GAP_MAX_S)  # a longer gap is not told


def perform(server: Server) -> Listener:
    """Load three clips, launch two, leave a third waiting far ahead; return who has listened since."""
    call = server.osc.call
    for track, name in enumerate(("kick_loop", "bass_loop", "hihat_loop"), 1):
        call(f"/track/{track}/clip/2/load", server.stem(name))
    call("/track/2/gain", 0.5)
    call("/track/2/name", "Sub")
    call("/track/3/mute", 1)
    listener = server.listen()
    call("/track/1/clip/2/launch", 1)
    call("/track/2/clip/2/launch", 1)
    studio.wait(lambda: server.state(1, 2) == server.state(2, 2) == "playing")
    call("/track/3/clip/2/launch", 32)
    server.play_on(0.8)
    return listener


def recover(server: Server, part: str) -> float:
    """Kill a part and wait until another one does its work; return the seconds that took."""
    pid, before = server.pid(part), server.info["pid"]
    began = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    server.back(part, pid, BACK_S)
    if part == "daemon":
        studio.wait(lambda: (server.library / "run.json").exists() and server.info["pid"] != before, BACK_S)
        server.open()
        assert server.osc.pings(BACK_S)
    if part == "engine":
        reached = server.header("callbacks")
        studio.wait(lambda: server.header("callbacks") > reached, BACK_S)
    return time.monotonic() - began


def check(server: Server, listener: Listener) -> int:
    """Compare everything that was heard with the offline render; end the server; return the frames compared."""
    heard = listener.end()
    live, first, frames = server.shared.memory, listener.first, int(heard.shape[1])
    assert server.stop() == 0
    assert np.any(heard)
    assert score.differing(heard, score.replayed(server.library, first + frames, live)[:2, first:]) == 0
    return frames


def told(state: dict[str, Any]) -> dict[str, Any]:
    """Return what of the session's state does not move with time."""
    transport = {name: value for name, value in state["transport"].items() if name != "beat"}
    return {name: value for name, value in state.items() if name not in ("beat", "frame")} | {"transport": transport}


def first(sound: npt.NDArray[np.int32]) -> int:
    """Return the first frame that is not silent."""
    return int(np.argmax(sound.any(axis=0)))


def test_the_daemon_may_be_killed_while_clips_play(server: Server) -> None:
    listener = perform(server)
    before = server.web("/session/state")
    took = recover(server, "daemon")
    after = server.web("/session/state")
    assert told(after) == told(before)
    assert after["tracks"][1]["name"] == "Sub"
    assert [server.state(track, 2) for track in (1, 2, 3)] == ["playing", "playing", "queued"]
    server.osc.call("/track/1/gain", 0.4)
    server.osc.call("/track/2/stop", 1)
    studio.wait(lambda: server.state(2, 2) == "stopped")
    frames = check(server, listener)
    print(f"a new daemon after {took:.2f} s, {frames} frames compared")


def test_a_plan_goes_on_under_a_new_daemon(server: Server) -> None:
    call = server.osc.call
    plan = server.web("/arrange", prompt="driving techno 128 bpm", seed=3)
    call("/arrange/play")
    studio.wait(lambda: any(track["playing"] for track in server.web("/session/state")["tracks"]))
    server.play_on(1.0)
    before = server.web("/session/state")
    recover(server, "daemon")
    after = server.web("/session/state")
    assert told(after) == told(before)
    assert server.web("/arrange/plan")["structure"] == plan["structure"]
    assert server.web("/arrange/section") == 1


def test_the_engine_may_be_killed_while_clips_play(server: Server) -> None:
    listener = perform(server)
    took = recover(server, "engine")
    server.play_on(0.8)
    gap = server.header("gap") / server.header("rate")
    assert 0 < gap < GAP_S
    server.osc.call("/track/1/stop", 1)
    server.play_on(0.8)
    assert server.header("engine_epoch") == 2
    frames = check(server, listener)
    print(f"callbacks again after {took:.2f} s, gap {gap:.2f} s, {frames} frames compared")


def test_the_recorder_may_be_killed_during_a_take(server: Server, tmp_path: Path) -> None:
    take = tmp_path / "take.wav"
    server.osc.call("/record/start", str(take))
    listener = perform(server)
    recover(server, "recorder")
    server.play_on(0.8)
    frames = int(dict(zip(*[iter(server.osc.call("/record/stop"))] * 2, strict=True))["frames"])
    samples, rate = soundfile.read(take, dtype="int32", always_2d=True)
    heard = quantised(listener.end())
    assert (len(samples), rate) == (frames, 48_000)
    taken = samples.T >> 8
    begin = first(taken) - first(heard)
    length = min(taken.shape[1] - begin, heard.shape[1])
    assert length > 48_000
    assert np.array_equal(taken[:, begin : begin + length], heard[:, :length])


def test_nothing_outlives_a_killed_supervisor(server: Server) -> None:
    perform(server)
    family = studio.descendants(server.process.pid)
    folder = Path(server.info["shared"])
    assert len(family) >= 4
    server.process.kill()
    server.process.wait()
    studio.wait(lambda: not any(map(studio.alive, family)), 5.0)
    assert folder.exists()
    with studio.serving(server.library) as again:
        assert not folder.exists()
        assert again.state(1, 2) == "stopped"
        assert "removed the shared memory of 1 session" in (again.stop(), again.said)[1]


@pytest.mark.parametrize("part", ["daemon", "engine"])
def test_a_part_may_be_killed_again_and_again(server: Server, part: str) -> None:
    listener = perform(server)
    for _ in range(3):
        recover(server, part)
        server.play_on(0.3)
    check(server, listener)


def workers(server: Server) -> set[int]:
    """Return the worker processes but the two that load clips."""
    commands = {pid: Path(f"/proc/{pid}/cmdline") for pid in studio.descendants(server.pid("daemon"))}
    said = {pid: path.read_bytes() for pid, path in commands.items() if path.exists()}
    return {pid for pid, told in said.items() if b"liveengine.jobs.worker" in told and b"\0load" not in told}


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSEGV])
def test_the_workers_of_a_lane_may_be_killed_time_and_again_while_clips_play(
    server: Server, blow: signal.Signals
) -> None:
    listener = perform(server)
    late = server.header("late")
    job, killed = server.web("/kit", seed=7)["job"], set[int]()
    began = time.monotonic()
    while (told := server.web(f"/job/{job}"))["state"] in ("queued", "running"):
        assert time.monotonic() - began < 60.0
        for pid in workers(server) - killed:
            os.kill(pid, blow)
            killed.add(pid)
    assert (told["state"], told["code"], told["attempts"]) == ("set_aside", "set_aside", 3)
    assert len(killed) >= 3
    assert sum("begins" in line["text"] for line in server.web(f"/job/{job}/log")) == 3
    assert server.web("/session/state")["tracks"][0]["playing"]
    late = server.header("late") - late
    frames = check(server, listener)
    print(f"{len(killed)} workers killed, {frames} frames compared, {late} blocks late")


def test_a_frozen_worker_holds_nobody_up(server: Server) -> None:
    listener = perform(server)
    job = server.web("/kit", seed=7)["job"]
    studio.wait(lambda: server.web(f"/job/{job}")["done"] > 0)
    frozen = workers(server)
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    server.osc.call("/track/2/stop", 1)
    studio.wait(lambda: server.state(2, 2) == "stopped")
    server.osc.call("/track/2/clip/3/load", server.stem("kick_loop"))
    assert server.web(f"/job/{job}/cancel")["state"] == "cancelled"
    studio.wait(lambda: not all(map(studio.alive, frozen)))
    check(server, listener)
