"""The blows: what is struck, how often, and what is measured each time. Runs on: the user's shell."""

import contextlib
import itertools
import os
import signal
import time
from collections.abc import Callable

import numpy as np

from liveengine.cli.torture import Outcome
from liveengine.cli.torture.target import PATIENCE_S, RATE, STEMS, Hangs, Target, on_time, wait
from liveengine.engine.bench.jackd import Jackd
from liveengine.engine.streams import StreamKind

Each = Callable[[int], None]  # one blow, by its number
SITTING = 50  # blows on one server; a journal begins with each daemon, and 64 are kept
REST_S = 2.3  # between blows on the daemon: five deaths within ten seconds are a daemon that cannot live
CLIPS = 16
ENDS = (signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT)
RATES = (44_100, 96_000, 192_000, 48_000)
PERIOD = 64  # frames at 44.1 and 48 kHz
PERIODS = (2048, 64, 1024, 128, 512, 256)


def _ms(since: int) -> float:
    return (time.monotonic_ns() - since) / 1e6


def _strike(outcome: Outcome, count: int, stream: str, clips: int, blow: Callable[[Target, int], None]) -> None:
    """Let clips play and strike `count` times, on a fresh server after each `SITTING`; compare what was heard."""
    for first in range(0, count, SITTING):
        with Target(stream, clips) as target:
            target.play()
            before = target.header("xruns")
            for number in range(first, min(first + SITTING, count)):
                outcome.blows += 1
                try:
                    blow(target, number)
                    outcome.healed += 1
                except Hangs:
                    outcome.hangs += 1
            target.play_on(0.5)
            outcome.xruns += target.header("xruns") - before
            frames, wrong = target.compare()
            outcome.frames += frames
            outcome.differing += wrong


def kill_daemon(count: int, clips: int = 32) -> Outcome:
    """Kill the daemon while clips play; the gap is how long no command was taken."""
    outcome = Outcome("kill_daemon")

    def blow(target: Target, number: int) -> None:
        before, began = target.info["pid"], target.strike("daemon")
        wait(lambda: target.info.get("pid", before) != before)
        target.call("/track/1/gain", value=0.7 + 0.1 * (number % 2))
        outcome.gap_ms.append(_ms(began))
        target.play_on(REST_S)

    _strike(outcome, count, "null", clips, blow)
    return outcome


def kill_worker(count: int, clips: int = 32) -> Outcome:
    """Kill a worker that analyses while clips play; the gap is how long until another one is there.

    It heals if the job ends with every stem analysed: none may be lost.
    """
    outcome = Outcome("kill_worker")

    def blow(target: Target, number: int) -> None:
        job, before = target.call("/stems/analyse", post=True)["job"], set[int]()

        def busy() -> set[int]:
            return target.workers() - before

        wait(lambda: target.call(f"/job/{job}")["state"] == "running" and bool(busy()))
        target.play_on(0.05 * (number % 5))
        before |= target.workers()
        began = time.monotonic_ns()
        for pid in before:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, ENDS[number % len(ENDS)])
        wait(lambda: bool(busy()))
        outcome.gap_ms.append(_ms(began))
        wait(lambda: target.call(f"/job/{job}")["state"] not in ("queued", "running"), 3 * PATIENCE_S)
        if target.call(f"/job/{job}")["result"] != {"analysed": STEMS, "failed": {}}:
            raise Hangs

    _strike(outcome, count, "null", clips, blow)
    return outcome


def kill_engine(count: int, stream: str = "null") -> Outcome:
    """Kill the engine while a standby waits; the gap is what its successor did not sound."""
    outcome = Outcome(f"kill_engine {stream}")
    kind = StreamKind[stream.upper()]

    def blow(target: Target, number: int) -> None:
        wait(lambda: target.header("standby_pid") > 0 and target.header("standby_open") == kind)
        target.play_on(0.3)
        epoch = target.header("engine_epoch")
        before = _clock(target)
        target.strike("engine")
        wait(lambda: target.header("engine_epoch") > epoch and target.header("gap") >= 0)
        outcome.gap_ms.append(1000 * target.header("gap") / target.header("rate"))
        target.play_on(0.05)
        outcome.shift.append(_shift(before, _clock(target)))

    if stream == "jack":
        with Jackd():
            _strike(outcome, count, stream, CLIPS, blow)
    else:
        _strike(outcome, count, stream, CLIPS, blow)
    return outcome


def _clock(target: Target) -> tuple[int, int]:
    """Return what the device's clock says and the playhead then: the JACK server's frames, or the frames of ours."""
    while True:
        committed = target.header("committed")
        cycle, frame, now = (target.header(name) for name in ("clock_cycle", "clock_frame", "clock_ns"))
        if target.header("committed") == committed:
            return (cycle if cycle >= 0 else now * target.header("rate") // 1_000_000_000), frame


def _shift(before: tuple[int, int], after: tuple[int, int]) -> int:
    return (after[1] - before[1]) - (after[0] - before[0])


def kill_jack(count: int, rates: tuple[int, ...] = (48_000,)) -> Outcome:
    """Kill the JACK server and start it again; the gap is from its first answer to a client until the engine plays."""
    outcome = Outcome("kill_jack" if len(rates) == 1 else "change_rate")
    random, turn = np.random.default_rng(1), itertools.cycle(rates)
    with Jackd(PERIOD) as server:

        def blow(target: Target, number: int) -> None:
            began = time.monotonic_ns()
            server.kill()
            wait(lambda: target.header("stream") == -StreamKind.JACK)
            outcome.noticed_ms.append(_ms(began))
            target.play_on(float(random.uniform(0.1, 1.0)))
            server.rate = next(turn)
            server.period = PERIOD * round(server.rate / RATE)  # as long at any rate
            with on_time():
                there = server.start()
                wait(lambda: target.header("stream") == StreamKind.JACK)
                outcome.gap_ms.append(_ms(there))
            target.play_on(0.3)

        _strike(outcome, count, "jack", CLIPS, blow)
    return outcome


def change_rate(count: int) -> Outcome:
    """Kill the JACK server and start it again at another rate; the session's frames must not change."""
    return kill_jack(count, RATES)


def stall_jack(count: int, longest: float = 3.0) -> Outcome:
    """Have the JACK server stand still for half a second or longer; the gap is from its going on until we play."""
    outcome = Outcome("stall_jack")
    random = np.random.default_rng(2)
    with Jackd() as server:

        def blow(target: Target, number: int) -> None:
            began = time.monotonic_ns()
            server.stop()
            try:
                wait(lambda: target.header("stream") == -StreamKind.JACK)
                outcome.noticed_ms.append(_ms(began))
                target.play_on(float(random.uniform(0.3, longest)))
            finally:
                server.go_on()
            began = time.monotonic_ns()
            wait(lambda: target.header("stream") == StreamKind.JACK)
            outcome.gap_ms.append(_ms(began))
            target.play_on(0.3)

        _strike(outcome, count, "jack", CLIPS, blow)
    return outcome


def change_block(count: int) -> Outcome:
    """Change the JACK server's frames per block while clips play."""
    outcome = Outcome("change_block")
    turn = itertools.cycle(PERIODS)
    with Jackd() as server:

        def blow(target: Target, number: int) -> None:
            period, epoch = next(turn), target.header("engine_epoch")
            began = time.monotonic_ns()
            server.resize(period)
            wait(lambda: target.header("block") == period)
            outcome.gap_ms.append(_ms(began))
            target.play_on(0.1)
            if target.header("engine_epoch") != epoch:
                raise Hangs

        _strike(outcome, count, "jack", CLIPS, blow)
    return outcome
