"""How long Live is held by a tick: `python -m tests.clients.ableton.measure`. Runs on: the developer's shell.

A set of 16 tracks and 32 scenes with 256 clips, that plays with a running `liveengine serve --stream null`; the ticks
come every 100 ms as Live's do. Live's own share (its property access in C++) is not in it.
"""

import json
import statistics
import tempfile
import time
from pathlib import Path

from LiveEngine.surface import Surface

from tests.clients.ableton.live import Instance, Song
from tests.e2e import studio

SECONDS = 20.0
PERIOD_S = 0.1


Cost = tuple[float, float]  # ms: as it passes, and of the processor


def timed(surface: Surface) -> Cost:
    """Return how long a tick takes."""
    began, worked = time.perf_counter(), time.thread_time()
    surface.update_display()
    return (time.perf_counter() - began) * 1e3, (time.thread_time() - worked) * 1e3


def told(what: str, ticks: list[Cost]) -> None:
    """Print the middle, the 99th of a hundred, and the longest."""
    for kind, of in (("passing", 0), ("processor", 1)):
        found = sorted(tick[of] for tick in ticks)
        middle, most = statistics.median(found), found[-1]
        print(f"{what}, {kind}: p50 {middle:.3f} ms, p99 {found[int(len(found) * 0.99)]:.3f} ms, longest {most:.3f} ms")


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder, studio.serving(Path(folder) / "library") as server:
        song = Song(time.monotonic, tracks=16, scenes=32)
        for number in range(256):
            song.track(number % 16 + 1).slot(number // 16 + 1).fill(f"clip {number}")
        path = Path(folder) / "settings.json"
        path.write_text(json.dumps({"port": server.info["ports"]["osc"]}), "utf-8")
        surface = Surface(Instance(song), str(path))
        first = timed(surface)
        finding = []
        for _ in range(20):
            time.sleep(PERIOD_S)
            finding.append(timed(surface))
        song.play()
        steady = []
        for number in range(int(SECONDS / PERIOD_S)):
            time.sleep(PERIOD_S)
            song.change("tempo", 120.0 + number % 3)
            steady.append(timed(surface))
        song.track(1).slot(20).fill("new")
        anew = timed(surface)
        listened = song.listened
        surface.disconnect()
    told("finding the engine", [first, *finding])
    told("playing", steady)
    told("after a new clip", [anew])
    print(f"{listened} listeners")


if __name__ == "__main__":
    main()
