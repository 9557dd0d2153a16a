"""The remote script in a stand-in for Live, with a whole server behind it."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from LiveEngine.wishes import NOTE

from tests.clients.ableton.opened import Set
from tests.e2e import studio
from tests.e2e.studio import Server


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
