"""How far apart we and a peer of a Link session are within the bar. Runs on: bench, in a network of its own.

`python -m liveengine.cli.latency.link` is our side, `... link peer` the other, a process that asks the library itself;
both run in a network namespace that only they are in.
"""

import asyncio
import importlib
import json
import shutil
import subprocess
import sys
import time
from importlib.util import find_spec
from typing import Any

from liveengine.errors import Unavailable
from liveengine.sync.link import LinkMaster

_MODULE = "liveengine.cli.latency.link"
QUANTUM = 4.0  # beats
TEMPI = (133.0, 97.5)
LOOKS = 200  # at each tempo
LOOK_S = 0.01
WAIT_S = 15.0
_TIMEOUT_S = 90.0


def measure() -> list[float]:
    """Return how many ms we are behind the peer, at many moments. Raises Unavailable without Link or namespaces."""
    if find_spec("link") is None:
        raise Unavailable("Link is not installed; pip install 'liveengine[link]'")
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-n", "true"], check=False).returncode:
        raise Unavailable("this user may have no network of its own (unshare -n)")
    inside = f"ip link set lo up; exec {sys.executable} -m {_MODULE}"
    command = ["unshare", "-n", "sh", "-c", inside]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    if done.returncode:
        raise Unavailable(f"the Link session ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    found: list[float] = json.loads(done.stdout.splitlines()[-1])
    return found


async def _meet() -> list[float]:
    ours = LinkMaster(QUANTUM, True)
    await ours.open(120.0)
    command = [sys.executable, "-m", _MODULE, "peer"]
    apart: list[float] = []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as peer:
        assert peer.stdin is not None
        assert peer.stdout is not None
        stdin, stdout = peer.stdin, peer.stdout

        def say() -> dict[str, Any]:
            stdin.write("say\n")
            stdin.flush()
            said: dict[str, Any] = json.loads(stdout.readline())
            return said

        try:
            for tempo in TEMPI:
                await _until(lambda: ours.reading(0.0).peers)
                ours.tempo(tempo)
                await _until(lambda wanted=tempo: abs(say()["tempo"] - wanted) < 1e-3)
                for _ in range(LOOKS):
                    apart.append(_apart_ms(ours, say()))
                    await asyncio.sleep(LOOK_S)
        finally:
            stdin.close()
    await ours.close()
    return apart


async def _until(found: Any) -> None:
    end = time.monotonic() + WAIT_S
    while not found():
        if time.monotonic() > end:
            raise Unavailable(f"the two did not meet within {WAIT_S:.0f} s")
        await asyncio.sleep(0.02)


def _apart_ms(ours: LinkMaster, said: dict[str, Any]) -> float:
    line = ours.reading(0.0).line
    assert line is not None
    raw, now = time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW), time.monotonic_ns()
    beats = line.at(said["micros"] * 1e3 + now - raw) - said["beat"]
    return float(((beats + QUANTUM / 2) % QUANTUM - QUANTUM / 2) * line.per_beat * 1e-6)


def _peer() -> None:
    """Answer each line with tempo and beat of this moment."""
    session = importlib.import_module("link").Link(101.0)
    session.enabled = True
    clock = session.clock()
    for _ in sys.stdin:
        state = session.captureAppSessionState()
        now = clock.micros()
        print(json.dumps({"tempo": state.tempo(), "beat": state.beatAtTime(now, QUANTUM), "micros": now}), flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["peer"]:
        _peer()
    else:
        print(json.dumps(asyncio.run(_meet())))
