"""How exactly launches land, offline and through a live stream: launch error, latency, jitter, drift. Runs on: bench.

The live part plays 64 voices and launches impulses on top. Without `--stream` it is silent: it takes a JACK server of
its own where jackd is installed, else no device at all. `--output report.png` draws the report for the sound engineer.
"""

import contextlib
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Note, Table, histogram
from liveengine.errors import DeviceMissing

if TYPE_CHECKING:
    from liveengine.engine.bench.soundcheck import SoundCheck
    from liveengine.engine.bench.timing import Timing

SECONDS = 30


def run(task: Task) -> Iterator[Found]:
    """Yield what both parts find; draw the picture."""
    from liveengine.engine.bench.timing import measure

    offline = measure(20 if task.quick else 200, task.seed)
    yield Figure("timing.launch_error_frames_max", max(map(abs, offline.errors)), "frames", "lower")
    yield Figure("timing.launch_blocks_at_once", offline.at_once_blocks, "blocks", "lower")
    live = _check(task)
    yield Note(f"live: {describe(live)}")
    yield from _launches(live)
    yield from _callbacks(live)
    yield from _verdict(live, offline)
    if task.output is not None:
        from liveengine.cli.report import draw

        draw(live, offline, task.output)
        yield Note(f"report: {task.output}")


def describe(live: "SoundCheck") -> str:
    """Return the stream in words."""
    from liveengine.cli.verdict import NAMES

    latency = f", {live.latency} frames to the speaker" if live.latency else ""
    return f"{NAMES[live.stream]}, {live.rate} Hz, blocks of {live.block} frames{latency}, {live.voices} voices playing"


def _verdict(live: "SoundCheck", offline: "Timing") -> Iterator[Found]:
    from liveengine.cli.verdict import judge

    found = judge(live, offline)
    yield Figure("timing.ready", int(found.ready), "1 = for the show", "higher")
    yield Table(
        found.headline, ["what a show asks", "so"], [[text, "yes" if good else "NO"] for good, text in found.reasons]
    )


def _check(task: Task) -> "SoundCheck":
    """Listen to the stream that the user named, else to a JACK server of its own, else to no device at all."""
    if not task.stream and shutil.which("jackd") is not None:
        with contextlib.suppress(DeviceMissing):  # where jackd does not start
            return _listen(task, "dummy")
    return _listen(task, task.stream or "null")


def _listen(task: Task, stream: str) -> "SoundCheck":
    from liveengine.engine.bench.soundcheck import check

    seconds = task.span(20.0, 1.0)
    (found,) = (check(stream, seconds, seed=task.seed) for _ in task.each(f"listening for {seconds:.0f} s", [stream]))
    return found


def _launches(live: "SoundCheck") -> Iterator[Found]:
    from liveengine.engine.bench import findings

    errors = findings.launch_errors(live)
    yield Figure("timing.live_launches", len(live.launches), "launches", "higher")
    yield Figure("timing.live_launch_error_frames_max", max(map(abs, errors)), "frames", "lower")
    if live.recorded:
        heard = findings.recording(live)
        yield Figure("timing.recorded_error_frames_max", max(map(abs, heard.errors), default=0), "frames", "lower")
        yield Figure("timing.server_dropped_frames", heard.dropped, "frames", "lower")
    at_once = findings.at_once_ms(live)
    for share in (50, 99):
        value = round(float(np.percentile(at_once, share)), 3)
        yield Figure(f"timing.at_once_ms_p{share}", value, "ms to the callback", "lower")


def _callbacks(live: "SoundCheck") -> Iterator[Found]:
    from liveengine.engine.bench import findings

    steady = findings.steadiness(live)
    jitter = np.abs(steady.jitter_us)
    load = findings.load(live)
    for name, share in (("p50", 50.0), ("p99", 99.0), ("p999", 99.9), ("max", 100.0)):
        yield Figure(f"timing.wake_jitter_us_{name}", round(float(np.percentile(jitter, share)), 1), "us", "lower")
    for name, share in (("p50", 50.0), ("p99", 99.0), ("p999", 99.9), ("max", 100.0)):
        yield Figure(f"timing.load_{name}", round(float(np.percentile(load, share)), 4), "of the block", "lower")
    yield Figure("timing.drift_ppm", round(abs(steady.drift_ppm), 2), "ppm of CLOCK_MONOTONIC", "lower")
    yield Figure("timing.xruns", live.xruns, "as the stream says", "lower")
    yield histogram("timing.wake_jitter", "us", jitter, 24)
    yield histogram("timing.load", "of the block", load, 24)
