"""The whole program and a Link peer, both in the network of this process; prints what was measured.

`python -m tests.sync.ensemble FOLDER`: what leaves the speaker is reckoned from the engine's memory by a time base of
our own, in this process.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from liveengine.engine.engine import Engine
from liveengine.session.timebase import TimeBase
from tests.e2e import studio
from tests.e2e.studio import Server
from tests.sync.together import QUANTUM, Peer

LOOKS = 200
LOOK_S = 0.02


class Speaker:
    """Knows which beat is heard when."""

    def __init__(self, server: Server) -> None:
        self._engine = Engine(server.shared.memory)
        self._base = TimeBase(self._engine.rate)

    def beat(self, ns: float) -> float:
        snapshot = self._engine.snapshot()
        self._base.update(snapshot.clock_ns, snapshot.clock_frame, snapshot.latency)
        return snapshot.beat(self._base.frame_heard(ns))


def apart_ms(speaker: Speaker, peer: Peer) -> float:
    """Return by how much the loudspeaker is behind the peer within the bar, in ms."""
    said = peer("say")
    raw, now = time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW), time.monotonic_ns()
    beats = said["beat"] - speaker.beat(said["micros"] * 1e3 + now - raw)
    return float(((beats + QUANTUM / 2) % QUANTUM - QUANTUM / 2) * 60e3 / said["tempo"])


def state(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.web("/sync/state")
    return found


def main() -> None:
    told: dict[str, Any] = {}
    with studio.serving(Path(sys.argv[1])) as server:
        server.osc.send("/subscribe", "/sync/*")
        server.web("/sync/source", value="link")
        peer = Peer(100.0)
        studio.wait(lambda: state(server)["peers"] == 1)
        peer("tempo 124")
        studio.wait(lambda: abs(server.osc.call("/transport/tempo")[0] - 124.0) < 0.01)
        peer("start")
        told["started"] = bool(studio.wait(lambda: server.osc.call("/transport/running")[0]))
        speaker = Speaker(server)
        for _ in range(LOOKS):  # what is left of the start is made up for
            speaker.beat(0.0)
            time.sleep(LOOK_S)
        told["apart_ms"] = []
        for _ in range(LOOKS):
            told["apart_ms"].append(apart_ms(speaker, peer))
            time.sleep(LOOK_S)
        told["locked"] = state(server)["locked"]
        peer.end()
        studio.wait(lambda: state(server)["peers"] == 0)
        server.osc.pings(1.0)
        told["lost"] = [values for address, values in server.osc.pushes if address == "/sync/lost"]
        told["held"] = server.osc.call("/transport/tempo")[0]
    print(json.dumps(told))


if __name__ == "__main__":
    main()
