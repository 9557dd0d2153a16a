"""One row of blows by hand: python -m liveengine.cli.torture kill_jack 100. Runs on: the user's shell."""

import argparse
import json
import sys
from collections.abc import Callable

from liveengine.cli.torture import Outcome, blows

BLOWS: dict[str, Callable[..., Outcome]] = {
    "kill_daemon": blows.kill_daemon,
    "kill_worker": blows.kill_worker,
    "kill_engine": blows.kill_engine,
    "kill_jack": blows.kill_jack,
    "stall_jack": blows.stall_jack,
    "change_rate": blows.change_rate,
    "change_block": blows.change_block,
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="liveengine.cli.torture", description=__doc__)
    parser.add_argument("blow", choices=BLOWS)
    parser.add_argument("count", type=int)
    parser.add_argument("--stream", choices=["null", "jack"], default="null", help="of kill_engine")
    options = parser.parse_args()
    extra = {"stream": options.stream} if options.blow == "kill_engine" else {}
    sys.stdout.write(json.dumps(BLOWS[options.blow](options.count, **extra).summary()) + "\n")
