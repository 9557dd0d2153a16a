"""Tells where JACK's transport is, as lines of JSON, and starts or stops it. Runs on: the roller process.

A process of its own, as libjack may hang or abort when its server dies: that ends this process and nothing else. Each
line of stdout is `[ns, seconds, rolling]`: the monotonic time at which the transport was there. Lines of stdin are
`start` and `stop`.
"""

import json
import os
import sys
import threading
import time
from typing import Any

from liveengine.engine.streams.jack import library
from liveengine.errors import LiveEngineError

NAME = "liveengine-sync"
LOOK_S = 0.02
NO_SERVER = 69


def _obey(client: Any) -> None:
    """Do what the lines of stdin say, until they end."""
    for line in sys.stdin:
        if line.strip() == "start":
            client.transport_start()
        elif line.strip() == "stop":
            client.transport_stop()
    os._exit(0)  # the daemon is gone; libjack's teardown may hang


def main() -> int:
    """Run until the server or the daemon is gone; return 69 when there is no server."""
    try:
        jack = library()
        client = jack.Client(NAME, no_start_server=True)
    except (LiveEngineError, OSError):
        return NO_SERVER
    except Exception as error:  # JackOpenError, of a module that is loaded here
        print(f"jack transport: {error}", file=sys.stderr)
        return NO_SERVER
    gone = threading.Event()
    client.set_shutdown_callback(lambda status, reason: gone.set())
    client.activate()
    threading.Thread(target=_obey, args=(client,), daemon=True).start()
    while not gone.is_set():
        state, position = client.transport_query_struct()
        seconds = position.frame / max(int(position.frame_rate), 1)
        print(json.dumps([position.usecs * 1000, seconds, state == jack.ROLLING]), flush=True)
        time.sleep(LOOK_S)
    return NO_SERVER


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)
