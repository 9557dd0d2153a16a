"""The remote script in a stand-in for Live, with a whole server behind it."""

import json
import os
import signal
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from LiveEngine.surface import Surface
from LiveEngine.wishes import NOTE

from tests.clients.ableton.live import Instance, Song
from tests.e2e import studio
from tests.e2e.studio import Server

TICK_S = 0.05


class Set:
    """A set that is open in Live, with the script."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.song = Song(time.monotonic)
        self.live = Instance(self.song)
        path = folder / "settings.json"
        path.write_text(json.dumps({"port": server.info["ports"]["osc"]}), "utf-8")
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


@pytest.fixture
def live(server: Server, tmp_path: Path) -> Iterator[Set]:
    found = Set(server, tmp_path)
    found.until(lambda: found.surface.door.connected)
    found.pause(0.5)
    yield found
    found.surface.disconnect()
    assert not found.live.log
    assert not found.song.listened


def test_a_wish_in_live_sounds_in_the_engine_on_lives_bar(live: Set) -> None:
    server, song = live.server, live.song
    assert server.osc.call("/transport/tempo") == (120.0,)
    song.play()
    live.until(lambda: server.osc.call("/transport/running") == (1,))
    clip = song.track(2).slot(3).fill()
    live.pause(0.2)
    clip.change("name", "? dark kick")
    live.until(lambda: str(clip.values["name"]).startswith(NOTE))
    live.until(lambda: server.state(2, 3) == "playing")
    live.pause(6.0)
    assert abs(live.late_ms()) < 25.0
    song.change("tempo", 133.0)
    assert studio.wait(lambda: server.osc.call("/transport/tempo") == (133.0,))
    live.pause(0.3)
    song.stop()
    live.until(lambda: server.state(2, 3) == "stopped" and server.osc.call("/transport/running") == (0,))
    live.pause(0.5)
    song.play()
    live.until(lambda: server.state(2, 3) == "playing", 1.0)  # at once, no bar later


def test_a_daemon_that_is_killed_is_found_again_and_both_agree(live: Set) -> None:
    server, song = live.server, live.song
    song.play()
    live.until(lambda: server.osc.call("/transport/running") == (1,))
    before, pid = server.info["pid"], server.pid("daemon")
    os.kill(pid, signal.SIGKILL)
    live.until(lambda: not live.surface.door.connected)
    song.change("tempo", 141.0)  # while nobody hears it
    song.view.change("selected_track", song.track(3))
    studio.wait(lambda: server.announced and server.info["pid"] != before)
    server.open()
    live.until(lambda: live.surface.door.connected)
    live.until(lambda: server.osc.call("/transport/tempo") == (141.0,))
    live.until(lambda: server.osc.call("/session/selected/track") == (3,))
    server.osc.call("/transport/tempo", 99.0)
    live.until(lambda: song.values["tempo"] == 99.0)
    server.osc.call("/session/selected/track", 2)
    live.until(lambda: song.view.values["selected_track"] is song.track(2))
    assert [line for line in live.live.messages if "connect" in line] == [
        "LiveEngine: connected",
        "LiveEngine: connection lost; it is looked for",
        "LiveEngine: connected",
    ]
