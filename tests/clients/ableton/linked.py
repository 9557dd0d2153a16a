"""Live and the engine as peers of one Link session, with the script between them; prints what was told.

`python -m tests.clients.ableton.linked FOLDER`, in a network of its own. Live's own Link is a real peer in another
process, whose tempo and transport are those of the stand-in.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from LiveEngine import osc

from tests.clients.ableton.opened import TICK_S, Set
from tests.e2e import studio
from tests.sync.together import Peer


class Linked:
    """A set whose tempo and transport are its Link peer's."""

    def __init__(self, live: Set, peer: Peer) -> None:
        self.live, self.peer = live, peer
        self.sent: list[str] = []
        put = live.surface.door._put

        def noted(packet: bytes) -> None:
            self.sent.extend(address for address, _ in osc.decode(packet))
            put(packet)

        live.surface.door._put = noted  # type: ignore[method-assign]

    def go(self, seconds: float) -> None:
        """Let Live go on with its Link."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            said = self.peer("say")
            self.live.song.change("tempo", round(said["tempo"], 4))
            self.live.song.change("is_playing", bool(said["playing"]))
            self.live.surface.update_display()
            time.sleep(TICK_S)


def main() -> None:
    told: dict[str, Any] = {}
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with studio.serving(folder / "library") as server:
        live = Set(server, folder, follow="link")
        live.until(lambda: live.surface.door.connected)
        live.until(lambda: server.osc.call("/sync/source") == ("link",))
        peer = Peer(120.0)
        linked = Linked(live, peer)
        studio.wait(lambda: server.web("/sync/state")["peers"] == 1)
        linked.go(1.0)
        peer("tempo 126")
        linked.go(2.0)
        told["live_to_engine"] = server.osc.call("/transport/tempo")[0]
        peer("start")
        linked.go(2.0)
        told["started"] = server.osc.call("/transport/running")[0]
        server.osc.call("/transport/tempo", 131.0)
        linked.go(2.0)
        told["engine_to_live"] = live.song.values["tempo"]
        peer("stop")
        linked.go(1.0)
        told["stopped"] = server.osc.call("/transport/running")[0] == 0
        told["link_on"] = live.song.values["is_ableton_link_enabled"]
        told["sets"] = live.song.sets
        told["sent"] = sorted(set(linked.sent))
        live.surface.disconnect()
        told["log"] = live.live.log
        peer.end()
    print(json.dumps(told))


if __name__ == "__main__":
    main()
