"""A program in the daemon's place, for the supervisor's tests; its first argument says how it behaves.

ready: says where it listens, waits for SIGTERM; locked: another daemon owns
the library; broken: dies at once; frail: dies after it was ready; talks:
says 100,000 lines when it is ready.
"""

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path

from liveengine.engine.shared import attach


def say_ready(library: Path, shared: str) -> None:
    run = {"pid": os.getpid(), "ports": {"http": 8123}, "shared": shared}
    fresh = library / "run.json.new"
    fresh.write_text(json.dumps(run))
    fresh.rename(library / "run.json")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=["ready", "locked", "broken", "frail", "talks"])
    parser.add_argument("--shared")
    parser.add_argument("--library", type=Path)
    options = parser.parse_args()
    if options.mode == "locked":
        print(f"{options.library} is in use by daemon 4711; end it, or choose another --library", file=sys.stderr)
        return 75
    if options.mode == "broken":
        return 1
    ending: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: ending.append(number))
    say_ready(options.library, options.shared)
    with (options.library / "daemons").open("a") as file:
        file.write(f"{os.getpid()}\n")
    if options.mode == "frail":
        time.sleep(0.3)
        return 1
    header = attach(Path(options.shared)).memory.header
    header["daemon_pid"] = os.getpid()
    for number in range(100_000 if options.mode == "talks" else 0):
        print(f"line {number}")
        header["daemon_beat_ns"] = time.monotonic_ns()
    sys.stdout.flush()
    while not ending:
        header["daemon_beat_ns"] = time.monotonic_ns()
        time.sleep(0.01)
    return 0


if __name__ == "__main__":
    sys.exit(main())
