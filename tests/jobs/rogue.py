"""The real worker with job kinds that misbehave; run as a program by the tests of pool and worker."""

import ctypes
import importlib
import logging
import os
import signal
import sys
import time
import types
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from liveengine.jobs import worker

Steps = Callable[[int, int, str], None]
_wire = os.dup(1)  # what the pool reads, past the worker's protection


def die(payload: dict[str, Any], progress: Steps) -> dict[str, Any]:
    os.kill(os.getpid(), payload["signal"])
    time.sleep(60)
    return {}


def wild(payload: dict[str, Any], progress: Steps) -> dict[str, Any]:
    ctypes.string_at(0)
    return {}


def flaky(payload: dict[str, Any], progress: Steps) -> dict[str, Any]:
    with Path(payload["path"]).open("a") as file:
        file.write("x")
    if Path(payload["path"]).stat().st_size < payload["good"]:
        os.abort()
    return {"tries": Path(payload["path"]).stat().st_size}


def chatty(payload: dict[str, Any], progress: Steps) -> dict[str, Any]:
    print("a library prints")
    os.write(1, b"so does its C code\n" * 10_000)
    return {"stdin": os.read(0, 10).decode()}


def garbage(payload: dict[str, Any], progress: Steps) -> dict[str, Any]:
    os.write(_wire, b"no JSON here\n")
    time.sleep(60)
    return {}


def big(payload: dict[str, Any], progress: Steps) -> dict[str, Any]:
    return {"text": "x" * payload["bytes"], "got": len(payload.get("text", ""))}


def rest(payload: dict[str, Any], progress: Steps) -> dict[str, Any]:
    progress(0, 1, "resting")
    time.sleep(payload["seconds"])
    return {"pid": os.getpid()}


def pause(payload: dict[str, Any], progress: Steps) -> dict[str, Any]:
    for done, text in enumerate(("begun", "opening", "loading")):
        progress(done, 3, text)
    end = time.monotonic() + 30.0
    while not (heard := Path(payload["path"]).exists()) and time.monotonic() < end:
        time.sleep(0.01)
    return {"heard": heard}


def count(payload: dict[str, Any], progress: Steps) -> dict[str, Any]:
    for done in range(payload["total"] + 1):
        progress(done, payload["total"], f"step {done}")
    return {"nice": os.nice(0), "session": os.getsid(0) == os.getpid(), "sigint": signal.getsignal(signal.SIGINT).name}  # type: ignore[union-attr]


def hoard(payload: dict[str, Any], progress: Steps) -> dict[str, Any]:
    return {"held": len(bytearray(payload["mib"] << 20))}


def warn(payload: dict[str, Any], progress: Steps) -> dict[str, Any]:
    warnings.warn("this model is old", stacklevel=1)
    logging.getLogger("some.library").warning("a log line")
    logging.getLogger("some.library").info("nobody wants to know")
    return {}


def cry(payload: dict[str, Any], progress: Steps) -> dict[str, Any]:
    os.write(2, b"terminate called after throwing an instance of 'std::bad_alloc'\n")
    os.abort()


def train(payload: dict[str, Any], progress: Steps) -> dict[str, Any]:
    progress(0, 1, "for ever")
    time.sleep(600)
    return {}


def lack(payload: dict[str, Any], progress: Steps) -> dict[str, Any]:
    sys.modules[payload["module"]] = None  # type: ignore[assignment]
    return {"module": importlib.import_module(payload["module"]).__name__}


def write(payload: dict[str, Any], progress: Steps) -> dict[str, Any]:
    return {"bytes": os.write(os.open(payload["path"], os.O_WRONLY), b"x")}


def gorge(payload: dict[str, Any], progress: Steps) -> dict[str, Any]:
    held = [b"x" * (1 << 20) for _ in range(payload["mib"])]
    return {"held": sum(map(len, held)), "rather": Path("/proc/self/oom_score_adj").read_text()}


def strange(payload: dict[str, Any], progress: Steps) -> dict[str, Any]:
    return {"value": float("nan")}


if __name__ == "__main__":
    for job in (
        die,
        wild,
        flaky,
        chatty,
        garbage,
        big,
        rest,
        pause,
        count,
        hoard,
        warn,
        cry,
        gorge,
        train,
        lack,
        write,
        strange,
    ):
        module = types.ModuleType(f"liveengine.jobs.{job.__name__}")
        module.run = job  # type: ignore[attr-defined]
        sys.modules[module.__name__] = module
    sys.exit(worker.main())
