"""A worker that dies of SIGKILL as soon as its model has its name: `python -m tests.jobs.killed PAYLOAD`."""

import json
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

from liveengine.jobs import tune
from tests.jobs.test_tune import nobody

if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    removed = shutil.rmtree

    def die(folder: Any, *given: Any, **named: Any) -> None:
        if Path(asked["target"]).exists():
            os.kill(os.getpid(), signal.SIGKILL)
        removed(folder, *given, **named)

    shutil.rmtree = die  # type: ignore[assignment]
    tune.run(asked, nobody)
