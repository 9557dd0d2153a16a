"""Our side of a Link session and a peer of it, both in the network of this process; prints what was measured."""

import asyncio
import json
import subprocess
import sys
import time
from typing import Any

from liveengine.sync.line import Reading
from liveengine.sync.link import LinkMaster

QUANTUM = 4.0
WAIT_S = 15.0


class Peer:
    def __init__(self, tempo: float) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.sync.peer", str(tempo)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, text: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(text + "\n")
        self._process.stdin.flush()
        said: dict[str, Any] = json.loads(self._process.stdout.readline())
        return said

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("end\n")
        self._process.stdin.close()
        self._process.wait(10)


async def until(found: Any) -> Any:
    end = time.monotonic() + WAIT_S
    while not (value := found()) and time.monotonic() < end:
        await asyncio.sleep(0.02)
    return value


def short(reading: Reading) -> dict[str, Any]:
    return {"peers": reading.peers, "line": reading.line is not None}


def apart_ms(ours: LinkMaster, peer: Peer) -> float:
    """Return by how much the two disagree about the place in the bar at one moment, in ms."""
    said = peer("say")
    reading = ours.reading(0.0)
    assert reading.line is not None
    raw, now = time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW), time.monotonic_ns()
    beats = reading.line.at(said["micros"] * 1e3 + now - raw) - said["beat"]
    return float(((beats + QUANTUM / 2) % QUANTUM - QUANTUM / 2) * reading.line.per_beat * 1e-6)


async def main() -> None:
    ours = LinkMaster(QUANTUM, True)
    told: dict[str, Any] = {}
    await ours.open(120.0)

    def reading() -> Reading:
        return ours.reading(0.0)

    told["alone"] = short(reading())
    peer = Peer(101.0)
    await until(lambda: reading().peers)
    told["joined"] = short(reading())
    ours.tempo(133.0)
    told["ours_to_them"] = await until(lambda: (t := peer("say")["tempo"]) and abs(t - 133.0) < 1e-3 and t)
    peer("tempo 97.5")
    told["theirs_to_us"] = await until(
        lambda: (line := reading().line) and abs(line.tempo - 97.5) < 1e-3 and line.tempo
    )
    told["apart_ms"] = []
    for _ in range(100):
        told["apart_ms"].append(apart_ms(ours, peer))
        await asyncio.sleep(0.005)
    peer("start")
    told["their_start"] = await until(lambda: reading().running)
    peer("stop")
    await until(lambda: not reading().running)
    told["their_stop"] = reading().running
    ours.running(True)
    told["our_start"] = await until(lambda: peer("say")["playing"])
    peer.end()
    await until(lambda: not reading().peers)
    told["left"] = short(reading())
    await ours.close()
    print(json.dumps(told))


if __name__ == "__main__":
    asyncio.run(main())
