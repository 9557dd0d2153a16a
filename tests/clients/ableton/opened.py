"""A set that is open in the stand-in for Live, before a whole server. Runs on: tests."""

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from LiveEngine.surface import Surface

from tests.clients.ableton.live import Instance, Song
from tests.e2e.studio import Server

TICK_S = 0.05


class Set:
    """A set that is open in Live, with the script."""

    def __init__(self, server: Server, folder: Path, **settings: Any) -> None:
        self.server = server
        self.song = Song(time.monotonic)
        self.live = Instance(self.song)
        path = folder / "settings.json"
        path.write_text(json.dumps({"port": server.info["ports"]["osc"]} | settings), "utf-8")
        self.surface = Surface(self.live, str(path))

    def until(self, true: Callable[[], object], seconds: float = 20.0) -> None:
        """Let Live go on until something is so."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, f"waited in vain; said {self.live.messages}, logged {self.live.log}"
            self.surface.update_display()
            time.sleep(TICK_S)

    def pause(self, seconds: float) -> None:
        """Let Live go on for some time."""
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end)

    def late_ms(self) -> float:
        """Return by how much the engine's beat is behind Live's, the median of many looks."""
        found = []
        for _ in range(21):
            beat = self.server.osc.call("/transport/position")[0]
            beats = (float(self.song.read("current_song_time")) - float(beat) + 2) % 4 - 2
            found.append(beats * 60e3 / float(self.song.values["tempo"]))
            time.sleep(0.007)
        return statistics.median(found)
