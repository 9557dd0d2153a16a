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


def timed(surface: Surface) -> float:
    """Return how long a tick takes, in ms."""
    began = time.perf_counter()
    surface.update_display()
    return (time.perf_counter() - began) * 1000.0


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
    steady.sort()
    print(f"playing: p50 {statistics.median(steady):.3f} ms, p99 {steady[-3]:.3f} ms, max {steady[-1]:.3f} ms")
    print(f"first {first:.3f} ms, finding the engine {max(finding):.3f} ms at most, after a new clip {anew:.3f} ms")
    print(f"{listened} listeners")


if __name__ == "__main__":
    main()
