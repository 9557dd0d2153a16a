"""Synthesise the starter kit. Runs on: worker process."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from liveengine.cores import cores


def run(payload: dict[str, Any], progress: Callable[[int, int, str], None]) -> dict[str, Any]:
    """Write the kit of `seed` into `folder`; return {"paths": [...]}.

    Payload: folder, seed (default 0), processes (how many to use, default one per core).
    """
    from liveengine.synth import write_kit

    folder = Path(payload["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    processes = int(payload.get("processes") or cores())
    paths = write_kit(folder, int(payload.get("seed", 0)), progress, processes)
    return {"paths": [str(path) for path in paths]}
