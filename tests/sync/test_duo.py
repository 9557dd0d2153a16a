"""Two whole programs on one JACK server: the second follows the MIDI clock of the first."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from liveengine.engine.engine import Engine, Snapshot
from liveengine.engine.streams.jack import library
from tests.e2e import studio
from tests.e2e.studio import Server
from tests.engine import stage
from tests.sync.ensemble import state

LOOKS = 50
LOOK_S = 0.02
ROUNDS = 20


@pytest.fixture(scope="module")
def server() -> Iterator[None]:
    """A JACK server of our own; a busy machine delays its cycles, and nobody loses one."""
    with stage.jackd(64):
        yield


def joined(client: Any, source: Any, sink: Any) -> bool:
    with contextlib.suppress(library().JackError):
        client.connect(source, sink)
    return bool(client.get_all_connections(sink))


def connect() -> None:
    """Lead the clock of the one to where the other listens for one."""
    client = library().Client("patch", no_start_server=True)
    try:

        def find(pattern: str, **kind: bool) -> Any:
            return client.get_ports(pattern, is_midi=True, **kind)

        (clock,) = studio.wait(lambda: find("liveengine-clock.*:clock$", is_output=True))
        (door,) = studio.wait(lambda: find("liveengine-clock-in.*:clock$", is_input=True))
        studio.wait(lambda: joined(client, clock, door))  # a client that is not active yet takes no connection
    finally:
        client.close()


class Player:
    """Knows which beat it renders at which frame of the JACK server."""

    def __init__(self, server: Server) -> None:
        self._header = server.shared.memory.header[0]
        self._engine = Engine(server.shared.memory)

    def look(self) -> tuple[Snapshot, int]:
        """Return the engine's state, and by how much its count of frames is ahead of the server's."""
        while True:
            before = int(self._header["clock_cycle"]), int(self._header["clock_frame"])
            snapshot = self._engine.snapshot()
            if before == (int(self._header["clock_cycle"]), int(self._header["clock_frame"])):
                return snapshot, before[1] - before[0]


def measure(first: Player, second: Player, tempo: float) -> list[float]:
    """Return by how many ms the second is behind the first, again and again, exact to the frame; smallest first."""
    found = []
    for _ in range(LOOKS):
        (leading, ahead), (following, also) = first.look(), second.look()
        cycle = leading.frame - ahead
        found.append(abs(leading.beat(cycle + ahead) - following.beat(cycle + also)) * 60e3 / tempo)
        time.sleep(LOOK_S)
    return sorted(found)


def in_time(first: Player, second: Player) -> bool:
    """Return whether they come to be within 0.2 ms, 99 times of 100."""
    return any(measure(first, second, 126.5)[int(0.99 * LOOKS)] <= 0.2 for _ in range(ROUNDS))


def test_the_second_plays_in_time_with_the_first(server: None, tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        first, second = (stack.enter_context(studio.serving(tmp_path / name, "--stream", "jack")) for name in "ab")
        first.web("/sync/clock", value=True)
        second.web("/sync/source", value="midi")
        first.osc.call("/transport/tempo", 126.5)
        connect()
        studio.wait(lambda: state(second)["locked"])
        first.osc.call("/transport/play")
        studio.wait(lambda: second.osc.call("/transport/running")[0])
        second.play_on(4.0)
        studio.wait(lambda: abs(second.osc.call("/transport/tempo")[0] - 126.5) < 0.1)
        players = Player(first), Player(second)
        assert in_time(*players)
        first.web("/sync/clock", value=False)
        studio.wait(lambda: not state(second)["peers"])
        assert second.osc.call("/transport/tempo")[0] == pytest.approx(126.5, abs=0.001)
        first.web("/sync/clock", value=True)
        connect()
        studio.wait(lambda: state(second)["locked"])
        assert in_time(*players)
        first.osc.call("/transport/stop")
        studio.wait(lambda: not second.osc.call("/transport/running")[0])
