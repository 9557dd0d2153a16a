"""What the children are started with: their command lines, and what of them may be chosen. Runs on: supervisor."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from liveengine.config import Config


@dataclass(frozen=True)
class Options:
    """What `liveengine serve` passes on."""

    daemon: Sequence[str] = ()  # the daemon's command line; empty = liveengine.daemon
    daemon_flags: Sequence[str] = ()  # appended to it
    invite: Callable[[dict[str, Any]], str] | None = None  # what to say once it is ready, from what run.json says


def command_lines(library: Path, folder: Path, config: "Config", options: Options) -> dict[str, list[str]]:
    """Return the children's command lines in the order in which they start."""
    python = [sys.executable, "-m"]
    shared = ["--shared", str(folder)]
    where = ["--library", str(library)]
    audio = ["--stream", config.audio.stream, "--device", config.audio.device, "--block", str(config.audio.block)]
    audio += ["--outputs", config.audio.outputs]
    retro = ["--retro-minutes", str(config.library.retro_minutes)]
    daemon = list(options.daemon) or [*python, "liveengine.daemon"]
    return {
        "recorder": [*python, "liveengine.engine.recorder", *shared, *where, *retro],
        "engine": [*python, "liveengine.engine.process", *shared, *audio],
        "daemon": [*daemon, *shared, *where, *options.daemon_flags],
    }
